//! What a request that passes does (A8), as typed.

use super::Fields;
use domain::error::FieldErrors;
use domain::event::EventType;
use domain::ids::ModuleId;
use domain::source::SourceAction;

/// The event of the catalogue that makes or changes a customer and does nothing else.
pub const PROFILE: &str = "profile";

/// What there is to choose from. Two of them are one kind to the rules: a customer is made or changed by recording
/// [`PROFILE`] on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionChoice {
    /// An event of the catalogue is recorded on a customer.
    RecordEvent,
    /// A customer is made or changed.
    UpsertCustomer,
    /// An item of a module is made or changed.
    UpsertItem,
    /// An event is published.
    PublishEvent,
}

impl ActionChoice {
    /// All of them, in the order they are shown in.
    pub const ALL: [Self; 4] =
        [Self::RecordEvent, Self::UpsertCustomer, Self::UpsertItem, Self::PublishEvent];

    /// Its words for a person.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::RecordEvent => "Record an event on a customer",
            Self::UpsertCustomer => "Create or update a customer",
            Self::UpsertItem => "Create or update an item in a module",
            Self::PublishEvent => "Publish an event",
        }
    }

    /// What comes of it, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::RecordEvent => {
                "It stands in the customer’s history and may change points, totals and labels. Who is not known yet is created."
            }
            Self::UpsertCustomer => "Sets fields and adds labels, and does nothing else.",
            Self::UpsertItem => {
                "All that is sent is kept as the item’s data. Arrays are taken, too: each object by itself."
            }
            Self::PublishEvent => "No record is touched: subscriptions pass it on.",
        }
    }

    /// Its name in the form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RecordEvent => "record_event",
            Self::UpsertCustomer => "upsert_customer",
            Self::UpsertItem => "upsert_item",
            Self::PublishEvent => "publish_event",
        }
    }

    /// How it is stored.
    const fn action(self) -> &'static str {
        match self {
            Self::UpsertCustomer => Self::RecordEvent.as_str(),
            other => other.as_str(),
        }
    }
}

impl Fields {
    /// The choice that is made.
    #[must_use]
    pub fn choice(&self) -> ActionChoice {
        match self.action.as_str() {
            "record_event" if self.event_type == PROFILE => ActionChoice::UpsertCustomer,
            "record_event" => ActionChoice::RecordEvent,
            "upsert_item" => ActionChoice::UpsertItem,
            _ => ActionChoice::PublishEvent,
        }
    }

    /// Whether an event is recorded on a customer.
    #[must_use]
    pub fn records(&self) -> bool {
        matches!(self.choice(), ActionChoice::RecordEvent | ActionChoice::UpsertCustomer)
    }

    /// Makes another choice. Where it is the one of `stored`, the rest of it comes back, too.
    pub fn choose(&mut self, choice: ActionChoice, stored: &SourceAction) {
        let mut chosen = Self::default();
        chosen.set_action(stored);
        if chosen.choice() != choice {
            let event_type = if choice == ActionChoice::UpsertCustomer { PROFILE } else { "" };
            chosen = Self {
                action: choice.action().to_owned(),
                event_type: event_type.to_owned(),
                ..Self::default()
            };
        }
        self.action = chosen.action;
        self.event_type = chosen.event_type;
        self.module_id = chosen.module_id;
    }

    /// Takes what is stored.
    pub fn set_action(&mut self, action: &SourceAction) {
        match action {
            SourceAction::PublishEvent { event_type } => {
                (self.action, self.event_type) = ("publish_event".to_owned(), event_type.to_string());
            }
            SourceAction::RecordEvent { event_type } => {
                (self.action, self.event_type) = ("record_event".to_owned(), event_type.to_string());
            }
            SourceAction::UpsertItem { module_id } => {
                (self.action, self.module_id) = ("upsert_item".to_owned(), module_id.to_string());
            }
        }
    }

    /// What is meant; something stands in for what is not said yet, so that the rest can be checked all the same.
    pub(super) fn read_action(&self, errors: &mut FieldErrors) -> SourceAction {
        match self.choice() {
            ActionChoice::PublishEvent => SourceAction::PublishEvent {
                event_type: read_event_type(&self.event_type, "action.event_type", errors),
            },
            ActionChoice::RecordEvent | ActionChoice::UpsertCustomer => {
                if self.event_type.is_empty() {
                    errors.add("action.event_type", "choose an event");
                    return SourceAction::RecordEvent { event_type: stand_in() };
                }
                let event_type = read_event_type(&self.event_type, "action.event_type", errors);
                SourceAction::RecordEvent { event_type }
            }
            ActionChoice::UpsertItem => {
                let module_id = self.module_id.parse().unwrap_or_else(|_| {
                    errors.add("action.module_id", "choose a module");
                    ModuleId(uuid::Uuid::nil())
                });
                SourceAction::UpsertItem { module_id }
            }
        }
    }
}

/// The event type that `text` names. Where it names none that is noted at `field`, and another stands in for it, so
/// that what else is wrong with the form is found all the same.
pub(super) fn read_event_type(text: &str, field: &str, errors: &mut FieldErrors) -> EventType {
    EventType::new(text.trim()).unwrap_or_else(|error| {
        errors.add(field, error.to_string());
        stand_in()
    })
}

fn stand_in() -> EventType {
    EventType::new("none").expect("letters are an event type")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn action(value: serde_json::Value) -> SourceAction {
        serde_json::from_value(value).expect("an action")
    }

    #[test]
    fn a8_each_choice_is_told_from_what_is_stored() {
        let module = "0196f1a4-0000-7000-8000-000000000001";
        for (stored, expected) in [
            (json!({"type": "publish_event", "event_type": PROFILE}), ActionChoice::PublishEvent),
            (json!({"type": "record_event", "event_type": "point_add"}), ActionChoice::RecordEvent),
            (json!({"type": "record_event", "event_type": PROFILE}), ActionChoice::UpsertCustomer),
            (json!({"type": "upsert_item", "module_id": module}), ActionChoice::UpsertItem),
        ] {
            let stored = action(stored);
            let mut fields = Fields::default();
            fields.set_action(&stored);
            assert_eq!(fields.choice(), expected);
            let typed = fields.clone();
            for other in ActionChoice::ALL {
                fields.choose(other, &stored);
                assert_eq!(fields.choice(), other);
            }
            fields.choose(expected, &stored);
            assert_eq!(fields, typed, "what is stored comes back");
        }
    }

    #[test]
    fn a8_what_is_not_chosen_yet_is_asked_for() {
        let stored = action(json!({"type": "publish_event", "event_type": "a.b"}));
        for (choice, expected) in [
            (ActionChoice::RecordEvent, vec!["action.event_type"]),
            (ActionChoice::UpsertCustomer, vec![]),
            (ActionChoice::UpsertItem, vec!["action.module_id"]),
            (ActionChoice::PublishEvent, vec![]),
        ] {
            let mut fields = Fields::default();
            fields.choose(choice, &stored);
            let mut errors = FieldErrors::default();
            fields.read_action(&mut errors);
            assert_eq!(errors.0.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), expected);
        }
    }
}

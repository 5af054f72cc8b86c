use super::ModuleConfig;
use crate::error::FieldErrors;
use crate::filter::{Criterion, Filter, Operator};
use crate::ids::ModuleId;
use crate::subscription::EventPattern;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Type of the event that an item came.
pub const ITEM_CREATED: &str = "item.created";
/// Type of the event that an item changed.
pub const ITEM_UPDATED: &str = "item.updated";
/// Type of the event that an item is gone.
pub const ITEM_DELETED: &str = "item.deleted";

/// Most activities of one webhook: with two criteria each they fit in one filter.
const MAX_ACTIVITIES: usize = 20;
const MODULE_ID: &str = "data.module.id";
const EVENT_TYPE: &str = "event.type";
const CHANGES: &str = "changes.";

/// Something that happens to items and that an outgoing webhook may be triggered by (K12).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Activity {
    /// An item came.
    ItemCreated,
    /// Anything of an item changed.
    ItemUpdated,
    /// One thing of an item changed that was there before.
    FieldChanged {
        /// The field's key, or `title`.
        field: String,
    },
    /// An item is gone.
    ItemDeleted,
}

impl Activity {
    /// The type of its event.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self {
            Self::ItemCreated => ITEM_CREATED,
            Self::ItemUpdated | Self::FieldChanged { .. } => ITEM_UPDATED,
            Self::ItemDeleted => ITEM_DELETED,
        }
    }

    fn filter(&self) -> Filter {
        let is_type = criterion(EVENT_TYPE, Operator::Equals, self.event_type().into());
        match self {
            Self::FieldChanged { field } => {
                let has_changed = criterion(&format!("{CHANGES}{field}"), Operator::Exists, Value::Null);
                Filter::All(vec![is_type, has_changed])
            }
            _ => is_type,
        }
    }

    fn read(filter: &Filter) -> Option<Self> {
        let (is_type, has_changed) = match filter {
            Filter::Criterion(is_type) => (is_type, None),
            Filter::All(parts) => match parts.as_slice() {
                [Filter::Criterion(is_type), Filter::Criterion(has_changed)] => (is_type, Some(has_changed)),
                _ => return None,
            },
            Filter::Any(_) => return None,
        };
        let field =
            has_changed.map(|criterion| criterion.path.strip_prefix(CHANGES)).map(Option::unwrap_or_default);
        let read = match (is_type.value.as_str()?, field) {
            (ITEM_CREATED, None) => Self::ItemCreated,
            (ITEM_UPDATED, None) => Self::ItemUpdated,
            (ITEM_DELETED, None) => Self::ItemDeleted,
            (ITEM_UPDATED, Some(field)) => Self::FieldChanged { field: field.to_owned() },
            _ => return None,
        };
        (read.filter() == *filter).then_some(read)
    }
}

/// The activities that trigger one outgoing webhook of a module: any of them does. Underneath it is a subscription
/// with these [`Self::event_types`] and this [`Self::filter`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Activities(pub Vec<Activity>);

impl Activities {
    /// The types of their events, each once.
    #[must_use]
    pub fn event_types(&self) -> Vec<EventPattern> {
        let mut types: Vec<EventPattern> = Vec::new();
        for activity in &self.0 {
            if !types.iter().any(|other| other.0 == activity.event_type()) {
                types.push(EventPattern(activity.event_type().to_owned()));
            }
        }
        types
    }

    /// What events of these types must pass to be one of the activities, of this module and no other.
    #[must_use]
    pub fn filter(&self, module: ModuleId) -> Filter {
        let is_of_module = criterion(MODULE_ID, Operator::Equals, module.to_string().into());
        Filter::All(vec![is_of_module, Filter::Any(self.0.iter().map(Activity::filter).collect())])
    }

    /// The module and the activities of a filter that [`Self::filter`] made; `None` of any other.
    #[must_use]
    pub fn read(filter: &Filter) -> Option<(ModuleId, Self)> {
        let Filter::All(parts) = filter else { return None };
        let [Filter::Criterion(is_of_module), Filter::Any(activities)] = parts.as_slice() else {
            return None;
        };
        let module = is_of_module.value.as_str()?.parse().ok()?;
        let read = Self(activities.iter().map(Activity::read).collect::<Option<_>>()?);
        (read.filter(module) == *filter).then_some((module, read))
    }

    /// Notes what is wrong under `field`: 1 to 20 of them, each once, on fields that the module has.
    pub fn check(&self, module: &ModuleConfig, field: &str, errors: &mut FieldErrors) {
        if !(1..=MAX_ACTIVITIES).contains(&self.0.len()) {
            return errors.add(field, format!("choose 1 to {MAX_ACTIVITIES} activities"));
        }
        for (place, activity) in self.0.iter().enumerate() {
            if self.0[..place].contains(activity) {
                errors.add(format!("{field}.{place}"), "this is chosen already");
            }
            if let Activity::FieldChanged { field: key } = activity
                && key != "title"
                && module.field(key).is_none()
            {
                errors.add(
                    format!("{field}.{place}.field"),
                    "choose a field of the module, or its items' title",
                );
            }
        }
    }
}

fn criterion(path: &str, op: Operator, value: Value) -> Filter {
    Filter::Criterion(Criterion::new(path, op, value))
}

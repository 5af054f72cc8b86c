//! An outgoing webhook of a module while it is edited, everything as typed.

use domain::error::FieldErrors;
use domain::module::{Activities, Activity, ModuleConfig, ModuleWebhook, ModuleWebhookDraft};

/// What is typed and ticked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// What people call it.
    pub name: String,
    /// Where it sends.
    pub url: String,
    /// What triggers it, in the order of [`offered`].
    pub activities: Vec<Activity>,
}

impl Typed {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(stored: Option<&ModuleWebhook>, module: &ModuleConfig) -> Self {
        let Some(stored) = stored else { return Self::default() };
        let chosen = &stored.activities.0;
        let activities = offered(module, chosen).into_iter().filter(|own| chosen.contains(own)).collect();
        Self { name: stored.name.clone(), url: stored.integration.config.target_url.clone(), activities }
    }

    /// What is meant.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn read(&self, module: &ModuleConfig) -> Result<ModuleWebhookDraft, FieldErrors> {
        let draft = ModuleWebhookDraft {
            name: self.name.trim().to_owned(),
            url: self.url.trim().to_owned(),
            activities: Activities(self.activities.clone()),
        };
        draft.check(module).map(|()| draft)
    }

    /// Ticks an activity, or takes the tick away.
    pub fn tick(&mut self, activity: &Activity, is_on: Ticked, module: &ModuleConfig) {
        let known = self.activities.clone();
        let is_chosen = |own: &Activity| {
            if own == activity { is_on == Ticked::Yes } else { known.contains(own) }
        };
        self.activities = offered(module, &known).into_iter().filter(is_chosen).collect();
    }
}

/// Whether a box is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticked {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What may trigger a webhook of the module (K12), and what triggers one although its field is gone.
#[must_use]
pub fn offered(module: &ModuleConfig, chosen: &[Activity]) -> Vec<Activity> {
    let keys = std::iter::once("title").chain(module.fields.iter().map(|field| field.key.as_str()));
    let fields = keys.map(|key| Activity::FieldChanged { field: key.to_owned() });
    let mut all: Vec<_> = [Activity::ItemCreated, Activity::ItemUpdated, Activity::ItemDeleted]
        .into_iter()
        .chain(fields)
        .collect();
    all.extend(chosen.iter().filter(|own| !all.contains(own)).cloned().collect::<Vec<_>>());
    all
}

/// What an activity is called.
#[must_use]
pub fn activity_words(activity: &Activity, module: &ModuleConfig) -> String {
    match activity {
        Activity::ItemCreated => "Item created".to_owned(),
        Activity::ItemUpdated => "Item updated".to_owned(),
        Activity::ItemDeleted => "Item deleted".to_owned(),
        Activity::FieldChanged { field } if field == "title" => "Title changed".to_owned(),
        Activity::FieldChanged { field } => match module.field(field) {
            Some(field) => format!("{} changed", field.label),
            None => format!("{field} changed (the field is gone)"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn k12_activities_are_ticked_in_one_order() {
        let module: ModuleConfig = serde_json::from_value(json!({
            "name": "Subscribers", "fields": [{"key": "city", "label": "City", "type": "string", "path": "city"}],
        }))
        .expect("a module");
        let city = Activity::FieldChanged { field: "city".into() };
        let gone = Activity::FieldChanged { field: "zip".into() };
        assert_eq!(offered(&module, &[]).len(), 5);
        let mut typed = Typed { activities: vec![gone.clone()], ..Typed::default() };
        typed.tick(&city, Ticked::Yes, &module);
        typed.tick(&Activity::ItemCreated, Ticked::Yes, &module);
        assert_eq!(typed.activities, [Activity::ItemCreated, city.clone(), gone.clone()]);
        typed.tick(&gone, Ticked::No, &module);
        assert_eq!(typed.activities, [Activity::ItemCreated, city.clone()]);
        assert_eq!(activity_words(&city, &module), "City changed");
        assert!(activity_words(&gone, &module).contains("gone"));
        let wrong = typed.read(&module).expect_err("no name, no URL");
        let fields: Vec<_> = wrong.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["name", "url"]);
    }
}

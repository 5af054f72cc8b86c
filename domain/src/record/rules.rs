use crate::catalogue::{Catalogue, EventDefinition};
use crate::event::EventType;
use crate::form::Form;
use crate::ids::ModuleId;
use crate::lookup::LookupList;
use crate::module::Module;
use std::collections::HashMap;
use std::sync::Arc;

/// What an account has decided about its records, as of one version of its configuration.
#[derive(Debug)]
pub struct Rules {
    /// What its customers' form asks for.
    pub customer_form: Form,
    /// What its lookup fields choose from.
    pub lookups: Vec<LookupList>,
    /// Its modules by id.
    pub modules: HashMap<ModuleId, Arc<Module>>,
    catalogue: Catalogue,
    /// Each definition with the fields of the form, in the catalogue's order.
    definitions: Vec<Arc<EventDefinition>>,
}

impl Default for Rules {
    fn default() -> Self {
        Self::new(Vec::new(), Form::of_customers(), Vec::new(), Vec::new())
    }
}

impl Rules {
    /// The rules of an account that defines these events itself.
    #[must_use]
    pub fn new(
        own_events: Vec<EventDefinition>,
        customer_form: Form,
        lookups: Vec<LookupList>,
        modules: Vec<Module>,
    ) -> Self {
        let catalogue = Catalogue::new(own_events);
        let with_fields =
            |definition: &EventDefinition| Arc::new(definition.clone().with_fields_of(&customer_form));
        let definitions = catalogue.all().iter().map(with_fields).collect();
        let modules = modules.into_iter().map(|module| (module.id, Arc::new(module))).collect();
        Self { customer_form, lookups, modules, catalogue, definitions }
    }

    /// What may be said of customers.
    #[must_use]
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What events of this type say, the fields of the customers' form included where they set fields.
    #[must_use]
    pub fn definition(&self, event_type: &EventType) -> Option<&Arc<EventDefinition>> {
        self.definitions.iter().find(|definition| definition.event_type == *event_type)
    }
}

use super::form::Fields;
use super::server_fns::{CustomerForm, get_customer, save_customer};
use crate::components::{Begin, Calls, Editing, Over, Rules, Saving};
use crate::here::Here;
use domain::account::Permission;
use domain::customer::CustomerDraft;
use domain::form::Form;
use domain::lookup::LookupList;
use domain::record::StoredCustomer;
use leptos::prelude::*;

/// A customer being looked at and edited, or made.
#[derive(Clone, Copy)]
pub struct Editor {
    /// Who is stored, as far as this page knows; nobody yet where they are made.
    pub stored: RwSignal<Option<StoredCustomer>>,
    /// What is typed.
    pub fields: RwSignal<Fields>,
    /// What is asked for.
    pub form: StoredValue<Form>,
    /// What lookup fields choose from.
    pub lookups: StoredValue<Vec<LookupList>>,
    /// How they are saved.
    pub saving: Saving,
    /// Whether the caller's role may change them.
    pub may_edit: bool,
}

impl Editor {
    /// Begins with who is stored, or with nobody.
    pub fn new(
        customer: Option<StoredCustomer>,
        form: CustomerForm,
        on_saved: Callback<StoredCustomer>,
    ) -> Self {
        let slug = StoredValue::new(Here::slug());
        let CustomerForm { form, lookups } = form;
        let (form, lookups) = (StoredValue::new(form), StoredValue::new(lookups));
        let id = customer.as_ref().map(|customer| customer.id);
        let may_edit = Here::may(Permission::EditRecords);
        let begin = match (id, may_edit) {
            (Some(_), _) => Begin::Stored,
            (None, true) => Begin::New,
            (None, false) => Begin::Denied,
        };
        let stored = RwSignal::new(customer);
        let save = Action::new(move |(over, draft): &(Over, CustomerDraft)| {
            let (over, draft) = (*over, draft.clone());
            let version =
                stored.with_untracked(|stored| stored.as_ref().map(|stored| stored.customer.version));
            let version = version.filter(|_| over == Over::Opened);
            async move { save_customer(slug.get_value(), id, version, draft).await.map(Some) }
        });
        let reload = Action::new(move |(): &()| async move {
            let Some(id) = id else { return Ok(None) };
            get_customer(slug.get_value(), id).await.map(|found| Some(found.customer))
        });
        let rules = Rules {
            as_typed: move |stored: &Option<StoredCustomer>| {
                form.with_value(|form| Fields::of(stored.as_ref(), form))
            },
            read: move |stored: &Option<StoredCustomer>, fields: &Fields| {
                form.with_value(|form| {
                    lookups.with_value(|lookups| fields.read(stored.as_ref(), form, lookups))
                })
            },
        };
        let on_saved = Callback::new(move |saved: Option<StoredCustomer>| {
            saved.into_iter().for_each(|saved| on_saved.run(saved));
        });
        let Editing { stored, typed, saving } =
            Editing::begin(stored, begin, rules, Calls { save, reload, on_saved });
        Self { stored, fields: typed, form, lookups, saving, may_edit }
    }
}

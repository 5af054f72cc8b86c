use crate::error::AppError;
use crate::pages::records::{HistoryPage, Makers};
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::activity::{Page, PageRequest};
use domain::customer::{CustomerDraft, Note};
use domain::form::Form;
use domain::ids::{CustomerId, NoteId};
use domain::lookup::LookupList;
use domain::record::{CustomerRow, RecordSearch, StoredCustomer};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// A customer as their page shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerView {
    /// The customer.
    pub customer: StoredCustomer,
    /// What their fields are called and hold.
    pub form: CustomerForm,
}

/// The form of customers, and what its fields choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerForm {
    /// The form.
    pub form: Form,
    /// The account's lookup lists.
    pub lookups: Vec<LookupList>,
}

/// Notes on a customer, and who left them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotesPage {
    /// The notes, newest first.
    pub page: Page<Note>,
    /// What those are called who left them.
    pub makers: Makers,
}

/// Customers that a search finds, newest first.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server(input = Json)]
pub async fn list_customers(
    slug: String,
    search: RecordSearch,
    page: PageRequest,
) -> Result<Page<CustomerRow>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    Ok(entered.services.list_customers(&entered.scope, &search, page).await?)
}

/// The form of customers.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn get_form_of_customers(slug: String) -> Result<CustomerForm, AppError> {
    crate::enter::enter(&slug, Permission::ReadConfiguration).await?.form_of_customers().await
}

#[cfg(feature = "ssr")]
impl crate::enter::Entered {
    /// The form of customers, and what its fields choose from.
    pub async fn form_of_customers(&self) -> Result<CustomerForm, AppError> {
        let form = self.services.customer_form(&self.scope).await?.form;
        Ok(CustomerForm { form, lookups: self.services.lookup_lists(&self.scope).await? })
    }
}

/// One customer.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such customer.
#[server(input = Json)]
pub async fn get_customer(slug: String, id: CustomerId) -> Result<CustomerView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    let customer = entered.services.customer(&entered.scope, id).await?;
    Ok(CustomerView { customer, form: entered.form_of_customers().await? })
}

/// Makes a customer, or saves a stored one.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the fields; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_customer(
    slug: String,
    id: Option<CustomerId>,
    version: Option<i64>,
    draft: CustomerDraft,
) -> Result<StoredCustomer, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditRecords).await?;
    Ok(match id {
        Some(id) => entered.services.update_customer(&entered.scope, id, version, draft).await?,
        None => entered.services.create_customer(&entered.scope, draft).await?,
    })
}

/// Deletes a customer with all that is known of them.
///
/// # Errors
/// As [`get_customer`].
#[server(input = Json)]
pub async fn delete_customer(slug: String, id: CustomerId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditRecords).await?;
    entered.services.delete_customer(&entered.scope, id, None).await?;
    leptos_axum::redirect(&format!("/a/{slug}/customers"));
    Ok(())
}

/// What happened to a customer, newest first; only events of one type where that is given.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such customer.
#[server(input = Json)]
pub async fn get_customer_history(
    slug: String,
    id: CustomerId,
    event_type: Option<String>,
    page: PageRequest,
) -> Result<HistoryPage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    let page = entered.services.history_of_customer(&entered.scope, id, event_type.as_deref(), page).await?;
    Ok(HistoryPage { page, makers: entered.makers().await? })
}

/// Types of events that customers can have, with what they are called.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_event_names(slug: String) -> Result<Vec<(String, String)>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let all = entered.services.catalogue(&entered.scope).await?.into_iter().map(|entry| entry.definition);
    Ok(all.map(|definition| (definition.event_type.to_string(), definition.name)).collect())
}

/// Notes on a customer, newest first.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such customer.
#[server(input = Json)]
pub async fn list_notes(slug: String, id: CustomerId, page: PageRequest) -> Result<NotesPage, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadRecords).await?;
    let page = entered.services.notes(&entered.scope, id, page).await?;
    Ok(NotesPage { page, makers: entered.makers().await? })
}

/// Leaves a note on a customer.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with the text.
#[server]
pub async fn add_note(slug: String, id: CustomerId, text: String) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditRecords).await?;
    entered.services.add_note(&entered.scope, id, domain::customer::NoteDraft { text }).await?;
    crate::enter::after_plain_form(&format!("/a/{slug}/customers/{id}?tab=notes"));
    Ok(())
}

/// Takes a note away.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the customer has no such note.
#[server]
pub async fn delete_note(slug: String, id: CustomerId, note: NoteId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditRecords).await?;
    Ok(entered.services.delete_note(&entered.scope, id, note).await?)
}

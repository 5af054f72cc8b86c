use crate::error::AppError;
use crate::pages::activity::Names;
#[cfg(feature = "ssr")]
use domain::account::Permission;
use domain::form::{Form, StoredForm};
use domain::ids::LookupListId;
use domain::lookup::{LookupList, LookupListDraft};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// The form as it is edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormView {
    /// What is stored.
    pub stored: StoredForm,
    /// The account's lookup lists.
    pub lookups: Names<LookupListId>,
}

/// The customers' form.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn get_customer_form(slug: String) -> Result<FormView, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let stored = entered.services.customer_form(&entered.scope).await?;
    let lookups = entered.services.lookup_lists(&entered.scope).await?;
    Ok(FormView { stored, lookups: Names(lookups.into_iter().map(|list| (list.id, list.name)).collect()) })
}

/// Saves the customers' form.
///
/// # Errors
/// As [`crate::enter::enter`]; what is wrong with it; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_customer_form(
    slug: String,
    version: Option<i64>,
    form: Form,
) -> Result<StoredForm, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditCatalogue).await?;
    Ok(entered.services.set_customer_form(&entered.scope, version, form).await?)
}

/// Every lookup list, by name.
///
/// # Errors
/// As [`crate::enter::enter`].
#[server]
pub async fn list_lookup_lists(slug: String) -> Result<Vec<LookupList>, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    Ok(entered.services.lookup_lists(&entered.scope).await?)
}

/// One lookup list.
///
/// # Errors
/// As [`crate::enter::enter`]; `NotFound` where the account has no such list.
#[server]
pub async fn get_lookup_list(slug: String, id: LookupListId) -> Result<LookupList, AppError> {
    let entered = crate::enter::enter(&slug, Permission::ReadConfiguration).await?;
    let all = entered.services.lookup_lists(&entered.scope).await?;
    let found = all.into_iter().find(|list| list.id == id);
    found.ok_or_else(|| services::Error::NotFound.into())
}

/// Makes a lookup list, or saves a stored one.
///
/// # Errors
/// As [`get_lookup_list`]; what is wrong with it; `Stale` where somebody else saved meanwhile.
#[server(input = Json)]
pub async fn save_lookup_list(
    slug: String,
    id: Option<LookupListId>,
    version: Option<i64>,
    draft: LookupListDraft,
) -> Result<LookupList, AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditCatalogue).await?;
    Ok(match id {
        Some(id) => entered.services.update_lookup_list(&entered.scope, id, version, draft).await?,
        None => entered.services.create_lookup_list(&entered.scope, draft).await?,
    })
}

/// Deletes a lookup list.
///
/// # Errors
/// As [`get_lookup_list`]; `InUse` while a field chooses from it.
#[server]
pub async fn delete_lookup_list(slug: String, id: LookupListId) -> Result<(), AppError> {
    let entered = crate::enter::enter(&slug, Permission::EditCatalogue).await?;
    entered.services.delete_lookup_list(&entered.scope, id).await?;
    leptos_axum::redirect(&format!("/a/{slug}/customer-form?tab=lists"));
    Ok(())
}

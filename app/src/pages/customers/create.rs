use super::edit::EditForm;
use super::editor::Editor;
use super::server_fns::{CustomerForm, get_form_of_customers};
use crate::components::{Crumb, DirtyBar, Loaded, PageHead, Skeleton};
use crate::here::Here;
use domain::record::StoredCustomer;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// What leads to a customer's page.
pub const CRUMBS: &[Crumb] = &[("Customers", "customers")];

/// `/a/{slug}/customers/new`.
#[component]
pub fn Create() -> impl IntoView {
    let slug = StoredValue::new(Here::slug());
    let form = Resource::new(|| (), move |()| get_form_of_customers(slug.get_value()));
    view! {
        <PageHead title="New customer" crumbs=CRUMBS about="Points and totals come from events; everything else can be said here."/>
        <Loaded resource=form skeleton=Skeleton::Panels view=|form| view! { <New form/> }/>
    }
    .into_any()
}

#[component]
fn New(form: CustomerForm) -> impl IntoView {
    let navigate = use_navigate();
    let start = Here::path("customers");
    let go = Callback::new(move |made: StoredCustomer| {
        let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
        navigate(&format!("{start}/{}", made.id), replace);
    });
    let editor = Editor::new(None, form, go);
    view! {
        <EditForm editor/>
        <DirtyBar saving=editor.saving/>
    }
    .into_any()
}

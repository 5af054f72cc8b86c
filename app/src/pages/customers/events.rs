use super::server_fns::{get_customer_history, get_form_of_customers, list_event_names};
use super::words::labels;
use crate::components::{LoadedLater, Skeleton, page_in};
use crate::error::AppError;
use crate::here::Here;
use crate::pages::activity::{FilterBar, FilterSelect};
use crate::pages::records::{History, event_name};
use domain::activity::PageRequest;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Types that no definition is there for, because the console and the API make them.
const OURS: [&str; 2] = ["customer.created", "customer.updated"];

/// A customer's id, the only type of events to show, and the page.
type Wanted = (String, Option<String>, PageRequest);

/// What happened to a customer, kept as long as the customer (A25).
#[component]
pub fn EventsTab(
    /// Their id, as the address has it.
    id: Memo<String>,
) -> impl IntoView {
    let query = use_query_map();
    let slug = StoredValue::new(Here::slug());
    let wanted = Memo::new(move |_| {
        query.with(|query| {
            let event_type = query.get("type").filter(|text| !text.is_empty());
            (id.get(), event_type, page_in(query))
        })
    });
    let load = Action::new(move |(id, event_type, page): &Wanted| {
        let (id, event_type, page) = (id.parse(), event_type.clone(), *page);
        let slug = slug.get_value();
        async move { get_customer_history(slug, id.map_err(|_| AppError::NotFound)?, event_type, page).await }
    });
    let load_words = Action::new(move |(): &()| {
        // Read before anything is waited for: by then the page may be gone.
        let slug = slug.get_value();
        async move {
            let names = list_event_names(slug.clone()).await?;
            Ok((names, labels(&get_form_of_customers(slug).await?.form)))
        }
    });
    view! {
        <LoadedLater wanted=Signal::derive(|| ()) load=load_words skeleton=Skeleton::Filters view=move |(names, labels)| {
            let (names, labels) = (StoredValue::new(names), StoredValue::new(labels));
            view! {
                <FilterBar><FilterSelect name="type" label="Event" all="Any event" choices=choices(names)/></FilterBar>
                <LoadedLater wanted load view=move |found| {
                    let is_filtered = wanted.with_untracked(|(_, event_type, _)| event_type.is_some());
                    view! { <History found is_filtered names labels/> }
                }/>
            }
        }/>
    }
    .into_any()
}

fn choices(names: StoredValue<Vec<(String, String)>>) -> Vec<(String, String)> {
    names.with_value(|names| {
        let ours = OURS.iter().map(|own| ((*own).to_owned(), event_name(own, names)));
        names.iter().cloned().chain(ours).collect()
    })
}

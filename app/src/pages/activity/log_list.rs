use super::{NoRows, ReadingArea, WaitingPill};
use crate::components::Pager;
use crate::here::Here;
use crate::live::{Row, Tail};
use domain::activity::PageRequest;
use leptos::prelude::*;
use uuid::Uuid;

/// The tail of a list at `path` below the account, of rows that pass its filter. It begins anew with each page of it.
pub fn tail_of<F, T: Row>(path: &str, wanted: Memo<(F, PageRequest)>, passes: fn(&F, &T) -> bool) -> Tail<T>
where
    F: Send + Sync + 'static,
{
    let tail =
        Tail::new(Here::path(path), move |row| wanted.with_untracked(|(filter, _)| passes(filter, row)));
    Effect::new(move || {
        wanted.track();
        tail.clear();
    });
    tail
}

/// A list of what happened: what came since, one page of rows, older and newer ones.
#[component]
pub fn LogList<T: Row>(
    /// What comes while the list is looked at.
    tail: Tail<T>,
    /// Where the shown rows begin; `None` where there are none.
    first: Option<Uuid>,
    /// Where older ones go on.
    next: Option<Uuid>,
    /// Whether a filter is set.
    is_filtered: bool,
    /// The rows, under those of the tail.
    #[prop(into)]
    rows: ViewFn,
    /// What stands in their place before anything happened.
    #[prop(into)]
    never_any: ViewFn,
) -> impl IntoView {
    let nothing_came = move || tail.shown.with(Vec::is_empty);
    view! {
        <WaitingPill tail/>
        <ReadingArea tail>
            <Show when=move || first.is_none() && nothing_came() fallback=rows>
                <NoRows is_filtered never_any=never_any.clone()/>
            </Show>
        </ReadingArea>
        <Pager first next/>
    }
    .into_any()
}

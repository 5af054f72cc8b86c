//! Blueprints to begin a source with. Choosing one is a link, so that it works before the page is alive.

use crate::components::Prose;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// A blueprint as people choose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its name for machines.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// What kind of sender it is for.
    pub category: String,
    /// Words it is also found by.
    pub search_words: Vec<String>,
    /// What to do on the sender's side, in order.
    pub steps: Vec<String>,
    /// The endpoint it proposes; empty for the blank one, which does not know what is sent.
    pub endpoint: String,
    /// The event type it proposes, empty likewise; `None` where it publishes nothing, but records.
    pub event_type: Option<String>,
    /// The event that it records on customers, where it does.
    pub records: Option<String>,
}

impl Card {
    /// What the dialog shows of a blueprint.
    #[cfg(any(feature = "ssr", test))]
    #[must_use]
    pub fn of(blueprint: &domain::blueprint::Blueprint) -> Self {
        use domain::source::SourceAction;
        let proposed =
            |text: &str| if blueprint.key == super::form::BLANK { String::new() } else { text.to_owned() };
        Self {
            key: blueprint.key.to_owned(),
            name: blueprint.name.clone(),
            description: blueprint.description.clone(),
            category: blueprint.category.label().to_owned(),
            search_words: blueprint.search_words.clone(),
            steps: blueprint.steps.clone(),
            endpoint: proposed(&blueprint.source.endpoint),
            event_type: match &blueprint.source.action {
                SourceAction::PublishEvent { event_type } => Some(proposed(event_type.as_str())),
                SourceAction::RecordEvent { .. } | SourceAction::UpsertItem { .. } => None,
            },
            records: match &blueprint.source.action {
                SourceAction::RecordEvent { event_type } => Some(event_type.to_string()),
                SourceAction::PublishEvent { .. } | SourceAction::UpsertItem { .. } => None,
            },
        }
    }

    /// Whether each word of `text` stands in it, in any case.
    fn is_found_by(&self, text: &str) -> bool {
        let own = [&self.name, &self.description, &self.category].into_iter().chain(&self.search_words);
        let own = own.map(|text| text.to_lowercase()).collect::<Vec<_>>().join("\n");
        text.to_lowercase().split_whitespace().all(|word| own.contains(word))
    }
}

/// Cards to choose from, found by words.
#[component]
pub fn Cards(
    /// All of them.
    cards: StoredValue<Vec<Card>>,
    /// The key of the one that is chosen.
    #[prop(into)]
    chosen: Signal<String>,
) -> impl IntoView {
    let typed = use_query_map().with_untracked(|query| query.get_str("find").unwrap_or_default().to_owned());
    let search = RwSignal::new(typed.clone());
    let found = Memo::new(move |_| {
        search.with(|text| {
            cards.with_value(|cards| {
                cards.iter().filter(|card| card.is_found_by(text)).cloned().collect::<Vec<_>>()
            })
        })
    });
    view! {
        <section class="grid gap-2" aria-label="Blueprints">
            <form method="get" role="search" on:submit=|event| event.prevent_default()>
                <input type="hidden" name="create" value=move || chosen.get()/>
                <input
                    type="search"
                    class="input w-full"
                    name="find"
                    aria-label="Search blueprints"
                    placeholder="Search: GitHub, Stripe, SMS…"
                    autocomplete="off"
                    value=typed
                    on:input=move |event| search.set(event_target_value(&event))
                />
            </form>
            <ul class="grid max-h-64 gap-2 overflow-y-auto p-1 sm:grid-cols-2">
                <For each=move || found.get() key=|card| card.key.clone() let:card>
                    <CardLink card chosen/>
                </For>
            </ul>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="muted text-xs">"None is found by these words. Begin with Blank: it takes any sender."</p>
            </Show>
        </section>
    }
    .into_any()
}

/// A plain link, because the router's would be told to be the current page.
#[component]
fn CardLink(card: Card, chosen: Signal<String>) -> impl IntoView {
    let key = card.key.clone();
    let is_chosen = Memo::new(move |_| chosen.with(|chosen| *chosen == key));
    view! {
        <li class="contents">
            <a
                href=format!("?create={}", card.key)
                data-noscroll=""
                aria-current=move || is_chosen.get().then_some("true")
                class="grid content-start gap-1 rounded-field border hairline px-3 py-2 hover:bg-base-200 aria-[current=true]:border-primary aria-[current=true]:bg-base-200"
            >
                <span class="flex flex-wrap items-baseline justify-between gap-x-2">
                    <span class="font-medium">{card.name}</span>
                    <span class="muted text-xs">{card.category}</span>
                </span>
                <span class="muted text-xs">{card.description}</span>
            </a>
        </li>
    }
    .into_any()
}

/// What to do on the sender's side.
#[component]
pub fn Steps(
    /// In order.
    steps: Vec<String>,
) -> impl IntoView {
    view! {
        <ol class="muted list-decimal space-y-1 pl-5 text-xs">
            {steps.into_iter().map(|text| view! { <li><Prose text/></li> }).collect_view()}
        </ol>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k17_cards_are_found_as_blueprints_are_and_blank_proposes_nothing() {
        let cards: Vec<_> = domain::blueprint::blueprints().iter().map(Card::of).collect();
        assert_eq!(
            (&*cards[0].key, &*cards[0].endpoint, cards[0].event_type.as_deref()),
            (super::super::form::BLANK, "", Some(""))
        );
        for text in ["", "GITHUB", "text message", "stripe pay", "no such sender"] {
            let found: Vec<_> =
                cards.iter().filter(|card| card.is_found_by(text)).map(|card| card.key.as_str()).collect();
            let expected: Vec<_> =
                domain::blueprint::search(text).iter().map(|blueprint| blueprint.key).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}

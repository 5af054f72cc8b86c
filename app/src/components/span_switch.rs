//! How far back charts go: in the query string as `span`.

use domain::activity::Span;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The span in the query string.
#[must_use]
pub fn chosen_span() -> Memo<Span> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let wanted = query.get_str("span");
            Span::ALL.into_iter().find(|span| Some(span.as_str()) == wanted).unwrap_or_default()
        })
    })
}

/// Links to the spans there are; the rest of the query stays.
#[component]
pub fn SpanSwitch() -> impl IntoView {
    let query = use_query_map();
    let chosen = chosen_span();
    let link = move |span: Span| {
        let mut query = query.get();
        query.remove("span");
        query.insert("span", span.as_str().to_owned());
        query.to_query_string()
    };
    view! {
        <nav class="segmented" aria-label="How far back">
            {Span::ALL.into_iter().map(|span| view! {
                <a
                    href=move || link(span)
                    data-noscroll=""
                    class="segment"
                    aria-current=move || (chosen.get() == span).then_some("true")
                >
                    <span>{words(span)}</span>
                </a>
            }).collect_view()}
        </nav>
    }
    .into_any()
}

const fn words(span: Span) -> &'static str {
    match span {
        Span::Hour => "1 h",
        Span::Day => "24 h",
        Span::Week => "7 d",
    }
}

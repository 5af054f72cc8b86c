use super::{Glyph, Note, Tone};
use domain::warning::{Warning, WarningCode};
use leptos::prelude::*;

/// What is to be said of one field of a form, beside it.
#[component]
pub fn Warnings(
    /// What is to be said of the whole form.
    all: Memo<Vec<Warning>>,
    /// Dotted path of the field.
    path: &'static str,
) -> impl IntoView {
    let own = move || {
        let own = all.get().into_iter().filter(move |warning| warning.path == path);
        own.map(|warning| {
            let glyph = match warning.code {
                WarningCode::NoAuthentication => Glyph::ShieldAlert,
                WarningCode::UnencryptedTarget => Glyph::TriangleAlert,
            };
            view! { <Note tone=Tone::Warning glyph>{warning.message}</Note> }
        })
        .collect_view()
    };
    own.into_any()
}

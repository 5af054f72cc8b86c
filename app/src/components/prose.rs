//! Sentences that name things as they are typed: what stands between backticks is code.

use leptos::prelude::*;

/// A message with its code set as code. A message that begins with a word begins with a capital letter.
#[component]
pub fn Prose(
    /// The message.
    text: String,
) -> impl IntoView {
    let class = if text.starts_with('`') { "min-w-0" } else { "min-w-0 sentence" };
    view! {
        <span class=class>
            {parts(&text).into_iter().map(|(is_code, part)| {
                let part = part.to_owned();
                if is_code { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
            }).collect_view()}
        </span>
    }
    .into_any()
}

/// The parts of a message, and whether each is code.
fn parts(text: &str) -> Vec<(bool, &str)> {
    let parts = text.split('`').enumerate().map(|(place, part)| (place % 2 == 1, part));
    parts.filter(|(_, part)| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(parts("`a` or `b`"), [(true, "a"), (false, " or "), (true, "b")]);
        assert_eq!(parts("give it a name"), [(false, "give it a name")]);
    }
}

use leptos::prelude::*;
use serde_json::Value;

/// A sample to pick from: a click on a leaf hands over its path (`items.0.sku`).
#[component]
pub fn JsonTree(
    /// The sample.
    value: Value,
    /// What a click does with the path.
    on_pick: Callback<String>,
    /// What a click does, for "… merges.FNAME".
    #[prop(default = "Map")]
    verb: &'static str,
) -> impl IntoView {
    view! { <ul class="json-tree" aria-label="Sample">{branches(&value, "", Pick { on_pick, verb })}</ul> }
        .into_any()
}

/// What a click on a leaf does.
#[derive(Clone, Copy)]
struct Pick {
    on_pick: Callback<String>,
    verb: &'static str,
}

fn branches(value: &Value, path: &str, pick: Pick) -> AnyView {
    match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| branch(key, value, join(path, key), pick)).collect_view().into_any()
        }
        Value::Array(items) => items
            .iter()
            .take(20)
            .enumerate()
            .map(|(index, value)| branch(&index.to_string(), value, join(path, &index.to_string()), pick))
            .collect_view()
            .into_any(),
        _ => branch("value", value, path.to_owned(), pick),
    }
}

fn branch(key: &str, value: &Value, path: String, pick: Pick) -> AnyView {
    let key = key.to_owned();
    if value.is_object() || value.is_array() {
        let below = branches(value, &path, pick);
        return view! {
            <li>
                <details open>
                    <summary><span class="json-key">{key}</span> " " <span class="muted">{size(value)}</span></summary>
                    <ul>{below}</ul>
                </details>
            </li>
        }
        .into_any();
    }
    let label = format!("{} {path}", pick.verb);
    view! {
        <li>
            <button type="button" class="json-leaf" aria-label=label on:click=move |_| pick.on_pick.run(path.clone())>
                <span class="json-key">{key}</span>
                <span class=class_of(value)>{shortened(value)}</span>
            </button>
        </li>
    }
    .into_any()
}

fn join(path: &str, key: &str) -> String {
    let needs_quotes = key.is_empty() || key.contains(['.', '[', ']', '"']);
    match (needs_quotes, path.is_empty()) {
        (true, _) => format!("{path}[{}]", Value::from(key)),
        (false, true) => key.to_owned(),
        (false, false) => format!("{path}.{key}"),
    }
}

fn size(value: &Value) -> String {
    match value {
        Value::Object(map) => format!("{{{}}}", map.len()),
        Value::Array(items) => format!("[{}]", items.len()),
        _ => String::new(),
    }
}

const fn class_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "json-text",
        Value::Number(_) => "json-number",
        _ => "json-word",
    }
}

/// A value as one short line.
#[must_use]
pub fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(48) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_odd_keys_are_quoted() {
        for (path, key, expected) in [
            ("", "a", "a"),
            ("a", "b", "a.b"),
            ("a", "b.c", r#"a["b.c"]"#),
            ("", "", r#"[""]"#),
            ("a", "0", "a.0"),
        ] {
            assert_eq!(join(path, key), expected);
            assert!(expected.parse::<domain::json::Path>().is_ok(), "{expected}");
        }
    }
}

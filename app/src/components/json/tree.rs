use leptos::prelude::*;
use serde_json::Value;

/// A sample to pick from: a click on a leaf hands over its path (`items.0.sku`). Where it asks, a click on what stands in
/// a list first asks which is meant: this element, or each (`items.*.sku`).
#[component]
pub fn JsonTree(
    /// The sample.
    value: Value,
    /// What a click does with the path.
    on_pick: Callback<String>,
    /// What a click does, for "… merges.FNAME".
    #[prop(default = "Map")]
    verb: &'static str,
    /// Whether it asks which element of a list is meant.
    #[prop(optional)]
    asks_which: bool,
) -> impl IntoView {
    let asked = asks_which.then(|| RwSignal::new(String::new()));
    view! {
        <ul class="json-tree" aria-label="Sample">{branches(&value, &Place::default(), Pick { on_pick, verb, asked })}</ul>
    }
    .into_any()
}

/// What a click on a leaf does.
#[derive(Clone, Copy)]
struct Pick {
    on_pick: Callback<String>,
    verb: &'static str,
    /// The path of the leaf that it asks about; empty while it asks about none. `None` where it never asks.
    asked: Option<RwSignal<String>>,
}

/// Where a value is: by itself, and as one of those in the lists around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    /// Its own path.
    path: String,
    /// Its index in the innermost list on the way, and the path of each element there.
    each: Option<(usize, String)>,
    /// The path of each element of all lists on the way, where there are several.
    every: Option<String>,
}

impl Place {
    fn key(&self, key: &str) -> Self {
        Self {
            path: join(&self.path, key),
            each: self.each.as_ref().map(|(index, path)| (*index, join(path, key))),
            every: self.every.as_ref().map(|path| join(path, key)),
        }
    }

    fn index(&self, index: usize) -> Self {
        let outer = self.every.as_ref().or(self.each.as_ref().map(|(_, path)| path));
        Self {
            path: under(&self.path, &index.to_string()),
            each: Some((index, under(&self.path, "*"))),
            every: outer.map(|path| under(path, "*")),
        }
    }

    /// What a click on it may mean, in words, with the path of each.
    fn meanings(&self) -> Vec<(String, String)> {
        let this =
            self.each.as_ref().map(|(index, _)| (format!("This one (index {index})"), self.path.clone()));
        let each = self.each.as_ref().map(|(_, path)| ("Each".to_owned(), path.clone()));
        let every = self.every.as_ref().map(|path| ("Each of every list".to_owned(), path.clone()));
        [this, each, every].into_iter().flatten().collect()
    }
}

fn branches(value: &Value, place: &Place, pick: Pick) -> AnyView {
    match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| branch(key, value, place.key(key), pick)).collect_view().into_any()
        }
        Value::Array(items) => items
            .iter()
            .take(20)
            .enumerate()
            .map(|(index, value)| branch(&index.to_string(), value, place.index(index), pick))
            .collect_view()
            .into_any(),
        _ => branch("value", value, place.clone(), pick),
    }
}

fn branch(key: &str, value: &Value, place: Place, pick: Pick) -> AnyView {
    let key = key.to_owned();
    if value.is_object() || value.is_array() {
        let below = branches(value, &place, pick);
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
    let label = format!("{} {}, {}", pick.verb, place.path, kind_of(value));
    let meanings = place.meanings();
    let asked = pick.asked.filter(|_| !meanings.is_empty());
    let path = place.path.clone();
    let click = move |_| match asked {
        None => pick.on_pick.run(path.clone()),
        Some(asked) => {
            asked.update(|asked| *asked = if *asked == path { String::new() } else { path.clone() })
        }
    };
    view! {
        <li>
            <button type="button" class="json-leaf" aria-label=label on:click=click>
                <span class="json-key">{key}</span>
                <span class=format!("{} min-w-0 truncate", class_of(value))>{shortened(value)}</span>
                <span class="json-kind" aria-hidden="true">{kind_of(value)}</span>
            </button>
            {asked.map(|asked| which(place.path, meanings, asked, pick.on_pick))}
        </li>
    }
    .into_any()
}

/// Asks which element is meant, while the leaf at `path` is asked about.
fn which(
    path: String,
    meanings: Vec<(String, String)>,
    asked: RwSignal<String>,
    on_pick: Callback<String>,
) -> AnyView {
    let (own, meanings) = (path.clone(), StoredValue::new(meanings));
    let label = format!("Which of {path}");
    let button = move |(words, path): (String, String)| {
        let choose = move |_| {
            asked.set(String::new());
            on_pick.run(path.clone());
        };
        view! { <button type="button" class="btn btn-xs" on:click=choose>{words}</button> }
    };
    view! {
        <Show when=move || asked.with(|asked| *asked == own)>
            <div class="flex flex-wrap gap-1 py-1" role="group" aria-label=label.clone()>
                {meanings.get_value().into_iter().map(button).collect_view()}
            </div>
        </Show>
    }
    .into_any()
}

/// The path of `key` at `path`. Quoted where it could be read otherwise: `*` stands for each element of a list.
#[must_use]
pub fn join(path: &str, key: &str) -> String {
    let needs_quotes = key.is_empty() || key == "*" || key.contains(['.', '[', ']', '"']);
    if needs_quotes { format!("{path}[{}]", Value::from(key)) } else { under(path, key) }
}

fn under(path: &str, part: &str) -> String {
    if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") }
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

/// What a value is, in words.
#[must_use]
pub fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(_) => "yes or no".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(items) => format!("list of {}", items.len()),
        Value::Object(_) => "object".to_owned(),
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
            ("a", "*", r#"a["*"]"#),
            ("a", "0", "a.0"),
        ] {
            assert_eq!(join(path, key), expected);
            assert!(expected.parse::<domain::json::Path>().is_ok(), "{expected}");
        }
    }

    #[test]
    fn a9_what_stands_in_lists_may_be_meant_by_itself_or_with_the_others() {
        let root = Place::default();
        let paths = |place: &Place| place.meanings().into_iter().map(|(_, path)| path).collect::<Vec<_>>();
        assert_eq!(paths(&root.key("a").key("b")), Vec::<String>::new());
        let line = root.key("lines").index(1);
        assert_eq!(line.key("sku").meanings()[0].0, "This one (index 1)");
        assert_eq!(paths(&line.key("sku")), ["lines.1.sku", "lines.*.sku"]);
        assert_eq!(paths(&line.key("tags").index(0)), ["lines.1.tags.0", "lines.1.tags.*", "lines.*.tags.*"]);
        let nested = line.key("a").index(2).key("b").index(3).key("*");
        let expected = [r#"lines.1.a.2.b.3["*"]"#, r#"lines.1.a.2.b.*["*"]"#, r#"lines.*.a.*.b.*["*"]"#];
        assert_eq!(paths(&nested), expected);
        assert_eq!(paths(&root.index(0)), ["0", "*"]);
        for path in paths(&nested) {
            assert!(domain::json::check_each(&path).is_ok(), "{path}");
        }
    }
}

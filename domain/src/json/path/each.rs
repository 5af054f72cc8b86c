use super::{PathError, Segment, Segments, step};
use serde_json::Value;

/// What is at a path that may name each element of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<'v> {
    /// One value: the path names no such list.
    One(&'v Value),
    /// What each element has there, in order; `None` of one that has nothing.
    Each(Vec<Option<&'v Value>>),
}

/// Like [`super::get_text`], where `[]`, and `*` of a list, name each element: `items.*.sku`, `items[].sku`. Lists in
/// lists make one list. `None` when there is nothing before the first of them, or the text is no such path.
#[must_use]
pub fn find_each<'v>(mut value: &'v Value, path: &str) -> Option<Found<'v>> {
    let mut segments = Segments::of(path);
    while let Some(segment) = segments.next() {
        let segment = segment.ok()?;
        if let (true, Value::Array(_)) = (is_each(&segment), value) {
            let rest = segments.collect::<Result<Vec<_>, _>>().ok()?;
            let mut found = Vec::new();
            collect(value, &segment, &rest, &mut found);
            return Some(Found::Each(found));
        }
        value = step(value, &segment)?;
    }
    Some(Found::One(value))
}

/// What the elements of the lists that `path` names have there: in order, without those that have nothing. `None` where
/// it names no list that is there, so that it leads to one value at most.
#[must_use]
pub fn each_of<'v>(value: &'v Value, path: &str) -> Option<Vec<&'v Value>> {
    // Most paths name none; they are not walked twice.
    if !path.contains(['*', '[']) {
        return None;
    }
    match find_each(value, path)? {
        Found::Each(found) => Some(found.into_iter().flatten().collect()),
        Found::One(_) => None,
    }
}

/// Whether `path` is one that [`find_each`] takes.
///
/// # Errors
/// Why it is none.
pub fn check_each(path: &str) -> Result<(), PathError> {
    Segments::of(path).try_for_each(|segment| segment.map(|_| ()))
}

fn is_each(segment: &Segment<'_>) -> bool {
    match segment {
        Segment::Each => true,
        Segment::Plain(text) => text == "*",
        Segment::Quoted(_) => false,
    }
}

fn collect<'v>(
    value: &'v Value,
    segment: &Segment<'_>,
    rest: &[Segment<'_>],
    found: &mut Vec<Option<&'v Value>>,
) {
    let mut go_on = |value: &'v Value| match rest.split_first() {
        Some((next, rest)) => collect(value, next, rest, found),
        None => found.push(Some(value)),
    };
    match value {
        Value::Array(items) if is_each(segment) => items.iter().for_each(go_on),
        _ => match step(value, segment) {
            Some(value) => go_on(value),
            None => found.push(None),
        },
    }
}

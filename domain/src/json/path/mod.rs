mod each;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::borrow::Cow;

pub use each::{Found, check_each, each_of, find_each};

/// Most segments of a path.
const MAX_SEGMENTS: usize = 20;

/// Where something is in a JSON value: keys and list indexes joined by dots, `items.0.sku`. A key that has dots,
/// brackets or quotes, or that looks like an index, is written `["a.b"]`: `meta["a.b"].c`. 1 to 20 segments. Where
/// `*` stands for each element of a list ([`find_each`]), the key `*` of an object is still found by it; `["*"]` is
/// never anything but the key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path(Vec<Segment<'static>>);

/// Why a text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing between two dots, or nothing at all.
    #[error("a path has a name before and after each dot")]
    Empty,
    /// More than 20 segments.
    #[error("a path has at most {MAX_SEGMENTS} parts")]
    TooLong,
    /// A bracket or quote where none belongs.
    #[error("write list indexes as `items.0`, and keys with dots, brackets or quotes as `[\"a.b\"]`")]
    Malformed,
}

/// Why a value could not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// There is a text, number or truth value where an object or list is needed.
    #[error("there is already a plain value on the way to `{0}`")]
    NotAContainer(String),
    /// A key for a list.
    #[error("`{0}` is no index, and a list is there")]
    NotAnIndex(String),
    /// Lists are filled from their start, without gaps.
    #[error("the list has no place {0} yet (write [\"{0}\"] if it is a key)")]
    Gap(usize),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Segment<'a> {
    /// A key; of a list, an index.
    Plain(Cow<'a, str>),
    /// A key in `["…"]`, never an index.
    Quoted(Cow<'a, str>),
    /// `[]`: each element of a list, for [`find_each`] alone. A [`Path`] has none.
    Each,
}

impl Segment<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Quoted(text) => text,
            Self::Each => "[]",
        }
    }

    fn index(&self) -> Option<usize> {
        match self {
            Self::Plain(text) if is_index(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The one form of it that a path keeps: quoted only where that makes a difference.
    fn into_owned(self) -> Segment<'static> {
        let text = self.text().to_owned();
        match self {
            Self::Quoted(_) if is_index(&text) || !is_plain(&text) => Segment::Quoted(text.into()),
            _ => Segment::Plain(text.into()),
        }
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(['.', '[', ']', '"'])
}

fn is_index(text: &str) -> bool {
    (1..=9).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}

/// Cuts a path into segments without copying, so that filters look values up without allocating.
struct Segments<'a> {
    rest: &'a str,
    count: usize,
}

impl<'a> Segments<'a> {
    const fn of(path: &'a str) -> Self {
        Self { rest: path, count: 0 }
    }

    fn read(&mut self) -> Result<Segment<'a>, PathError> {
        if self.count > MAX_SEGMENTS {
            return Err(PathError::TooLong);
        }
        if let Some(rest) = self.rest.strip_prefix("[]") {
            self.rest = rest;
            return Ok(Segment::Each);
        }
        if self.rest.starts_with('[') {
            return self.read_quoted();
        }
        if self.count > 1 {
            self.rest = self.rest.strip_prefix('.').ok_or(PathError::Malformed)?;
        }
        let end = self.rest.find(['.', '[', ']', '"']).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        if text.is_empty() {
            return Err(if self.rest.starts_with(['[', ']', '"']) {
                PathError::Malformed
            } else {
                PathError::Empty
            });
        }
        self.rest = rest;
        Ok(Segment::Plain(text.into()))
    }

    fn read_quoted(&mut self) -> Result<Segment<'a>, PathError> {
        let inner = self.rest.strip_prefix("[\"").ok_or(PathError::Malformed)?;
        let end = closing_quote(inner).ok_or(PathError::Malformed)?;
        self.rest = inner[end + 1..].strip_prefix(']').ok_or(PathError::Malformed)?;
        let key = &inner[..end];
        if key.contains('\\') {
            let decoded = serde_json::from_str::<String>(&format!("\"{key}\""));
            return decoded.map(|key| Segment::Quoted(key.into())).map_err(|_| PathError::Malformed);
        }
        Ok(Segment::Quoted(key.into()))
    }
}

/// Where the next `"` is that no backslash escapes.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    })
}

impl<'a> Iterator for Segments<'a> {
    type Item = Result<Segment<'a>, PathError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() && self.count > 0 {
            return None;
        }
        self.count += 1;
        let segment = self.read();
        if segment.is_err() {
            self.rest = "";
        }
        Some(segment)
    }
}

impl Path {
    /// Its keys and indexes, one after the other.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Segment::text)
    }
}

impl std::str::FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let owned = |segment| match segment {
            Segment::Each => Err(PathError::Malformed),
            other => Ok(other.into_owned()),
        };
        Segments::of(text).map(|segment| segment.and_then(owned)).collect::<Result<_, _>>().map(Self)
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Plain(text) if place == 0 => f.write_str(text)?,
                Segment::Plain(text) => write!(f, ".{text}")?,
                Segment::Quoted(text) => write!(f, "[{}]", Value::from(text.as_ref()))?,
                Segment::Each => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whether `path` is a [`Path`].
///
/// # Errors
/// Why it is none.
pub fn check_one(path: &str) -> Result<(), PathError> {
    path.parse::<Path>().map(|_| ())
}

/// What is at `path` in `value`. A key whose value is `null` is there.
#[must_use]
pub fn get_path<'v>(value: &'v Value, path: &Path) -> Option<&'v Value> {
    path.0.iter().try_fold(value, step)
}

/// Like [`get_path`], of a path that is not parsed yet: copies nothing. A text that is no path finds nothing.
#[must_use]
pub fn get_text<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    Segments::of(path).try_fold(value, |value, segment| step(value, &segment.ok()?))
}

/// Like [`get_text`], of the object `map`.
#[must_use]
pub fn get_in<'v>(map: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let (key, rest) = split_first(path)?;
    let value = map.get(key.as_ref())?;
    if rest.is_empty() { Some(value) } else { get_text(value, rest) }
}

/// The first key of `path` and the path under it, which is empty where it is the only one.
pub(crate) fn split_first(path: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut segments = Segments::of(path);
    let (Segment::Plain(key) | Segment::Quoted(key)) = segments.next()?.ok()? else { return None };
    let rest = segments.rest;
    Some((key, if rest.starts_with('[') { rest } else { rest.strip_prefix('.').unwrap_or(rest) }))
}

/// The path under `root`, of a path that starts with it: `b` of `a.b`, `["b.c"]` of `a["b.c"]`.
pub(crate) fn below<'p>(path: &'p str, root: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(root)?;
    if rest.starts_with('[') { Some(rest) } else { rest.strip_prefix('.') }
}

fn step<'v>(value: &'v Value, segment: &Segment<'_>) -> Option<&'v Value> {
    match value {
        _ if *segment == Segment::Each => None,
        Value::Object(map) => map.get(segment.text()),
        Value::Array(items) => items.get(segment.index()?),
        _ => None,
    }
}

/// Puts `new` at `path`, making the objects and lists on the way. A list is made, and grows, when the segment is the
/// index just after its end. What was made before an error stays.
///
/// # Errors
/// When a plain value, a list without that place, or a list where a key is named is in the way.
pub fn set_path(value: &mut Value, path: &Path, new: Value) -> Result<(), SetError> {
    let mut slot = value;
    for segment in &path.0 {
        slot = child(slot, segment)?;
    }
    *slot = new;
    Ok(())
}

fn child<'v>(parent: &'v mut Value, segment: &Segment<'_>) -> Result<&'v mut Value, SetError> {
    if parent.is_null() {
        let is_list = segment.index().is_some();
        *parent = if is_list { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    match parent {
        Value::Object(map) => Ok(map.entry(segment.text()).or_insert(Value::Null)),
        Value::Array(items) => {
            let index = segment.index().ok_or_else(|| SetError::NotAnIndex(segment.text().to_owned()))?;
            if index == items.len() {
                items.push(Value::Null);
            }
            items.get_mut(index).ok_or(SetError::Gap(index))
        }
        _ => Err(SetError::NotAContainer(segment.text().to_owned())),
    }
}

#[cfg(test)]
mod tests;

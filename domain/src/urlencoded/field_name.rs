use crate::json::Path;

/// The name of a form's field, cut at its brackets: `data[merges][]`.
pub(super) struct FieldName<'a> {
    first: &'a str,
    rest: Vec<Segment<'a>>,
}

/// What stands in a pair of brackets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    /// `[b]`: a key.
    Key(&'a str),
    /// `[]`: a new element.
    Next,
}

impl<'a> FieldName<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        Self::bracketed(name).unwrap_or(Self { first: name, rest: Vec::new() })
    }

    /// `None` unless there is a key before the first bracket and every bracket is closed before the next one opens.
    fn bracketed(name: &'a str) -> Option<Self> {
        let (first, mut brackets) = name.split_at(name.find(['[', ']']).unwrap_or(name.len()));
        if first.is_empty() {
            return None;
        }
        let mut rest = Vec::new();
        while !brackets.is_empty() {
            let (key, after) = brackets.strip_prefix('[')?.split_once(']')?;
            if key.contains('[') {
                return None;
            }
            rest.push(if key.is_empty() { Segment::Next } else { Segment::Key(key) });
            brackets = after;
        }
        Some(Self { first, rest })
    }

    pub(super) const fn first(&self) -> &'a str {
        self.first
    }

    pub(super) fn rest(&self) -> &[Segment<'a>] {
        &self.rest
    }

    /// How many objects and lists are around the value.
    pub(super) fn depth(&self) -> usize {
        self.rest.len() + 1
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> {
        let rest = self.rest.iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(*key),
            Segment::Next => None,
        });
        std::iter::once(self.first).chain(rest)
    }

    /// Whether its value may be what `path` leads to, or around it, or a part of it. A new element may be at any place
    /// of its list.
    pub(super) fn may_be(&self, path: &Path) -> bool {
        let mut texts = path.texts();
        if texts.next() != Some(self.first) {
            return false;
        }
        self.rest.iter().zip(texts).all(|(segment, text)| match segment {
            Segment::Key(key) => *key == text,
            Segment::Next => text.bytes().all(|byte| byte.is_ascii_digit()),
        })
    }
}

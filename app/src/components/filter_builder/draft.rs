//! A filter while it is edited: a tree whose nodes have numbers, with everything kept as typed.

use crate::components::value_text::{text_of, value_of, values_of};
use domain::filter::{Criterion, Filter, Operator};
use serde_json::Value;

/// How the parts of a group are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Join {
    /// All must pass.
    #[default]
    And,
    /// One must pass.
    Or,
}

/// A part of the tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Parts joined.
    Group {
        /// Tells nodes apart.
        id: u32,
        /// How.
        join: Join,
        /// The parts.
        parts: Vec<Self>,
    },
    /// One condition.
    Criterion {
        /// Tells nodes apart.
        id: u32,
        /// With its root: `body.n`.
        path: String,
        /// How the value is looked at.
        op: Operator,
        /// As typed.
        value: String,
    },
}

impl Node {
    /// Its number.
    #[must_use]
    pub const fn id(&self) -> u32 {
        match self {
            Self::Group { id, .. } | Self::Criterion { id, .. } => *id,
        }
    }

    fn parts(&self) -> &[Self] {
        match self {
            Self::Group { parts, .. } => parts,
            Self::Criterion { .. } => &[],
        }
    }

    fn find(&self, wanted: u32) -> Option<&Self> {
        if self.id() == wanted { Some(self) } else { self.parts().iter().find_map(|part| part.find(wanted)) }
    }

    fn find_mut(&mut self, wanted: u32) -> Option<&mut Self> {
        if self.id() == wanted {
            return Some(self);
        }
        match self {
            Self::Group { parts, .. } => parts.iter_mut().find_map(|part| part.find_mut(wanted)),
            Self::Criterion { .. } => None,
        }
    }

    fn remove(&mut self, unwanted: u32) {
        if let Self::Group { parts, .. } = self {
            parts.retain(|part| part.id() != unwanted);
            parts.iter_mut().for_each(|part| part.remove(unwanted));
        }
    }

    fn to_filter(&self) -> Filter {
        match self {
            Self::Group { join: Join::And, parts, .. } => {
                Filter::All(parts.iter().map(Self::to_filter).collect())
            }
            Self::Group { join: Join::Or, parts, .. } => {
                Filter::Any(parts.iter().map(Self::to_filter).collect())
            }
            Self::Criterion { path, op, value, .. } => {
                let value = match op {
                    Operator::In => values_of(value),
                    Operator::MatchesRegex | Operator::StartsWith | Operator::EndsWith => {
                        Value::from(value.as_str())
                    }
                    _ if value.is_empty() => Value::Null,
                    _ => value_of(value),
                };
                Filter::Criterion(Criterion::new(path.trim(), *op, value))
            }
        }
    }

    /// Where it is in the filter's JSON, below `field`: `filter.all.0`.
    fn path_to(&self, wanted: u32, field: &str) -> Option<String> {
        if self.id() == wanted {
            return Some(field.to_owned());
        }
        let Self::Group { join, parts, .. } = self else { return None };
        let name = if *join == Join::And { "all" } else { "any" };
        parts
            .iter()
            .enumerate()
            .find_map(|(place, part)| part.path_to(wanted, &format!("{field}.{name}.{place}")))
    }
}

/// A filter while it is edited. Its root is always a group; an empty one is no filter.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterDraft {
    root: Node,
    last_id: u32,
}

impl Default for FilterDraft {
    fn default() -> Self {
        Self { root: Node::Group { id: 0, join: Join::And, parts: Vec::new() }, last_id: 0 }
    }
}

impl FilterDraft {
    /// Number of the root group.
    pub const ROOT: u32 = 0;

    /// The draft of a stored filter.
    #[must_use]
    pub fn of(filter: Option<&Filter>) -> Self {
        let mut draft = Self::default();
        match filter {
            None => {}
            Some(Filter::Criterion(criterion)) => {
                let part = draft.node_of(&Filter::Criterion(criterion.clone()));
                draft.root = Node::Group { id: Self::ROOT, join: Join::And, parts: vec![part] };
            }
            Some(Filter::All(filters)) => draft.set_root(Join::And, filters),
            Some(Filter::Any(filters)) => draft.set_root(Join::Or, filters),
        }
        draft
    }

    fn set_root(&mut self, join: Join, filters: &[Filter]) {
        let parts = filters.iter().map(|filter| self.node_of(filter)).collect();
        self.root = Node::Group { id: Self::ROOT, join, parts };
    }

    fn node_of(&mut self, filter: &Filter) -> Node {
        let id = self.next_id();
        let (join, filters) = match filter {
            Filter::All(filters) => (Join::And, filters),
            Filter::Any(filters) => (Join::Or, filters),
            Filter::Criterion(criterion) => {
                let value = match (criterion.op, criterion.value.as_str()) {
                    (Operator::MatchesRegex | Operator::StartsWith | Operator::EndsWith, Some(text)) => {
                        text.to_owned()
                    }
                    _ => text_of(&criterion.value),
                };
                return Node::Criterion { id, path: criterion.path.clone(), op: criterion.op, value };
            }
        };
        Node::Group { id, join, parts: filters.iter().map(|filter| self.node_of(filter)).collect() }
    }

    const fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    /// The filter it means; `None` while there is no criterion at all.
    #[must_use]
    pub fn to_filter(&self) -> Option<Filter> {
        (!self.root.parts().is_empty()).then(|| self.root.to_filter())
    }

    /// The node of a number.
    #[must_use]
    pub fn node(&self, id: u32) -> Option<&Node> {
        self.root.find(id)
    }

    /// The numbers of a group's parts, in order.
    #[must_use]
    pub fn parts_of(&self, group: u32) -> Vec<u32> {
        self.node(group).map(|node| node.parts().iter().map(Node::id).collect()).unwrap_or_default()
    }

    /// Where a node is in the filter's JSON: `filter.all.0`.
    #[must_use]
    pub fn field_of(&self, id: u32, field: &str) -> String {
        self.root.path_to(id, field).unwrap_or_else(|| field.to_owned())
    }

    /// Changes a node.
    pub fn change(&mut self, id: u32, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.root.find_mut(id) {
            change(node);
        }
    }

    /// Adds an empty criterion on `path` to a group.
    pub fn add_criterion(&mut self, group: u32, path: &str) {
        let id = self.next_id();
        self.push(
            group,
            Node::Criterion { id, path: path.to_owned(), op: Operator::Exists, value: String::new() },
        );
    }

    /// Adds a group with an empty criterion to a group, joined the other way.
    pub fn add_group(&mut self, group: u32, path: &str) {
        let outer = match self.node(group) {
            Some(Node::Group { join, .. }) => *join,
            _ => Join::And,
        };
        let id = self.next_id();
        let join = if outer == Join::And { Join::Or } else { Join::And };
        self.push(group, Node::Group { id, join, parts: Vec::new() });
        self.add_criterion(id, path);
    }

    fn push(&mut self, group: u32, node: Node) {
        self.change(group, |found| {
            if let Node::Group { parts, .. } = found {
                parts.push(node);
            }
        });
    }

    /// Takes a node out.
    pub fn remove(&mut self, id: u32) {
        self.root.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::error::FieldErrors;
    use domain::filter::INBOUND_ROOTS;
    use serde_json::json;

    fn filter(json: Value) -> Filter {
        serde_json::from_value(json).expect("a filter")
    }

    #[test]
    fn a5_nested_groups_survive_editing() {
        let stored = filter(json!({"all": [
            {"path": "body.n", "op": "greater_than", "value": 0},
            {"any": [
                {"path": "headers.x-topic", "op": "in", "value": ["a", "b"]},
                {"path": "body.code", "op": "matches_regex", "value": "^1"},
                {"path": "body.s", "op": "equals", "value": "5"}
            ]}
        ]}));
        let mut draft = FilterDraft::of(Some(&stored));
        assert_eq!(draft.to_filter(), Some(stored.clone()));
        let group = draft.parts_of(FilterDraft::ROOT)[1];
        let regex = draft.parts_of(group)[1];
        assert_eq!(draft.field_of(regex, "filter"), "filter.all.1.any.1");
        draft.add_criterion(group, "body.new");
        draft.remove(regex);
        assert_eq!(draft.parts_of(group).len(), 3);
    }

    #[test]
    fn no_criterion_is_no_filter_and_a_bare_one_stands_in_a_group() {
        assert_eq!(FilterDraft::default().to_filter(), None);
        let bare = filter(json!({"path": "body.n", "op": "exists"}));
        assert_eq!(FilterDraft::of(Some(&bare)).to_filter(), Some(Filter::All(vec![bare])));
    }
    #[test]
    fn an_empty_group_is_where_the_rules_say_that_it_is_empty() {
        let mut draft = FilterDraft::default();
        draft.add_criterion(FilterDraft::ROOT, "body.n");
        draft.add_group(FilterDraft::ROOT, "body.m");
        let group = draft.parts_of(FilterDraft::ROOT)[1];
        draft.remove(draft.parts_of(group)[0]);
        let mut errors = FieldErrors::default();
        draft.to_filter().expect("a filter").check(INBOUND_ROOTS, "filter", &mut errors);
        let empty = FieldErrors::of(draft.field_of(group, "filter"), "a group needs at least one criterion");
        assert_eq!(errors, empty);
    }
}

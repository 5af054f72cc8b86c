//! Keyset paging: the query strings of lists, and pages of lists that are short enough to be read whole.

use domain::activity::{Page, PageRequest};
use uuid::Uuid;

/// A query string with `limit`, `after` and `before` beside the fields given.
macro_rules! list_query {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// Most rows to answer, 1 to 200; 50 when left out.
            pub limit: Option<u16>,
            /// Only rows older than this id: `next` of the page before.
            pub after: Option<uuid::Uuid>,
            /// Only rows newer than this id.
            pub before: Option<uuid::Uuid>,
        }

        impl $name {
            /// The part of the list that is wanted.
            #[must_use]
            pub const fn page(&self) -> domain::activity::PageRequest {
                domain::activity::PageRequest { after: self.after, before: self.before, limit: self.limit }
            }
        }
    };
}
pub(crate) use list_query;

list_query! {
    /// Which part of a list is wanted.
    Paging {}
}

/// The page of `rows` that `request` asks for, newest first.
pub fn page_of<T>(mut rows: Vec<T>, id: impl Fn(&T) -> Uuid, request: PageRequest) -> Page<T> {
    rows.sort_by_key(|row| std::cmp::Reverse(id(row)));
    if let Some(after) = request.after {
        rows.retain(|row| id(row) < after);
    }
    if let Some(before) = request.before {
        rows.retain(|row| id(row) > before);
        // Nearest first is wanted there, so the far end is what goes.
        let surplus = rows.len().saturating_sub(request.rows().into());
        rows.drain(..surplus);
    }
    let limit = usize::from(request.rows());
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = if has_more { rows.last().map(id) } else { None };
    Page { data: rows, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(after: Option<u128>, before: Option<u128>) -> (Vec<u128>, Option<u128>) {
        let request = PageRequest {
            after: after.map(Uuid::from_u128),
            before: before.map(Uuid::from_u128),
            limit: Some(2),
        };
        let page = page_of((1..=5).map(Uuid::from_u128).collect(), |id| *id, request);
        (page.data.into_iter().map(|id| id.as_u128()).collect(), page.next.map(|id| id.as_u128()))
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        assert_eq!(page(None, None), (vec![5, 4], Some(4)));
        assert_eq!(page(Some(4), None), (vec![3, 2], Some(2)));
        assert_eq!(page(Some(2), None), (vec![1], None));
    }

    #[test]
    fn newer_rows_are_the_nearest_ones() {
        assert_eq!(page(None, Some(2)), (vec![4, 3], None));
    }
}

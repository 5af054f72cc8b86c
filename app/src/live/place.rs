//! Where rows stand: by their ids, which are in the order in which rows are made.

use super::Row;
use std::cmp::Reverse;
use uuid::Uuid;

/// The page of a list that a tail lies over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRows {
    /// Its rows, newest first.
    pub ids: Vec<Uuid>,
    /// Whether it is where the list begins.
    pub is_first: bool,
    /// Whether it is where the list ends.
    pub is_last: bool,
}

impl PageRows {
    /// Whether a row that is not new belongs on this page of the list, and on no other.
    pub fn spans(&self, id: Uuid) -> bool {
        let is_below_top = self.is_first || self.ids.first().is_some_and(|first| id < *first);
        let is_above_end = self.is_last || self.ids.last().is_some_and(|last| id > *last);
        is_below_top && is_above_end
    }
}

/// Puts a row where it belongs among rows that have the newest first and do not have it.
pub fn insert<T: Row>(rows: &mut Vec<T>, row: T) {
    let place = rows.partition_point(|other| other.uuid() > row.uuid());
    rows.insert(place, row);
}

/// Puts a row in the place of what it was; whether it was there.
pub fn replace<T: Row>(rows: &mut [T], row: &T) -> bool {
    let Some(known) = rows.iter_mut().find(|known| known.uuid() == row.uuid()) else { return false };
    known.clone_from(row);
    true
}

/// The rows of a page as they are by now, with those that came: each once, newest first.
pub fn merged<T: Row>(page: &[T], came: &[T], changed: &[T]) -> Vec<T> {
    let by_now = |row: &T| {
        let known = came.iter().chain(changed).find(|known| known.uuid() == row.uuid());
        known.unwrap_or(row).clone()
    };
    let is_new = |row: &&T| page.iter().all(|other| other.uuid() != row.uuid());
    let mut rows: Vec<T> = page.iter().map(by_now).chain(came.iter().filter(is_new).cloned()).collect();
    rows.sort_by_key(|row| Reverse(row.uuid()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row with an id, and what is said of it.
    #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
    struct Said(u128, char);

    impl Row for Said {
        fn uuid(&self) -> Uuid {
            Uuid::from_u128(self.0)
        }
    }

    fn rows(rows: &[(u128, char)]) -> Vec<Said> {
        rows.iter().map(|(id, said)| Said(*id, *said)).collect()
    }

    #[test]
    fn a_row_is_inserted_by_its_age() {
        let mut came = Vec::new();
        for id in [5, 9, 7] {
            insert(&mut came, Said(id, 'a'));
        }
        assert_eq!(came, rows(&[(9, 'a'), (7, 'a'), (5, 'a')]));
    }

    #[test]
    fn a_row_is_replaced_where_it_stands() {
        let mut came = rows(&[(9, 'a'), (7, 'a')]);
        assert!(replace(&mut came, &Said(7, 'b')));
        assert!(!replace(&mut came, &Said(8, 'b')));
        assert_eq!(came, rows(&[(9, 'a'), (7, 'b')]));
    }

    #[test]
    fn what_came_lies_over_the_page_and_nothing_stands_there_twice() {
        let page = rows(&[(6, 'a'), (4, 'a'), (2, 'a')]);
        assert_eq!(merged(&page, &[], &[]), page);
        let merged = merged(&page, &rows(&[(7, 'b'), (6, 'b'), (3, 'b')]), &rows(&[(2, 'c')]));
        assert_eq!(merged, rows(&[(7, 'b'), (6, 'b'), (4, 'a'), (3, 'b'), (2, 'c')]));
    }

    #[test]
    fn an_old_row_belongs_on_one_page() {
        let page =
            |is_first, is_last| PageRows { ids: [6, 4].map(Uuid::from_u128).to_vec(), is_first, is_last };
        let spanned =
            |page: PageRows| (1..=8).filter(|id| page.spans(Uuid::from_u128(*id))).collect::<Vec<_>>();
        assert_eq!(spanned(page(true, false)), [5, 6, 7, 8]);
        assert_eq!(spanned(page(false, false)), [5]);
        assert_eq!(spanned(page(false, true)), [1, 2, 3, 4, 5]);
        assert_eq!(spanned(PageRows { ids: Vec::new(), is_first: true, is_last: true }).len(), 8);
        assert_eq!(spanned(PageRows { ids: Vec::new(), is_first: false, is_last: true }).len(), 0);
    }
}

use super::{Element, Outcome};
use std::fmt;
use std::str::FromStr;

/// What became of each element of an array (D12), as the log says it in one line that people can read, too:
/// `2 of 5 elements were taken; filtered: 0, 3; record_refused: 4`. Numbers are places, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ElementResults {
    /// How many elements there are.
    pub count: usize,
    /// Those that were not taken, in order: their place, and how they ended.
    pub refused: Vec<(usize, Outcome)>,
}

impl ElementResults {
    /// What `elements` came to.
    pub fn of(elements: &[Element]) -> Self {
        let places = elements.iter().enumerate();
        let refused = places.filter(|(_, element)| !element.is_taken());
        Self {
            count: elements.len(),
            refused: refused.map(|(place, element)| (place, element.outcome)).collect(),
        }
    }

    /// How the element at `place` ended.
    pub fn outcome(&self, place: usize) -> Outcome {
        self.refused
            .iter()
            .find(|(other, _)| *other == place)
            .map_or(Outcome::Accepted, |(_, outcome)| *outcome)
    }
}

impl fmt::Display for ElementResults {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = self.count.saturating_sub(self.refused.len());
        write!(to, "{taken} of {} elements were taken", self.count)?;
        let mut told = Vec::new();
        for (_, outcome) in &self.refused {
            if told.contains(outcome) {
                continue;
            }
            told.push(*outcome);
            write!(to, "; {}: ", outcome.as_str())?;
            let places = self.refused.iter().filter(|(_, other)| other == outcome).map(|(place, _)| *place);
            for (number, (first, last)) in runs(places).into_iter().enumerate() {
                to.write_str(if number == 0 { "" } else { ", " })?;
                if first == last { write!(to, "{first}") } else { write!(to, "{first}-{last}") }?;
            }
        }
        Ok(())
    }
}

/// Places that follow each other, as their first and last.
fn runs(places: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == place => *last = place,
            _ => runs.push((place, place)),
        }
    }
    runs
}

/// The text is of another kind: the log says other things in its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoResults;

impl FromStr for ElementResults {
    type Err = NoResults;

    /// Reads the first line of `text`; below it stands more about the first element that was not taken.
    fn from_str(text: &str) -> Result<Self, NoResults> {
        let mut parts = text.lines().next().unwrap_or_default().split("; ");
        let head =
            parts.next().and_then(|head| head.strip_suffix(" elements were taken")).ok_or(NoResults)?;
        let (taken, count) = head.split_once(" of ").ok_or(NoResults)?;
        let (taken, count) = (number(taken)?, number(count)?);
        let mut refused = Vec::new();
        for part in parts {
            let (outcome, places) = part.split_once(": ").ok_or(NoResults)?;
            let outcome: Outcome = outcome.parse().map_err(|_| NoResults)?;
            for run in places.split(", ") {
                let (first, last) = run.split_once('-').unwrap_or((run, run));
                let (first, last) = (number(first)?, number(last)?);
                // Whoever wrote this knew of no more places than there are.
                if first > last || last >= count {
                    return Err(NoResults);
                }
                refused.extend((first..=last).map(|place| (place, outcome)));
            }
        }
        refused.sort_by_key(|(place, _)| *place);
        let is_whole = refused.len().checked_add(taken) == Some(count);
        if is_whole { Ok(Self { count, refused }) } else { Err(NoResults) }
    }
}

fn number(text: &str) -> Result<usize, NoResults> {
    text.parse().map_err(|_| NoResults)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn d12_the_results_are_a_line_that_people_can_read() {
        let results =
            |count, refused: &[(usize, Outcome)]| ElementResults { count, refused: refused.to_vec() };
        use Outcome::{Filtered, NotAnObject, RecordRefused};
        for (results, expected) in [
            (results(3, &[]), "3 of 3 elements were taken"),
            (
                results(6, &[(0, Filtered), (2, RecordRefused), (3, RecordRefused), (5, RecordRefused)]),
                "2 of 6 elements were taken; filtered: 0; record_refused: 2-3, 5",
            ),
            (results(1, &[(0, NotAnObject)]), "0 of 1 elements were taken; not_an_object: 0"),
        ] {
            assert_eq!(results.to_string(), expected);
            assert_eq!(expected.parse(), Ok(results.clone()));
            assert_eq!(format!("{expected}\n3 of 9 elements were taken").parse(), Ok(results));
        }
        for other in [
            "",
            "duplicate of 0196f1a4",
            "2 of 3 elements were taken",
            "2 of 3 elements were taken; nonsense: 1",
            "2 of 3 elements were taken; filtered: 3",
            "0 of 3 elements were taken; filtered: 2-0",
            "18446744073709551615 of 1 elements were taken; filtered: 0, 0",
        ] {
            assert_eq!(other.parse::<ElementResults>(), Err(NoResults), "{other}");
        }
    }

    proptest! {
        #[test]
        fn d12_results_are_read_as_they_were_written(ended in prop::collection::vec(0_usize..4, 0..200)) {
            let of = |kind| [Outcome::Filtered, Outcome::MappingFailed, Outcome::RecordRefused].get(kind).copied();
            let ended: Vec<_> = ended.into_iter().map(of).collect();
            let refused = ended.iter().enumerate().filter_map(|(place, outcome)| Some((place, (*outcome)?)));
            let results = ElementResults { count: ended.len(), refused: refused.collect() };
            for (place, outcome) in ended.iter().enumerate() {
                prop_assert_eq!(results.outcome(place), outcome.unwrap_or(Outcome::Accepted));
            }
            prop_assert_eq!(results.to_string().parse(), Ok(results));
        }
    }
}

//! Which sequence numbers were seen.

/// A set of sequence numbers, one bit each, growing as needed.
#[derive(Debug, Default, Clone)]
pub struct Bitmap {
    words: Vec<u64>,
    len: u64,
}

impl Bitmap {
    /// Adds `sequence`; false when it was there already.
    pub fn insert(&mut self, sequence: u64) -> bool {
        let (word, bit) = Self::place(sequence);
        if word >= self.words.len() {
            self.words.resize((word + 1).next_power_of_two(), 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.len += u64::from(is_new);
        is_new
    }

    /// How many numbers are in the set.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// How many numbers of this set are not in `other`.
    pub fn missing_from(&self, other: &Self) -> u64 {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        self.words.iter().zip(others).map(|(&mine, theirs)| u64::from((mine & !theirs).count_ones())).sum()
    }

    /// The numbers of this set, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.words.iter().zip(0_u64..).flat_map(|(&word, index)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * 64 + bit)
        })
    }

    fn place(sequence: u64) -> (usize, u64) {
        (usize::try_from(sequence / 64).expect("sequences fit memory"), 1 << (sequence % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_insert_is_not_new_and_missing_numbers_are_counted() {
        let (mut accepted, mut received) = (Bitmap::default(), Bitmap::default());
        for sequence in [0, 63, 64, 1000] {
            assert!(accepted.insert(sequence));
        }
        assert!(!accepted.insert(64));
        assert!(received.insert(63));
        assert!(received.insert(5000));
        assert_eq!(accepted.len(), 4);
        assert_eq!(accepted.missing_from(&received), 3);
        assert_eq!(received.missing_from(&accepted), 1);
        assert_eq!(accepted.iter().collect::<Vec<_>>(), [0, 63, 64, 1000]);
    }
}

//! How far an event is from the one that came from outside (D15): integrations may call our own addresses, and what
//! they cause there is bounded. Each delivery tells its event's distance in a header that only this installation can
//! make; a call that would be one hop too many is refused.

use crate::limits::MAX_HOPS;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The header that carries a distance, in lower case.
pub const HOPS_HEADER: &str = "hookloft-hops";

/// Deliveries to ourselves between an event and the one that came from outside, which has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Hops(u8);

impl Hops {
    /// The number in the database.
    #[must_use]
    pub const fn code(self) -> i16 {
        self.0 as i16
    }

    /// The hops of a number in the database; what cannot be is taken for the most there are.
    #[must_use]
    pub fn from_code(code: i16) -> Self {
        Self(u8::try_from(code).unwrap_or(MAX_HOPS))
    }

    /// Whether it is further than an event may be.
    #[must_use]
    pub const fn is_too_far(self) -> bool {
        self.0 > MAX_HOPS
    }
}

impl std::fmt::Display for Hops {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Writes and reads [`HOPS_HEADER`]. There are few values, so they are made once.
#[derive(Clone)]
pub struct HopSigner {
    /// Of 1 hop, 2 hops, … up to the first that is too far.
    values: Vec<String>,
}

impl HopSigner {
    /// A signer with the installation's `key` for this purpose.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let values = (1..=MAX_HOPS + 1).map(|hops| {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
            mac.update(&[hops]);
            format!("{hops}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        });
        Self { values: values.collect() }
    }

    /// What a delivery of an event so far away carries: the distance of whatever it causes.
    #[must_use]
    pub fn header(&self, hops: Hops) -> &str {
        &self.values[usize::from(hops.0.min(MAX_HOPS))]
    }

    /// How far a request with these headers is: as far as the furthest value of ours that it carries. Values that are
    /// not ours say nothing.
    #[must_use]
    pub fn read<'a>(&self, headers: impl Iterator<Item = (&'a str, &'a [u8])>) -> Hops {
        headers
            .filter(|(name, _)| name.eq_ignore_ascii_case(HOPS_HEADER))
            .filter_map(|(_, value)| self.hops_of(value))
            .max()
            .unwrap_or_default()
    }

    fn hops_of(&self, value: &[u8]) -> Option<Hops> {
        let place = self.values.iter().position(|ours| bool::from(ours.as_bytes().ct_eq(value)))?;
        u8::try_from(place + 1).ok().map(Hops)
    }
}

impl std::fmt::Debug for HopSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HopSigner(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(signer: &HopSigner, values: &[&str]) -> Hops {
        signer.read(values.iter().map(|value| ("Hookloft-Hops", value.as_bytes())))
    }

    #[test]
    fn d15_each_hop_is_one_further_until_it_is_too_far() {
        let signer = HopSigner::new(&[7; 32]);
        let mut hops = Hops::default();
        for expected in 1..=MAX_HOPS {
            hops = read(&signer, &[signer.header(hops)]);
            assert_eq!((hops, hops.is_too_far()), (Hops(expected), false));
        }
        hops = read(&signer, &[signer.header(hops)]);
        assert!(hops.is_too_far());
        assert_eq!(read(&signer, &[signer.header(hops)]), hops, "it goes no further");
    }

    #[test]
    fn d15_only_our_own_values_count_and_the_furthest_of_them() {
        let (signer, other) = (HopSigner::new(&[7; 32]), HopSigner::new(&[8; 32]));
        let ours = [signer.header(Hops(0)), signer.header(Hops(4))];
        assert_eq!(read(&signer, &ours), Hops(5));
        for forged in [other.header(Hops(3)), "9", "9.AAAA", "", &format!("2{}", &ours[0][1..])] {
            assert_eq!(read(&signer, &[forged]), Hops(0), "{forged}");
        }
        assert_eq!(signer.read([("x-hops", ours[1].as_bytes())].into_iter()), Hops(0));
    }

    #[test]
    fn hops_keep_their_number_in_the_database() {
        for hops in 0..=MAX_HOPS + 1 {
            assert_eq!(Hops::from_code(Hops(hops).code()), Hops(hops));
        }
        assert_eq!(Hops::from_code(-1), Hops(MAX_HOPS));
    }
}

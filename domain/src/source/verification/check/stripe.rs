//! Source: Stripe, "Verify webhook signatures manually".

use super::{SIGNATURE, Secrets, check_fresh, is_same, matching, single};
use crate::source::{Evidence, HmacAlgorithm, SignatureEncoding, SignedContent, VerifyError};

pub(super) fn check(
    tolerance_s: u32,
    secrets: Secrets<'_>,
    evidence: Evidence<'_>,
) -> Result<(), VerifyError> {
    let value = single(evidence.headers, "stripe-signature")?;
    let elements = || value.split(',').filter_map(|element| element.trim().split_once('='));
    let mut times = elements().filter(|(scheme, _)| *scheme == "t").map(|(_, time)| time);
    let (Some(timestamp), None) = (times.next(), times.next()) else {
        return Err(VerifyError::Mismatch(SIGNATURE));
    };
    check_fresh(timestamp, tolerance_s, evidence.received_at)?;
    // Of other schemes, such as the `v0` of test events, nothing is believed.
    let signatures: Vec<_> = elements()
        .filter(|(scheme, _)| *scheme == "v1")
        .filter_map(|(_, signature)| SignatureEncoding::Hex.decode(signature))
        .collect();
    let parts = SignedContent::TimestampDotBody.parts(timestamp, evidence.raw_body);
    let is_signed = secrets.any(|key| {
        let digest = HmacAlgorithm::Sha256.digest(key, &parts);
        signatures.iter().fold(false, |found, given| found | is_same(&digest, given))
    });
    matching(is_signed, SIGNATURE)
}

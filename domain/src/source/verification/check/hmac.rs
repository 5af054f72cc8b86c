use super::{SIGNATURE, Secrets, check_fresh, is_same, matching, single};
use crate::source::{Evidence, HmacScheme, VerifyError};

pub(super) fn check(
    scheme: &HmacScheme,
    secrets: Secrets<'_>,
    evidence: Evidence<'_>,
) -> Result<(), VerifyError> {
    let signature = single(evidence.headers, &scheme.header)?;
    let timestamp = match &scheme.timestamp {
        None => "",
        Some(timestamp) => {
            let text = single(evidence.headers, &timestamp.header)?;
            check_fresh(text, timestamp.tolerance_s, evidence.received_at)?;
            text
        }
    };
    let encoded = signature.strip_prefix(scheme.prefix.as_str());
    let given = encoded.and_then(|encoded| scheme.encoding.decode(encoded));
    let given = given.ok_or(VerifyError::Mismatch(SIGNATURE))?;
    let parts = scheme.signed.parts(timestamp, evidence.raw_body);
    matching(secrets.any(|key| is_same(&scheme.algorithm.digest(key, &parts), &given)), SIGNATURE)
}

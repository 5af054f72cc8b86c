//! Source: Twilio, "Validating requests are coming from Twilio", and its helper libraries where that is silent: fields
//! of one name are sorted by value and count once, and a URL counts with and without its port.

use super::{SIGNATURE, Secrets, is_same, matching, single};
use crate::source::{ContentType, Evidence, HmacAlgorithm, SignatureEncoding, VerifyError};
use crate::urlencoded;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

const BODY_HASH: &str = "bodySHA256";

pub(super) fn check(secrets: Secrets<'_>, evidence: Evidence<'_>) -> Result<(), VerifyError> {
    let signature = single(evidence.headers, "x-twilio-signature")?;
    let given = SignatureEncoding::Base64.decode(signature).ok_or(VerifyError::Mismatch(SIGNATURE))?;
    let fields = if ContentType::declared(evidence.headers) == Some(ContentType::Form) {
        signed_fields(evidence.raw_body)?
    } else {
        // The signature covers the URL alone, so without the hash it would fit any body.
        check_body_hash(evidence)?;
        String::new()
    };
    let urls = spellings(evidence.url);
    let is_signed = secrets.any(|token| {
        urls.iter().fold(false, |found, url| {
            let digest = HmacAlgorithm::Sha1.digest(token, &[url.as_bytes(), fields.as_bytes()]);
            found | is_same(&digest, &given)
        })
    });
    matching(is_signed, SIGNATURE)
}

/// Each field's name and value, one after the other, in order.
fn signed_fields(body: &[u8]) -> Result<String, VerifyError> {
    let fields = urlencoded::pairs(body).map_err(|_| VerifyError::Mismatch(SIGNATURE))?;
    let sorted: BTreeSet<_> = fields.into_iter().collect();
    Ok(sorted.into_iter().map(|(name, value)| name + &value).collect())
}

fn check_body_hash(evidence: Evidence<'_>) -> Result<(), VerifyError> {
    let query = evidence.url.split_once('?').map_or("", |(_, query)| query);
    let mut hashes = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == BODY_HASH);
    let (Some((_, hash)), None) = (hashes.next(), hashes.next()) else {
        return Err(VerifyError::MissingParameter(BODY_HASH));
    };
    let given = SignatureEncoding::Hex.decode(&hash).ok_or(VerifyError::Mismatch(SIGNATURE))?;
    matching(is_same(&Sha256::digest(evidence.raw_body), &given), SIGNATURE)
}

/// The URL as it came, and with its port left out or, where it has none, with that of its scheme.
fn spellings(url: &str) -> Vec<String> {
    let mut spellings = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return spellings };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    spellings.push(match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => format!("{scheme}://{host}{path}"),
        _ => {
            let port = if scheme.eq_ignore_ascii_case("http") { 80 } else { 443 };
            format!("{scheme}://{authority}:{port}{path}")
        }
    });
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_tried_with_and_without_its_port() {
        for (url, other) in [
            ("https://a.example/in?x=1:2", "https://a.example:443/in?x=1:2"),
            ("http://a.example", "http://a.example:80"),
            ("https://a.example:8443/in", "https://a.example/in"),
            ("https://[::1]/in", "https://[::1]:443/in"),
            ("https://[::1]:8443/in", "https://[::1]/in"),
        ] {
            assert_eq!(spellings(url), [url, other]);
        }
        assert_eq!(spellings("in"), ["in"]);
    }
}

//! How senders prove who they are, as typed and as meant.

use super::Fields;
use crate::components::{of_word, word};
use crate::pages::integrations::number;
use domain::error::FieldErrors;
use domain::source::{
    HmacAlgorithm, HmacScheme, SignatureEncoding, SignedContent, SignedTimestamp, Verification,
};

const DEFAULT_TOLERANCE_S: u32 = 300;

impl Fields {
    /// Types what is stored, and what each other kind would begin with.
    pub(super) fn set_verification(&mut self, verification: &Verification) {
        self.header = "x-webhook-token".to_owned();
        self.signature_header = "x-signature".to_owned();
        self.algorithm = word(HmacAlgorithm::default());
        self.encoding = word(SignatureEncoding::default());
        self.signed = word(SignedContent::default());
        self.tolerance_s = DEFAULT_TOLERANCE_S.to_string();
        self.verification = match verification {
            Verification::None => "none",
            Verification::HeaderToken { header, .. } => {
                self.header.clone_from(header);
                "header_token"
            }
            Verification::BodyToken { path, .. } => {
                self.path.clone_from(path);
                "body_token"
            }
            Verification::Basic { username, .. } => {
                self.username.clone_from(username);
                "basic"
            }
            Verification::StandardWebhooks { .. } => "standard_webhooks",
            Verification::Hmac(scheme) => {
                self.set_hmac(scheme);
                "hmac"
            }
            Verification::Stripe { tolerance_s, .. } => {
                self.tolerance_s = tolerance_s.to_string();
                "stripe"
            }
            Verification::Twilio { .. } => "twilio",
        }
        .to_owned();
    }

    fn set_hmac(&mut self, scheme: &HmacScheme) {
        self.signature_header.clone_from(&scheme.header);
        self.algorithm = word(scheme.algorithm);
        self.encoding = word(scheme.encoding);
        self.prefix.clone_from(&scheme.prefix);
        self.signed = word(scheme.signed);
        if let Some(timestamp) = &scheme.timestamp {
            self.timestamp_header.clone_from(&timestamp.header);
            self.tolerance_s = timestamp.tolerance_s.to_string();
        }
    }

    /// The proof that is meant, without its secret.
    pub(super) fn verification(&self, errors: &mut FieldErrors) -> Verification {
        match self.verification.as_str() {
            "header_token" => {
                Verification::HeaderToken { header: self.header.trim().to_owned(), token: None }
            }
            "body_token" => Verification::BodyToken { path: self.path.trim().to_owned(), token: None },
            "basic" => Verification::Basic { username: self.username.clone(), password: None },
            "standard_webhooks" => Verification::StandardWebhooks { secret: None },
            "hmac" => Verification::Hmac(self.hmac(errors)),
            "stripe" => Verification::Stripe {
                tolerance_s: self.tolerance("verification.tolerance_s", errors),
                secret: None,
            },
            "twilio" => Verification::Twilio { secret: None },
            _ => Verification::None,
        }
    }

    fn hmac(&self, errors: &mut FieldErrors) -> HmacScheme {
        HmacScheme {
            header: self.signature_header.trim().to_owned(),
            algorithm: of_word(&self.algorithm),
            encoding: of_word(&self.encoding),
            prefix: self.prefix.clone(),
            timestamp: self.signs_time().then(|| SignedTimestamp {
                header: self.timestamp_header.trim().to_owned(),
                tolerance_s: self.tolerance("verification.timestamp.tolerance_s", errors),
            }),
            signed: of_word(&self.signed),
            secret: None,
        }
    }

    /// Whether a time is signed with the body, so that its header is asked for.
    #[must_use]
    pub fn signs_time(&self) -> bool {
        of_word::<SignedContent>(&self.signed).has_timestamp()
    }

    fn tolerance(&self, field: &str, errors: &mut FieldErrors) -> u32 {
        // What stands in for a text that is no number is valid, so that nothing else is said of it.
        number(&self.tolerance_s, field, errors).unwrap_or(DEFAULT_TOLERANCE_S)
    }
}

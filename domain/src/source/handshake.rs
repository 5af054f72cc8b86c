use serde::{Deserialize, Serialize};

/// How a provider asks whether somebody is at an address before it sends there (D24). It is answered and logged, and
/// makes no event. A source that is not active answers it as little as anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Handshake {
    /// A GET or HEAD, answered 200 and nothing else (Mailchimp). It proves nothing, and is asked for no proof.
    Get,
    /// A request of the source's own method with an empty body, answered 200 and nothing else. No proof either.
    EmptyPost,
    /// `{"type":"url_verification","challenge":…}`, answered with the challenge once the sender is believed (Slack).
    SlackChallenge,
}

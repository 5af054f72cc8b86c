//! Blueprints: sources that are set up for a known sender, as a start (A2, K2, K17).
//!
//! Each is a folder of data beside this file and a line in `FILES`: `blueprint.json` says what people read and what is
//! prefilled, the sample is a body as the sender writes it, and `request.json` is the rest of that request, with a
//! signature that a made-up secret verifies. A test sends each sample through the pipeline.

mod category;
mod sample;

use crate::source::SourceConfig;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub use category::Category;
pub use sample::SampleRequest;

/// The texts in a blueprint's folder.
struct Files {
    key: &'static str,
    blueprint: &'static str,
    request: &'static str,
    sample: &'static str,
}

macro_rules! files {
    ($($key:literal / $sample:literal,)+) => {
        &[$(Files {
            key: $key,
            blueprint: include_str!(concat!($key, "/blueprint.json")),
            request: include_str!(concat!($key, "/request.json")),
            sample: include_str!(concat!($key, "/", $sample)),
        }),+]
    };
}

/// In the order they are shown in.
const FILES: &[Files] = files![
    "blank" / "sample.json",
    "point_add" / "sample.json",
    "point_sub" / "sample.json",
    "checkout_accept" / "sample.json",
    "checkout_accept_item" / "sample.json",
    "optin_labels" / "sample.json",
    "mparticle" / "sample.json",
    "mailchimp" / "sample.txt",
    "github_push" / "sample.json",
    "stripe_checkout" / "sample.json",
    "shopify_orders" / "sample.json",
    "slack_events" / "sample.json",
    "twilio_sms" / "sample.txt",
    "standard_webhooks" / "sample.json",
    "hmac" / "sample.json",
    "basic" / "sample.json",
    "header_token" / "sample.json",
];

static BLUEPRINTS: LazyLock<Vec<Blueprint>> = LazyLock::new(|| FILES.iter().map(Blueprint::read).collect());

/// A source set up for a known sender. The secret is the account's own and is left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Blueprint {
    /// Its name for machines: `github_push`.
    pub key: &'static str,
    /// Its name for people.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// Where it stands among the others.
    pub category: Category,
    /// Words it is also found by.
    pub search_words: Vec<String>,
    /// What to do on the sender's side, in order, with the source's URL at hand.
    pub steps: Vec<String>,
    /// What is prefilled, name and endpoint as proposals.
    pub source: SourceConfig,
    /// A request as the sender makes it.
    pub sample: SampleRequest,
}

/// `blueprint.json`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlueprintFile {
    name: String,
    description: String,
    category: Category,
    search_words: Vec<String>,
    steps: Vec<String>,
    source: SourceConfig,
}

/// All of them, in the order they are shown in: the blank one first.
#[must_use]
pub fn blueprints() -> &'static [Blueprint] {
    &BLUEPRINTS
}

/// The one with this key.
#[must_use]
pub fn blueprint(key: &str) -> Option<&'static Blueprint> {
    blueprints().iter().find(|blueprint| blueprint.key == key)
}

/// Those in whose name, description or search words each word of `text` occurs, in any case; all of them without words.
#[must_use]
pub fn search(text: &str) -> Vec<&'static Blueprint> {
    let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
    let is_found = |blueprint: &&Blueprint| {
        let texts = blueprint.searched();
        words.iter().all(|word| texts.contains(word.as_str()))
    };
    blueprints().iter().filter(is_found).collect()
}

impl Blueprint {
    fn read(files: &Files) -> Self {
        let file: BlueprintFile =
            serde_json::from_str(files.blueprint).expect("a test reads the blueprint of every folder");
        let sample = SampleRequest::read(files.request, files.sample)
            .expect("a test reads the request of every folder");
        let BlueprintFile { name, description, category, search_words, steps, source } = file;
        Self { key: files.key, name, description, category, search_words, steps, source, sample }
    }

    /// A source made from it.
    #[must_use]
    pub fn config(&self, name: impl Into<String>, endpoint: impl Into<String>) -> SourceConfig {
        let blueprint = Some(self.key.to_owned());
        SourceConfig { name: name.into(), endpoint: endpoint.into(), blueprint, ..self.source.clone() }
    }

    /// What it is found by. Lines keep words of different texts apart.
    fn searched(&self) -> String {
        format!("{}\n{}\n{}", self.name, self.description, self.search_words.join("\n")).to_lowercase()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod use_case_tests;

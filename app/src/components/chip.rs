//! States as chips: an icon and a word, never a colour alone.

use super::icons::{Glyph, Icon};
use domain::delivery::DeliveryStatus;
use domain::inbound::Outcome;
use domain::integration::IntegrationState;
use domain::source::SourceState;
use leptos::prelude::*;

/// How good or bad a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Neither.
    Neutral,
    /// As it should be.
    Good,
    /// Under way.
    Busy,
    /// Worth a look.
    Warning,
    /// Wrong.
    Bad,
}

impl Tone {
    /// Its class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Good => "tone-good",
            Self::Busy => "tone-busy",
            Self::Warning => "tone-warning",
            Self::Bad => "tone-bad",
        }
    }
}

/// A state: how it feels, what it looks like, what it is called.
pub trait State: Copy {
    /// Its tone, icon and word.
    fn look(self) -> (Tone, Glyph, &'static str);
}

impl State for DeliveryStatus {
    fn look(self) -> (Tone, Glyph, &'static str) {
        match self {
            Self::Pending => (Tone::Busy, Glyph::Clock, "Pending"),
            Self::Succeeded => (Tone::Good, Glyph::CircleCheck, "Delivered"),
            Self::Failed => (Tone::Bad, Glyph::CircleX, "Failed"),
            Self::Cancelled => (Tone::Neutral, Glyph::Ban, "Cancelled"),
        }
    }
}

impl State for IntegrationState {
    fn look(self) -> (Tone, Glyph, &'static str) {
        match self {
            Self::Active => (Tone::Good, Glyph::CircleCheck, "Active"),
            Self::Inactive => (Tone::Neutral, Glyph::CirclePause, "Inactive"),
        }
    }
}

impl State for SourceState {
    fn look(self) -> (Tone, Glyph, &'static str) {
        match self {
            Self::Active => (Tone::Good, Glyph::CircleCheck, "Active"),
            Self::Inactive => (Tone::Neutral, Glyph::CirclePause, "Inactive"),
            Self::Archived => (Tone::Neutral, Glyph::Archive, "Archived"),
        }
    }
}

impl State for Outcome {
    fn look(self) -> (Tone, Glyph, &'static str) {
        let tone = match self {
            Self::Accepted => (Tone::Good, Glyph::CircleCheck),
            Self::Filtered => (Tone::Warning, Glyph::Filter),
            Self::Duplicate => (Tone::Neutral, Glyph::Copy),
            Self::Handshake => (Tone::Neutral, Glyph::CircleCheck),
            Self::Pasted => (Tone::Neutral, Glyph::Braces),
            Self::VerificationFailed => (Tone::Bad, Glyph::ShieldAlert),
            Self::StoreFailed => (Tone::Bad, Glyph::CircleX),
            _ => (Tone::Bad, Glyph::Ban),
        };
        (tone.0, tone.1, outcome_words(self))
    }
}

/// What an outcome is called in the console.
#[must_use]
pub const fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "Accepted",
        Outcome::Filtered => "Filtered",
        Outcome::Duplicate => "Duplicate",
        Outcome::UnknownEndpoint => "Unknown endpoint",
        Outcome::SourceInactive => "Source inactive",
        Outcome::SourceArchived => "Source archived",
        Outcome::WrongMethod => "Wrong method",
        Outcome::RateLimited => "Rate limited",
        Outcome::WrongContentType => "Wrong content type",
        Outcome::TooLarge => "Too large",
        Outcome::VerificationFailed => "Verification failed",
        Outcome::InvalidJson => "Invalid JSON",
        Outcome::TooDeep => "Nested too deep",
        Outcome::MappingFailed => "Mapping failed",
        Outcome::StoreFailed => "Not stored",
        Outcome::NotAnObject => "Not an object",
        Outcome::BrokenBody => "Broken off",
        Outcome::Timeout => "Too slow",
        Outcome::Overloaded => "Overloaded",
        Outcome::Loop => "Loop ended",
        Outcome::Handshake => "Handshake",
        Outcome::InvalidForm => "Invalid form",
        Outcome::RecordRefused => "Record refused",
        Outcome::Pasted => "Pasted sample",
    }
}

/// A state as a chip.
#[component]
pub fn StateChip<S: State + Send + 'static>(
    /// Which one.
    state: S,
) -> impl IntoView {
    let (tone, glyph, word) = state.look();
    view! { <Chip tone glyph>{word}</Chip> }.into_any()
}

/// A chip of one's own.
#[component]
pub fn Chip(
    /// How good or bad it is.
    tone: Tone,
    /// Its icon.
    glyph: Glyph,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=format!("chip {}", tone.class())>
            <Icon glyph class="size-3.5"/>
            {children()}
        </span>
    }
    .into_any()
}

/// An HTTP status with the tone of its class.
#[component]
pub fn StatusCode(
    /// The status.
    code: u16,
) -> impl IntoView {
    let tone = match code {
        200..300 => Tone::Good,
        300..400 => Tone::Warning,
        _ => Tone::Bad,
    };
    view! { <span class=format!("status-code {}", tone.class())>{code}</span> }.into_any()
}

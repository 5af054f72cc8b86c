use super::elements::{Elements, ShowAll};
use crate::components::json::JsonView;
use crate::components::{Note, Panel, Prose, State, StateChip, counted, duration_us};
use crate::pages::activity::EventRows;
use domain::activity::{EventRow, RequestDetail};
use domain::inbound::{Outcome, Review};
use leptos::prelude::*;

/// How a request ended and why, what its source would make of it now, and what came of it.
#[component]
pub fn Processing(
    /// The request.
    detail: RequestDetail,
    /// What its source makes of it now; nothing where that cannot be said.
    review: Option<Review>,
    /// How many rows of its tables are shown at most.
    most: usize,
) -> impl IntoView {
    let RequestDetail { request, events, .. } = detail;
    let outcome = request.outcome;
    let (tone, glyph, _) = outcome.look();
    let words = match outcome {
        Outcome::Accepted => {
            format!("It passed every check and made {}.", counted(events.len(), "event"))
        }
        outcome => refusal(outcome).to_owned(),
    };
    view! {
        <div class="grid min-w-0 gap-4">
            <Note tone glyph>
                <p>{words}</p>
                {request.explanation.map(|text| view! { <p class="mt-1 text-xs break-words whitespace-pre-line"><Prose text/></p> })}
            </Note>
            <dl class="facts">
                <div><dt>"Reason code"</dt><dd><code>{outcome.as_str()}</code></dd></div>
                <div><dt>"Processing time"</dt><dd class="tabular-nums">{duration_us(i64::from(request.duration_us))}</dd></div>
            </dl>
            {review.map(|review| if review.elements.is_empty() {
                view! { <Today review/> }.into_any()
            } else {
                view! { <Elements review most/> }.into_any()
            })}
            {(!events.is_empty()).then(|| view! { <Events events most/> })}
            <p class="muted max-w-3xl text-xs">
                "Checked in this order: size, route, state, method, rate, handshake, content type, header authentication, JSON or form, body token, challenge, filter, duplicate, mapping, storage."
            </p>
        </div>
    }
    .into_any()
}

/// What the source makes of the body as it is set up now.
#[component]
fn Today(review: Review) -> impl IntoView {
    let outcome = review.outcome;
    let lead = match outcome {
        Outcome::Accepted => "Filter and mapping would take it.",
        Outcome::Filtered => "This criterion of the filter does not hold:",
        _ => "They would refuse it:",
    };
    view! {
        <Panel
            title="As the source is set up now"
            about="What filter and mapping make of this body today, whatever was made of it then."
            corner=move || view! { <StateChip state=outcome/> }
        >
            <div class="grid min-w-0 gap-3">
                <p class="text-sm break-words">
                    {lead} {review.explanation.map(|text| view! { " " <Prose text/> })}
                </p>
                {review.result.map(|value| view! {
                    <div class="grid min-w-0 gap-1">
                        <span class="field-label">"What the mapping makes of it"</span>
                        <JsonView value what="result"/>
                    </div>
                })}
            </div>
        </Panel>
    }
    .into_any()
}

#[component]
fn Events(events: Vec<EventRow>, most: usize) -> impl IntoView {
    let count = events.len();
    let rows = events.into_iter().take(most).collect();
    view! {
        <Panel title="Events" about="What it made.">
            <EventRows rows/>
            <ShowAll count most/>
        </Panel>
    }
    .into_any()
}

/// What an outcome means to the source's owner.
const fn refusal(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "It was accepted.",
        Outcome::Filtered => "It did not pass the source's filter and made no event.",
        Outcome::Duplicate => {
            "Its idempotency key was seen before; it was answered like the first and made no event."
        }
        Outcome::UnknownEndpoint => "No source of this account has this endpoint.",
        Outcome::SourceInactive => {
            "The source is inactive; the sender was answered 404. Set it active to take requests."
        }
        Outcome::SourceArchived => "The source is archived; the sender was answered 404.",
        Outcome::WrongMethod => "The source takes another method.",
        Outcome::RateLimited => "There were more requests a second than the source allows.",
        Outcome::WrongContentType => "Its `Content-Type` is none that the source takes.",
        Outcome::TooLarge => "Its body was larger than 1 MiB.",
        Outcome::VerificationFailed => "It did not prove who it is from. The sender was not told why.",
        Outcome::InvalidJson => "Its body is no valid JSON.",
        Outcome::TooDeep => "Its JSON is nested more than 64 deep.",
        Outcome::MappingFailed => "The mapping could not be applied to its body.",
        Outcome::NotAnObject => "Its body is JSON, but not one object.",
        Outcome::BrokenBody => "The connection ended inside its body.",
        Outcome::Timeout => "Its body took too long to come.",
        Outcome::Overloaded => "Too many bodies waited in memory; the sender may send it again.",
        Outcome::Loop => {
            "It came from one of your own deliveries, at the end of a chain of more than 8: a loop, ended here."
        }
        Outcome::Handshake => {
            "The provider asked whether somebody is there, and was answered. It makes no event."
        }
        Outcome::InvalidForm => "Its body is no valid form.",
        Outcome::RecordRefused => {
            "What it says does not fit the event, the customer or the item that it is about. Nothing was changed."
        }
        Outcome::Pasted => {
            "Nobody sent it: a member of the account pasted it as a sample of the source. It makes no event."
        }
        Outcome::StoreFailed => "It could not be stored and was not accepted; the sender may send it again.",
    }
}

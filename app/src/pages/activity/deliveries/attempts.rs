use crate::components::json::BodyView;
use crate::components::{Due, Exact, Glyph, Icon, StatusCode, Tone, duration};
use domain::delivery::{Attempt, Delivery, DeliveryStatus, SendError};
use leptos::prelude::*;

/// The attempts of a delivery along a line, and when the next one is.
#[component]
pub fn Timeline(
    /// The delivery.
    delivery: Delivery,
    /// Oldest first.
    attempts: Vec<Attempt>,
) -> impl IntoView {
    let next = delivery.next_attempt_at;
    // While it is pending, only a try that is under way has no time.
    let is_under_way = delivery.status == DeliveryStatus::Pending && next.is_none();
    let is_empty = attempts.is_empty() && next.is_none() && !is_under_way;
    view! {
        <ol class="timeline">
            {attempts.into_iter().map(|attempt| view! { <AttemptRow attempt/> }).collect_view()}
            {next.map(|at| view! {
                <li class="timeline-item tone-busy">
                    <span class="timeline-mark"><Icon glyph=Glyph::Clock/></span>
                    <p>"Next try " <Due at/></p>
                </li>
            })}
            {is_under_way.then(|| view! {
                <li class="timeline-item tone-busy">
                    <span class="timeline-mark"><Icon glyph=Glyph::Send/></span>
                    <p>"It is being tried now."</p>
                </li>
            })}
        </ol>
        {is_empty.then(|| view! { <p class="muted">"It was never tried."</p> })}
    }
    .into_any()
}

#[component]
fn AttemptRow(attempt: Attempt) -> impl IntoView {
    let succeeded = attempt.status_code.is_some_and(|code| (200..300).contains(&code));
    let (tone, glyph) =
        if succeeded { (Tone::Good, Glyph::CircleCheck) } else { (Tone::Bad, Glyph::CircleX) };
    let body = attempt.response_body.filter(|body| !body.is_empty());
    view! {
        <li class=format!("timeline-item {}", tone.class())>
            <span class="timeline-mark"><Icon glyph/></span>
            <div class="min-w-0">
                <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <strong>"Attempt " {attempt.number}</strong>
                    {attempt.status_code.map(|code| view! { <StatusCode code/> })}
                    {attempt.error.map(|error| view! { <span>{error_words(error)}</span> })}
                    <span class="muted tabular-nums">{duration(i64::from(attempt.duration_ms))}</span>
                    <span class="muted"><Exact at=attempt.started_at/></span>
                </p>
                {attempt.error_detail.map(|detail| view! { <p class="mt-1 font-mono text-xs break-words">{detail}</p> })}
                {body.map(|body| view! {
                    <details class="mt-2">
                        <summary class="disclosure"><Icon glyph=Glyph::ChevronRight class="size-3.5"/> "Response"</summary>
                        <div class="mt-2"><BodyView body=Some(body) what="response"/></div>
                        {attempt.response_truncated.then(|| view! { <p class="muted mt-1 text-xs">"Only the first 16 KiB are kept."</p> })}
                    </details>
                })}
            </div>
        </li>
    }
    .into_any()
}

/// What went wrong, for a person.
pub const fn error_words(error: SendError) -> &'static str {
    match error {
        SendError::DnsError => "The host's name did not resolve",
        SendError::ConnectionRefused => "Connection refused",
        SendError::ConnectionReset => "The connection broke",
        SendError::TlsError => "TLS failed",
        SendError::Timeout => "Timed out",
        SendError::BlockedAddress => "The address is private and not allowed",
        SendError::TokenError => "No OAuth 2.0 token",
        SendError::InvalidRequest => "The message could not be made",
        SendError::ProtocolError => "The answer was no HTTP",
    }
}

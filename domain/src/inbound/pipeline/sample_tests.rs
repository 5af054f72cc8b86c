//! A published sample of an event stream of a shopping app: its quotes do not match, and its two clocks disagree.

use super::tests::{answer, request, run, source};
use crate::inbound::Outcome;
use serde_json::json;

const APP_OPENED: &str = include_str!("fixtures/app_opened.json");

#[test]
fn d20_a_sample_whose_quotes_do_not_match_is_refused_at_its_place() {
    let event_id = r#""event_id": "UNIQUE EVENT ID","#;
    let at_root = APP_OPENED.rfind(event_id).expect("the sample has an id at its root");
    let (before, after) = APP_OPENED.split_at(at_root);
    let published = before.to_owned() + &after.replacen(event_id, r#""event_id":UNIQUE EVENT ID","#, 1);
    let (outcome, status, body) = answer(&json!({}), &published);
    assert_eq!((outcome, status), (Outcome::InvalidJson, 400));
    let line = before.lines().count();
    assert_eq!(body["error"]["line"], json!(line), "{body}");
}

#[test]
fn d20_both_clocks_of_a_sample_are_kept_as_data() {
    let mapping = json!({"mapping": [
        {"from": "timestamp", "to": "data.sent_at"},
        {"from": "timestamp_iso", "to": "data.sent_at_iso"},
        {"from": "session_properties.session_start_time", "to": "data.started_at"},
    ]});
    let decision = run(&source(&mapping), &request(&[], APP_OPENED));
    assert_eq!(decision.outcome, Outcome::Accepted);
    let data: serde_json::Value = serde_json::from_str(decision.events[0].data.get()).expect("JSON");
    assert_eq!(
        data,
        json!({"sent_at": 1_663_008_666_001_u64, "sent_at_iso": "2023-08-15T11:51:06.000-07:00", "started_at": 1_692_140_759_000_u64})
    );
}

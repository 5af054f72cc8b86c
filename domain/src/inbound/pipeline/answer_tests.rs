//! What is put into success responses (A13).

use super::tests::{answer, request, run, shown, source};
use super::*;
use serde_json::json;

#[test]
fn a13_ids_are_put_into_the_success_response() {
    let success = json!({"request": "[Request ID]", "event": "[Event ID]", "record": "[Record Key]"});
    let lenient = json!({"response": {"success": success, "filtered": "success"},
        "filter": {"path": "body.n", "op": "exists"}});
    let request = request(&[], r#"{"n":1}"#);
    let decision = run(&source(&lenient), &request);
    let ids = json!({"request": request.id, "event": decision.events[0].id, "record": null});
    assert_eq!(shown(&decision).2, ids);
    let (outcome, _, body) = answer(&lenient, "{}");
    assert_eq!((outcome, &body["event"]), (Outcome::Filtered, &Value::Null));
    let error = json!({"response": {"error": {"id": "[Request ID]"}}});
    assert_eq!(answer(&error, "{").2, json!({"id": "[Request ID]"}));
}

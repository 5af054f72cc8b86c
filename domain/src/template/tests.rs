use super::*;
use proptest::prelude::*;
use serde_json::json;

fn event_type() -> EventType {
    EventType::new("order.created").expect("a type")
}

fn values<'a>(event_type: &'a EventType, data: &'a Value) -> MergeValues<'a> {
    MergeValues {
        event_id: EventId::new(Timestamp(1), &[1; 10]),
        event_type,
        occurred_at: Timestamp(0),
        account_id: AccountId::new(Timestamp(1), &[2; 10]),
        delivery_id: DeliveryId::new(Timestamp(1), &[3; 10]),
        action: Action::Push,
        entity: EntityType::LineItem,
        data,
    }
}

fn render_json(template: &str, data: &Value) -> String {
    let template = JsonTemplate::parse(template).unwrap_or_else(|error| panic!("{template}: {error}"));
    let body = template.render(&values(&event_type(), data)).expect("small enough");
    String::from_utf8(body).expect("UTF-8")
}

fn render_form(template: &str, data: &Value) -> String {
    let template = FormTemplate::parse(template).unwrap_or_else(|error| panic!("{template}: {error}"));
    let body = template.render(&values(&event_type(), data)).expect("small enough");
    String::from_utf8(body).expect("UTF-8")
}

#[test]
fn d14_a_string_that_is_one_field_takes_the_values_type() {
    let data = json!({"n": 1, "s": "a\"b", "list": [1, {"x": null}], "t": true, "a.b": 2});
    for (template, expected) in [
        (r#"{"v": "[data.n]"}"#, r#"{"v": 1}"#),
        (r#""[data.s]""#, r#""a\"b""#),
        (r#"["[data.list]","[data.list.0]"]"#, r#"[[1,{"x":null}],1]"#),
        (r#""[data.t]""#, "true"),
        (r#""[data.absent]""#, "null"),
        (r#""[data[\"a.b\"]]""#, "2"),
        (r#""[data]""#, r#"{"n":1,"s":"a\"b","list":[1,{"x":null}],"t":true,"a.b":2}"#),
        (r#""[event.type]""#, r#""order.created""#),
        (r#""[event.timestamp]""#, r#""1970-01-01T00:00:00.000Z""#),
        (r#"["[action]","[entity]"]"#, r#"["push","line_item"]"#),
        (r#""[event.id]""#, r#""00000000-0001-7101-8101-010101010101""#),
        (
            r#"["[account.id]", "[delivery.id]"]"#,
            r#"["00000000-0001-7202-8202-020202020202", "00000000-0001-7303-8303-030303030303"]"#,
        ),
    ] {
        assert_eq!(render_json(template, &data), expected, "{template}");
    }
}

#[test]
fn d14_in_other_strings_values_are_joined_in_as_text() {
    let data = json!({"n": 1, "s": "a\"b\n", "list": [1, "x"], "none": null});
    for (template, expected) in [
        (r#""no [data.n]""#, r#""no 1""#),
        (r#""[data.s][data.s]""#, r#""a\"b\na\"b\n""#),
        (r#""list: [data.list]""#, r#""list: [1,\"x\"]""#),
        (r#""<[data.none][data.absent]>""#, r#""<>""#),
        (r#""\\[data.n\\] [data.n]""#, r#""[data.n] 1""#),
        (r#""\\[x]""#, r#""[x]""#),
        (r#""\\\\[data.n]""#, r#""\\1""#),
        (r#""\\d\u00e4]""#, r#""\\dä]""#),
        (r#"{"[data.n]": "", "k\"": 1e2}"#, r#"{"[data.n]": "", "k\"": 1e2}"#),
    ] {
        assert_eq!(render_json(template, &data), expected, "{template}");
    }
}

#[test]
fn a_json_template_that_is_wrong_is_refused_with_its_place() {
    for (template, line, column, part) in [
        ("{\n  'a': 1}", 2, 3, "double quotes"),
        ("{\n  \"a\": \"[data.n\"}", 2, 9, "never closed"),
        ("{\"a\": \"x [Contact ID]\"}", 1, 10, "unknown field `[Contact ID]`"),
        ("\"[[secret:key]]\"", 1, 2, "account secrets are not available here"),
        ("\"[[x]]\"", 1, 2, "unknown field"),
        ("\"[]\"", 1, 2, "unknown field"),
        ("\"[data.]\"", 1, 2, "a path has a name"),
        ("\"[data.a..b]\"", 1, 2, "a path has a name"),
        ("\"[event]\"", 1, 2, "unknown field"),
    ] {
        let error = JsonTemplate::parse(template).expect_err(template);
        assert_eq!((error.line, error.column), (line, column), "{template}: {error}");
        assert!(error.message.contains(part), "{template}: {error}");
    }
    assert!(JsonTemplate::parse(&"[".repeat(100_000)).is_err());
}

#[test]
fn o3_pairs_are_cut_first_and_values_encoded_after() {
    let data = json!({"first": "Ä & b=c", "n": 7, "o": {"a": [1]}, "none": null});
    for (template, expected) in [
        ("First_Name=[data.first]&n=[data.n]", "First_Name=%C3%84+%26+b%3Dc&n=7"),
        (
            "address=2040 Alameda Padre Serra&city=Santa Barbara",
            "address=2040+Alameda+Padre+Serra&city=Santa+Barbara",
        ),
        ("a=x[data.n]y[data.none]z[data.absent]", "a=x7yz"),
        ("a=1=2", "a=1%3D2"),
        ("a=", "a="),
        ("list[a]=[data.o]", "list%5Ba%5D=%7B%22a%22%3A%5B1%5D%7D"),
        ("a=\\[data.n]&", "a=%5Bdata.n%5D"),
        ("a=1&\nb=2", "a=1&b=2"),
        (
            "Api-Appid=x&data=Note inserted by webhook using new API.&id=[event.type]",
            "Api-Appid=x&data=Note+inserted+by+webhook+using+new+API.&id=order.created",
        ),
    ] {
        assert_eq!(render_form(template, &data), expected, "{template}");
    }
}

#[test]
fn s_nothing_but_fields_is_evaluated() {
    let hostile = "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {% x %} $(id) `id`";
    let data = json!({"x": hostile});
    for text in [hostile, "[data.x]"] {
        assert_eq!(render_json(&json!(text).to_string(), &data), json!(hostile).to_string());
        let form = render_form(&format!("a={text}"), &data);
        let pairs: Vec<_> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        assert_eq!(pairs, [("a".to_owned(), hostile.to_owned())]);
    }
}

#[test]
fn a_form_template_that_is_wrong_is_refused_with_its_place() {
    for (template, line, column, part) in [
        ("", 1, 1, "at least one"),
        ("a=1&b", 1, 5, "label=value"),
        ("a=1&=b", 1, 5, "label=value"),
        ("a=1&\nb=[First Name]", 2, 3, "unknown field `[First Name]`"),
        ("a=[data.x", 1, 3, "never closed"),
        ("key=[[secret:api]]", 1, 5, "account secrets are not available here"),
    ] {
        let error = FormTemplate::parse(template).expect_err(template);
        assert_eq!((error.line, error.column), (line, column), "{template}: {error}");
        assert!(error.message.contains(part), "{template}: {error}");
    }
}

#[test]
fn a_body_does_not_grow_without_bound() {
    let data = json!("x".repeat(1_000_000));
    let values_of = |data| values(Box::leak(Box::new(event_type())), data);
    let json = JsonTemplate::parse(&format!("[{}1]", "\"[data]\",".repeat(1000))).expect("a template");
    assert_eq!(json.render(&values_of(&data)), Err(RenderedTooLarge));
    let text = JsonTemplate::parse(&format!("\"{}\"", "[data]".repeat(1000))).expect("a template");
    assert_eq!(text.render(&values_of(&data)), Err(RenderedTooLarge));
    let form = FormTemplate::parse(&format!("a={}", "[data]".repeat(1000))).expect("a template");
    assert_eq!(form.render(&values_of(&data)), Err(RenderedTooLarge));
}

const TRICKY: &str = r#"(\[data\.x\]|\[event\.type\]|\\|"|&|=|\[|\]|[,{}:\n]|\PC){0,12}"#;

proptest! {
    #[test]
    fn rendered_json_is_json_and_values_stay_values(value in TRICKY) {
        let data = json!({"x": value, "y": "[data.x]"});
        let rendered = render_json(r#"{"alone": "[data.x]", "text": "<[data.x]>", "y": "-[data.y]"}"#, &data);
        let rendered: Value = serde_json::from_str(&rendered).expect("JSON");
        prop_assert_eq!(rendered, json!({"alone": &value, "text": format!("<{value}>"), "y": "-[data.x]"}));
    }

    #[test]
    fn a_form_value_cannot_add_a_pair(value in TRICKY) {
        let data = json!({"x": value});
        let rendered = render_form("a=<[data.x]>&b=2", &data);
        let pairs: Vec<_> = form_urlencoded::parse(rendered.as_bytes()).into_owned().collect();
        prop_assert_eq!(pairs, [("a".to_owned(), format!("<{value}>")), ("b".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn any_text_is_a_template_or_refused(text in TRICKY, data in ".{0,10}") {
        let data = json!({"x": data});
        let quoted = Value::from(text.as_str()).to_string();
        for json in [text.as_str(), quoted.as_str()] {
            if JsonTemplate::parse(json).is_ok() {
                prop_assert!(serde_json::from_str::<Value>(&render_json(json, &data)).is_ok(), "{}", json);
            }
        }
        if FormTemplate::parse(&text).is_ok() {
            render_form(&text, &data);
        }
    }
}

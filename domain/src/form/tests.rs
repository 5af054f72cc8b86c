use super::*;
use proptest::prelude::*;
use serde_json::json;

const LIST: &str = "00000000-0001-7101-8101-010101010101";

fn form(fields: Value) -> Form {
    serde_json::from_value(json!({"sections": [{"title": "All", "fields": fields}]})).expect("a form")
}

fn one(field_type: Value) -> Form {
    form(json!([{"key": "v", "label": "V", "type": field_type}]))
}

fn lookups() -> Vec<LookupList> {
    serde_json::from_value(json!([{
        "id": LIST, "version": 1, "name": "Day parts", "entries": [{"id": 4, "label": "Prime time"}],
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    }]))
    .expect("lists")
}

fn read(form: &Form, values: &Value, unknown: Unknown) -> Result<Value, Vec<String>> {
    let values = values.as_object().expect("an object");
    match form.check_values(values, &lookups(), unknown) {
        Ok(kept) => Ok(Value::Object(kept)),
        Err(errors) => Err(errors.0.into_iter().map(|error| error.field).collect()),
    }
}

/// What is kept of one value, as text, so that digits count.
fn kept(field_type: &Value, value: &str) -> Option<String> {
    let value: Value = serde_json::from_str(value).expect("JSON");
    let kept = read(&one(field_type.clone()), &json!({"v": value}), Unknown::Refuse).ok()?;
    Some(kept.get("v").map_or_else(|| "nothing".to_owned(), Value::to_string))
}

fn problems(form: &Value) -> Vec<String> {
    let form: Form = serde_json::from_value(form.clone()).expect("a form");
    form.check().err().unwrap_or_default().0.into_iter().map(|error| error.field).collect()
}

#[test]
fn t27_each_type_takes_its_values_and_keeps_them_as_its_own() {
    for (field_type, value, expected) in [
        ("string", r#""Bonn""#, Some(r#""Bonn""#)),
        ("string", "93103", Some(r#""93103""#)),
        ("string", "7.50", Some(r#""7.50""#)),
        ("string", "true", Some(r#""true""#)),
        ("string", "[]", None),
        ("string", r#""\u0000""#, None),
        ("integer", "7", Some("7")),
        ("integer", r#""007""#, Some("7")),
        ("integer", "7.0", Some("7")),
        ("integer", "-12e2", Some("-1200")),
        ("integer", "123456789012345678901234567890", Some("123456789012345678901234567890")),
        ("integer", "7.5", None),
        ("integer", "1e999", None),
        ("integer", r#""seven""#, None),
        ("integer", "true", None),
        ("decimal", "1.50", Some("1.50")),
        ("decimal", r#""+01.50""#, Some("1.50")),
        ("decimal", "0.1000000000000000000000001", Some("0.1000000000000000000000001")),
        ("decimal", "1e999", None),
        ("decimal", r#""1,50""#, None),
        ("datetime", r#""2026-01-31T09:00:00+01:00""#, Some(r#""2026-01-31T09:00:00+01:00""#)),
        ("datetime", r#""2026-01-31T09:00:00""#, None),
        ("datetime", r#""2026-01-31""#, None),
        ("datetime", "1790000000", None),
        ("date", r#""2026-02-28""#, Some(r#""2026-02-28""#)),
        ("date", r#""2026-02-30""#, None),
        ("date", r#""2026-2-3""#, None),
        ("date", r#""+026-01-01""#, None),
        ("time", r#""09:30""#, Some(r#""09:30""#)),
        ("time", r#""23:59:59""#, Some(r#""23:59:59""#)),
        ("time", r#""24:00""#, None),
        ("time", r#""9:30""#, None),
        ("time", r#""09:30:""#, None),
        ("boolean", "false", Some("false")),
        ("boolean", r#""false""#, None),
        ("boolean", "0", None),
        ("json", r#"{"geo":[1.50,{"a":null}]}"#, Some(r#"{"geo":[1.50,{"a":null}]}"#)),
        ("json", r#"["\u0000"]"#, None),
        ("json", r#"{"\u0000":1}"#, None),
    ] {
        assert_eq!(kept(&json!(field_type), value).as_deref(), expected, "{field_type} {value}");
        for nothing in ["null", r#""""#] {
            assert_eq!(kept(&json!(field_type), nothing).as_deref(), Some("nothing"), "{field_type}");
        }
    }
}

#[test]
fn t29_lookup_fields_take_the_numbers_of_their_list() {
    let lookup = json!({"lookup": {"list": LIST}});
    for (value, expected) in [
        ("4", Some("4")),
        (r#""4""#, Some("4")),
        ("5", None),
        (r#""Prime time""#, None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(kept(&lookup, value).as_deref(), expected, "{value}");
    }
    let gone = json!({"lookup": {"list": "00000000-0001-7101-8101-010101010102"}});
    assert_eq!(kept(&gone, "4"), None);
}

#[test]
fn t28_arrays_take_one_value_or_more() {
    let array = |of: &str| json!({"array": {"of": of}});
    for (field_type, value, expected) in [
        (array("any"), r#"["A-1", 7, true]"#, Some(r#"["A-1",7,true]"#)),
        (array("any"), r#""A-1, B-2,,""#, Some(r#"["A-1","B-2"]"#)),
        (array("any"), "12345678901234567890", Some("[12345678901234567890]")),
        (array("any"), "[]", Some("[]")),
        (array("any"), "[null]", None),
        (array("any"), "[[1]]", None),
        (array("any"), r#"{"a": 1}"#, None),
        (array("string"), r#"["a", 7]"#, Some(r#"["a","7"]"#)),
        (array("integer"), r#"["7", 8]"#, Some("[7,8]")),
        (array("integer"), r#""7, 8""#, Some("[7,8]")),
        (array("time"), r#"["09:00", "25:00"]"#, None),
        (json!({"array": {}}), "[1]", Some("[1]")),
    ] {
        assert_eq!(kept(&field_type, value).as_deref(), expected, "{field_type} {value}");
    }
    let long = json!({"v": vec![1; 1_001]});
    assert_eq!(read(&one(array("any")), &long, Unknown::Refuse), Err(vec!["v".to_owned()]));
    let wrong = json!({"v": [1, "x", 2, "y"]});
    let places = vec!["v.1".to_owned(), "v.3".to_owned()];
    assert_eq!(read(&one(array("integer")), &wrong, Unknown::Refuse), Err(places));
}

#[test]
fn t23_required_fields_must_say_something() {
    let form = form(json!([
        {"key": "a", "label": "A", "type": "string", "required": true},
        {"key": "b", "label": "B", "type": {"array": {}}, "required": true},
        {"key": "c", "label": "C", "type": "integer"},
    ]));
    for (values, expected) in [
        (json!({"a": "x", "b": [1]}), Ok(json!({"a": "x", "b": [1]}))),
        (json!({"b": 1, "a": 0, "c": null}), Ok(json!({"a": "0", "b": [1]}))),
        (json!({}), Err(vec!["a", "b"])),
        (json!({"a": "", "b": []}), Err(vec!["a", "b"])),
        (json!({"a": null, "b": " , ", "c": "x"}), Err(vec!["a", "b", "c"])),
    ] {
        let expected = expected.map_err(|fields| fields.into_iter().map(str::to_owned).collect());
        assert_eq!(read(&form, &values, Unknown::Refuse), expected, "{values}");
    }
}

#[test]
fn s_texts_are_bounded_and_have_no_nul() {
    let most = "a".repeat(64 * 1024);
    for (values, is_fine) in [
        (json!({"v": &most}), true),
        (json!({"v": format!("{most}a")}), false),
        (json!({"other": {"deep": [format!("{most}a")]}}), false),
        (json!({"other": {"deep\u{0}": 1}}), false),
        (json!({"a\u{0}": 1}), false),
        (json!({"a".repeat(128): 1}), true),
        (json!({"a".repeat(129): 1}), false),
    ] {
        let is_kept = read(&one(json!("string")), &values, Unknown::Keep).is_ok();
        assert_eq!(is_kept, is_fine, "{}", values.to_string().chars().take(40).collect::<String>());
    }
}

#[test]
fn s_unknown_values_are_refused_or_kept() {
    let form = one(json!("integer"));
    let values = json!({"x": {"n": 1.50, "none": null}, "v": "1", "y": ""});
    let kept = json!({"v": 1, "x": {"n": 1.50, "none": null}, "y": ""});
    assert_eq!(read(&form, &values, Unknown::Keep), Ok(kept));
    assert_eq!(read(&form, &values, Unknown::Refuse), Err(vec!["x".to_owned(), "y".to_owned()]));
}

#[test]
fn t23_checks_name_the_place_in_the_form() {
    let field = |key: &str| json!({"key": key, "label": "A", "type": "string"});
    let section = |fields: Value| json!({"title": "All", "fields": fields});
    for (form, expected) in [
        (json!({}), vec![]),
        (json!({"sections": [section(json!([field("a"), field("b_2")])), section(json!([]))]}), vec![]),
        (json!({"sections": [{"title": ""}]}), vec!["sections.0.title"]),
        (json!({"sections": [section(json!([field("A")]))]}), vec!["sections.0.fields.0.key"]),
        (json!({"sections": [section(json!([field("")]))]}), vec!["sections.0.fields.0.key"]),
        (json!({"sections": [section(json!([field("1a")]))]}), vec!["sections.0.fields.0.key"]),
        (json!({"sections": [section(json!([field(&"a".repeat(64))]))]}), vec![]),
        (json!({"sections": [section(json!([field(&"a".repeat(65))]))]}), vec!["sections.0.fields.0.key"]),
        (
            json!({"sections": [section(json!([field("a")])), section(json!([field("b"), field("a")]))]}),
            vec!["sections.1.fields.1.key"],
        ),
        (
            json!({"sections": [section(json!([{"key": "a", "label": "", "type": "json", "notes": "\u{0}"}]))]}),
            vec!["sections.0.fields.0.label", "sections.0.fields.0.notes"],
        ),
        (json!({"sections": vec![section(json!([])); 21]}), vec!["sections"]),
        (json!({"sections": [section(json!(vec![field("a"); 201]))]}), vec!["sections"]),
    ] {
        assert_eq!(problems(&form), expected, "{form}");
    }
}

#[test]
fn t24_the_shipped_form_of_customers_keeps_addresses_and_numbers_as_texts() {
    let form = Form::of_customers();
    assert_eq!(form.check(), Ok(()));
    let titles: Vec<_> = form.sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(titles, ["Contact", "Address", "Account"]);
    let values = json!({
        "account_number": "007", "billing_id": "12", "address_1": 2040, "address_2": "b", "city": "Santa Barbara",
        "state": "CA", "zip": 93103, "email": "not an address",
    });
    let expected = json!({
        "email": "not an address", "address_1": "2040", "address_2": "b", "city": "Santa Barbara", "state": "CA",
        "zip": "93103", "account_number": "007", "billing_id": 12,
    });
    let kept = read(&form, &values, Unknown::Refuse).expect("they fit");
    assert_eq!(kept.to_string(), expected.to_string(), "in the form's order");
}

#[test]
fn s_forms_take_no_unknown_keys() {
    for wrong in [
        json!({"sections": [], "x": 1}),
        json!({"sections": [{"title": "a", "x": 1}]}),
        json!({"sections": [{"title": "a", "fields": [{"key": "a", "label": "A", "type": "string", "x": 1}]}]}),
        json!({"sections": [{"title": "a", "fields": [{"key": "a", "label": "A", "type": "text"}]}]}),
        json!({"sections": [{"title": "a", "fields": [
            {"key": "a", "label": "A", "type": {"array": {"of": "string", "x": 1}}}
        ]}]}),
    ] {
        assert!(serde_json::from_value::<Form>(wrong.clone()).is_err(), "{wrong}");
    }
}

fn any_type() -> impl Strategy<Value = FieldType> {
    let lookup = FieldType::Lookup { list: LIST.parse().expect("an id") };
    prop_oneof![prop::sample::select(&FieldType::PLAIN[..]), Just(lookup)]
}

proptest! {
    #[test]
    fn t27_what_is_kept_is_kept_the_same_again(
        field_type in any_type(),
        text in "[-+0-9.eE:TZ]{0,20}|[a-z, ]{0,9}|.{0,8}",
        number in "-?(0|[1-9][0-9]{0,40})([.][0-9]{1,9})?",
    ) {
        let number: Value = number.parse::<serde_json::Number>().map(Value::Number).expect("a number");
        for value in [json!(text), number, json!([text]), json!({"a": text}), json!(true)] {
            let Ok(kept) = field_type.read(&value, &lookups(), "v") else { continue };
            prop_assert_eq!(field_type.read(&kept, &lookups(), "v"), Ok(kept), "{:?}", field_type);
        }
    }

    #[test]
    fn t27_types_round_trip(field_type in any_type()) {
        let json = serde_json::to_string(&field_type).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<FieldType>(&json).expect("a type"), field_type);
    }
}

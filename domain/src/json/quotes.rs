use super::parse;

/// `text` with the single or typographic quotes around its strings made double, where that makes it JSON (D1); `None`
/// where it is JSON already or would not become it. Nothing else is mended.
#[must_use]
pub fn fix_quotes(text: &str) -> Option<String> {
    if parse(text.as_bytes()).is_ok() {
        return None;
    }
    let fixed = with_double_quotes(text);
    parse(fixed.as_bytes()).is_ok().then_some(fixed)
}

fn with_double_quotes(text: &str) -> String {
    let mut fixed = String::with_capacity(text.len());
    let mut open: Option<char> = None;
    let mut is_escaped = false;
    for c in text.chars() {
        match (c, open) {
            (_, Some(_)) if is_escaped => {
                is_escaped = false;
                // JSON has no escape for it, and between double quotes it needs none.
                if c == '\'' {
                    fixed.pop();
                }
                fixed.push(c);
            }
            ('\\', Some(_)) => {
                is_escaped = true;
                fixed.push(c);
            }
            ('\'' | '"' | '‘' | '’' | '“' | '”', None) => {
                open = Some(closing(c));
                fixed.push('"');
            }
            (c, Some(quote)) if c == quote => {
                open = None;
                fixed.push('"');
            }
            ('"', Some(_)) => fixed.push_str("\\\""),
            _ => fixed.push(c),
        }
    }
    fixed
}

const fn closing(quote: char) -> char {
    match quote {
        '‘' => '’',
        '“' => '”',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn d1_single_quotes_become_double_ones() {
        for (given, expected) in [
            ("{'ok':true}", Some(r#"{"ok":true}"#)),
            ("{'notok':false}", Some(r#"{"notok":false}"#)),
            (
                "{\n'clientID': 'ID of your customer',\n'pointstobeadded': 'the number of points you wish to add',\n\
                 'reason': 'reason for adding the points'\n}",
                Some(
                    "{\n\"clientID\": \"ID of your customer\",\n\"pointstobeadded\": \"the number of points you \
                     wish to add\",\n\"reason\": \"reason for adding the points\"\n}",
                ),
            ),
            (r"{'a':'it\'s'}", Some(r#"{"a":"it's"}"#)),
            (r#"{'a':'say "x"'}"#, Some(r#"{"a":"say \"x\""}"#)),
            (r#"{'a':'say \"x\"'}"#, Some(r#"{"a":"say \"x\""}"#)),
            (r"{'a':'back\\'}", Some(r#"{"a":"back\\"}"#)),
            (r"{'a':'\n\u00e4'}", Some(r#"{"a":"\n\u00e4"}"#)),
            (r#"{"a":'b', 'c':"d'e"}"#, Some(r#"{"a":"b", "c":"d'e"}"#)),
            ("{“a”: ‘b’}", Some(r#"{"a": "b"}"#)),
            ("['', 'a']", Some(r#"["", "a"]"#)),
        ] {
            assert_eq!(fix_quotes(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn d1_what_is_json_or_would_not_become_it_is_left_alone() {
        for given in [
            r#"{"ok":true}"#,
            r#""it's""#,
            "",
            "{'ok':",
            "{'ok':true,}",
            "{'a':'it's'}",
            "{ok: true}",
            "{'clientID': 'ID', 'pointsub': the number of points you wish to subtract}",
            "{'a':'line\nbreak'}",
            r"{'a':'\x'}",
            "{'a':'\u{0}'}",
        ] {
            assert_eq!(fix_quotes(given), None, "{given}");
        }
    }

    proptest! {
        #[test]
        fn any_single_quoted_text_is_read_back(text in "[^\0]{0,20}") {
            let double = Value::from(text.as_str()).to_string();
            let inner = double[1..double.len() - 1].replace('\'', "\\'");
            let fixed = fix_quotes(&format!("{{'a': '{inner}'}}")).expect("it becomes JSON");
            prop_assert_eq!(parse(fixed.as_bytes()), Ok(json!({"a": text})));
        }

        #[test]
        fn what_is_fixed_is_json(text in r#"[{}'":,\\a1‘’“” ]{0,30}"#) {
            if let Some(fixed) = fix_quotes(&text) {
                prop_assert!(parse(fixed.as_bytes()).is_ok());
            }
        }
    }
}

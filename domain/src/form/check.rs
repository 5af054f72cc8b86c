use super::{Field, Form};
use crate::error::FieldErrors;
use crate::json;
use crate::limits::MAX_FIELDS;
use std::collections::HashSet;

const MAX_SECTIONS: usize = 20;
const MAX_KEY_BYTES: usize = 64;
const MAX_NOTES_CHARS: usize = 1_000;

/// Notes everything wrong with `form`.
pub(super) fn form(form: &Form, errors: &mut FieldErrors) {
    if form.sections.len() > MAX_SECTIONS {
        return errors.add("sections", format!("use at most {MAX_SECTIONS} sections"));
    }
    if form.fields().count() > MAX_FIELDS {
        return errors.add("sections", format!("use at most {MAX_FIELDS} fields"));
    }
    let mut keys = HashSet::new();
    for (place, section) in form.sections.iter().enumerate() {
        json::check_name(&section.title, &format!("sections.{place}.title"), errors);
        for (field_place, field) in section.fields.iter().enumerate() {
            check_field(field, &mut keys, &format!("sections.{place}.fields.{field_place}"), errors);
        }
    }
}

fn check_field<'f>(field: &'f Field, keys: &mut HashSet<&'f str>, at: &str, errors: &mut FieldErrors) {
    check_key(&field.key, keys, &format!("{at}.key"), errors);
    json::check_name(&field.label, &format!("{at}.label"), errors);
    json::check_text(&field.notes, MAX_NOTES_CHARS, &format!("{at}.notes"), errors);
}

/// Notes under `field` when `key` is no key, or one of those that were `seen`.
pub(crate) fn check_key<'k>(
    key: &'k str,
    seen: &mut HashSet<&'k str>,
    field: &str,
    errors: &mut FieldErrors,
) {
    let mut bytes = key.bytes();
    let is_key = key.len() <= MAX_KEY_BYTES
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_key {
        let message = format!("use 1 to {MAX_KEY_BYTES} of `a` to `z`, `0` to `9` and `_`, a letter first");
        errors.add(field, message);
    } else if !seen.insert(key) {
        errors.add(field, format!("`{key}` is there already"));
    }
}

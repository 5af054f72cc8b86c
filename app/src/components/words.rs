//! Enums as the words they are in JSON, which menus and radio buttons hold; and numbers with what they count.

use super::time::number;
use domain::account::Role;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The word of a plain enum.
#[must_use]
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The value of a word; the default one for a word that is none.
#[must_use]
pub fn of_word<T: DeserializeOwned + Default>(word: &str) -> T {
    serde_json::from_value(Value::from(word)).unwrap_or_default()
}

/// `1 event`, `2 events`: a number and what it counts, which takes an s when there are more.
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if count == 1 { format!("1 {what}") } else { format!("{} {what}s", number(count)) }
}

/// What a role is called where it stands alone: `Admin`. Sentences say [`Role::as_str`].
#[must_use]
pub const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Operator => "Operator",
        Role::Viewer => "Viewer",
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_not_many() {
        assert_eq!(
            [counted(0, "event"), counted(1, "event"), counted(1_000, "event")],
            ["0 events", "1 event", "1,000 events"]
        );
    }
}

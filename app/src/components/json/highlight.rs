//! Which parts of a JSON text are what, for colours.

/// What a part of a JSON text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A key.
    Key,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Word,
    /// Everything else.
    Plain,
}

impl Token {
    /// Its class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Key => "json-key",
            Self::Text => "json-text",
            Self::Number => "json-number",
            Self::Word => "json-word",
            Self::Plain => "",
        }
    }
}

/// Splits a JSON text into its parts; joined they are the text again, whatever the text is.
#[must_use]
pub fn tokens(json: &str) -> Vec<(Token, &str)> {
    let mut found = Vec::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '-' | '0'..='9' => run_length(rest, |c| c.is_ascii_digit() || "+-.eE".contains(c)),
            'a'..='z' => run_length(rest, |c| c.is_ascii_lowercase()),
            _ => run_length(rest, |c| !matches!(c, '"' | '-' | '0'..='9' | 'a'..='z')),
        };
        let (part, after) = rest.split_at(length);
        let token = match first {
            '"' if after.trim_start().starts_with(':') => Token::Key,
            '"' => Token::Text,
            '-' | '0'..='9' => Token::Number,
            'a'..='z' if matches!(part, "true" | "false" | "null") => Token::Word,
            _ => Token::Plain,
        };
        found.push((token, part));
        rest = after;
    }
    found
}

fn run_length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len()).max(text.chars().next().map_or(0, char::len_utf8))
}

fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_and_join_to_the_text() {
        let json = r#"{"a\"b": [1.5e3, "x", true], "ü": nul, 'no"#;
        let parts = tokens(json);
        assert_eq!(parts.iter().map(|(_, part)| *part).collect::<String>(), json);
        let of =
            |token| parts.iter().filter(|(own, _)| *own == token).map(|(_, part)| *part).collect::<Vec<_>>();
        assert_eq!(of(Token::Key), [r#""a\"b""#, "\"ü\""]);
        assert_eq!(of(Token::Number), ["1.5e3"]);
        assert_eq!(of(Token::Text), ["\"x\""]);
        assert_eq!(of(Token::Word), ["true"]);
    }
}

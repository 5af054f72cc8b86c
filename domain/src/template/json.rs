use super::merge::{MergeField, Piece, pieces};
use super::{MergeValues, RenderedTooLarge, TemplateError, check_size};
use crate::json::{self, JsonError};

/// JSON whose strings may hold merge fields: `{"name": "[data.first] [data.last]", "points": "[data.points]"}`.
///
/// A string that is exactly one merge field becomes the value itself with its own type, `null` where there is none; in
/// every other string the values are joined in as text. Keys hold none. What is rendered is always JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonTemplate(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// JSON text as it is sent.
    Json(String),
    /// A value with its own type.
    Value(MergeField),
    /// A string put together.
    Text(Vec<Piece>),
}

impl JsonTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// When it is no JSON, or a string has an unknown or open merge field.
    pub fn parse(template: &str) -> Result<Self, TemplateError> {
        json::parse(template.as_bytes()).map_err(|error| match error {
            JsonError::Invalid { line, column, message } => TemplateError { line, column, message },
            JsonError::TooDeep => TemplateError { line: 1, column: 1, message: error.to_string() },
        })?;
        let mut parts = Parts::default();
        let mut offset = 0;
        while let Some(start) = template[offset..].find('"').map(|at| offset + at) {
            parts.push_json(&template[offset..start]);
            let end = start + string_length(&template[start..]);
            let string = &template[start..end];
            let is_key = template[end..].trim_start().starts_with(':');
            if is_key {
                parts.push_json(string)
            } else {
                parts.push_string(template, start, string)?
            }
            offset = end;
        }
        parts.push_json(&template[offset..]);
        Ok(Self(parts.0))
    }

    /// The body for `values`: JSON.
    ///
    /// # Errors
    /// When it would be larger than [`super::MAX_RENDERED_BYTES`].
    pub fn render(&self, values: &MergeValues<'_>) -> Result<Vec<u8>, RenderedTooLarge> {
        let mut body = String::new();
        for part in &self.0 {
            match part {
                Part::Json(json) => body.push_str(json),
                Part::Value(field) => body.push_str(&field.value(values).to_string()),
                Part::Text(pieces) => {
                    body.push('"');
                    for piece in pieces {
                        push_escaped(piece, values, &mut body);
                        check_size(body.len())?;
                    }
                    body.push('"');
                }
            }
            check_size(body.len())?;
        }
        Ok(body.into_bytes())
    }
}

/// Collects parts, joining neighbouring JSON text.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn push_json(&mut self, json: &str) {
        match self.0.last_mut() {
            Some(Part::Json(before)) => before.push_str(json),
            _ => self.0.push(Part::Json(json.to_owned())),
        }
    }

    fn push_string(&mut self, template: &str, start: usize, string: &str) -> Result<(), TemplateError> {
        let text: String = serde_json::from_str(string)
            .map_err(|error| TemplateError::at(template, start, error.to_string()))?;
        // Escapes make the text shorter than what is written, so the place is exact only before the first of them.
        let mut pieces = pieces(&text)
            .map_err(|error| TemplateError::at(template, start + 1 + error.offset, error.message))?;
        match pieces.as_slice() {
            [] => self.push_json("\"\""),
            [Piece::Literal(text)] => self.push_json(&quoted(text)),
            [Piece::Field(_)] => {
                let Some(Piece::Field(field)) = pieces.pop() else { return Ok(()) };
                self.0.push(Part::Value(field));
            }
            _ => self.0.push(Part::Text(pieces)),
        }
        Ok(())
    }
}

/// The bytes from the quote that opens a string to the one that closes it, in text known to be JSON.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    });
    end.map_or(text.len(), |end| end + 2)
}

fn push_escaped(piece: &Piece, values: &MergeValues<'_>, body: &mut String) {
    let mut text = String::new();
    match piece {
        Piece::Literal(literal) => text.push_str(literal),
        Piece::Field(field) => field.append_to(&mut text, values),
    }
    let quoted = quoted(&text);
    body.push_str(&quoted[1..quoted.len() - 1]);
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

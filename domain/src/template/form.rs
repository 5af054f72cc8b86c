use super::merge::{Piece, pieces};
use super::{MergeValues, RenderedTooLarge, TemplateError, check_size};
use form_urlencoded::byte_serialize;

/// `label=value` pairs joined by `&` (O3), sent as `application/x-www-form-urlencoded`:
/// `First_Name=[data.first_name]&note=Came from [event.type]`.
///
/// It is cut into pairs before anything is put in, so a value cannot add a pair. The text of labels and values is
/// written plainly (`a b`, not `a+b`) and encoded by the WHATWG's form rules when sent. Labels hold no merge fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTemplate(Vec<(String, Vec<Piece>)>);

impl FormTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// When a pair has no `=` or no label, a value has an unknown or open merge field, or there is no pair at all.
    pub fn parse(template: &str) -> Result<Self, TemplateError> {
        let mut pairs = Vec::new();
        let mut offset = 0;
        for pair in template.split('&') {
            let start = offset;
            offset += pair.len() + 1;
            if pair.trim().is_empty() {
                continue;
            }
            let error = |at: usize, message: String| TemplateError::at(template, start + at, message);
            let Some((label, value)) = pair.split_once('=').filter(|(label, _)| !label.trim().is_empty())
            else {
                return Err(error(0, "write each pair as label=value".to_owned()));
            };
            let pieces =
                pieces(value).map_err(|wrong| error(label.len() + 1 + wrong.offset, wrong.message))?;
            pairs.push((byte_serialize(label.trim().as_bytes()).collect(), pieces));
        }
        if pairs.is_empty() {
            return Err(TemplateError::at(template, 0, "write at least one label=value pair"));
        }
        Ok(Self(pairs))
    }

    /// The body for `values`. A value that is absent or `null` is an empty text.
    ///
    /// # Errors
    /// When it would be larger than [`super::MAX_RENDERED_BYTES`].
    pub fn render(&self, values: &MergeValues<'_>) -> Result<Vec<u8>, RenderedTooLarge> {
        let mut body = String::new();
        for (place, (label, pieces)) in self.0.iter().enumerate() {
            if place > 0 {
                body.push('&');
            }
            body.push_str(label);
            body.push('=');
            for piece in pieces {
                let mut text = String::new();
                match piece {
                    Piece::Literal(literal) => text.push_str(literal),
                    Piece::Field(field) => field.append_to(&mut text, values),
                }
                // Byte by byte, so piece by piece is the same as joined first.
                body.extend(byte_serialize(text.as_bytes()));
                check_size(body.len())?;
            }
        }
        Ok(body.into_bytes())
    }
}

//! The form while it is edited, everything as typed. Fields know their section by its row, so that both lists are flat.

use crate::components::form::{Row, rows_of};
use crate::pages::records::{type_of, type_word};
use domain::customer::check_form;
use domain::error::FieldErrors;
use domain::form::{Field, Form, Section};

/// What is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Headings, in order.
    pub sections: Vec<Row<TypedSection>>,
    /// The fields of all sections, in order.
    pub fields: Vec<Row<TypedField>>,
}

/// A heading, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedSection {
    /// What it says.
    pub title: String,
}

/// One field, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedField {
    /// The row of its section.
    pub section: u32,
    /// Its name in JSON.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// The word of its type.
    pub field_type: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// A hint for whoever fills it in.
    pub notes: String,
}

impl Typed {
    /// What is stored, as if typed.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        let field = |section: u32, field: &Field| TypedField {
            section,
            key: field.key.clone(),
            label: field.label.clone(),
            field_type: type_word(field.field_type),
            required: field.required,
            notes: field.notes.clone(),
        };
        let fields = (1..).zip(&form.sections);
        let fields = fields.flat_map(|(row, section)| section.fields.iter().map(move |own| field(row, own)));
        Self {
            sections: rows_of(form.sections.iter().map(|own| TypedSection { title: own.title.clone() })),
            fields: rows_of(fields),
        }
    }

    fn to_form(&self) -> Form {
        let field = |own: &TypedField| Field {
            key: own.key.trim().to_owned(),
            label: own.label.trim().to_owned(),
            field_type: type_of(&own.field_type),
            required: own.required,
            notes: own.notes.trim().to_owned(),
        };
        let sections = self.sections.iter().map(|section| Section {
            title: section.own.title.trim().to_owned(),
            fields: self.below(section.row).map(|row| field(&row.own)).collect(),
        });
        Form { sections: sections.collect() }
    }

    fn below(&self, section: u32) -> impl Iterator<Item = &Row<TypedField>> {
        self.fields.iter().filter(move |row| row.own.section == section)
    }

    /// What is meant.
    ///
    /// # Errors
    /// What is wrong, per field.
    pub fn read(&self) -> Result<Form, FieldErrors> {
        let form = self.to_form();
        check_form(&form).map(|()| form)
    }

    /// Where a section is in the form: `sections.1`.
    #[must_use]
    pub fn path_of_section(&self, row: u32) -> Option<String> {
        let place = self.sections.iter().position(|own| own.row == row)?;
        Some(format!("sections.{place}"))
    }

    /// Where a field is in the form: `sections.1.fields.0`.
    #[must_use]
    pub fn path_of_field(&self, row: u32) -> Option<String> {
        let section = self.fields.iter().find(|own| own.row == row)?.own.section;
        let place = self.below(section).position(|own| own.row == row)?;
        Some(format!("{}.fields.{place}", self.path_of_section(section)?))
    }

    /// Takes a section away, with its fields.
    pub fn remove_section(&mut self, row: u32) {
        self.sections.retain(|own| own.row != row);
        self.fields.retain(|own| own.own.section != row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t27_the_form_survives_editing_and_names_what_is_wrong() {
        let form = Form::of_customers();
        let mut typed = Typed::of(&form);
        assert_eq!(typed.read(), Ok(form.clone()));
        typed.fields[5].own.key = "points".into();
        let wrong = typed.read().expect_err("every customer has points");
        assert_eq!(Some(wrong.0[0].field.clone()), typed.path_of_field(6).map(|path| format!("{path}.key")));
        typed.remove_section(2);
        assert_eq!(typed.read().map(|form| form.sections.len()), Ok(form.sections.len() - 1));
        assert_eq!(typed.path_of_section(3), Some("sections.1".to_owned()));
    }
}

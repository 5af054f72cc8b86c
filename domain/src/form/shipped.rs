use super::{Field, FieldType, Form, Section};

impl Form {
    /// The form of customers that an account begins with. Addresses and account numbers are texts (D7): the documents
    /// say `integer` of some of them, which would lose `007` and `12a`.
    #[must_use]
    pub fn of_customers() -> Self {
        use FieldType::{Integer, String};
        let sections = vec![
            section(
                "Contact",
                &[
                    ("first_name", "First name", String),
                    ("last_name", "Last name", String),
                    ("email", "E-mail", String),
                    ("phone", "Phone", String),
                ],
            ),
            section(
                "Address",
                &[
                    ("address_1", "Address 1", String),
                    ("address_2", "Address 2", String),
                    ("city", "City", String),
                    ("state", "State", String),
                    ("zip", "Zip", String),
                ],
            ),
            section(
                "Account",
                &[("account_number", "Account number", String), ("billing_id", "Billing ID", Integer)],
            ),
        ];
        Self { sections }
    }
}

fn section(title: &str, fields: &[(&str, &str, FieldType)]) -> Section {
    let field = |&(key, label, field_type): &(&str, &str, FieldType)| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        field_type,
        required: false,
        notes: String::new(),
    };
    Section { title: title.to_owned(), fields: fields.iter().map(field).collect() }
}

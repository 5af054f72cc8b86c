use domain::form::Form;

/// What everything is called that a customer has, by its name in histories and in the search: fields of the form, and
/// what every customer has.
#[must_use]
pub fn labels(form: &Form) -> Vec<(String, String)> {
    let of_form = form.fields().map(|field| (field.key.clone(), field.label.clone()));
    let own = OWN.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned()));
    of_form.chain(own).collect()
}

/// Where a search may look.
#[must_use]
pub fn searched(form: &Form) -> Vec<(String, String)> {
    let own = [
        ("key", "Key"),
        ("name", "Full name"),
        ("external_account_numbers", "Account numbers"),
        ("labels", "Labels"),
    ];
    let own = own.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned()));
    own.chain(form.fields().map(|field| (field.key.clone(), field.label.clone()))).collect()
}

const OWN: [(&str, &str); 8] = [
    ("points", "Points"),
    ("spent", "Spent"),
    ("purchases", "Purchases"),
    ("items", "Items bought"),
    ("refunded", "Refunded"),
    ("opted_in", "Opted in"),
    ("labels", "Labels"),
    ("external_account_numbers", "Account numbers"),
];

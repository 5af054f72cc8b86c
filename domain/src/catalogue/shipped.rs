use super::{Attribute, Effect, EventDefinition};
use crate::event::EventType;
use crate::form::{FieldType, Scalar};

/// Key, label, type, whether it is required.
type Row = (&'static str, &'static str, FieldType, bool);

const POINTS: Row = ("points", "Points", FieldType::Decimal, true);
const REASON: Row = ("reason", "Reason", FieldType::String, false);
const TRANSACTION: Row = ("transaction_id", "Transaction ID", FieldType::String, true);
const TOTAL: Row = ("total", "Total", FieldType::Decimal, true);
const PRODUCT: Row = ("product_id", "Product ID", FieldType::String, true);
const SUBTOTAL: Row = ("subtotal", "Subtotal", FieldType::Decimal, false);
const QUANTITY: Row = ("quantity", "Quantity", FieldType::Integer, false);
/// An item's event may repeat the total of its transaction (A22); it counts with the transaction.
const TOTAL_OF_TRANSACTION: Row = ("total", "Total of the transaction", FieldType::Decimal, false);
const ITEM: [Row; 5] = [TRANSACTION, PRODUCT, TOTAL_OF_TRANSACTION, SUBTOTAL, QUANTITY];
/// The e-mail is any text: the manual's own opt-in sample puts labels there (D19).
const PROFILE: [Row; 6] = [
    ("email", "E-mail", FieldType::String, false),
    ("first_name", "First name", FieldType::String, false),
    ("last_name", "Last name", FieldType::String, false),
    ("phone", "Phone", FieldType::String, false),
    ("labels", "Labels", FieldType::Array { of: Scalar::String }, false),
    ("external_account_numbers", "External account numbers", FieldType::Array { of: Scalar::String }, false),
];

/// The events of a loyalty programme, under the names that Antavo's users know.
pub(super) fn definitions() -> Vec<EventDefinition> {
    of_points().into_iter().chain(of_purchases()).chain(of_refunds()).chain(of_people()).collect()
}

fn of_points() -> [EventDefinition; 4] {
    let reward = ("reward", "Reward", FieldType::String, true);
    let price = ("points", "Points", FieldType::Decimal, false);
    [
        define("point_add", "Point add", "Gives points.", &[POINTS, REASON], Effect::AddPoints),
        define(
            "point_sub",
            "Point sub",
            "Takes points away. Refused when there are too few.",
            &[POINTS, REASON],
            Effect::SubtractPoints,
        ),
        define(
            "point_spend",
            "Point spend",
            "The customer spends points. Refused when there are too few.",
            &[POINTS, REASON],
            Effect::SubtractPoints,
        ),
        define(
            "reward",
            "Reward",
            "The customer claims a reward, for points if it costs any. Refused when there are too few.",
            &[reward, price],
            Effect::SubtractPoints,
        ),
    ]
}

fn of_purchases() -> [EventDefinition; 5] {
    [
        define(
            "checkout",
            "Checkout",
            "A purchase that may still be rejected. It counts once it is accepted.",
            &[TRANSACTION, TOTAL],
            Effect::None,
        ),
        define(
            "checkout_item",
            "Checkout item",
            "An item of a purchase that may still be rejected. It counts once it is accepted.",
            &ITEM,
            Effect::None,
        ),
        define(
            "checkout_accept",
            "Checkout accept",
            "A purchase is final: it counts, with its total.",
            &[TRANSACTION, TOTAL],
            Effect::Purchase,
        ),
        define(
            "checkout_accept_item",
            "Checkout accept item",
            "An item of a final purchase: its quantity counts. What was spent counts with the purchase.",
            &ITEM,
            Effect::PurchaseItem,
        ),
        define(
            "checkout_reject",
            "Checkout reject",
            "A purchase that was not accepted. It never counts.",
            &[TRANSACTION, REASON],
            Effect::None,
        ),
    ]
}

fn of_refunds() -> [EventDefinition; 3] {
    [
        define("refund", "Refund", "A purchase is paid back.", &[TRANSACTION, TOTAL, REASON], Effect::Refund),
        define(
            "partial_refund",
            "Partial refund",
            "Part of a purchase is paid back: the total of that part.",
            &[TRANSACTION, TOTAL, REASON],
            Effect::Refund,
        ),
        define(
            "refund_item",
            "Refund item",
            "An item of a purchase is given back: its quantity counts. What was refunded counts with the refund.",
            &ITEM,
            Effect::RefundItem,
        ),
    ]
}

fn of_people() -> [EventDefinition; 3] {
    [
        define(
            "opt_in",
            "Opt in",
            "The customer joins. Sets names, e-mail and other fields, and adds labels.",
            &PROFILE,
            Effect::OptIn,
        ),
        define("opt_out", "Opt out", "The customer leaves.", &[REASON], Effect::OptOut),
        define(
            "profile",
            "Profile",
            "Sets names, e-mail and other fields, and adds labels.",
            &PROFILE,
            Effect::Profile,
        ),
    ]
}

fn define(
    event_type: &str,
    name: &str,
    description: &str,
    attributes: &[Row],
    effect: Effect,
) -> EventDefinition {
    let attribute = |&(key, label, field_type, required): &Row| Attribute {
        key: key.to_owned(),
        label: label.to_owned(),
        field_type,
        required,
    };
    EventDefinition {
        event_type: EventType::new(event_type).expect("shipped types have letters and `_` alone"),
        name: name.to_owned(),
        description: description.to_owned(),
        attributes: attributes.iter().map(attribute).collect(),
        effect,
    }
}

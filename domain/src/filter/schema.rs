use super::{Filter, Operator};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// See [`super::Criterion::path`].
const ABOUT_PATH: &str = "Where the value is, with its root: `body.items.0.sku`, `headers.x-topic`, `event.type`. `*` or \
    `[]` stands for each element of a list, `body.items.*.sku`: the criterion holds where it does of any of them; \
    `not_exists` and `not_equals` are the opposites of `exists` and `equals`, and hold where they do of all. The first \
    1,000 values are looked at. A key with dots, or one that is called `*`, is written `[\"*\"]`.";

/// By hand: the JSON form of a filter is not that of a Rust enum.
impl PartialSchema for Filter {
    fn schema() -> RefOr<Schema> {
        let group = |name: &str| {
            let parts = ArrayBuilder::new().items(Ref::from_schema_name("Filter"));
            ObjectBuilder::new().property(name, parts).required(name)
        };
        let path = ObjectBuilder::new().schema_type(Type::String).description(Some(ABOUT_PATH));
        let criterion = ObjectBuilder::new()
            .property("path", path)
            .required("path")
            .property("op", Ref::from_schema_name("Operator"))
            .required("op")
            .property("value", serde_json::Value::schema());
        OneOfBuilder::new().item(group("all")).item(group("any")).item(criterion).into()
    }
}

impl ToSchema for Filter {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Operator".to_owned(), Operator::schema()));
    }
}

use super::{Filter, Operator};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// By hand: the JSON form of a filter is not that of a Rust enum.
impl PartialSchema for Filter {
    fn schema() -> RefOr<Schema> {
        let group = |name: &str| {
            let parts = ArrayBuilder::new().items(Ref::from_schema_name("Filter"));
            ObjectBuilder::new().property(name, parts).required(name)
        };
        let criterion = ObjectBuilder::new()
            .property("path", String::schema())
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

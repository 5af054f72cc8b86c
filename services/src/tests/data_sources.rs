use super::{on_each, owner, send_to};
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::activity::PageRequest;
use domain::ids::ModuleId;
use domain::module::data_source::finished;
use domain::record::RecordSearch;
use domain::source::{Source, SourceAction};
use serde_json::{Value, json};
use std::time::Duration;
use storage::AccountScope;

/// The items of a module, as key and title, by key.
async fn items(services: &Services, scope: &AccountScope, module: ModuleId) -> Vec<(String, String)> {
    let rows = services.list_items(scope, module, &RecordSearch::default(), PageRequest::default()).await;
    let rows = rows.expect("a list").data.into_iter();
    let mut items: Vec<_> = rows.map(|row| (row.key.as_str().to_owned(), row.title)).collect();
    items.sort();
    items
}

fn module_of(source: &Source) -> ModuleId {
    match source.config.action {
        SourceAction::UpsertItem { module_id } => module_id,
        ref other => panic!("it feeds no module: {other:?}"),
    }
}

async fn begin(services: &Services, scope: &AccountScope, sender: &str) -> Source {
    services.begin_data_source(scope, "Readers", sender).await.expect("begun")
}

#[tokio::test]
async fn k5_only_messages_of_senders_who_were_believed_are_taken_in() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let source = begin(&services, &scope, "header_token").await;
        let (id, endpoint) = (source.id, source.config.endpoint.clone());
        let send = async |token: &str, body: Value| {
            let headers = [("x-webhook-token", token)];
            send_to(&services, &scope, &endpoint, &headers, &body.to_string()).await
        };
        let finish = async || services.finish_data_source(&scope, id, "id", "name").await;
        // While it is inactive nobody is asked for the token.
        assert_eq!(send("none", json!({"id": 1, "name": "Unproven"})).await, 404);
        let verification = json!({"type": "header_token", "header": "x-webhook-token", "token": "right"});
        services.patch_source(&scope, id, None, json!({"verification": verification})).await.expect("set");
        services.activate_source(&scope, id).await.expect("active");
        assert_eq!(send("wrong", json!({"id": 2, "name": "Forged"})).await, 401);
        let pasted = r#"{"id": 3, "name": "Pasted"}"#;
        services.paste_sample(&scope, id, pasted, Vec::new()).await.expect("a sample");
        assert_eq!(send("right", json!([])).await, 200);
        let early = finish().await;
        assert!(matches!(early, Err(Error::InUse(_))), "{early:?}");
        let array = json!([{"id": 4, "name": "Ada"}, {"name": "nobody"}, {"id": 5, "name": "Bob"}, 7]);
        assert_eq!(send("right", array).await, 200);
        assert_eq!(send("right", json!({"id": 4, "name": "Augusta"})).await, 200);
        let module = finish().await.expect("finished");
        let expected = [("4", "Augusta"), ("5", "Bob")].map(|(key, title)| (key.into(), title.into()));
        assert_eq!(items(&services, &scope, module).await, expected);
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn k8_what_came_during_setup_does_not_undo_what_came_since() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let engine = services.start_engine();
        let scope = owner(&services, "Acme").await.scope;
        let source = begin(&services, &scope, "blank").await;
        let (module, endpoint) = (module_of(&source), source.config.endpoint.clone());
        let send = async |body: Value| send_to(&services, &scope, &endpoint, &[], &body.to_string()).await;
        for (id, name) in [(1, "Ada"), (2, "Bob"), (2, "Bobby")] {
            assert_eq!(send(json!({"id": id, "name": name})).await, 200);
        }
        // It is live before what came is taken in, and a message comes between.
        let config = finished(source.config.clone(), "id", "name");
        let source =
            services.update_source(&scope, source.id, None, config).await.expect("it takes messages");
        assert_eq!(send(json!({"id": 1, "name": "Augusta"})).await, 200);
        let module = services.module(&scope, module).await.expect("it is there");
        services.take_in(&scope, &source, &module).await.expect("taken in");
        let expected = [("1", "Augusta"), ("2", "Bobby")].map(|(key, title)| (key.into(), title.into()));
        assert_eq!(items(&services, &scope, module.id).await, expected);
        engine.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

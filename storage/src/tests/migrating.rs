use crate::testing::{NOW, new_account, on_each_url};
use crate::unscoped::any_account_exists;
use crate::{Db, FileLock, MasterKey, StorageError, sqlite_path};

#[tokio::test]
async fn migrations_go_up_down_and_up_again() {
    on_each_url(async |url: String| {
        let db = Db::connect(&url, MasterKey::generate()).await.expect("it connects");
        db.migrate().await.expect("up");
        new_account(&db, "Acme").await;
        db.migrate_down().await.expect("down");
        assert!(any_account_exists(&db).await.is_err(), "the tables are gone");
        db.migrate().await.expect("up again");
        assert!(!any_account_exists(&db).await.expect("the tables are back"));
        db.migrate().await.expect("nothing is left to do");
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn processes_that_start_together_migrate_one_after_the_other() {
    on_each_url(async |url: String| {
        if sqlite_path(&url).is_some() {
            return;
        }
        let start = async || {
            let db = Db::connect(&url, MasterKey::generate()).await.expect("it connects");
            db.migrate().await.expect("up");
            db.close().await;
        };
        tokio::join!(start(), start(), start());
    })
    .await;
}

#[tokio::test]
async fn another_master_key_is_refused_at_boot() {
    on_each_url(async |url: String| {
        let key = MasterKey::generate();
        let text = key.to_base64();
        let db = Db::connect(&url, key).await.expect("it connects");
        db.migrate().await.expect("up");
        for _ in 0..2 {
            db.check_master_key().await.expect("the key it was first opened with");
        }
        db.close().await;
        let same = MasterKey::from_base64(text.reveal()).expect("a key");
        for (key, is_right) in [(MasterKey::generate(), false), (same, true)] {
            let db = Db::connect(&url, key).await.expect("it connects");
            match db.check_master_key().await {
                Ok(()) => assert!(is_right),
                Err(error) => assert!(!is_right && matches!(error, StorageError::Corrupt(_)), "{error}"),
            }
            db.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_database_url_of_another_kind_is_refused() {
    let refused = Db::connect("mysql://localhost/x", MasterKey::generate()).await;
    assert!(matches!(refused, Err(StorageError::Refused(_))));
}

#[test]
fn a_sqlite_file_has_one_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/a/hookloft.db", folder.path().display());
    let lock = FileLock::take(&url).expect("nobody has it");
    assert!(lock.is_some());
    assert!(matches!(FileLock::take(&url), Err(StorageError::InUse)));
    drop(lock);
    assert!(FileLock::take(&url).expect("it was given back").is_some());
    assert!(FileLock::take("postgres://localhost/x").expect("nothing to lock").is_none());
}

#[tokio::test]
async fn a_write_is_kept_whole_or_not_at_all() {
    crate::testing::on_each_backend(async |db: Db| {
        let acme = new_account(&db, "Acme").await;
        let account = db.account(&acme.scope);
        let before = account.audit_log(None, 10).await.expect("lines").len();
        let subject = crate::account_db::Subject { kind: "account", id: acme.account.id.0, name: "Acme" };
        let undone = account.begin(NOW).await.expect("it begins");
        undone.audit("test.undone", subject).await.expect("written");
        drop(undone);
        assert_eq!(account.audit_log(None, 10).await.expect("lines").len(), before);
        let done = account.begin(NOW).await.expect("it begins");
        done.audit("test.done", subject).await.expect("written");
        done.commit().await.expect("kept");
        assert_eq!(account.audit_log(None, 10).await.expect("lines").len(), before + 1);
    })
    .await;
}

use crate::testing::{NOW, on_each_backend};
use crate::{Backend, Db, SendingPlace};
use uuid::Uuid;

#[tokio::test]
async fn processes_know_how_many_send_and_forget_those_that_are_lost() {
    on_each_backend(async |db: Db| {
        let [first, second] = [1, 2].map(Uuid::from_u128);
        let place = async |process, after_ms| {
            let now = NOW.plus_ms(after_ms);
            db.note_sending(process, now, now.plus_ms(-30_000)).await.expect("noted")
        };
        let alone = SendingPlace::default();
        assert_eq!(place(second, 0).await, alone);
        if db.backend() == Backend::Sqlite {
            assert_eq!(place(first, 0).await, alone, "a file has one process");
            return;
        }
        assert_eq!(place(first, 10_000).await, SendingPlace { index: 0, count: 2 });
        assert_eq!(place(second, 20_000).await, SendingPlace { index: 1, count: 2 });
        db.note_not_sending(first).await.expect("noted");
        assert_eq!(place(second, 30_000).await, alone);
        assert_eq!(place(first, 60_000).await, SendingPlace { index: 0, count: 2 });
        assert_eq!(place(first, 60_001).await, alone);
        assert_eq!(place(second, 60_002).await, SendingPlace { index: 1, count: 2 }, "it was only late");
    })
    .await;
}

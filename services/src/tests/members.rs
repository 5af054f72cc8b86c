use super::{fields, on_each, owner, scope_of, sign_up};
use crate::accounts::Entered;
use crate::{Clock, Error, Services, SignUpPolicy};
use domain::account::{Permission, Role};
use domain::ids::UserId;
use domain::member::Member;

/// Who is in the account, as what.
async fn roles(services: &Services, account: &Entered) -> Vec<(String, Role)> {
    let members = services.list_members(&account.scope).await.expect("members");
    members.into_iter().map(|member| (member.email, member.role)).collect()
}

/// Somebody with an account of their own, let into `acme`.
async fn admitted(services: &Services, acme: &Entered, name: &str, role: Role) -> Member {
    let email = format!("{name}@example.com");
    sign_up(services, name, &email).await;
    services.admit_member(&acme.scope, &email, role).await.expect("let in")
}

#[tokio::test]
async fn members_are_let_in_changed_and_removed() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let acme = owner(&services, "acme").await;
        let bob = sign_up(&services, "bobs", "bob@example.com").await.user;
        let unknown = services.admit_member(&acme.scope, "nobody@example.com", Role::Viewer).await;
        assert_eq!(fields(unknown), ["email"]);
        clock.advance_ms(1);
        let admitted = services.admit_member(&acme.scope, " Bob@Example.com ", Role::Viewer).await;
        assert_eq!(admitted.expect("let in").id, bob.id);
        let twice = services.admit_member(&acme.scope, "bob@example.com", Role::Admin).await;
        assert_eq!(fields(twice), ["email"]);
        clock.advance_ms(1);
        let changed = services.change_role(&acme.scope, bob.id, Role::Operator).await.expect("changed");
        assert_eq!(changed.role, Role::Operator);
        let entered = services.enter(&bob, "acme", Permission::ReadActivity).await.expect("a member");
        assert_eq!(entered.scope.role(), Role::Operator);
        let expected = [("acme@example.com".into(), Role::Owner), ("bob@example.com".into(), Role::Operator)];
        assert_eq!(roles(&services, &acme).await, expected);

        clock.advance_ms(1);
        services.remove_member(&acme.scope, bob.id).await.expect("removed");
        let outside = services.enter(&bob, "acme", Permission::ReadActivity).await;
        assert!(matches!(outside, Err(Error::NotFound)), "{outside:?}");
        assert!(matches!(services.remove_member(&acme.scope, bob.id).await, Err(Error::NotFound)));
        let log = services.db().account(&acme.scope).audit_log(None, 3).await.expect("lines");
        let lines: Vec<_> = log
            .iter()
            .map(|line| (line.action.as_str(), line.subject_id, line.subject_name.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                ("member.removed", bob.id.0, "operator"),
                ("member.role_changed", bob.id.0, "operator"),
                ("member.added", bob.id.0, "viewer"),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn the_last_owner_stays_one() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "acme").await;
        let own = services.list_members(&acme.scope).await.expect("members")[0].id;
        let bob = admitted(&services, &acme, "bob", Role::Owner).await.id;
        let (first, second) = tokio::join!(
            services.change_role(&acme.scope, own, Role::Viewer),
            services.remove_member(&acme.scope, bob)
        );
        assert_eq!(
            [first.is_ok(), second.is_ok()].iter().filter(|is_done| **is_done).count(),
            1,
            "of two owners who go at once one stays: {first:?} {second:?}"
        );
        let left = roles(&services, &acme).await.into_iter().filter(|(_, role)| *role == Role::Owner).count();
        assert_eq!(left, 1);
        let refused = [first.err(), second.err()].into_iter().flatten().next().expect("one was refused");
        assert!(matches!(&refused, Error::InUse(why) if why.contains("needs an owner")), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn h3_only_owners_change_owners() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let acme = owner(&services, "acme").await;
        let bob = admitted(&services, &acme, "bob", Role::Admin).await.id;
        let cleo = admitted(&services, &acme, "cleo", Role::Owner).await.id;
        let admin = scope_of(&services, &acme, Role::Admin).await;
        let refused = async |outcome: crate::Result<()>| {
            assert!(matches!(outcome, Err(Error::Forbidden(Permission::ChangeOwners))), "{outcome:?}");
        };
        refused(services.change_role(&admin, bob, Role::Owner).await.map(drop)).await;
        refused(services.change_role(&admin, cleo, Role::Viewer).await.map(drop)).await;
        refused(services.remove_member(&admin, cleo).await).await;
        services.change_role(&acme.scope, cleo, Role::Viewer).await.expect("an owner may");
        services.change_role(&admin, cleo, Role::Operator).await.expect("she is no owner any more");
    })
    .await;
}

#[tokio::test]
async fn another_accounts_members_are_not_found() {
    on_each(SignUpPolicy::Open, async |services: Services, _: Clock| {
        let (acme, bolt) = (owner(&services, "acme").await, owner(&services, "bolt").await);
        let theirs: UserId = services.list_members(&bolt.scope).await.expect("members")[0].id;
        let changed = services.change_role(&acme.scope, theirs, Role::Viewer).await;
        assert!(matches!(changed, Err(Error::NotFound)), "{changed:?}");
        assert!(matches!(services.remove_member(&acme.scope, theirs).await, Err(Error::NotFound)));
        assert_eq!(roles(&services, &bolt).await, [("bolt@example.com".into(), Role::Owner)]);
    })
    .await;
}

#[tokio::test]
async fn an_account_is_renamed_and_keeps_its_address() {
    on_each(SignUpPolicy::Open, async |services: Services, clock: Clock| {
        let acme = owner(&services, "acme").await;
        clock.advance_ms(1);
        assert_eq!(fields(services.rename_account(&acme.scope, "").await), ["name"]);
        let renamed = services.rename_account(&acme.scope, "Acme Ltd").await.expect("renamed");
        assert_eq!((renamed.name.as_str(), renamed.slug.as_str()), ("Acme Ltd", "acme"));
        assert_eq!(services.account(&acme.scope).await.expect("it is there"), renamed);
        let log = services.db().account(&acme.scope).audit_log(None, 1).await.expect("lines");
        assert_eq!((log[0].action.as_str(), log[0].subject_name.as_str()), ("account.renamed", "Acme Ltd"));
    })
    .await;
}

use domain::account::{Actor, Permission, Role};
use domain::ids::AccountId;

/// Proof that somebody acts in an account. Only this crate can make one: from a membership, an API key, or the
/// command line of the machine itself. Who holds one sees that account's rows and no others.
#[derive(Debug, Clone)]
pub struct AccountScope {
    account_id: AccountId,
    actor: Actor,
    role: Role,
}

impl AccountScope {
    pub(crate) const fn new(account_id: AccountId, actor: Actor, role: Role) -> Self {
        Self { account_id, actor, role }
    }

    /// The account.
    #[must_use]
    pub const fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// As what.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether the role has `permission`.
    #[must_use]
    pub fn allows(&self, permission: Permission) -> bool {
        self.role.allows(permission)
    }
}

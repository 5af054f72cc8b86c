//! Name resolution that forgets addresses which deliveries may not reach. The connection is made to the very addresses
//! that were checked, so a name that answers differently a moment later (DNS rebinding) gains nothing.

use super::guard::AddressPolicy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

/// Marks, in an error's chain of sources, that the guard refused an address. Says nothing of what the name resolved to:
/// that would let a tenant read our internal DNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host's address is not one that deliveries may reach")]
pub(super) struct Blocked;

/// Answers names as a test wants.
#[cfg(test)]
pub(super) type ScriptedLookup = Arc<dyn Fn(&str) -> Vec<SocketAddr> + Send + Sync>;

/// How names become addresses.
#[derive(Clone)]
pub(super) enum Lookup {
    /// As the operating system says.
    System,
    /// As a test says.
    #[cfg(test)]
    Scripted(ScriptedLookup),
}

/// Resolves names for one client; without a policy, to all their addresses.
pub(super) struct GuardedResolver {
    pub(super) policy: Option<Arc<AddressPolicy>>,
    pub(super) lookup: Lookup,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.policy.clone();
        let lookup = self.lookup.clone();
        Box::pin(async move {
            let mut addresses = lookup.addresses_of(name.as_str()).await?;
            if addresses.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
            }
            if let Some(policy) = policy {
                addresses.retain(|address| policy.admits(address.ip()));
            }
            if addresses.is_empty() {
                return Err(Blocked.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

impl Lookup {
    /// Port 0 stands for the port of the URL.
    async fn addresses_of(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            #[cfg(test)]
            Self::Scripted(answer) => Ok(answer(name)),
        }
    }
}

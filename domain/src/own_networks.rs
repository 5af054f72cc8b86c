//! The operator's own networks, which deliveries may reach although they are not public.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr};
use url::{Host, Url};

/// The networks of `HOOKLOFT_ALLOW_NETWORKS`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnNetworks(pub Vec<IpNet>);

impl OwnNetworks {
    /// Whether `url` names a host in them: by its address, or as `localhost`. What other names stand for is known only
    /// when they are called.
    #[must_use]
    pub fn have(&self, url: &Url) -> bool {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain("localhost")) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(Host::Domain(_)) | None => return false,
        };
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_by_their_addresses() {
        let parsed = |networks: &[&str]| {
            OwnNetworks(networks.iter().map(|network| network.parse().expect("a network")).collect())
        };
        let own = parsed(&["127.0.0.0/8", "10.1.0.0/16", "fd00::/8"]);
        for (url, expected) in [
            ("http://127.0.0.1:9/a", true),
            ("http://localhost/", true),
            ("http://10.1.2.3/", true),
            ("http://[fd00::1]/", true),
            ("http://10.2.0.1/", false),
            ("http://[::1]/", false),
            ("http://10.1.2.3.example/", false),
            ("http://intranet/", false),
        ] {
            assert_eq!(own.have(&Url::parse(url).expect("a URL")), expected, "{url}");
        }
        assert!(!parsed(&["10.0.0.0/8"]).have(&Url::parse("http://localhost/").expect("a URL")));
    }
}

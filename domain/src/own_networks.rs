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
        address_of(url).is_some_and(|address| self.0.iter().any(|network| network.contains(&address)))
    }

    /// As much of them as hosts of `urls` need: the networks are the operator's, and who asks about these hosts learns
    /// of no others.
    #[must_use]
    pub fn narrowed_to<'a>(&self, urls: impl IntoIterator<Item = &'a str>) -> Self {
        let urls = urls.into_iter().filter_map(|url| Url::parse(url).ok());
        Self(urls.filter(|url| self.have(url)).filter_map(|url| address_of(&url)).map(IpNet::from).collect())
    }
}

fn address_of(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain("localhost") => Some(Ipv4Addr::LOCALHOST.into()),
        Host::Domain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(networks: &[&str]) -> OwnNetworks {
        OwnNetworks(networks.iter().map(|network| network.parse().expect("a network")).collect())
    }

    #[test]
    fn d22_who_asks_about_hosts_learns_of_no_other_networks() {
        let own = parsed(&["127.0.0.0/8", "10.1.0.0/16"]);
        let narrowed = own.narrowed_to(["http://localhost:9/a", "http://10.1.2.3/", "http://10.2.0.1/", "?"]);
        assert_eq!(narrowed, parsed(&["127.0.0.1/32", "10.1.2.3/32"]));
        assert_eq!(own.narrowed_to(["https://a.example/"]), OwnNetworks::default());
    }

    #[test]
    fn hosts_are_known_by_their_addresses() {
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

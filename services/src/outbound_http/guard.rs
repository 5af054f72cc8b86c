//! Which addresses outgoing calls may reach. Without this rule a tenant could read the installation's own network
//! through us (server-side request forgery).

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// IPv4 networks that are not the public Internet. Source: IANA special-purpose registry, RFC 6890.
const DENIED_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// The only IPv6 network in which public addresses are given out. Outside it: `::`, `::1`, discard (`100::/64`),
/// local NAT64 (`64:ff9b:1::/48`), unique local, link-local, site-local, multicast and everything not yet assigned.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// Networks inside [`GLOBAL_V6`] that are not public: Teredo and other protocol assignments, documentation, 6to4.
const DENIED_V6: [Ipv6Net; 4] =
    [v6([0x2001, 0, 0], 23), v6([0x2001, 0xdb8, 0], 32), v6([0x2002, 0, 0], 16), v6([0x3fff, 0, 0], 20)];

/// NAT64: the address of an IPv4 host as an IPv6-only network sees it.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0], 96);

/// IPv4-compatible addresses; covers `::` and `::1`, which embed addresses of the denied 0.0.0.0/8.
const V4_COMPATIBLE: Ipv6Net = v6([0, 0, 0], 96);

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = octets;
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(segments: [u16; 3], prefix: u8) -> Ipv6Net {
    let [a, b, c] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// Decides which addresses outgoing calls may reach: public ones, those of allowed networks, and the installation's own
/// public origin (an account may call its own inbound URL, O2).
#[derive(Debug, Clone)]
pub struct AddressPolicy {
    allow_networks: Vec<IpNet>,
    own_origin: Option<(Host, u16)>,
}

impl AddressPolicy {
    /// A policy that also admits `allow_networks` (`HOOKLOFT_ALLOW_NETWORKS`) and `own_origin`, the host and port of
    /// `HOOKLOFT_PUBLIC_URL`. A host that is no valid host name is nobody's origin.
    #[must_use]
    pub fn new(allow_networks: Vec<IpNet>, own_origin: Option<(String, u16)>) -> Self {
        let own_origin = own_origin.and_then(|(host, port)| Some((Host::parse(&host).ok()?, port)));
        Self { allow_networks, own_origin }
    }

    /// Whether calls may reach `address`. An IPv6 address that stands for an IPv4 host is judged as that host.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        let judged = embedded_v4(address).map_or(address, IpAddr::V4);
        let is_allowed = |network: &IpNet| network.contains(&address) || network.contains(&judged);
        self.allow_networks.iter().any(is_allowed) || is_public(judged)
    }

    /// Whether `url` has the host and port of the installation's own public URL, whatever address that has.
    #[must_use]
    pub fn is_own_origin(&self, url: &Url) -> bool {
        match (&self.own_origin, url.host(), url.port_or_known_default()) {
            (Some((own_host, own_port)), Some(host), Some(port)) => *own_port == port && host == *own_host,
            _ => false,
        }
    }

    /// Whether an own origin is configured at all.
    pub(super) const fn has_own_origin(&self) -> bool {
        self.own_origin.is_some()
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !DENIED_V4.iter().any(|network| network.contains(&v4)),
        IpAddr::V6(v6) => GLOBAL_V6.contains(&v6) && !DENIED_V6.iter().any(|network| network.contains(&v6)),
    }
}

fn embedded_v4(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    v6.to_ipv4_mapped().or_else(|| {
        let [.., a, b, c, d] = v6.octets();
        (NAT64.contains(&v6) || V4_COMPATIBLE.contains(&v6)).then(|| Ipv4Addr::new(a, b, c, d))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In this order: this network and private; CGNAT, loopback, link-local with cloud metadata; protocol,
    /// documentation, 6to4 relay, benchmarking; multicast, reserved; IPv6 unspecified, local, multicast, discard,
    /// documentation, unassigned; Teredo, 6to4 (also of a public host), local NAT64, translated, protocol; and IPv4
    /// mapped, compatible, NAT64.
    const REFUSED: &str = "
        0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255
        100.64.0.1 100.127.255.255 127.0.0.1 127.255.0.9 169.254.0.1 169.254.169.254
        192.0.0.1 192.0.0.170 192.0.2.1 198.51.100.7 203.0.113.9 192.88.99.1 198.18.0.1 198.19.255.255
        224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.254 255.255.255.255
        :: ::1 fe80::1 febf::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 100::1 2001:db8::1 3fff::1 3fff:fff::1 4000::1
        2001::1 2001:0:4136:e378::1 2002:7f00:1:: 2002:c0a8:101::1 2002:808:808::1 64:ff9b:1::1 ::ffff:0:10.0.0.1
        2001:2::1 2001:10::1
        ::ffff:127.0.0.1 ::ffff:10.1.2.3 ::ffff:169.254.169.254 ::127.0.0.1 ::192.168.1.1
        64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::100.64.0.1";
    /// Public hosts, the neighbours of refused networks, and public hosts seen through IPv6.
    const ADMITTED: &str = "
        1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.0.1.1
        198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111 2a00:1450:4001::1 2001:4860:4860::8888
        ::ffff:8.8.8.8 64:ff9b::8.8.8.8 ::8.8.8.8";

    fn admits(policy: &AddressPolicy, address: &str) -> bool {
        policy.admits(address.parse().expect("an address"))
    }

    #[test]
    fn addresses_outside_the_public_internet_are_refused() {
        let policy = AddressPolicy::new(Vec::new(), None);
        for address in REFUSED.split_whitespace() {
            assert!(!admits(&policy, address), "{address}");
        }
    }

    #[test]
    fn public_addresses_are_admitted() {
        let policy = AddressPolicy::new(Vec::new(), None);
        for address in ADMITTED.split_whitespace() {
            assert!(admits(&policy, address), "{address}");
        }
    }

    #[test]
    fn allowed_networks_override_the_list_and_nothing_else() {
        let allow = ["10.1.0.0/16", "fd00::/8"].map(|net| net.parse().expect("a network"));
        let policy = AddressPolicy::new(allow.to_vec(), None);
        for (address, expected) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("64:ff9b::10.1.2.3", true),
            ("10.2.0.1", false),
            ("fd12::1", true),
            ("fe80::1", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(admits(&policy, address), expected, "{address}");
        }
    }

    #[test]
    fn own_origin_is_one_host_and_port() {
        let policy = AddressPolicy::new(Vec::new(), Some(("Hooks.Example.com".into(), 443)));
        for (url, expected) in [
            ("https://hooks.example.com/in/a/b", true),
            ("https://HOOKS.example.com:443/", true),
            ("http://hooks.example.com:443/", true),
            ("http://hooks.example.com/", false),
            ("https://hooks.example.com:8443/", false),
            ("https://other.example.com/", false),
            ("https://hooks.example.com.evil.net/", false),
        ] {
            assert_eq!(policy.is_own_origin(&Url::parse(url).expect("a URL")), expected, "{url}");
        }
    }

    #[test]
    fn own_origin_may_be_a_literal() {
        let policy = AddressPolicy::new(Vec::new(), Some(("127.0.0.1".into(), 3000)));
        assert!(policy.is_own_origin(&Url::parse("http://127.1:3000/").expect("a URL")));
        assert!(!policy.is_own_origin(&Url::parse("http://127.0.0.1:5432/").expect("a URL")));
        let v6 = AddressPolicy::new(Vec::new(), Some(("[::1]".into(), 3000)));
        assert!(v6.is_own_origin(&Url::parse("http://[::1]:3000/").expect("a URL")));
    }
}

use clap::Args;
use ipnet::IpNet;

/// What deliveries may reach.
#[derive(Debug, Clone, Args)]
pub struct DeliverySettings {
    /// Networks that deliveries may reach although they are private, separated by commas: `10.1.0.0/16,127.0.0.0/8`.
    /// All other private, local and reserved addresses are refused.
    #[arg(long, env = "HOOKLOFT_ALLOW_NETWORKS", global = true, value_name = "CIDRS", value_delimiter = ',',
          value_parser = network)]
    pub allow_networks: Vec<IpNet>,
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("`{text}` is no network such as 10.1.0.0/16"))
}

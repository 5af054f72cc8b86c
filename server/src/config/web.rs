use clap::Args;
use domain::secret::SecretText;
use std::net::SocketAddr;
use url::Url;

/// How people and machines reach it.
#[derive(Debug, Clone, Args)]
pub struct WebArguments {
    /// Address and port to listen on.
    #[arg(
        long,
        env = "HOOKLOFT_LISTEN",
        global = true,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:3000"
    )]
    pub listen: SocketAddr,
    /// Address and port at which `hookloft work` answers `/healthz`, `/readyz` and `/metrics`. The port after the one of
    /// `--listen`, when left out, so that a server and a worker run beside each other.
    #[arg(long, env = "HOOKLOFT_WORK_LISTEN", global = true, value_name = "ADDRESS")]
    pub work_listen: Option<SocketAddr>,
    /// The URL people and senders see, if a proxy stands before it: `https://hooks.example.com`. Inbound URLs begin
    /// with it, and cookies are set for it. `http://` and the address it listens on, when left out.
    #[arg(long, env = "HOOKLOFT_PUBLIC_URL", global = true, value_name = "URL", value_parser = web_url)]
    pub public_url: Option<Url>,
    /// When set, `/metrics` asks for it as `Authorization: Bearer …`.
    #[arg(long, env = "HOOKLOFT_METRICS_TOKEN", hide_env_values = true, global = true, value_name = "TOKEN",
          value_parser = secret)]
    pub metrics_token: Option<SecretText>,
}

fn web_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !is_web || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("give scheme and host only: https://hooks.example.com".into());
    }
    Ok(url)
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of a clap value parser")]
fn secret(text: &str) -> Result<SecretText, std::convert::Infallible> {
    Ok(SecretText::new(text))
}

impl WebArguments {
    /// Where a worker answers.
    #[must_use]
    pub fn work_listen(&self) -> SocketAddr {
        self.work_listen.unwrap_or_else(|| {
            // After 0, which is any port that is free, and after the last one comes any port that is free.
            let port = if self.listen.port() == 0 { 0 } else { self.listen.port().wrapping_add(1) };
            SocketAddr::new(self.listen.ip(), port)
        })
    }

    /// The URL people and senders see.
    #[must_use]
    pub fn public_url(&self) -> Url {
        self.public_url.clone().unwrap_or_else(|| {
            let host = match self.listen {
                address if address.ip().is_unspecified() => format!("localhost:{}", address.port()),
                address => address.to_string(),
            };
            Url::parse(&format!("http://{host}")).expect("a socket address is a host and a port")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(listen: &str) -> WebArguments {
        let listen = listen.parse().expect("an address");
        WebArguments { listen, work_listen: None, public_url: None, metrics_token: None }
    }

    fn of(listen: &str) -> String {
        arguments(listen).public_url().to_string()
    }

    #[test]
    fn public_url_is_the_address_unless_it_is_given() {
        assert_eq!(of("127.0.0.1:3000"), "http://127.0.0.1:3000/");
        assert_eq!(of("0.0.0.0:80"), "http://localhost/");
        assert_eq!(of("[::1]:3000"), "http://[::1]:3000/");
    }

    #[test]
    fn a_worker_answers_at_the_next_port_unless_another_is_given() {
        for (listen, expected) in [
            ("127.0.0.1:3000", "127.0.0.1:3001"),
            ("[::]:80", "[::]:81"),
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("127.0.0.1:65535", "127.0.0.1:0"),
        ] {
            assert_eq!(arguments(listen).work_listen().to_string(), expected);
        }
        let given = "0.0.0.0:9000".parse().ok();
        assert_eq!(WebArguments { work_listen: given, ..arguments("[::1]:1") }.work_listen().port(), 9000);
    }

    #[test]
    fn public_url_is_an_origin() {
        assert!(web_url("https://hooks.example.com").is_ok());
        for text in ["ftp://a", "https://a/b", "https://a/?q", "hooks.example.com"] {
            assert!(web_url(text).is_err(), "{text}");
        }
    }
}

//! What this machine could do at most: a server that relays and does nothing else.
//!
//! It runs in a process of its own, as Hookloft does. Its handler reads the body, pushes it on a bounded
//! channel and answers 200; 256 tasks POST what they take from the channel to the receiver, with the HTTP
//! client that Hookloft uses. There is no parsing, filter, signature or storage.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use anyhow::{Context, Result};
use axum::{Router, extract::State, http::StatusCode, routing::post};
use bytes::Bytes;
use clap::Args;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

use crate::process;

const SENDERS: usize = 256;
const CHANNEL_BODIES: usize = 1024;
/// Where the handler listens.
pub const PATH: &str = "/limit";

/// Arguments of the hidden `limit-server`.
#[derive(Debug, Args)]
pub struct LimitArgs {
    /// Where the bodies go.
    #[arg(long)]
    target: String,
}

/// Serves on a free port, whose address is printed first, until it is killed.
///
/// # Errors
/// When there is no free port.
pub async fn serve(args: &LimitArgs) -> Result<()> {
    let (bodies, queue) = async_channel::bounded::<Bytes>(CHANNEL_BODIES);
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(15))
        .pool_max_idle_per_host(SENDERS)
        .build()?;
    for _ in 0..SENDERS {
        tokio::spawn(relay(queue.clone(), client.clone(), args.target.clone()));
    }
    let router = Router::new().route(PATH, post(take)).with_state(bodies);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(tap_nodelay(listener), router).await.context("the limit server ended")
}

async fn take(State(bodies): State<async_channel::Sender<Bytes>>, body: Bytes) -> StatusCode {
    match bodies.send(body).await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn relay(queue: async_channel::Receiver<Bytes>, client: reqwest::Client, target: String) {
    while let Ok(body) = queue.recv().await {
        let request = client.post(&target).header("content-type", "application/json").body(body);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        match answer {
            Ok(answer) => drop(answer.bytes().await),
            Err(error) => eprintln!("limit: {error}"),
        }
    }
}

fn tap_nodelay(listener: TcpListener) -> impl axum::serve::Listener<Addr = SocketAddr> {
    use axum::serve::ListenerExt;
    listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("limit: {error}");
        }
    })
}

/// The limit server as a child process; killed when dropped.
#[derive(Debug)]
pub struct LimitServer {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl LimitServer {
    /// Starts it.
    ///
    /// # Errors
    /// When this program cannot be started once more.
    pub async fn start(target: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["limit-server", "--target", target]).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("cannot start the limit server")?;
        let stdout = child.stdout.take().context("the limit server has no stdout")?;
        let address =
            BufReader::new(stdout).lines().next_line().await?.context("the limit server ended at once")?;
        Ok(Self { address: address.parse()?, child })
    }

    /// CPU seconds so far.
    pub fn cpu_seconds(&self) -> f64 {
        self.child.id().map_or(0.0, process::cpu_seconds)
    }

    /// The most memory it had, in MiB.
    pub fn peak_memory_mb(&self) -> u64 {
        self.child.id().map_or(0, process::peak_memory_mb)
    }
}

impl Drop for LimitServer {
    fn drop(&mut self) {
        process::end(&mut self.child);
    }
}

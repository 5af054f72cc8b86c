//! A keep-alive HTTP/1.1 exchange with as little work as honesty allows: the status is checked and the
//! response read to its end.

use std::{io, net::SocketAddr};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const READ_BUFFER_BYTES: usize = 16 * 1024;

/// One connection to a server.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    unread: BytesMut,
    closes: bool,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When the connection is refused.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, unread: BytesMut::with_capacity(READ_BUFFER_BYTES), closes: false })
    }

    /// Whether the server said that it closes after its last response.
    pub fn closes(&self) -> bool {
        self.closes
    }

    /// Sends `request` and reads the whole response; its status.
    ///
    /// # Errors
    /// When the connection ends before the response does, or the response is not HTTP/1.1 with a content length.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<u16> {
        let head = self.whole_response(request).await?;
        self.consume(&head);
        Ok(head.status)
    }

    /// Sends `request` and reads the whole response; its status and its body.
    ///
    /// # Errors
    /// As [`Connection::exchange`].
    pub async fn fetch(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let head = self.whole_response(request).await?;
        let body = self.unread[head.head_bytes..head.head_bytes + head.body_bytes].to_vec();
        self.consume(&head);
        Ok((head.status, body))
    }

    /// Sends `request` and reads until the response is there to its end.
    async fn whole_response(&mut self, request: &[u8]) -> io::Result<ResponseHead> {
        self.stream.write_all(request).await?;
        let head = loop {
            match ResponseHead::parse(&self.unread)? {
                Some(head) => break head,
                None => self.read_more().await?,
            }
        };
        while self.unread.len() < head.head_bytes + head.body_bytes {
            self.read_more().await?;
        }
        Ok(head)
    }

    fn consume(&mut self, head: &ResponseHead) {
        self.unread.advance(head.head_bytes + head.body_bytes);
        self.closes = head.closes;
    }

    async fn read_more(&mut self) -> io::Result<()> {
        self.unread.reserve(READ_BUFFER_BYTES);
        match self.stream.read_buf(&mut self.unread).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// A `GET` over a connection of its own; the status.
///
/// # Errors
/// As [`Connection::open`] and [`Connection::exchange`].
pub async fn get(address: SocketAddr, path: &str) -> io::Result<u16> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    Connection::open(address).await?.exchange(request.as_bytes()).await
}

struct ResponseHead {
    status: u16,
    head_bytes: usize,
    body_bytes: usize,
    closes: bool,
}

impl ResponseHead {
    fn parse(bytes: &[u8]) -> io::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head_bytes) = response.parse(bytes).map_err(io::Error::other)? else {
            return Ok(None);
        };
        let status = response.code.ok_or(io::ErrorKind::InvalidData)?;
        let closes =
            header(response.headers, "connection").is_some_and(|value| value.eq_ignore_ascii_case(b"close"));
        let body_bytes = content_length(response.headers)?
            .ok_or_else(|| io::Error::other("response without content-length"))?;
        Ok(Some(Self { status, head_bytes, body_bytes, closes }))
    }
}

/// The value of the header `name`.
pub fn header<'a>(headers: &[httparse::Header<'a>], name: &str) -> Option<&'a [u8]> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
}

/// The body's length; `None` without the header.
///
/// # Errors
/// When the header is not a number.
pub fn content_length(headers: &[httparse::Header<'_>]) -> io::Result<Option<usize>> {
    let parse = |value| std::str::from_utf8(value).ok()?.trim().parse().ok();
    header(headers, "content-length")
        .map(|value| parse(value).ok_or(io::ErrorKind::InvalidData.into()))
        .transpose()
}

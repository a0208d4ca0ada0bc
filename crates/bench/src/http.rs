//! Just enough HTTP/1.1 for a load generator that must cost little: one connection that is kept,
//! and one request at a time on it.

use std::io::{Error, ErrorKind, Result, Write as _};
use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes; a page of events is far below it.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// One request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) token: &'a str,
    pub(crate) key: Option<&'a str>,
    pub(crate) body: Option<&'a str>,
}

impl Call<'_> {
    /// Replaces what the buffer holds by this request.
    pub(crate) fn write_to(&self, buffer: &mut Vec<u8>) {
        buffer.clear();
        let Self { method, path, token, .. } = self;
        // Writing to a vector cannot fail.
        let _ = write!(buffer, "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
        let _ = write!(buffer, "authorization: Bearer {token}\r\n");
        if let Some(key) = self.key {
            let _ = write!(buffer, "idempotency-key: {key}\r\n");
        }
        if let Some(body) = self.body {
            let length = body.len();
            let head = "content-type: application/json\r\ncontent-length";
            let _ = write!(buffer, "{head}: {length}\r\n\r\n{body}");
        } else {
            buffer.extend_from_slice(b"\r\n");
        }
    }
}

/// One answer, as long as its connection is not asked again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// A connection to the server on this machine.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer to the end.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.read.clear();
        let head = loop {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(Error::new(ErrorKind::UnexpectedEof, "closed before the answer"));
            }
            if let Some(head) = Head::of(&self.read)?
                && self.read.len() >= head.end
            {
                break head;
            }
        };
        if self.read.len() > head.end {
            return Err(bad("more than one answer"));
        }
        Ok(Answer { status: head.status, body: &self.read[head.begin..] })
    }
}

/// What the head says: the status, and where the body begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    begin: usize,
    end: usize,
}

impl Head {
    /// None while the head is not complete.
    fn of(bytes: &[u8]) -> Result<Option<Self>> {
        let found = bytes.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD);
        let Some(blank) = found else { return Ok(None) };
        let head =
            std::str::from_utf8(&bytes[..blank]).map_err(|_| bad("a head that is no text"))?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let status = status.ok_or_else(|| bad("no status"))?;
        let length = lines.find_map(content_length);
        let length = match (length, status) {
            (Some(length), _) => length,
            (None, 204 | 304) => 0,
            (None, _) => return Err(bad("no content-length")),
        };
        if length > LONGEST_ANSWER {
            return Err(bad("an answer that is too long"));
        }
        let begin = blank + END_OF_HEAD.len();
        Ok(Some(Self { status, begin, end: begin + length }))
    }
}

fn content_length(line: &str) -> Option<usize> {
    let (name, value) = line.split_once(':')?;
    name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
}

fn bad(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_how_long_its_body_is() {
        let mut buffer = b"old".to_vec();
        let call = Call {
            method: "POST",
            path: "/v1/a",
            token: "secret",
            key: Some("k-1"),
            body: Some("{\"a\":\"한\"}"),
        };
        call.write_to(&mut buffer);
        let text = String::from_utf8(buffer).unwrap();
        assert!(text.starts_with("POST /v1/a HTTP/1.1\r\nhost: 127.0.0.1\r\n"), "{text}");
        assert!(text.contains("authorization: Bearer secret\r\nidempotency-key: k-1\r\n"));
        assert!(text.ends_with("content-length: 11\r\n\r\n{\"a\":\"한\"}"), "{text}");
    }

    #[test]
    fn a_request_without_body_ends_after_its_head() {
        let mut buffer = Vec::new();
        let (token, key, body) = ("t", None, None);
        Call { method: "GET", path: "/", token, key, body }.write_to(&mut buffer);
        assert!(buffer.ends_with(b"Bearer t\r\n\r\n"));
    }

    #[test]
    fn an_answer_is_read_to_its_end() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\netag: \"7\"\r\n\r\n{}";
        let head = Head::of(whole).unwrap().unwrap();
        assert_eq!((head.status, head.end), (201, whole.len()));
        assert_eq!(&whole[head.begin..head.end], b"{}");
        assert_eq!(Head::of(&whole[..30]).unwrap(), None);
    }

    #[test]
    fn an_answer_of_unknown_length_is_refused() {
        assert!(Head::of(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert_eq!(Head::of(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().unwrap().status, 204);
        assert!(Head::of(b"nothing\r\n\r\n").is_err());
    }
}

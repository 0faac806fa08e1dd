//! HTTP with requests that are written by hand.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    /// The body of an answer without error.
    pub(crate) fn json(&self) -> serde_json::Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Sends bytes to a server of this machine, and keeps the connection.
pub(crate) fn open(port: u16, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    // A server may refuse, and close the connection, before all is sent.
    let _ = stream.write_all(bytes);
    stream
}

/// Sends bytes and reads the answer.
pub(crate) fn raw(port: u16, bytes: &[u8]) -> Answer {
    let mut stream = BufReader::new(open(port, bytes));
    let (mut head, mut length) = (String::new(), 0);
    // Some servers keep the connection, so the end of the answer is counted.
    while stream.read_line(&mut head).is_ok_and(|read| read > 2) {
        let line = head.lines().last().unwrap_or_default().to_ascii_lowercase();
        if let Some(given) = line.strip_prefix("content-length:") {
            length = given.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    let _ = stream.read_exact(&mut body);
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Answer {
        status: status.unwrap_or_else(|| panic!("no answer: {head:?}")),
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Makes a request with a body of JSON, which may be empty.
pub(crate) fn request(port: u16, method: &str, target: &str, body: &str) -> Answer {
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    raw(port, request.as_bytes())
}

/// A client of one view.
pub(crate) struct Client {
    pub(crate) port: u16,
    pub(crate) token: String,
}

impl Client {
    /// The client of an address `http://127.0.0.1:PORT/?token=TOKEN`.
    pub(crate) fn of(address: &str) -> Client {
        let rest = address.strip_prefix("http://127.0.0.1:").unwrap();
        let (port, token) = rest.split_once("/?token=").unwrap();
        Client {
            port: port.parse().unwrap(),
            token: token.to_owned(),
        }
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.request("GET", target, "")
    }

    pub(crate) fn json(&self, target: &str) -> serde_json::Value {
        self.get(target).json()
    }

    pub(crate) fn post(&self, target: &str, body: &str) -> Answer {
        self.request("POST", target, body)
    }

    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        raw(self.port, bytes)
    }

    pub(crate) fn open(&self, bytes: &[u8]) -> TcpStream {
        open(self.port, bytes)
    }

    fn request(&self, method: &str, target: &str, body: &str) -> Answer {
        let and = if target.contains('?') { '&' } else { '?' };
        let target = format!("{target}{and}token={}", self.token);
        request(self.port, method, &target, body)
    }
}

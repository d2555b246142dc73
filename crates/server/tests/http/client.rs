//! A client that sends bytes as they are, and reads responses without any kindness.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    address: SocketAddr,
    read: Vec<u8>,
}

/// A response.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
            .set_write_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            address,
            read: Vec::new(),
        }
    }

    /// Sends a request and reads its response.
    pub(crate) fn send(&mut self, line: &str, headers: &[&str], body: &[u8]) -> Response {
        let request = self.request(line, headers, body);
        self.write(&request);
        self.response(line)
    }

    /// The bytes of a request, with a Host and, if it has a body, its length, unless they are given.
    pub(crate) fn request(&self, line: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
        let has = |name: &str| {
            headers
                .iter()
                .any(|header| header.to_ascii_lowercase().starts_with(name))
        };
        let mut request = format!("{line} HTTP/1.1\r\n");
        if !has("host:") {
            request += &format!("host: {}\r\n", self.address);
        }
        if !body.is_empty() && !has("content-length:") && !has("transfer-encoding:") {
            request += &format!("content-length: {}\r\n", body.len());
        }
        for header in headers {
            request += &format!("{header}\r\n");
        }
        [request.as_bytes(), b"\r\n", body].concat()
    }

    /// Sends bytes. A server may answer before it has read all of them, and close.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Reads a response to a request with such a line.
    pub(crate) fn response(&mut self, line: &str) -> Response {
        self.try_response(line)
            .unwrap()
            .expect("a response, not the end of the connection")
    }

    /// Reads a response, or the end of the connection.
    pub(crate) fn try_response(&mut self, line: &str) -> io::Result<Option<Response>> {
        let Some(head) = self.read_until(b"\r\n\r\n")? else {
            return Ok(None);
        };
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let first = lines.next().unwrap();
        assert!(first.starts_with("HTTP/1."), "{first}");
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line
                .split_once(": ")
                .unwrap_or_else(|| panic!("no header: {line}"));
            (name.to_ascii_lowercase(), value.to_owned())
        });
        let mut response = Response {
            status,
            headers: headers.collect(),
            body: Vec::new(),
        };
        let has_body = !line.starts_with("HEAD") && ![204, 304].contains(&status) && status >= 200;
        if has_body && response.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk()? {
                response.body.extend(chunk);
            }
        } else if has_body {
            let length = response
                .header("content-length")
                .map_or(0, |length| length.parse().unwrap());
            response.body = self.read_exactly(length)?;
        }
        Ok(Some(response))
    }

    /// Reads the head of a response whose body goes on.
    pub(crate) fn head(&mut self) -> String {
        String::from_utf8(self.read_until(b"\r\n\r\n").unwrap().unwrap()).unwrap()
    }

    /// Reads a chunk; `None` is the last one.
    pub(crate) fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let length = self
            .read_until(b"\r\n")?
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let length = usize::from_str_radix(String::from_utf8(length).unwrap().trim(), 16).unwrap();
        let chunk = self.read_exactly(length)?;
        assert_eq!(self.read_exactly(2)?, b"\r\n");
        Ok((length > 0).then_some(chunk))
    }

    /// Whether the server has closed the connection, after what it may still have sent.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut rest = [0; 4096];
        loop {
            match self.stream.read(&mut rest) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() == io::ErrorKind::ConnectionReset,
            }
        }
    }

    /// Says that nothing more will be sent.
    pub(crate) fn end(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    fn read_until(&mut self, end: &[u8]) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(at) = self
                .read
                .windows(end.len())
                .position(|window| window == end)
            {
                return Ok(Some(self.read.drain(..at + end.len()).collect()));
            }
            if !self.fill()? {
                return if self.read.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }

    fn read_exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < length {
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.read.drain(..length).collect())
    }

    fn fill(&mut self) -> io::Result<bool> {
        let mut part = [0; 16 * 1024];
        let length = self.stream.read(&mut part)?;
        self.read.extend(&part[..length]);
        Ok(length > 0)
    }
}

impl Response {
    /// Returns a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON.
    pub(crate) fn json(&self) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    /// Checks that it is a problem with a status, and returns its detail.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        assert!(!problem["title"].as_str().unwrap().is_empty());
        problem["detail"].as_str().unwrap().to_owned()
    }

    /// Checks that it has a status, and returns its JSON.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }
}

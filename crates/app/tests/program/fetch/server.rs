//! A server of files that misbehaves as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The response to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// With the file, or with the part that is asked for.
    File,
    /// With the whole file, whatever is asked for.
    WholeFile,
    /// With the file from a byte after the one that is asked for.
    OtherPart,
    /// With the first bytes of what is asked for; then the connection ends.
    CutAfter(usize),
    /// With the first bytes; then nothing happens.
    StallAfter(usize),
    /// With this status.
    Status(u16),
    /// With the address of the same file in this folder.
    Redirect(&'static str),
    /// With a length that is not that of the file.
    Length(u64),
    /// With bytes that do not end, without a length.
    Endless,
    /// With other bytes of the right length.
    OtherBytes,
    /// With the first of these other bytes; then the connection ends.
    OtherBytesCutAfter(usize),
    /// With what is no answer.
    Nonsense,
    /// By closing the connection.
    Nothing,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) path: String,
    /// The first byte that is asked for.
    pub(super) from: Option<usize>,
}

/// The server, which runs until the tests end.
pub(super) struct Server {
    pub(super) address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Serves files, all with the same answer, except in the folder `/good`, where nothing goes wrong.
    pub(super) fn start(answer: Answer, files: &[(&str, &[u8])]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::default();
        let shared: Arc<Mutex<Vec<Request>>> = Arc::clone(&requests);
        let files = files.iter();
        let files: Vec<(String, Vec<u8>)> = files
            .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
            .collect();
        let files = Arc::new(files);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (files, shared) = (Arc::clone(&files), Arc::clone(&shared));
                std::thread::spawn(move || {
                    // The client may leave at any time.
                    let _ = serve(&connection.unwrap(), answer, &files, &shared);
                });
            }
        });
        Self { address, requests }
    }

    /// The requests so far.
    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read_request(stream: &TcpStream) -> std::io::Result<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut from = None;
    for line in lines {
        let line = line?.to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().ok();
        }
    }
    Ok(Request { path, from })
}

fn serve(
    mut stream: &TcpStream,
    answer: Answer,
    files: &[(String, Vec<u8>)],
    requests: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let request = read_request(stream)?;
    requests.lock().unwrap().push(request.clone());
    let is_good = request.path.starts_with("/good/");
    let answer = if is_good { Answer::File } else { answer };
    let name = request.path.rsplit('/').next().unwrap_or_default();
    let Some((_, file)) = files.iter().find(|(known, _)| known == name) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    };
    let other: Vec<u8> = file.iter().map(|byte| !byte).collect();
    let file = match answer {
        Answer::OtherBytes | Answer::OtherBytesCutAfter(_) => &other,
        _ => file,
    };
    let from = match answer {
        Answer::WholeFile => None,
        _ => request.from,
    };
    let start = from.unwrap_or(0).min(file.len());
    let shown = start + usize::from(answer == Answer::OtherPart);
    let length = match answer {
        Answer::Length(length) => length,
        _ => (file.len() - start) as u64,
    };
    let status = match (answer, from) {
        (Answer::Status(status), _) => format!("HTTP/1.1 {status} No"),
        (Answer::Redirect(folder), _) => {
            format!("HTTP/1.1 302 Found\r\nLocation: {folder}/{name}\r\nContent-Length: 0\r\n\r\n")
        }
        (Answer::Nonsense, _) => "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        (Answer::Nothing, _) => return Ok(()),
        (_, None) => "HTTP/1.1 200 OK".to_owned(),
        (_, Some(_)) => format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {shown}-{}/{}",
            file.len() - 1,
            file.len()
        ),
    };
    let length = match answer {
        Answer::Endless => String::new(),
        _ => format!("\r\nContent-Length: {length}"),
    };
    stream.write_all(format!("{status}{length}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let body = &file[start..];
    match answer {
        Answer::Status(_) | Answer::Redirect(_) | Answer::Nonsense => Ok(()),
        Answer::CutAfter(length) | Answer::OtherBytesCutAfter(length) => {
            stream.write_all(&body[..length.min(body.len())])
        }
        Answer::StallAfter(length) => {
            stream.write_all(&body[..length.min(body.len())])?;
            std::thread::sleep(Duration::from_secs(30));
            Ok(())
        }
        Answer::Endless => loop {
            stream.write_all(&[0; 4096])?;
        },
        _ => stream.write_all(body),
    }
}

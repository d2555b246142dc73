//! `app data fetch`: a download survives servers that misbehave, and ends with the right files or with none.
//!
//! MNIST's files are too large for the repository. The function that downloads them is tested with a list of small files,
//! and the program with MNIST's own list, of which a test server does not have the right content.

mod server;

use std::path::Path;
use std::time::{Duration, Instant};

use app::{DownloadFault, Error, FetchEvent, FileList, Patience, RemoteFile, fetch_files};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::data_sets::{embedded, row_by_row, write_idx};
use crate::fetch::server::{Answer, Request, Server};
use crate::running::{Output, Running};

const LARGE: &str = "large.gz";
const SMALL: &str = "small.gz";
const BYTES: usize = 300_000;

const MNIST: [&str; 4] = [
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
];

fn large() -> Vec<u8> {
    let bytes = (0..BYTES).map(|at| (at * at / 7 % 251).to_le_bytes()[0]);
    bytes.collect()
}

fn serve(answer: Answer) -> Server {
    Server::start(answer, &[(LARGE, &large()), (SMALL, b"small")])
}

fn remote(name: &str, bytes: &[u8]) -> RemoteFile {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    RemoteFile {
        name: name.to_owned(),
        bytes: bytes.len() as u64,
        sha256: digits.collect::<Vec<String>>().concat(),
    }
}

fn list() -> FileList {
    FileList {
        name: "test".to_owned(),
        files: vec![remote(LARGE, &large()), remote(SMALL, b"small")],
    }
}

/// Downloads from servers, in this order, and returns the events, but for those of progress.
fn fetch(folder: &Path, servers: &[&Server]) -> (app::Result<()>, Vec<FetchEvent>) {
    let mirrors = servers.iter().map(|server| server.address.clone());
    let mirrors: Vec<String> = mirrors.collect();
    let patience = Patience {
        connect: Duration::from_secs(20),
        stall: Duration::from_millis(500),
        whole: Duration::from_mins(1),
    };
    let mut events = Vec::new();
    let done = fetch_files(
        &list(),
        folder,
        &mirrors,
        patience,
        &mut |event| match event {
            FetchEvent::Received { received } => assert!(received <= BYTES as u64),
            event => events.push(event),
        },
    );
    (done, events)
}

/// The names and lengths of all files in a folder, except the lock.
fn files(folder: &Path) -> Vec<(String, u64)> {
    let entries = fs_err::read_dir(folder).unwrap();
    let mut files: Vec<(String, u64)> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, entry.metadata().unwrap().len())
        })
        .filter(|(name, _)| name != ".lock")
        .collect();
    files.sort();
    files
}

#[track_caller]
fn assert_whole(folder: &Path) {
    let expected = [(LARGE.to_owned(), BYTES as u64), (SMALL.to_owned(), 5)];
    assert_eq!(files(folder), expected);
    assert!(fs_err::read(folder.join(LARGE)).unwrap() == large());
    assert_eq!(fs_err::read(folder.join(SMALL)).unwrap(), b"small");
}

fn asked(server: &Server, name: &str) -> Vec<Option<usize>> {
    let requests = server.requests().into_iter();
    let of_file = requests.filter(|Request { path, .. }| path.ends_with(name));
    of_file.map(|request| request.from).collect()
}

#[test]
fn files_are_downloaded_once_and_then_verified() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a/b");
    let server = serve(Answer::File);
    let (done, events) = fetch(&target, &[&server]);
    done.unwrap();
    assert_whole(&target);
    let finished = |file: &str| FetchEvent::Finished {
        file: file.to_owned(),
        mirror: server.address.clone(),
    };
    assert!(events.contains(&finished(LARGE)) && events.contains(&finished(SMALL)));
    assert_eq!(server.requests().len(), 2);

    let (done, events) = fetch(&target, &[&server]);
    done.unwrap();
    let present = [LARGE, SMALL].map(|file| FetchEvent::Present {
        file: file.to_owned(),
    });
    assert_eq!(events, present);
    assert_eq!(server.requests().len(), 2);

    // A file that was damaged is replaced, and stays where no mirror has another one.
    let mut damaged = large();
    damaged[1000] ^= 1;
    fs_err::write(target.join(LARGE), &damaged).unwrap();
    let (failed, _) = fetch(&target, &[&serve(Answer::Status(404))]);
    assert!(failed.is_err() && fs_err::read(target.join(LARGE)).unwrap() == damaged);
    let (done, events) = fetch(&target, &[&server]);
    done.unwrap();
    let file = LARGE.to_owned();
    assert_eq!(events[0], FetchEvent::Replacing { file });
    assert_whole(&target);
}

/// The fault of a mirror that gives this answer, and the bytes that are kept; checks that no file has its name.
#[track_caller]
fn fault(answer: Answer) -> (DownloadFault, u64) {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(answer);
    let started = Instant::now();
    let (done, _) = fetch(folder.path(), &[&server]);
    assert!(started.elapsed() < Duration::from_secs(20), "{answer:?}");
    let Err(Error::Download {
        faults, received, ..
    }) = done
    else {
        panic!("{answer:?}: {done:?}");
    };
    let kept = files(folder.path());
    let hidden = format!(".incomplete-{LARGE}");
    let expected = (received > 0).then_some((hidden, received));
    assert_eq!(kept, Vec::from_iter(expected), "{answer:?}");

    // The next mirror delivers, and continues what is there.
    let good = serve(Answer::File);
    fetch(folder.path(), &[&server, &good]).0.unwrap();
    assert_whole(folder.path());
    let [(_, fault)] = &faults[..] else {
        panic!("{faults:?}");
    };
    (fault.clone(), received)
}

#[test]
fn a_mirror_that_misbehaves_is_named_with_what_it_did_and_the_next_one_is_asked() {
    for (answer, expected, kept) in [
        (
            Answer::CutAfter(100_000),
            "the connection ended after 100,000 of 300,000 bytes",
            100_000,
        ),
        (Answer::StallAfter(100_000), "no data for 0.5 s", 100_000),
        (Answer::StallAfter(0), "no data for 0.5 s", 0),
        (Answer::Status(404), "status 404", 0),
        (Answer::Status(500), "status 500", 0),
        (Answer::Redirect("/elsewhere"), "redirects too often", 0),
        (
            Answer::Length(299_999),
            "it announces 299,999 bytes, expected 300,000",
            0,
        ),
        (
            Answer::Length(1_000_000_000_000),
            "it announces 1,000,000,000,000 bytes",
            0,
        ),
        (Answer::Endless, "it sends more than the 300,000 bytes", 0),
        (
            Answer::OtherBytes,
            "it sends other content: expected SHA-256",
            0,
        ),
    ] {
        let (fault, received) = fault(answer);
        let message = fault.to_string();
        assert!(message.contains(expected), "{answer:?}: {message}");
        assert_eq!(received, kept, "{answer:?}");
    }
    for answer in [Answer::Nonsense, Answer::Nothing, Answer::CutAfter(0)] {
        assert_eq!(fault(answer).1, 0);
    }
}

#[test]
fn a_download_continues_where_it_was_interrupted_if_the_server_can() {
    for (answer, expected) in [
        (Answer::File, vec![Some(100_000)]),
        (Answer::WholeFile, vec![Some(100_000)]),
        (
            Answer::Redirect("/good"),
            vec![Some(100_000), Some(100_000)],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        assert!(
            fetch(folder.path(), &[&serve(Answer::CutAfter(100_000))])
                .0
                .is_err()
        );
        let server = serve(answer);
        let (done, events) = fetch(folder.path(), &[&server]);
        done.unwrap();
        assert_whole(folder.path());
        assert_eq!(asked(&server, LARGE), expected, "{answer:?}");
        let continues = matches!(
            events[0],
            FetchEvent::Started {
                received: 100_000,
                ..
            }
        );
        assert!(continues, "{events:?}");
    }
    // A connection that breaks again and again.
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Answer::CutAfter(70_000));
    let downloads = (1..20).find(|_| fetch(folder.path(), &[&server]).0.is_ok());
    assert_eq!(downloads, Some(5));
    assert_whole(folder.path());
}

#[test]
fn what_was_received_is_kept_while_a_server_lies_and_forgotten_if_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    assert!(
        fetch(folder.path(), &[&serve(Answer::CutAfter(100_000))])
            .0
            .is_err()
    );
    for answer in [
        Answer::OtherPart,
        Answer::Length(1),
        Answer::Status(416),
        Answer::Nothing,
    ] {
        let (done, _) = fetch(folder.path(), &[&serve(answer)]);
        let Err(Error::Download { received, .. }) = done else {
            panic!("{answer:?}: {done:?}");
        };
        assert_eq!(received, 100_000, "{answer:?}");
    }
    fetch(folder.path(), &[&serve(Answer::File)]).0.unwrap();
    assert_whole(folder.path());

    // The first part is that of another file: the mirror that sent the rest is asked again.
    let folder = tempfile::tempdir().unwrap();
    let wrong = serve(Answer::OtherBytesCutAfter(100_000));
    assert!(fetch(folder.path(), &[&wrong]).0.is_err());
    let good = serve(Answer::File);
    fetch(folder.path(), &[&good]).0.unwrap();
    assert_whole(folder.path());
    assert_eq!(asked(&good, LARGE), [Some(100_000), None]);

    // What is there is whole, and only lacks its name; or it is longer than the file.
    for (hidden, requests) in [(large(), 0), (vec![0; BYTES + 1], 1)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!(".incomplete-{LARGE}"));
        fs_err::write(path, hidden).unwrap();
        let good = serve(Answer::File);
        fetch(folder.path(), &[&good]).0.unwrap();
        assert_whole(folder.path());
        assert_eq!(asked(&good, LARGE).len(), requests);
    }
}

#[test]
fn a_mirror_that_delivered_is_asked_first_for_the_next_file() {
    let folder = tempfile::tempdir().unwrap();
    let (bad, good) = (serve(Answer::Status(503)), serve(Answer::File));
    fetch(folder.path(), &[&bad, &good]).0.unwrap();
    assert_whole(folder.path());
    assert_eq!((bad.requests().len(), good.requests().len()), (1, 2));
}

#[test]
fn two_downloads_into_one_folder_do_not_disturb_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(Answer::File);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fetch(folder.path(), &[&server]).0.unwrap());
        }
    });
    assert_whole(folder.path());
    assert_eq!(server.requests().len(), 2);
}

/// The program, whose cache is in its own directory.
fn run(app: &App, arguments: &[&str]) -> Output {
    let mut command = app.command(arguments);
    let proxies = ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"];
    for proxy in proxies {
        command.env_remove(proxy).env_remove(proxy.to_lowercase());
    }
    Running::start(command.env("XDG_CACHE_HOME", app.path().join("cache"))).end()
}

#[track_caller]
fn fails(app: &App, arguments: &[&str], code: i32, parts: &[&str]) {
    let output = run(app, arguments);
    assert_eq!(output.code, Some(code), "{}", output.shown());
    for part in parts {
        output.stderr_has(part);
    }
}

const LARGEST: usize = 9_912_422;

#[test]
fn mnist_is_continued_verified_and_never_taken_for_another_file() {
    let app = App::new();
    let wrong = vec![7; LARGEST];
    let serve = |answer| Server::start(answer, &[(MNIST[0], &wrong)]);
    let cut = serve(Answer::CutAfter(2_000_000));
    let mirror = |server: &Server| format!("--mirror={}/", server.address);
    let fetch = |server: &Server| ["data", "fetch", "mnist", &mirror(server)].map(str::to_owned);
    let arguments = fetch(&cut);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let cache = app.path().join("cache/digits/mnist");
    let kept = "the first 2,000,000 bytes are kept; the same command continues there\n";
    let mut parts = vec![
        kept,
        "the connection ended after 2,000,000 of 9,912,422 bytes\n",
    ];
    parts.extend(MNIST);
    let folder = format!("put them into {}", cache.display());
    parts.push(&folder);
    fails(&app, &arguments, 1, &parts);
    assert_eq!(files(&cache).len(), 1);

    let other = serve(Answer::File);
    let arguments = fetch(&other);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sum = "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609";
    let expected = format!("it sends other content: expected SHA-256 {sum}, found ");
    fails(
        &app,
        &arguments,
        1,
        &["continues after 2,000,000 bytes", &expected],
    );
    // Once more from the start, because the first part may have been wrong alone.
    assert_eq!(asked(&other, MNIST[0]), [Some(2_000_000), None]);
    assert_eq!(files(&cache), []);
    // In another folder, and from the second of two mirrors, which does not have the file either.
    let to = ["data", "fetch", "mnist", "--to=here", "--quiet"];
    let mirrors = [
        mirror(&serve(Answer::Status(403))),
        mirror(&serve(Answer::Length(10))),
    ];
    let mirrors = mirrors.each_ref().map(String::as_str);
    fails(
        &app,
        &[&to[..], &mirrors].concat(),
        1,
        &[
            "status 403\n",
            "it announces 10 bytes, expected 9,912,422\n",
            "put them into here;",
        ],
    );
    assert_eq!(files(&app.path().join("here")), []);
}

#[test]
fn without_a_network_the_mirrors_and_what_to_do_by_hand_are_told() {
    let app = App::new();
    for example in [
        &["data", "fetch", "mnist"][..],
        &["data", "fetch", "mnist", "--to", "digits"],
    ] {
        let mut command = app.command(example);
        // A proxy that refuses every connection.
        let command = command
            .env("ALL_PROXY", "http://127.0.0.1:9")
            .env("XDG_CACHE_HOME", app.path());
        let output = Running::start(command).end();
        assert_eq!(output.code, Some(1), "{}", output.shown());
        output.stderr_has("no mirror has delivered train-images-idx3-ubyte.gz:\n");
        for mirror in [
            "  https://storage.googleapis.com/cvdf-datasets/mnist: ",
            "  https://ossci-datasets.s3.amazonaws.com/mnist: ",
            "  https://raw.githubusercontent.com/fgnt/mnist/master: ",
            "\nwithout a network here, download train-images-idx3-ubyte.gz, train-labels",
        ] {
            output.stderr_has(mirror);
        }
        assert_eq!(output.stdout, "");
    }
    app.refused(&["data", "fetch", "minst"], &["[possible values: mnist]"]);
    let address = "expected an address, such as https://example.org/mnist";
    app.refused(&["data", "fetch", "mnist", "--mirror=mnist"], &[address]);
    fs_err::write(app.path().join("file"), b"").unwrap();
    let to = ["data", "fetch", "mnist", "--to=file/mnist"];
    app.refused(&to, &["--to file/mnist: file is a file, not a folder"]);
}

/// Writes IDX files of embedded zeros and ones in the place of MNIST's, which are told by their names.
fn write_stand_ins(app: &App, folder: &str) {
    fs_err::create_dir_all(app.path().join(folder)).unwrap();
    for (names, rows) in [
        ([MNIST[0], MNIST[1]], [0..30, 500..530]),
        ([MNIST[2], MNIST[3]], [100..105, 600..605]),
    ] {
        let (images, labels) = embedded(rows.into_iter().flatten());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "pixels are cut to the range of bytes"
        )]
        let byte = |pixel: f32| (255.0 * pixel.clamp(0.0, 1.0)).round() as u8;
        let bytes: Vec<u8> = row_by_row(&images).into_iter().map(byte).collect();
        let names = names.map(|name| format!("{folder}/{name}"));
        write_idx(app, names.each_ref().map(String::as_str), &bytes, &labels);
    }
}

#[test]
fn mnist_is_the_name_of_the_downloaded_files_for_every_command_and_in_a_file() {
    let app = App::new();
    fs_err::write(
        app.path().join("own.toml"),
        "data = [\"mnist\"]\nepochs = 1\n",
    )
    .unwrap();
    let train = [
        "train",
        "--backend=ndarray",
        "--run-dir=run",
        "--config=own.toml",
    ];
    let commands = [
        &["data", "--data=mnist"][..],
        &["data", "mnist"],
        &["plot", "data", "--data", "mnist"],
        &["train", "--backend=ndarray", "--data=mnist"],
        &train,
    ];
    let missing = "mnist: not downloaded yet, ";
    let how = "; download it with: app data fetch mnist\n";
    for command in commands {
        fails(
            &app,
            command,
            2,
            &[missing, "lacks train-images-idx3-ubyte.gz, ", how],
        );
    }
    write_stand_ins(&app, "cache/digits/mnist");
    for command in commands {
        let output = run(&app, command);
        assert_eq!(output.code, Some(0), "{command:?}: {}", output.shown());
    }
    // The run names the folder, so that it can be used from everywhere.
    let folder = app.path().join("cache/digits/mnist");
    let config = app.file("run/config.toml");
    assert!(
        config.contains(&format!("data = [\"{}\"]", folder.display())),
        "{config}"
    );
    for command in [
        &["evaluate", "run"][..],
        &["evaluate", "run", "--data", "mnist"],
        &["evaluate", "--data", "mnist", "run"],
        &["predict", "run", "--data", "mnist", "--index=0"],
        &["report", "run", "--data=mnist"],
        &["plot", "embedding", "run", "--data=mnist"],
    ] {
        let output = run(&app, command);
        assert_eq!(output.code, Some(0), "{command:?}: {}", output.shown());
    }
    run(&app, &["data", "mnist"]).stdout_has("test part  10 images besides");

    // One file is gone.
    fs_err::remove_file(folder.join(MNIST[3])).unwrap();
    let lacks = format!("{} lacks {}; download", folder.display(), MNIST[3]);
    fails(&app, &["data", "mnist"], 2, &[&lacks]);
    // A folder of this name in the current directory is what is named.
    write_stand_ins(&app, "mnist");
    fs_err::remove_file(app.path().join("mnist").join(MNIST[3])).unwrap();
    for command in [&["data", "mnist"][..], &["data", "--data=mnist"]] {
        let output = run(&app, command);
        assert_eq!(output.code, Some(0), "{}", output.shown());
        assert!(output.stdout.starts_with("mnist\n"), "{}", output.shown());
    }
}

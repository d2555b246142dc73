//! State dicts that PyTorch wrote.
//!
//! The files and PyTorch's answers are written by `pytorch/make_fixtures.py`.

mod common;

use std::io::{Cursor, Read, Write};

use common::{assert_answers, bytes, expected, network, read_damaged};
use interop::{Format, InteropError};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

fn error(bytes: &[u8]) -> String {
    interop::read(bytes).expect_err("no network").to_string()
}

#[test]
fn state_dicts_and_checkpoints_of_pytorch_have_its_weights_and_answers() {
    for name in [
        "state_dict.pt",
        "named.pth",
        "protocol4.pt",
        "parallel.pt",
        "parameters.pt",
        "views.pt",
        "checkpoint.ckpt",
        "tutorial.tar",
        "half.pt",
        "double.pt",
        "bfloat16.pt",
        "big_endian.pt",
    ] {
        let read = interop::read(&bytes(&format!("pytorch/{name}")));
        assert_eq!(read.unwrap(), (Format::PyTorch, network()), "{name}");
    }
    assert_answers(&network(), &expected("pytorch", "f32"), 1e-7);
    assert_answers(&network(), &expected("pytorch", "f64"), 1e-12);
}

#[test]
fn everything_else_is_refused_by_name() {
    for (name, expected) in [
        (
            "error_model.pt",
            "a whole model of the class \"torch.nn.modules.container.Sequential\"",
        ),
        ("error_script.pt", "a whole model of the class \"__torch__."),
        (
            "error_evil.pt",
            "Python's \"posix.system\", which no state dict needs",
        ),
        (
            "error_integers.pt",
            "its tensor \"0.weight\" has no floating-point numbers",
        ),
        ("error_entry.pt", "its entry \"version\" is no tensor"),
        ("error_list.pt", "it holds no dictionary"),
        ("error_itself.pt", "its entry \"state_dict\" is no tensor"),
        ("error_old.pt", "with `torch.save` of PyTorch 1.6 or later"),
        ("error_expanded.pt", "at most 268435456 are read"),
    ] {
        let found = error(&bytes(&format!("pytorch/{name}")));
        assert!(found.contains(expected), "{name}: {found}");
        if !["error_expanded.pt", "error_old.pt"].contains(&name) {
            assert!(found.contains("torch.save(model.state_dict()"), "{found}");
        }
    }
}

/// An archive as PyTorch writes it, with this pickle and one storage.
fn archive(pickle: &[u8], storage: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("m/data.pkl", pickle), ("m/data/0", storage)] {
        let stored = SimpleFileOptions::default();
        zip.start_file(name, stored).expect("an entry");
        zip.write_all(content).expect("written to memory");
    }
    zip.finish().expect("written to memory").into_inner()
}

/// A pickle of {"w": tensor} with a storage of `length` numbers, and a tensor of `offset`, one size and one stride.
fn pickle(length: u8, [offset, size, stride]: [&[u8]; 3]) -> Vec<u8> {
    [
        &b"\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n(("[..],
        b"X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK",
        &[length],
        b"tQ",
        offset,
        size,
        b"\x85",
        stride,
        b"\x85\x89}tRs.",
    ]
    .concat()
}

#[test]
fn tensors_must_be_within_their_storages() {
    let two = [b"K\x00".as_slice(), b"K\x02", b"K\x01"];
    let floats = [0; 8];
    // A tensor of the right size is read; then, one alone is no network.
    assert!(error(&archive(&pickle(2, two), &floats)).contains("\"w\" [2]"));
    for (length, [offset, size, stride], expected) in [
        (
            2,
            [b"K\x01".as_slice(), b"K\x02", b"K\x01"],
            "takes 3 numbers of a storage of 2",
        ),
        (2, [b"K\x00", b"K\x02", b"K\x02"], "takes 3 numbers"),
        (
            3,
            [b"K\x00", b"K\x02", b"K\x01"],
            "has 8 bytes of 3 numbers",
        ),
        (
            2,
            [b"K\x00", b"K\x02", b"J\xff\xff\xff\xff"],
            "of another kind",
        ),
        (
            2,
            [b"J\xff\xff\xff\xff", b"K\x02", b"K\x01"],
            "of another kind",
        ),
        (
            2,
            [
                b"K\x00",
                b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f",
                b"K\x00",
            ],
            "bytes",
        ),
        (
            2,
            [
                b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f",
                b"K\x02",
                b"K\x01",
            ],
            "numbers of",
        ),
        (
            2,
            [
                b"K\x00",
                b"K\x04",
                b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f",
            ],
            "impossible shape",
        ),
    ] {
        let found = error(&archive(&pickle(length, [offset, size, stride]), &floats));
        assert!(found.contains(expected), "{found}");
    }
}

#[test]
fn pickles_that_make_no_sense_are_errors() {
    for pickle in [
        &b""[..],
        b".",
        b"\x80\x02",
        b"\x80\x02}",
        b"K\x01.",
        b"(.",
        b"}(.",
        b"}K\x01s.",
        b"(K\x01u.",
        b"K\x01K\x02s.",
        b"}(K\x01u.",
        b"t.",
        b"h\x00.",
        b"q\x00.",
        b")R.",
        b"K\x01)R.",
        b"ccollections\nOrderedDict\nK\x01R.",
        b"ccollections\nOrderedDict\nK\x01\x85R.",
        b"ccollections\nOrderedDict",
        b"ctorch._utils\n_rebuild_parameter\n)R.",
        b"K\x01Q.",
        b")Q.",
        b"}b.",
        b"K\x01K\x02b.",
        b"X\xff\xff\xff\xffabc.",
        b"X\x01\x00\x00\x00\xff.",
        b"\x8a\xff\x00.",
        b"K\x01K\x02\x93.",
        b"K\x01\x86.",
        b"cos\nsystem\n(X\x01\x00\x00\x00itR.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"cbuiltins\neval\n.",
        b"(i__main__\nA\n.",
        b"\x81.",
        b"\x82\x01.",
        b"P1\n.",
    ] {
        let found = interop::read(&archive(pickle, &[]));
        assert!(found.is_err(), "{pickle:?}");
    }
    // The same ending for a dictionary of nothing.
    assert!(error(&archive(b"\x80\x02}.", &[])).contains("there are none"));
}

#[test]
fn a_pickle_with_any_byte_changed_is_an_error_or_a_state_dict_and_never_a_panic() {
    // The bytes alone would be refused by the checksum of the archive.
    let whole = bytes("pytorch/state_dict.pt");
    let mut zip = ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut pickle = Vec::new();
    let mut entry = zip.by_name("state_dict/data.pkl").unwrap();
    entry.read_to_end(&mut pickle).unwrap();
    for at in 0..pickle.len() {
        let before = pickle[at];
        for value in [
            0,
            1,
            0x7f,
            0xff,
            b'.',
            b'(',
            b'R',
            b'h',
            b'Q',
            before ^ 1,
            before ^ 0x80,
        ] {
            pickle[at] = value;
            assert!(interop::read(&archive(&pickle, &[])).is_err());
        }
        pickle[at] = before;
    }
    for length in 0..pickle.len() {
        assert!(interop::read(&archive(&pickle[..length], &[])).is_err());
    }
}

#[test]
fn deep_and_long_pickles_are_bounded() {
    let nested = [&b"\x80\x02"[..], &b")\x85".repeat(500_000), b"."].concat();
    assert!(error(&archive(&nested[..1_000_000], &[])).contains("cut short"));
    let marks = [b"(".repeat(1_000_000), b"}.".to_vec()].concat();
    assert!(error(&archive(&marks, &[])).contains("there are none"));
    let long = [b"N".repeat(1_100_000), b"}.".to_vec()].concat();
    assert!(error(&archive(&long, &[])).contains("1100002 bytes"));
    // A list in itself, a million times.
    let own = [&b"]q\x00"[..], &b"h\x00a".repeat(300_000), b"."].concat();
    assert!(error(&archive(&own, &[])).contains("no dictionary"));
}

#[test]
fn damaged_archives_are_errors_and_never_a_panic() {
    let small = archive(&pickle(2, [b"K\x00", b"K\x02", b"K\x01"]), &[0; 8]);
    read_damaged(&small, |bytes| interop::read(bytes).is_ok());
    let file = bytes("pytorch/checkpoint.ckpt");
    for length in (0..file.len()).step_by(97) {
        assert!(interop::read(&file[..length]).is_err());
    }
    let found = interop::read(&archive(b"}.", &[])[..20]).unwrap_err();
    assert!(matches!(found, InteropError::Damaged { .. }), "{found}");
}

//! Archives of arrays, as `numpy.savez` and Keras's `mnist.npz` are: read as a folder of these arrays.
//!
//! The fixtures come from NumPy 2.4.6:
//!
//! ```python
//! at = np.arange(5 * 784); x = (at * at % 251).astype("u1").reshape(5, 28, 28); y = np.array([5, 0, 4, 7, 2], "u1")
//! np.savez_compressed("keras.npz", x_train=x[:3], y_train=y[:3], x_test=x[3:], y_test=y[3:])
//! v = np.arange(800).reshape(2, 400)
//! np.savez("halves.npz", X=(v / 1024).astype("f2"), y=np.array([[3], [7]], "i8"), names=np.array(["three", "seven"]),
//!     means=np.zeros((2, 10)))
//! np.savez_compressed("bools.npz", images=np.asfortranarray((v % 3 == 0).reshape(2, 20, 20)),
//!     labels=np.array([3, 7], "i4"))
//! ```

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use data::{Cache, Digits, ImageKind, PixelOrder, ScaleNotice};
use fs_err as fs;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::common::{fixture, folder, gzip, idx, idx_labels, npy, read};

/// An archive of entries that are not compressed.
pub(crate) fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    archive_by(CompressionMethod::Stored, entries)
}

fn archive_by(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Five images of 28 x 28, row by row, of which Keras's archive has three for training.
fn pixels() -> Vec<u8> {
    (0..5 * 784_u32)
        .map(|at| u8::try_from(at * at % 251).unwrap())
        .collect()
}

fn bits(digits: &Digits) -> Vec<u32> {
    let images = digits.images().unwrap();
    images.iter().map(|pixel| pixel.to_bits()).collect()
}

/// Images of 28 x 28 and their labels, read from IDX files.
fn of_idx(pixels: &[u8], labels: &[u8]) -> Digits {
    let count = u32::try_from(labels.len()).unwrap();
    let folder = folder(&[
        ("images", &idx([8, 3], &[count, 28, 28], pixels)),
        ("labels", &idx_labels(labels)),
    ]);
    read(&[folder.path().into()]).unwrap()
}

#[track_caller]
fn assert_same(found: &Digits, expected: &Digits) {
    assert_eq!(found.labels(), expected.labels());
    assert_eq!(bits(found), bits(expected));
}

/// Checks that `path` has the two parts of Keras's archive, with the pixels of IDX files to the last bit.
#[track_caller]
fn assert_keras(path: &Path) {
    let pixels = pixels();
    let (training, test) = pixels.split_at(3 * 784);
    let paths = [path.to_owned()];
    assert_same(&read(&paths).unwrap(), &of_idx(training, &[5, 0, 4]));
    let part = data::test_part(&paths).unwrap().unwrap();
    assert_same(&read(&part).unwrap(), &of_idx(test, &[7, 2]));
}

#[test]
fn keras_s_archive_has_the_training_and_the_test_part_of_mnist_s_four_files() {
    let path = fixture("keras.npz");
    assert_keras(&path);
    assert_eq!(data::image_kind(&[path]).unwrap(), ImageKind::ResizedNpy);
}

/// As Keras's, with other shapes.
fn keras_s_entries() -> Vec<(&'static str, Vec<u8>)> {
    let pixels = pixels();
    let (training, test) = pixels.split_at(3 * 784);
    vec![
        ("x_train.npy", npy("|u1", "(3, 784)", training)),
        ("y_train.npy", npy("|u1", "(3, 1)", &[5, 0, 4])),
        ("x_test.npy", npy("|u1", "(2, 28, 28, 1)", test)),
        ("y_test.npy", npy("<i2", "(2,)", &[7, 0, 2, 0])),
        ("notes/x_train.npy", npy("|u1", "(1, 784)", &[0; 784])),
        ("README.txt", b"hello".to_vec()),
    ]
}

fn borrowed<'a>(entries: &'a [(&'static str, Vec<u8>)]) -> Vec<(&'a str, &'a [u8])> {
    let entries = entries.iter();
    entries.map(|(name, bytes)| (*name, &bytes[..])).collect()
}

#[test]
fn an_archive_may_be_stored_or_deflated_and_lie_in_a_folder() {
    let entries = keras_s_entries();
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let bytes = archive_by(method, &borrowed(&entries));
        let files = folder(&[("LICENCE", b"free"), ("mnist.npz", &bytes)]);
        assert_keras(&files.path().join("mnist.npz"));
        assert_keras(files.path());
    }
    // One archive for each part.
    let part = |names: [usize; 2]| {
        let [x, y] = names.map(|at| &entries[at].1[..]);
        archive(&[("images.npy", x), ("labels.npy", y)])
    };
    let files = folder(&[("train.npz", &part([0, 1])), ("test.npz", &part([2, 3]))]);
    assert_keras(files.path());
    // One for each array, as those of Kuzushiji-MNIST.
    let files = folder(&[
        ("imgs.npz", &archive(&[("arr_0.npy", &entries[0].1)])),
        ("labels.npz", &archive(&[("arr_0.npy", &entries[1].1)])),
    ]);
    let paths = ["labels.npz", "imgs.npz"].map(|name| files.path().join(name));
    let expected = of_idx(&pixels()[..3 * 784], &[5, 0, 4]);
    assert_same(&read(&paths).unwrap(), &expected);
    assert_same(&read(&[files.path().into()]).unwrap(), &expected);
}

#[test]
fn arrays_are_told_by_their_shapes_whatever_they_are_called() {
    let (x, y) = (npy("|u1", "(1, 784)", &[9; 784]), npy("|u1", "(1,)", &[4]));
    for names in [
        ["X", "y"],
        ["x", "y"],
        ["images", "labels"],
        ["arr_0", "arr_1"],
        ["b", "a"],
    ] {
        let [images, labels] = names.map(|name| format!("{name}.npy"));
        let bytes = archive(&[(&images, &x), (&labels, &y)]);
        let files = folder(&[("a.npz", &bytes)]);
        let path = [files.path().join("a.npz")];
        assert_eq!(read(&path).unwrap().labels(), [4], "{names:?}");
        assert_eq!(data::test_part(&path).unwrap(), None);
    }
    // MedMNIST's names.
    let entries = ["train", "val", "test"].map(|part| {
        [
            (format!("{part}_images.npy"), x.clone()),
            (format!("{part}_labels.npy"), y.clone()),
        ]
    });
    let entries = entries.as_flattened().iter();
    let entries: Vec<(&str, &[u8])> = entries.map(|(name, array)| (&**name, &**array)).collect();
    let files = folder(&[("a.npz", &archive(&entries))]);
    let path = files.path().join("a.npz");
    // The three have the same content, so that one of each kind is left.
    assert_eq!(read(&[path]).unwrap().labels(), [4]);
}

#[test]
fn halves_and_booleans_are_numbers_and_other_arrays_are_not_read() {
    let digits = read(&[fixture("halves.npz")]).unwrap();
    assert_eq!(digits.labels(), [3, 7]);
    for (at, found) in (0_u16..).zip(digits.images().unwrap().iter()) {
        // 1/1024 to 799/1024 are exact in 16 bits.
        assert!((found - f32::from(at) / 1024.0).abs() < 1e-9, "{at}");
    }
    let digits = read(&[fixture("bools.npz")]).unwrap();
    assert_eq!(digits.labels(), [3, 7]);
    for (at, &found) in (0_u16..).zip(digits.images().unwrap().iter()) {
        let expected = if at % 3 == 0 { 1.0 } else { 0.0 };
        assert!((found - expected).abs() < 1e-9, "{at}: {found}");
    }
    let Some(ScaleNotice::Rescaled { path, .. }) = digits.scale_notice() else {
        panic!("{:?}", digits.scale_notice());
    };
    assert_eq!(*path, fixture("bools.npz").join("images"));
    assert_eq!(
        data::image_kind(&[fixture("bools.npz")]).unwrap(),
        ImageKind::Unrolled
    );
}

#[test]
fn arrays_can_be_named_and_are_named_where_there_are_too_many() {
    let entries = [("X", 1), ("y", 4), ("X_other", 2), ("y_other", 6)].map(|(name, value)| {
        let array = if name.starts_with('X') {
            npy("|u1", "(1, 784)", &[value; 784])
        } else {
            npy("|u1", "(1,)", &[value])
        };
        (format!("{name}.npy"), array)
    });
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, it)| (&**name, &**it)).collect();
    let files = folder(&[("a.npz", &archive(&entries))]);
    let path = files.path().join("a.npz");
    let message = read(std::slice::from_ref(&path)).unwrap_err().to_string();
    for part in ["several candidates", "a.npz/X_other", "a.npz/y, "] {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    for names in [["X_other", "y_other"], ["y_other.npy", "X_other.npy"]] {
        let paths = names.map(|name| path.join(name));
        assert!(paths.iter().all(|path| data::is_in_archive(path)));
        assert_eq!(read(&paths).unwrap().labels(), [6]);
    }
    assert!(!data::is_in_archive(&path));
    let message = read(&[path.join("Z"), path.join("y")]).unwrap_err();
    let message = message.to_string();
    assert!(
        message.ends_with("a.npz: expected an array named \"Z\", found X, X_other, y, y_other"),
        "{message}"
    );
    let message = read(&[path.join("X")]).unwrap_err().to_string();
    assert!(message.contains("name both files"), "{message}");
}

#[test]
fn rows_are_read_alone_and_large_archives_are_streamed_from_disk() {
    let path = [fixture("keras.npz")];
    let all = read(&path).unwrap();
    let order = PixelOrder::Column;
    let rows = data::read_rows(&path, order, &Cache::unlimited(), &[2, 0]).unwrap();
    assert_same(&rows, &all.select(&[2, 0]));
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache {
        rows_in_memory: 1,
        folder: folder.path().to_owned(),
    };
    assert_same(&data::read(&path, order, &cache).unwrap(), &all);
}

/// Reads an archive of this content.
fn message(bytes: &[u8]) -> String {
    let files = folder(&[("a.npz", bytes)]);
    read(&[files.path().join("a.npz")]).unwrap_err().to_string()
}

#[track_caller]
fn assert_refused(bytes: &[u8], parts: &[&str]) {
    let message = message(bytes);
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

#[test]
fn an_archive_without_a_pair_of_arrays_says_what_it_has() {
    let (x, y) = (npy("|u1", "(1, 784)", &[9; 784]), npy("|u1", "(1,)", &[4]));
    let wide = npy("|u1", "(1, 785)", &[9; 785]);
    assert_refused(
        &archive(&[("x_train.npy", &wide), ("y_train.npy", &y)]),
        &[
            "a.npz: expected arrays of images and of labels",
            "found x_train, y_train; not read: ",
            "a.npz/x_train: ",
            "found [1, 785]",
        ],
    );
    assert_refused(&archive(&[("x.npy", &x), ("z.npy", &x)]), &["found x, z"]);
    let text = npy("<U1", "(1,)", &[b'4', 0, 0, 0]);
    assert_refused(
        &archive(&[("x.npy", &x), ("y.npy", &text)]),
        &["a.npz/y: expected labels as numbers", "\"<U1\""],
    );
    assert_refused(
        &archive(&[("model/data.pkl", b"hello")]),
        &["a zip archive without NumPy arrays", "unpack it first"],
    );
    // A pickle is none of an array's types.
    let objects = npy("|O", "(1,)", b"\x80\x04K\x04.");
    assert_refused(&archive(&[("x.npy", &x), ("y.npy", &objects)]), &["\"|O\""]);
    // Compressed once more, an archive is not unpacked.
    assert_refused(
        &gzip(&archive(&[("x.npy", &x), ("y.npy", &y)])),
        &["or compressed again; unpack it first"],
    );
}

#[test]
fn entries_that_lead_out_and_too_many_entries_are_refused() {
    let (x, y) = (npy("|u1", "(1, 784)", &[9; 784]), npy("|u1", "(1,)", &[4]));
    let mut bytes = archive(&[("x.npy", &x), ("y.npy", &y), ("aa/z.npy", &y)]);
    let places: Vec<usize> = (0..bytes.len() - 3)
        .filter(|&at| bytes[at..].starts_with(b"aa/"))
        .collect();
    // In the entry and in the directory.
    assert_eq!(places.len(), 2);
    for place in places {
        bytes[place..place + 3].copy_from_slice(b"../");
    }
    assert_refused(&bytes, &["a.npz: ", "found one named \"../z.npy\""]);
    let names: Vec<String> = (0..257).map(|name| format!("{name}.npy")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &y[..])).collect();
    assert_refused(&archive(&entries), &["at most 256 entries, found 257"]);
}

#[test]
fn a_bomb_is_read_no_further_than_the_array_s_header_allows() {
    let y = npy("|u1", "(2,)", &[4, 5]);
    let bomb = npy("|u1", "(2, 784)", &vec![0; 30_000_000]);
    let deflated = CompressionMethod::Deflated;
    assert_refused(
        &archive_by(deflated, &[("x.npy", &bomb), ("y.npy", &y)]),
        &["a.npz/x: ", "after the 1568 bytes", "found more"],
    );
    let huge = npy("|u1", "(900000000, 784)", &[0; 784]);
    assert_refused(
        &archive_by(deflated, &[("x.npy", &huge), ("y.npy", &y)]),
        &["a.npz/x: ", "cut short"],
    );
    let most = npy("|u1", "(18446744073709551615, 784)", &[0; 784]);
    assert_refused(
        &archive(&[("x.npy", &most), ("y.npy", &y)]),
        &["a.npz/x: ", "at most 1000000000 rows"],
    );
}

#[test]
fn an_archive_cut_short_at_any_byte_is_refused() {
    let bytes = fs::read(fixture("keras.npz")).unwrap();
    let folder = folder(&[]);
    let path = folder.path().join("incomplete.npz");
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        let message = read(std::slice::from_ref(&path)).unwrap_err().to_string();
        assert!(message.contains("incomplete.npz: "), "{length}: {message}");
    }
}

#[test]
fn a_flipped_bit_is_noticed_or_changes_nothing() {
    for name in ["keras.npz", "halves.npz"] {
        let bytes = fs::read(fixture(name)).unwrap();
        let expected = read(&[fixture(name)]).unwrap();
        let folder = folder(&[]);
        let path: PathBuf = folder.path().join("flipped.npz");
        let mut accepted = 0;
        for bit in (0..bytes.len() * 8).step_by(3) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &flipped).unwrap();
            // What is read has its checksum; a flipped name can make another array the one that is read.
            if let Ok(digits) = read(std::slice::from_ref(&path)) {
                let is_test_part = digits.labels() == [7, 2];
                assert!(
                    is_test_part || bits(&digits) == bits(&expected),
                    "{name} {bit}"
                );
                accepted += 1;
            }
        }
        assert!(accepted > 0);
    }
}

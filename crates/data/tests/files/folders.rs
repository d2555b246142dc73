//! What a folder holds beside a data set, or in its place.

use data::DataError;

use crate::common::{folder, gzip, idx_images, idx_labels, npy, read};
use crate::npz::archive;

fn message(files: &[(&str, &[u8])]) -> String {
    let folder = folder(files);
    read(&[folder.path().into()]).unwrap_err().to_string()
}

#[test]
fn a_file_beside_its_packed_copy_is_one_candidate() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    let (x, y) = (gzip(&images), gzip(&labels));
    let folder = folder(&[
        ("images", &images),
        ("images.gz", &x),
        ("labels", &labels),
        ("labels (1)", &labels),
        ("labels.gz", &y),
    ]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
}

#[test]
fn of_torchvision_s_four_files_packed_and_unpacked_those_for_training_are_read() {
    let (images, labels) = (idx_images(&[1, 2, 3]), idx_labels(&[6, 7, 8]));
    let (tests, test_labels) = (idx_images(&[4]), idx_labels(&[9]));
    let packed = [&images, &labels, &tests, &test_labels].map(|bytes| gzip(bytes));
    let folder = folder(&[
        ("t10k-images-idx3-ubyte", &tests),
        ("t10k-images-idx3-ubyte.gz", &packed[2]),
        ("t10k-labels-idx1-ubyte", &test_labels),
        ("t10k-labels-idx1-ubyte.gz", &packed[3]),
        ("train-images-idx3-ubyte", &images),
        ("train-images-idx3-ubyte.gz", &packed[0]),
        ("train-labels-idx1-ubyte", &labels),
        ("train-labels-idx1-ubyte.gz", &packed[1]),
    ]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7, 8]);
}

#[test]
fn a_packed_file_with_another_content_is_another_candidate() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    for other in [
        gzip(&idx_images(&[1, 3])),
        gzip(&idx_images(&[1])),
        idx_images(&[1, 2, 3]),
    ] {
        let message = message(&[("x", &images), ("x.gz", &other), ("y", &labels)]);
        assert!(message.contains("several candidates"), "{message}");
        assert!(
            message.contains("/x, ") && message.contains("/x.gz, "),
            "{message}"
        );
    }
}

#[test]
fn a_packed_copy_that_is_damaged_is_named() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    let packed = gzip(&images);
    let cut = &packed[..packed.len() - 4];
    let message = message(&[("x", &images), ("x.gz", cut), ("y", &labels)]);
    assert!(
        message.contains("x.gz: the gzip stream is damaged"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_packed_twice_is_read() {
    let twice = |bytes: &[u8]| gzip(&gzip(bytes));
    let (images, labels) = (twice(&idx_images(&[1, 2])), twice(&idx_labels(&[6, 7])));
    let folder = folder(&[("images.gz", &images), ("labels.gz", &labels)]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
    let message = message(&[("images.gz", &gzip(&images)), ("labels.gz", &labels)]);
    assert!(
        message.contains("images.gz: ") && message.contains("decompress"),
        "{message}"
    );
}

#[test]
fn a_folder_gives_the_reason_why_a_file_was_not_read() {
    let labels = idx_labels(&[6, 7]);
    let page = b"<!DOCTYPE html><html>403 Forbidden</html>";
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:aaaa\nsize 9912422\n";
    let shape = npy("<f8", "(2, 401)", &[]);
    let zip = archive(&[("X.txt", b"hello")]);
    for (name, bytes, reason) in [
        ("train-images.gz", &page[..], "an HTML page"),
        ("train-images.gz", pointer, "`git lfs pull`"),
        ("X.npz", b"PK\x03\x04\x14\0\0\0", "the archive is damaged"),
        ("X.zip", &zip, "unpack it"),
        ("one.png", b"\x89PNG\r\n\x1a\n", "one subfolder per digit"),
        ("X.npy", &shape, "[2, 401]"),
        ("X.csv", b"0,0,255", "if it is CSV"),
    ] {
        let message = message(&[(name, bytes), ("y", &labels)]);
        for part in ["no file of images", name, reason] {
            assert!(message.contains(part), "{part:?} is not in {message:?}");
        }
        // The reason is the one that the file itself gives.
        let folder = folder(&[(name, bytes), ("y", &labels)]);
        let paths = [name, "y"].map(|name| folder.path().join(name));
        let own = read(&paths).unwrap_err().to_string();
        assert!(own.contains(reason), "{reason:?} is not in {own:?}");
    }
}

#[test]
fn the_reasons_of_a_folder_are_few_and_the_telling_ones_first() {
    let page = b"<html>404</html>";
    let message = message(&[
        ("a.txt", b"hello"),
        ("b.txt", b"hello"),
        ("c.txt", b"hello"),
        ("d.txt", b"hello"),
        ("x.gz", page),
    ]);
    assert!(message.contains("found neither"), "{message}");
    assert!(
        message.contains("x.gz: ") && message.contains("HTML"),
        "{message}"
    );
    assert!(message.ends_with("and 2 other files"), "{message}");
}

#[test]
fn files_of_other_kinds_beside_a_data_set_do_not_matter() {
    let folder = folder(&[
        ("README.html", b"<html></html>"),
        ("weights.npz", b"PK\x03\x04"),
        ("one.png", b"\x89PNG"),
        ("images", &idx_images(&[1, 2])),
        ("labels", &idx_labels(&[6, 7])),
    ]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
}

#[test]
fn a_folder_and_another_path_are_refused_with_both() {
    let folder = folder(&[("digits/images", &idx_images(&[1])), ("other", b"")]);
    let paths = ["digits", "other"].map(|name| folder.path().join(name));
    for paths in [paths.clone(), [paths[1].clone(), paths[0].clone()]] {
        let error = read(&paths).unwrap_err();
        assert!(matches!(error, DataError::FolderAndPath { .. }), "{error}");
        let message = error.to_string();
        assert!(
            message.contains("digits: ") && message.contains("other"),
            "{message}"
        );
    }
}

#[test]
fn of_keras_s_four_arrays_those_for_training_are_read() {
    let tests = npy("|u1", "(1, 28, 28)", &[9; 784]);
    let images = npy("|u1", "(2, 28, 28)", &[7; 2 * 784]);
    let (labels, test_labels) = (npy("|u1", "(2,)", &[6, 7]), npy("|u1", "(1,)", &[9]));
    for [x, y] in [
        ["x_train.npy", "y_train.npy"],
        ["X_Train.npy.gz", "Y_Train.npy.gz"],
        ["train_x.npy", "train_y.npy"],
    ] {
        let packs = x.ends_with("gz");
        let stored = |bytes: &[u8]| if packs { gzip(bytes) } else { bytes.to_vec() };
        let folder = folder(&[
            (x, &stored(&images)),
            (y, &stored(&labels)),
            ("x_test.npy", &tests),
            ("y_test.npy", &test_labels),
        ]);
        assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
    }
}

#[test]
fn a_folder_whose_data_lie_deeper_names_their_folder() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    let files = |names: [&str; 2]| {
        message(&[
            (names[0], &images),
            (names[1], &labels),
            ("README", b"hello"),
            ("other/notes.txt", b"hello"),
        ])
    };
    let found = files(["raw/images", "raw/labels"]);
    assert!(found.ends_with("/raw; name that folder"), "{found}");
    assert!(found.contains("found them only in "), "{found}");
    let found = files(["MNIST/raw/images", "MNIST/raw/labels.gz"]);
    assert!(found.ends_with("/MNIST/raw; name that folder"), "{found}");
    let found = files(["first/0/a.png", "second/1/b.png"]);
    assert!(found.contains("/first, "), "{found}");
    assert!(
        found.ends_with("/second; name one of these folders"),
        "{found}"
    );
    // Without data anywhere, the message is the same as ever.
    let found = message(&[("a/b", b"hello"), ("c", b"hello")]);
    assert!(found.contains("found neither"), "{found}");
}

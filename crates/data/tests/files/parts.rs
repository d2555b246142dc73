//! The training part and the test part of a folder.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::common::{fixture, folder, gzip, idx_images, idx_labels, npy, read};

fn test_part(path: &Path) -> Option<Vec<PathBuf>> {
    data::test_part(&[path.into()]).unwrap()
}

/// Checks that a folder's training part has the labels 6 and 7, and its test part the label 9.
#[track_caller]
fn assert_two_parts(path: &Path) {
    assert_eq!(read(&[path.into()]).unwrap().labels(), [6, 7]);
    let test = test_part(path).unwrap();
    assert_eq!(read(&test).unwrap().labels(), [9]);
}

#[test]
fn mnist_s_four_files_have_two_parts_packed_or_not_or_both() {
    let files = [
        ("train-images-idx3-ubyte", idx_images(&[1, 2])),
        ("train-labels-idx1-ubyte", idx_labels(&[6, 7])),
        ("t10k-images-idx3-ubyte", idx_images(&[3])),
        ("t10k-labels-idx1-ubyte", idx_labels(&[9])),
    ];
    let folder = folder(&[("README.md", b"MNIST")]);
    for (name, bytes) in &files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    assert_two_parts(folder.path());
    for (name, bytes) in &files {
        fs::write(folder.path().join(format!("{name}.gz")), gzip(bytes)).unwrap();
    }
    assert_two_parts(folder.path());
    for (name, _) in &files {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    assert_two_parts(folder.path());
}

#[test]
fn keras_s_arrays_and_matlab_files_have_two_parts() {
    let images = |count: u8| {
        npy(
            "|u1",
            &format!("({count}, 28, 28)"),
            &vec![count; usize::from(count) * 784],
        )
    };
    let arrays = folder(&[
        ("x_train.npy", &images(2)),
        ("y_train.npy", &npy("|u1", "(2,)", &[6, 7])),
        ("x_test.npy", &images(1)),
        ("y_test.npy", &npy("|u1", "(1,)", &[9])),
    ]);
    assert_two_parts(arrays.path());
    let [one, other] =
        ["digits_u1.mat", "digits_f4.mat"].map(|name| fs::read(fixture(name)).unwrap());
    let files = folder(&[("train.mat", &one), ("test.mat", &other)]);
    assert!(read(&[files.path().into()]).is_ok());
    assert_eq!(
        test_part(files.path()),
        Some(vec![files.path().join("test.mat")])
    );
}

#[test]
fn two_folders_of_pictures_or_files_are_two_parts() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    let files = folder(&[
        ("LICENCE", b"free"),
        ("train/images", &images),
        ("train/labels", &labels),
        ("test/images", &idx_images(&[3])),
        ("test/labels", &idx_labels(&[9])),
    ]);
    assert_two_parts(files.path());
    let pictures = folder(&[
        ("training/6/.hidden", b""),
        ("training/7/.hidden", b""),
        ("testing/9/.hidden", b""),
    ]);
    for name in ["training/6/a.png", "training/7/a.png", "testing/9/a.png"] {
        let picture = image::GrayImage::from_pixel(20, 20, image::Luma([153]));
        picture.save(pictures.path().join(name)).unwrap();
    }
    assert_two_parts(pictures.path());
    assert_eq!(
        test_part(pictures.path()),
        Some(vec![pictures.path().join("testing")])
    );
}

#[test]
fn where_there_is_no_test_part_there_is_none() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    // A test set alone is the data set.
    let alone = folder(&[
        ("t10k-images-idx3-ubyte", &images),
        ("t10k-labels-idx1-ubyte", &labels),
    ]);
    assert_eq!(test_part(alone.path()), None);
    assert_eq!(read(&[alone.path().into()]).unwrap().labels(), [6, 7]);
    // Without labels it is of no use.
    let unlabelled = folder(&[
        ("x_train", &images),
        ("y_train", &labels),
        ("x_test", &idx_images(&[3])),
    ]);
    assert_eq!(test_part(unlabelled.path()), None);
    assert_eq!(read(&[unlabelled.path().into()]).unwrap().labels(), [6, 7]);
    // Named files are those and no others; nor has a folder of pictures another part.
    let named = ["x_train", "y_train"].map(|name| unlabelled.path().join(name));
    assert_eq!(data::test_part(&named).unwrap(), None);
    assert_eq!(data::test_part(&named[..1]).unwrap(), None);
    let pictures = folder(&[("6/a.png", b""), ("7/a.png", b"")]);
    assert_eq!(test_part(pictures.path()), None);
    // Data in the folder itself comes before data in subfolders.
    let both = folder(&[
        ("images", &images),
        ("labels", &labels),
        ("train/images", &images),
        ("test/images", &images),
    ]);
    assert_eq!(test_part(both.path()), None);
    assert_eq!(read(&[both.path().into()]).unwrap().labels(), [6, 7]);
    // One of two folders is none.
    let training = folder(&[
        ("train/images", &images),
        ("train/labels", &labels),
        ("test/notes.txt", b"hello"),
    ]);
    assert_eq!(test_part(training.path()), None);
    let message = read(&[training.path().into()]).unwrap_err().to_string();
    assert!(message.ends_with("/train; name that folder"), "{message}");
}

#[test]
fn two_test_parts_are_one_too_many() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    let folder = folder(&[
        ("train-images", &images),
        ("train-labels", &labels),
        ("t10k-images", &idx_images(&[3])),
        ("test-images", &idx_images(&[4])),
        ("test-labels", &idx_labels(&[9])),
    ]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
    let message = data::test_part(&[folder.path().into()])
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("several candidates") && message.contains("t10k-images, "),
        "{message}"
    );
    assert!(!message.contains("train-images"), "{message}");
}

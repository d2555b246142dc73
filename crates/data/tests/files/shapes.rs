//! Images of other sizes in `.npy` files, and other types in IDX files: read as MNIST's are.

use data::{Digits, ImageKind};

use crate::common::{folder, idx, idx_images, idx_labels, npy, read};

/// Two images of 28 x 28, row by row, that are not symmetric.
fn pixels() -> Vec<u8> {
    (0..2 * 784_u32)
        .map(|at| u8::try_from(at * at % 251).unwrap())
        .collect()
}

fn read_images(images: &[u8]) -> Digits {
    let folder = folder(&[("X", images), ("y", &idx_labels(&[0, 1]))]);
    read(&[folder.path().into()]).unwrap()
}

fn bits(digits: &Digits) -> Vec<u32> {
    let images = digits.images().unwrap();
    images.iter().map(|pixel| pixel.to_bits()).collect()
}

#[test]
fn arrays_of_28_x_28_are_the_images_of_an_idx_file_to_the_last_bit() {
    let expected = read_images(&idx([8, 3], &[2, 28, 28], &pixels()));
    for shape in [
        "(2, 28, 28)",
        "(2, 784)",
        "(2, 28, 28, 1)",
        "(2, 1, 28, 28)",
    ] {
        let found = read_images(&npy("|u1", shape, &pixels()));
        assert_eq!(bits(&found), bits(&expected), "{shape}");
    }
    // The same as doubles from 0 to 1.
    let doubles = pixels().into_iter().map(|pixel| f64::from(pixel) / 255.0);
    let doubles: Vec<u8> = doubles.flat_map(f64::to_le_bytes).collect();
    assert_eq!(
        bits(&read_images(&npy("<f8", "(2, 28, 28)", &doubles))),
        bits(&expected)
    );
}

#[test]
fn the_kind_of_images_says_whether_their_order_has_to_be_known() {
    let pixels = pixels();
    for (images, kind) in [
        (npy("|u1", "(2, 400)", &pixels[..800]), ImageKind::Unrolled),
        (
            npy("|u1", "(2, 20, 20)", &pixels[..800]),
            ImageKind::Unrolled,
        ),
        (npy("|u1", "(2, 28, 28)", &pixels), ImageKind::ResizedNpy),
        (npy("|u1", "(2, 784)", &pixels), ImageKind::ResizedNpy),
        (idx([8, 3], &[2, 28, 28], &pixels), ImageKind::Idx),
    ] {
        let folder = folder(&[("X", &images), ("y", &idx_labels(&[0, 1]))]);
        assert_eq!(data::image_kind(&[folder.path().into()]).unwrap(), kind);
    }
}

#[test]
fn arrays_of_28_x_28_in_fortran_order_are_the_same() {
    let expected = read_images(&npy("|u1", "(2, 28, 28)", &pixels()));
    let pixels = pixels();
    let at = |image: usize, row: usize, column: usize| pixels[image * 784 + row * 28 + column];
    let mut squares = Vec::new();
    let mut rows = Vec::new();
    for column in 0..28 {
        for row in 0..28 {
            squares.extend([at(0, row, column), at(1, row, column)]);
            // In `[2, 784]` the columns of the array are the pixels row by row.
            rows.extend([at(0, column, row), at(1, column, row)]);
        }
    }
    for (shape, data) in [("(2, 28, 28)", squares), ("(2, 784)", rows)] {
        let mut file = npy("|u1", shape, &data);
        let at = file.windows(5).position(|word| word == b"False").unwrap();
        file[at..at + 5].copy_from_slice(b"True ");
        assert_eq!(bits(&read_images(&file)), bits(&expected), "{shape}");
    }
}

#[test]
fn a_dimension_of_1_more_in_an_idx_file_makes_no_difference() {
    let expected = read_images(&idx([8, 3], &[2, 28, 28], &pixels()));
    for shape in [[2, 1, 28, 28], [2, 28, 28, 1]] {
        let found = read_images(&idx([8, 4], &shape, &pixels()));
        assert_eq!(bits(&found), bits(&expected), "{shape:?}");
    }
    let course = &pixels()[..800];
    let expected = read_images(&idx([8, 3], &[2, 20, 20], course));
    for shape in [[2, 1, 20, 20], [2, 20, 20, 1]] {
        let found = read_images(&idx([8, 4], &shape, course));
        assert_eq!(bits(&found), bits(&expected), "{shape:?}");
    }
    let labels = idx([8, 2], &[2, 1], &[3, 7]);
    let folder = folder(&[("x", &idx_images(&[5, 6])), ("y", &labels)]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [3, 7]);
}

#[test]
fn idx_files_of_other_types_are_read() {
    let bytes = pixels();
    let expected = read_images(&idx([8, 3], &[2, 28, 28], &bytes));
    let floats = bytes.iter().map(|pixel| f64::from(*pixel) / 255.0);
    let floats: Vec<u8> = floats.flat_map(f64::to_be_bytes).collect();
    assert_eq!(
        bits(&read_images(&idx([0x0e, 3], &[2, 28, 28], &floats))),
        bits(&expected)
    );
    for (code, data) in [
        (0x09, vec![6, 7]),
        (0x0b, vec![0, 6, 0, 7]),
        (0x0c, vec![0, 0, 0, 6, 0, 0, 0, 7]),
        (0x0e, [6.0_f64, 7.0].map(f64::to_be_bytes).concat()),
    ] {
        let other = idx([code, 1], &[2], &data);
        let folder = folder(&[("x", &idx_images(&[5, 6])), ("y", &other)]);
        assert_eq!(
            read(&[folder.path().into()]).unwrap().labels(),
            [6, 7],
            "{code}"
        );
    }
    let folder = folder(&[
        ("x", &idx_images(&[5, 6])),
        ("y", &idx([0x0c, 1], &[2], &[0, 0, 0, 1, 0, 0, 1, 0])),
    ]);
    let message = read(&[folder.path().into()]).unwrap_err().to_string();
    assert!(message.contains("y: row 1: expected a label"), "{message}");
    assert!(message.ends_with("found 256"), "{message}");
}

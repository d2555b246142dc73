//! What is written as `X.npy` and `y.npy`, byte by byte and read again.
#![expect(clippy::unwrap_used, reason = "tests")]

use data::{Cache, Digits, PixelOrder, write_images_npy, write_labels_npy};

fn two_images() -> Digits {
    let mut pixels = vec![0.0; 800];
    pixels[1] = 0.25;
    pixels[400] = -0.5;
    Digits::new(pixels, vec![3, 7]).unwrap()
}

#[test]
fn the_files_are_those_of_numpy_save() {
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    write_images_npy(&two_images(), &mut images).unwrap();
    write_labels_npy(&two_images(), &mut labels).unwrap();
    // numpy.save("y.npy", numpy.array([[3], [7]], dtype="u1")) of NumPy 2.4.
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }";
    let expected = format!("{header:<117}\n");
    assert_eq!(labels[..10], *b"\x93NUMPY\x01\x00\x76\x00");
    assert_eq!(labels[10..128], *expected.as_bytes());
    assert_eq!(labels[128..], [3, 7]);
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 400), }";
    assert_eq!(images[10..128], *format!("{header:<117}\n").as_bytes());
    assert_eq!(images.len(), 128 + 4 * 800);
    // 0.25 and -0.5 as IEEE 754 has them.
    assert_eq!(images[132..136], [0, 0, 0x80, 0x3e]);
    assert_eq!(images[1728..1732], [0, 0, 0, 0xbf]);
}

#[test]
fn what_is_written_is_read_as_the_same_data_set() {
    let folder = tempfile::tempdir().unwrap();
    let digits = two_images();
    let [x, y] = ["X.npy", "y.npy"].map(|name| folder.path().join(name));
    write_images_npy(&digits, fs_err::File::create(x).unwrap()).unwrap();
    write_labels_npy(&digits, fs_err::File::create(y).unwrap()).unwrap();
    let paths = [folder.path().to_owned()];
    let read = data::read(&paths, PixelOrder::Column, &Cache::unlimited()).unwrap();
    assert_eq!(read.labels(), [3, 7]);
    for index in 0..2 {
        assert_eq!(read.image(index).unwrap(), digits.image(index).unwrap());
    }
}

//! Every source of digits, named as a user names it.
//!
//! The `.npy` fixtures come from NumPy 2.4.6; 3 and 7 are the labels:
//!
//! ```python
//! v = np.arange(800).reshape(2, 400)
//! for name, a in {
//!     "x_f8": v / 1000, "x_f8_fortran": np.asfortranarray(v / 1000),
//!     "x_f8_big_endian": (v / 1000).astype(">f8"), "x_f4": (v / 1000).astype("<f4"), "x_u1": (v % 256).astype("u1"),
//!     "x_f8_20x20": (v / 1000).reshape(2, 20, 20),
//!     "x_f4_20x20_fortran": np.asfortranarray((v / 1000).reshape(2, 20, 20).astype("<f4")),
//!     **{f"y_{t}": np.array([3, 7], t) for t in ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]},
//!     "y_i4_big_endian": np.array([3, 7], ">i4"), "y_f8_column": np.array([[3.0], [7.0]]),
//! }.items(): np.save(f"{name}.npy", a)
//! ```

mod common;

use std::path::PathBuf;

use common::{fixture, folder, gzip, idx, idx_images, idx_labels, npy, read};
use data::{Cache, Classes, Digits, PIXELS, PixelOrder, SIDE};
use fs_err as fs;

fn classes(digits: [u8; 2]) -> Classes {
    Classes::new(&digits).expect("two digits")
}

fn assert_same(found: &Digits, expected: &Digits) {
    let pixels = |digits: &Digits| {
        digits
            .images()
            .expect("pixels that can be read")
            .into_owned()
    };
    assert_eq!(found.labels(), expected.labels());
    assert!(pixels(found) == pixels(expected));
}

/// The fixtures' pixels: 0, 0.001, 0.002 and so on.
fn thousandths() -> Vec<f32> {
    (0..800_u16)
        .map(|value| f32::from(value) / 1000.0)
        .collect()
}

#[test]
fn reads_npy_images_of_every_type_byte_order_and_memory_order() {
    for name in [
        "x_f8",
        "x_f8_fortran",
        "x_f8_big_endian",
        "x_f4",
        "x_f8_20x20",
        "x_f4_20x20_fortran",
    ] {
        let images = fixture(&format!("{name}.npy"));
        let digits = read(&[images, fixture("y_u1.npy")]).unwrap();
        for (found, expected) in digits.images().unwrap().iter().zip(thousandths()) {
            assert!(
                (found - expected).abs() < 1e-7,
                "{name}: {found} {expected}"
            );
        }
        assert_eq!(digits.labels(), [3, 7]);
    }
}

#[test]
fn scales_npy_bytes_so_that_255_is_1() {
    let digits = read(&[fixture("x_u1.npy"), fixture("y_u1.npy")]).unwrap();
    for (index, found) in digits.images().unwrap().iter().enumerate() {
        let byte = u8::try_from(index % 256).unwrap();
        assert!((found - f32::from(byte) / 255.0).abs() < 1e-7);
    }
}

#[test]
fn reads_npy_labels_of_every_type_and_shape() {
    for name in [
        "u1",
        "i1",
        "u2",
        "i2",
        "u4",
        "i4",
        "u8",
        "i8",
        "f4",
        "f8",
        "i4_big_endian",
        "f8_column",
    ] {
        let labels = fixture(&format!("y_{name}.npy"));
        let digits = read(&[labels, fixture("x_f4.npy")]).unwrap();
        assert_eq!(digits.labels(), [3, 7], "{name}");
    }
}

#[test]
fn pixel_order_row_transposes_each_npy_image() {
    for name in ["x_f8", "x_f8_fortran", "x_f8_20x20", "x_f4_20x20_fortran"] {
        let paths = [fixture(&format!("{name}.npy")), fixture("y_u1.npy")];
        let by_column = data::read(&paths, PixelOrder::Column, &Cache::unlimited()).unwrap();
        let by_row = data::read(&paths, PixelOrder::Row, &Cache::unlimited()).unwrap();
        for image in 0..2 {
            for pixel in 0..PIXELS {
                let turned = pixel % SIDE * SIDE + pixel / SIDE;
                let found = by_row.image(image).unwrap()[pixel];
                let expected = by_column.image(image).unwrap()[turned];
                assert!((found - expected).abs() < 1e-9, "{name}");
            }
        }
    }
}

#[test]
fn idx_images_become_column_major() {
    // 20 x 20 needs no resize: the byte in row 2, column 5 becomes value 5 * 20 + 2.
    let mut bytes = vec![0; PIXELS];
    bytes[2 * SIDE + 5] = 255;
    let images = idx([8, 3], &[1, 20, 20], &bytes);
    let folder = folder(&[("images", &images), ("labels", &idx_labels(&[4]))]);
    let digits = read(&[folder.path().into()]).unwrap();
    for (index, &pixel) in digits.image(0).unwrap().iter().enumerate() {
        let expected = if index == 5 * SIDE + 2 { 1.0 } else { 0.0 };
        assert!((pixel - expected).abs() < 1e-9);
    }
}

#[test]
fn idx_images_that_are_not_square_are_padded_with_zeros() {
    // 20 high and 10 wide, all ink: columns 5 to 14 of the square are ink. Then the other way round.
    for (dimensions, is_ink) in [([1, 20, 10], [5..15, 0..20]), ([1, 10, 20], [0..20, 5..15])] {
        let images = idx([8, 3], &dimensions, &[255; 200]);
        let folder = folder(&[("images", &images), ("labels", &idx_labels(&[1]))]);
        let digits = read(&[folder.path().into()]).unwrap();
        for (index, &pixel) in digits.image(0).unwrap().iter().enumerate() {
            let [columns, rows] = &is_ink;
            let is_ink = columns.contains(&(index / SIDE)) && rows.contains(&(index % SIDE));
            assert!((pixel - f32::from(u8::from(is_ink))).abs() < 1e-9);
        }
    }
}

#[test]
fn reads_two_files_in_either_order_gzipped_or_not_under_any_name() {
    let (images, labels) = (idx_images(&[10, 20]), idx_labels(&[3, 8]));
    let folder = folder(&[
        ("a", &images),
        ("b", &labels),
        ("c", &gzip(&images)),
        ("d.png", &gzip(&labels)),
    ]);
    let expected = read(&[folder.path().join("a"), folder.path().join("b")]).unwrap();
    assert_eq!(expected.labels(), [3, 8]);
    for pair in [["b", "a"], ["c", "d.png"], ["d.png", "a"]] {
        let found = read(&pair.map(|name| folder.path().join(name))).unwrap();
        assert_same(&found, &expected);
    }
}

#[test]
fn of_mnists_four_files_the_training_pair_is_read() {
    let folder = folder(&[
        ("t10k-images-idx3-ubyte.gz", &gzip(&idx_images(&[1]))),
        ("t10k-labels-idx1-ubyte.gz", &gzip(&idx_labels(&[1]))),
        ("train-images-idx3-ubyte.gz", &gzip(&idx_images(&[1, 2]))),
        ("train-labels-idx1-ubyte.gz", &gzip(&idx_labels(&[6, 7]))),
        ("README.md", b"not a part of it"),
        ("cube.npy", &npy("|u1", "(2, 2, 2)", &[0; 8])),
    ]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
    fs::remove_file(folder.path().join("t10k-labels-idx1-ubyte.gz")).unwrap();
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_in_a_folder_is_ignored() {
    let folder = folder(&[
        ("images", &idx_images(&[1, 2])),
        ("labels", &idx_labels(&[6, 7])),
    ]);
    let socket = folder.path().join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(socket).unwrap();
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [6, 7]);
}

#[test]
fn a_npy_file_of_version_3_is_read() {
    // NumPy writes it for names of fields that are not Latin-1; the length of its header takes four bytes.
    let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n";
    let length = u32::try_from(text.len()).unwrap().to_le_bytes();
    let labels = [b"\x93NUMPY\x03\x00", &length[..], text.as_bytes(), &[3, 7]].concat();
    let folder = folder(&[("images", &idx_images(&[1, 2])), ("labels", &labels)]);
    assert_eq!(read(&[folder.path().into()]).unwrap().labels(), [3, 7]);
}

#[test]
fn a_plain_file_in_the_stored_format_needs_no_cache_folder() {
    let folder = five_digits();
    let cache = Cache {
        rows_in_memory: 1,
        folder: "/nowhere/at/all".into(),
    };
    let read = |name: &str, order| data::read(&[folder.path().join(name)], order, &cache);
    assert_eq!(read("plain", PixelOrder::Column).unwrap().len(), 5);
    assert!(read("plain", PixelOrder::Row).is_err());
    assert!(read("packed", PixelOrder::Column).is_err());
}

#[test]
fn one_file_finds_the_other_by_the_usual_names() {
    let (images, labels) = (idx_images(&[1, 2]), idx_labels(&[6, 7]));
    let (x, y) = (
        fs::read(fixture("x_f4.npy")).unwrap(),
        fs::read(fixture("y_u1.npy")).unwrap(),
    );
    let folder = folder(&[
        ("t10k-images-idx3-ubyte", &images),
        ("t10k-labels-idx1-ubyte.gz", &gzip(&labels)),
        ("digits-images.idx3-ubyte.gz", &gzip(&images)),
        ("digits-labels.idx1-ubyte.gz", &gzip(&labels)),
        ("y-images-idx3", &images),
        ("y-labels-idx1", &labels),
        ("X.npy", &x),
        ("y.npy", &y),
    ]);
    for (name, expected) in [
        ("t10k-images-idx3-ubyte", [6, 7]),
        ("t10k-labels-idx1-ubyte.gz", [6, 7]),
        ("digits-images.idx3-ubyte.gz", [6, 7]),
        ("y-labels-idx1", [6, 7]),
        ("X.npy", [3, 7]),
        ("y.npy", [3, 7]),
    ] {
        let digits = read(&[folder.path().join(name)]).unwrap();
        assert_eq!(digits.labels(), expected, "{name}");
    }
}

#[test]
fn the_published_assets_are_the_embedded_digits() {
    let assets = fixture("../../../../assets");
    assert_same(&read(&[assets]).unwrap(), &Digits::embedded());
}

/// Pictures are resized as they are, so that each pixel is known.
fn whole_pictures() -> data::PixelFormat {
    data::PixelFormat {
        pictures: data::PictureReading::Resized,
        ..PixelOrder::Column.into()
    }
}

#[test]
fn a_folder_of_pictures_is_read_digit_by_digit_and_name_by_name() {
    let folder = folder(&[
        ("9/.hidden", b""),
        ("7/.hidden", b""),
        ("0/.hidden", b""),
        ("LICENCE", b"free"),
    ]);
    for (name, level) in [
        ("9/a.png", 153),
        ("7/b.png", 51),
        ("7/a.png", 102),
        ("0/z.jpg", 0),
    ] {
        let picture = image::GrayImage::from_pixel(20, 20, image::Luma([level]));
        picture.save(folder.path().join(name)).unwrap();
    }
    let digits = data::read(
        &[folder.path().into()],
        whole_pictures(),
        &Cache::unlimited(),
    )
    .unwrap();
    assert_eq!(digits.labels(), [0, 7, 7, 9]);
    // 153 / 255 = 0.6 is bright paper, and inverted.
    for (index, expected) in [0.0, 0.4, 0.2, 0.4].into_iter().enumerate() {
        assert!((digits.image(index).unwrap()[0] - expected).abs() < 1e-6);
    }
    let names = |digits: &Digits| -> Vec<_> {
        let files = (0..digits.len()).map(|index| digits.file(index).unwrap());
        files
            .map(|file| file.strip_prefix(folder.path()).unwrap().to_owned())
            .collect()
    };
    let all = ["0/z.jpg", "7/a.png", "7/b.png", "9/a.png"].map(PathBuf::from);
    assert_eq!(names(&digits), all);
    assert_eq!(
        names(&digits.select(&[3, 1])),
        ["9/a.png", "7/a.png"].map(PathBuf::from)
    );
    let paths = [folder.path().into()];
    let images = data::read_classes(
        &paths,
        PixelOrder::Column,
        &Cache::unlimited(),
        classes([7, 9]),
    )
    .unwrap();
    assert_eq!(names(images.digits()), all[1..]);
    assert_eq!(names(images.select(&[2]).digits()), all[3..]);
    assert_eq!(Digits::embedded().file(0), None);
}

#[test]
fn what_does_not_fit_in_memory_is_the_same_from_disk_in_every_format() {
    let (images, labels) = (idx_images(&[10, 20, 30]), idx_labels(&[3, 8, 3]));
    let cache = folder(&[]);
    let pictures = folder(&[]);
    for (name, level) in [("3/a.png", 51), ("3/b.png", 102), ("8/a.png", 0)] {
        let picture = image::GrayImage::from_pixel(20, 20, image::Luma([level]));
        let path = pictures.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        picture.save(path).unwrap();
    }
    let folder = folder(&[
        ("plain/images", &images),
        ("plain/labels", &labels),
        ("packed/images", &gzip(&images)),
        ("packed/labels", &gzip(&labels)),
        ("npy/y.npy", &fs::read(fixture("y_u1.npy")).unwrap()),
        ("packed npy/y.npy", &fs::read(fixture("y_u1.npy")).unwrap()),
        (
            "packed npy/X.npy",
            &gzip(&fs::read(fixture("x_f4.npy")).unwrap()),
        ),
    ]);
    let path = |name: &str| folder.path().join(name);
    let mut sources = vec![
        path("plain"),
        path("packed"),
        path("packed npy"),
        pictures.path().to_owned(),
    ];
    for x in ["x_f4", "x_f8", "x_u1", "x_f8_fortran", "x_f4_20x20_fortran"] {
        let other = path(x);
        fs::create_dir(&other).unwrap();
        fs::copy(fixture(&format!("{x}.npy")), other.join("X.npy")).unwrap();
        fs::copy(fixture("y_u1.npy"), other.join("y.npy")).unwrap();
        sources.push(other);
    }
    let small = Cache {
        rows_in_memory: 1,
        folder: cache.path().to_owned(),
    };
    for source in &sources {
        for order in [PixelOrder::Column, PixelOrder::Row] {
            let expected =
                data::read(std::slice::from_ref(source), order, &Cache::unlimited()).unwrap();
            let found = data::read(std::slice::from_ref(source), order, &small).unwrap();
            assert!(expected.buffer().is_some() && found.buffer().is_none());
            assert_same(&found, &expected);
            let last = [expected.len() - 1, 0];
            assert!(found.images_at(&last).unwrap() == expected.images_at(&last).unwrap());
        }
    }
    assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);
}

/// Five images of the digits 3, 1, 8, 1 and 3, whose pixels are all the row's number / 8, plain and packed; and five
/// pictures of the digits 0, 1, 1, 3 and 3.
fn five_digits() -> tempfile::TempDir {
    let labels = [3, 1, 8, 1, 3];
    let pixels: Vec<u8> = [0.0_f32, 0.125, 0.25, 0.375, 0.5]
        .iter()
        .flat_map(|pixel| pixel.to_le_bytes().repeat(PIXELS))
        .collect();
    let images = npy("<f4", "(5, 400)", &pixels);
    let labels = npy("|u1", "(5,)", &labels);
    let folder = folder(&[
        ("plain/X.npy", &images),
        ("plain/y.npy", &labels),
        ("packed/X.npy", &gzip(&images)),
        ("packed/y.npy", &labels),
    ]);
    for (name, level) in [
        ("1/a", 32),
        ("1/b", 96),
        ("3/a", 0),
        ("3/b", 120),
        ("0/a", 64),
    ] {
        let picture = image::GrayImage::from_pixel(20, 20, image::Luma([level]));
        let path = folder.path().join("pictures").join(name);
        let parent = path.parent().expect("it is in a folder");
        fs::create_dir_all(parent).expect("a subfolder");
        let saved = picture.save_with_format(path, image::ImageFormat::Png);
        saved.expect("a picture");
    }
    folder
}

#[test]
fn two_digits_are_read_with_their_rows_from_memory_and_from_disk() {
    let (folder, cache) = (five_digits(), folder(&[]));
    for rows_in_memory in [5, 4, 1] {
        let cache = Cache {
            rows_in_memory,
            folder: cache.path().to_owned(),
        };
        for (source, digits, rows, pixels) in [
            ("plain", [1, 3], [0, 1, 3, 4], [0.0, 0.125, 0.375, 0.5]),
            ("packed", [3, 1], [0, 1, 3, 4], [0.0, 0.125, 0.375, 0.5]),
            ("pictures", [3, 1], [1, 2, 3, 4], [0.125, 0.376, 0.0, 0.471]),
        ] {
            let paths = [folder.path().join(source)];
            let images =
                data::read_classes(&paths, whole_pictures(), &cache, classes(digits)).unwrap();
            assert_eq!(images.classes().digits(), digits);
            assert_eq!(images.digits().buffer().is_some(), rows_in_memory >= 4);
            let found: Vec<usize> = (0..images.len()).map(|index| images.row(index)).collect();
            assert_eq!(found, rows, "{source}");
            let labels = match source {
                "pictures" => [1, 1, 3, 3],
                _ => [3, 1, 1, 3],
            };
            assert_eq!(images.digits().labels(), labels);
            for (index, pixel) in pixels.into_iter().enumerate() {
                let image = images.image(index).unwrap();
                assert!(image.iter().all(|found| (found - pixel).abs() < 1e-3));
            }
            let last = images.select(&[3, 1]);
            assert_eq!([last.row(0), last.row(1)], [rows[3], rows[1]]);
            assert!((last.image(0).unwrap()[0] - pixels[3]).abs() < 1e-3);
        }
    }
}

#[test]
fn pixels_of_other_digits_are_not_checked() {
    let mut pixels = [0.5_f32; 3 * PIXELS];
    pixels[PIXELS] = f32::NAN;
    let pixels: Vec<u8> = pixels
        .iter()
        .flat_map(|pixel| pixel.to_le_bytes())
        .collect();
    let folder = folder(&[
        ("X.npy", &npy("<f4", "(3, 400)", &pixels)),
        ("y.npy", &npy("|u1", "(3,)", &[0, 5, 1])),
    ]);
    let paths = [folder.path().to_owned()];
    assert!(read(&paths).is_err());
    let cache = Cache::unlimited();
    let images = data::read_classes(&paths, PixelOrder::Column, &cache, classes([0, 1])).unwrap();
    assert_eq!(images.len(), 2);

    let folder = five_digits();
    fs::create_dir(folder.path().join("pictures/2")).unwrap();
    fs::write(folder.path().join("pictures/2/damaged.png"), "text").unwrap();
    let paths = [folder.path().join("pictures")];
    assert!(read(&paths).is_err());
    let images = data::read_classes(&paths, PixelOrder::Column, &cache, classes([1, 3])).unwrap();
    assert_eq!(images.len(), 4);
}

#[test]
fn a_gzip_file_of_several_members_is_read_whole() {
    // As `cat a.gz b.gz` makes one, and `pigz` and `bgzip` do.
    let images = idx_images(&[10, 20]);
    let (first, rest) = images.split_at(17);
    let packed = [gzip(first), gzip(rest)].concat();
    let folder = folder(&[("images", &packed), ("labels", &idx_labels(&[3, 8]))]);
    let digits = read(&[folder.path().into()]).unwrap();
    assert_eq!(digits.labels(), [3, 8]);
    assert!((digits.image(1).unwrap()[0] - 20.0 / 255.0).abs() < 1e-6);
}

//! MATLAB files with images and labels, as the course's `ex4data1.mat`.
//!
//! The fixtures come from `scipy` 1.17.1; 3 and 10, which means 0, are the labels:
//!
//! ```python
//! v = np.arange(800).reshape(2, 400)
//! y = np.array([[3.0], [10.0]])
//! other = {"Theta1": np.ones((25, 401)), "title": "digits", "s": {"a": 1, "X": v}, "c": np.array(["a", v], object)}
//! for name, arrays, compressed in [
//!     ("digits", {"X": v / 1000, "y": y}, False),
//!     ("digits_among_others", {**other, "y": y, "X": v / 1000, "z": 1j}, True),
//!     ("digits_f4", {"y": np.uint8([3, 0]), "X": np.float32(v / 1000)}, True),
//!     ("digits_u1", {"X": np.uint8(v % 256), "y": np.int16([3, 10])}, True),
//!     ("digits_i2_28x28", {"X": np.int16(np.arange(1568).reshape(2, 784) % 256), "y": np.uint64(y)}, False),
//!     ("digits_complex", {"X": v * 1j, "y": y}, True),
//!     ("digits_sparse", {"X": scipy.sparse.csc_array(v), "y": y}, True),
//! ]: scipy.io.savemat(f"{name}.mat", arrays, do_compression=compressed)
//! scipy.io.savemat("digits_4.mat", {"X": np.eye(2)}, format="4")
//! ```

use data::{Cache, Classes, DataError, Digits, PixelOrder};
use fs_err as fs;

use crate::common::{fixture, folder, gzip, idx_images, idx_labels, npy, read};

fn bytes_of(name: &str) -> Vec<u8> {
    fs::read(fixture(&format!("{name}.mat"))).unwrap()
}

fn bits(digits: &Digits) -> Vec<u32> {
    let images = digits.images().unwrap();
    images.iter().map(|pixel| pixel.to_bits()).collect()
}

fn read_file(bytes: &[u8], order: PixelOrder) -> Result<Digits, DataError> {
    let folder = folder(&[("digits.mat", bytes)]);
    data::read(
        &[folder.path().join("digits.mat")],
        order,
        &Cache::unlimited(),
    )
}

fn read_npy(images: &[u8]) -> Digits {
    let folder = folder(&[("X.npy", images), ("y.npy", &idx_labels(&[3, 0]))]);
    read(&[folder.path().into()]).unwrap()
}

#[track_caller]
fn assert_refused(bytes: &[u8], parts: &[&str]) {
    let message = read_file(bytes, PixelOrder::Column)
        .unwrap_err()
        .to_string();
    for part in ["digits.mat: "].iter().chain(parts) {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

#[derive(Clone, Copy)]
enum Endian {
    Little,
    Big,
}

/// The bytes of 32-bit words.
fn words(endian: Endian, words: &[u32]) -> Vec<u8> {
    let bytes = words.iter().flat_map(|word| match endian {
        Endian::Little => word.to_le_bytes(),
        Endian::Big => word.to_be_bytes(),
    });
    bytes.collect()
}

fn length(bytes: &[u8]) -> u32 {
    bytes.len().try_into().unwrap()
}

/// An array with a name of one byte, 0 for none, of a class (6 for double, 9 for uint8), whose numbers are stored as another type (2 for uint8, 9 for double).
fn array(
    endian: Endian,
    name: u8,
    [class, stored]: [u32; 2],
    shape: [u32; 2],
    numbers: &[u8],
) -> Vec<u8> {
    let mut fields = words(endian, &[6, 8, class, 0, 5, 8, shape[0], shape[1]]);
    if name == 0 {
        fields.extend(words(endian, &[1, 0]));
    } else {
        // A name of one byte fits into its tag.
        fields.extend(words(endian, &[1 << 16 | 1]));
        fields.extend([name, 0, 0, 0]);
    }
    fields.extend(words(endian, &[stored, length(numbers)]));
    fields.extend(numbers);
    fields.resize(fields.len().next_multiple_of(8), 0);
    [words(endian, &[14, length(&fields)]), fields].concat()
}

fn mat(endian: Endian, arrays: &[Vec<u8>]) -> Vec<u8> {
    let mut header = b"MATLAB 5.0 MAT-file, Platform: PCWIN".to_vec();
    header.resize(124, b' ');
    header.extend(match endian {
        Endian::Little => *b"\0\x01IM",
        Endian::Big => *b"\x01\0MI",
    });
    [header, arrays.concat()].concat()
}

/// Two images of doubles that are stored as bytes, 0 to 249.
fn small_x(endian: Endian) -> Vec<u8> {
    array(endian, b'X', [6, 2], [2, 400], &small_pixels())
}

fn small_pixels() -> Vec<u8> {
    (0..800_u32)
        .map(|at| u8::try_from(at % 250).unwrap())
        .collect()
}

fn labels_of(labels: &[f64]) -> Vec<u8> {
    let numbers: Vec<u8> = labels
        .iter()
        .flat_map(|label| label.to_le_bytes())
        .collect();
    array(
        Endian::Little,
        b'y',
        [6, 9],
        [labels.len().try_into().unwrap(), 1],
        &numbers,
    )
}

#[test]
fn arrays_that_scipy_writes_are_those_that_numpy_writes() {
    let [doubles, floats, bytes] =
        ["x_f8", "x_f4", "x_u1"].map(|name| fs::read(fixture(&format!("{name}.npy"))).unwrap());
    for (name, expected) in [
        ("digits", &doubles),
        ("digits_among_others", &doubles),
        ("digits_f4", &floats),
        ("digits_u1", &bytes),
    ] {
        let found = read_file(&bytes_of(name), PixelOrder::Column).unwrap();
        assert_eq!(found.labels(), [3, 0], "{name}");
        assert_eq!(bits(&found), bits(&read_npy(expected)), "{name}");
        assert!(found.scale_notice().is_none());
    }
}

#[test]
fn images_are_unrolled_by_columns_unless_the_order_says_otherwise() {
    let file = bytes_of("digits");
    let [columns, rows] =
        [PixelOrder::Column, PixelOrder::Row].map(|order| read_file(&file, order).unwrap());
    for image in 0..2 {
        for pixel in 0..400 {
            let turned = pixel % 20 * 20 + pixel / 20;
            let [found, expected] = [
                rows.image(image).unwrap()[pixel],
                columns.image(image).unwrap()[turned],
            ];
            assert_eq!(found.to_bits(), expected.to_bits());
        }
    }
    // The same for 28 x 28, where NumPy's arrays are unrolled by rows.
    let file = bytes_of("digits_i2_28x28");
    let pixel = |at: usize| u8::try_from(at % 256).unwrap();
    let stored: Vec<u8> = (0..1568).map(pixel).collect();
    let turned = |at: usize| at / 784 * 784 + at % 28 * 28 + at % 784 / 28;
    let turned: Vec<u8> = (0..1568).map(|at| pixel(turned(at))).collect();
    for (order, pixels) in [(PixelOrder::Row, stored), (PixelOrder::Column, turned)] {
        let found = read_file(&file, order).unwrap();
        assert_eq!(
            bits(&found),
            bits(&read_npy(&npy("|u1", "(2, 784)", &pixels)))
        );
    }
}

#[test]
fn doubles_that_matlab_stores_as_bytes_in_either_byte_order_are_doubles() {
    let pixels: Vec<u8> = (0..800)
        .map(|at| small_pixels()[at % 2 * 400 + at / 2])
        .collect();
    let little = array(Endian::Little, b'X', [6, 2], [2, 400], &pixels);
    let big = array(Endian::Big, b'X', [6, 2], [2, 400], &pixels);
    let y = |endian| array(endian, b'y', [6, 2], [2, 1], &[3, 10]);
    let doubles = small_pixels()
        .into_iter()
        .flat_map(|pixel| f64::from(pixel).to_le_bytes());
    let expected = read_npy(&npy("<f8", "(2, 400)", &doubles.collect::<Vec<u8>>()));
    for file in [
        mat(Endian::Little, &[little.clone(), y(Endian::Little)]),
        mat(Endian::Big, &[y(Endian::Big), big]),
    ] {
        let found = read_file(&file, PixelOrder::Column).unwrap();
        assert_eq!(found.labels(), [3, 0]);
        assert_eq!(bits(&found), bits(&expected));
        // Doubles up to 255 are rescaled, and the reader says so.
        let notice = found.scale_notice().unwrap().to_string();
        assert!(notice.contains("digits.mat"), "{notice}");
    }
    // Bytes of 0 and 1 that are doubles are full ink as they are.
    let black: Vec<u8> = pixels.iter().map(|pixel| u8::from(*pixel > 200)).collect();
    let black = array(Endian::Little, b'X', [6, 2], [2, 400], &black);
    let file = mat(Endian::Little, &[black, y(Endian::Little)]);
    let found = read_file(&file, PixelOrder::Column).unwrap();
    assert!(found.scale_notice().is_none() && found.images().unwrap().contains(&1.0));
    // Doubles in big-endian order.
    let numbers = [4.0_f64, 10.0].map(f64::to_be_bytes).concat();
    let y = array(Endian::Big, b'y', [6, 9], [1, 2], &numbers);
    let file = mat(Endian::Big, &[small_x(Endian::Big), y]);
    assert_eq!(
        read_file(&file, PixelOrder::Column).unwrap().labels(),
        [4, 0]
    );
}

#[test]
fn arrays_without_a_name_and_unsigned_dimensions_are_read_as_others_are() {
    // MATLAB adds one for functions; other programs write the dimensions as unsigned.
    let workspace = array(Endian::Little, 0, [9, 2], [1, 1], &[1]);
    let mut x = small_x(Endian::Little);
    assert_eq!(x[24..28], [5, 0, 0, 0]);
    x[24] = 6;
    let file = mat(Endian::Little, &[x, labels_of(&[3.0, 10.0]), workspace]);
    assert_eq!(
        read_file(&file, PixelOrder::Column).unwrap().labels(),
        [3, 0]
    );
}

#[test]
fn ten_means_zero_unless_there_is_a_zero() {
    let read_labels = |labels: &[f64; 2]| {
        read_file(
            &mat(
                Endian::Little,
                &[small_x(Endian::Little), labels_of(labels)],
            ),
            PixelOrder::Column,
        )
    };
    for (stored, expected) in [
        ([10.0, 1.0], [0, 1]),
        ([0.0, 9.0], [0, 9]),
        ([9.0, 1.0], [9, 1]),
    ] {
        assert_eq!(read_labels(&stored).unwrap().labels(), expected);
    }
    for (stored, part) in [
        ([0.0, 10.0], "found 0 in row 0 and 10 in row 1"),
        ([10.0, 11.0], "row 1: expected a label from 1 to 10"),
        ([-1.0, 0.0], "row 0: "),
        ([1.0, 0.5], "found 0.5"),
        ([1.0, f64::NAN], "found NaN"),
    ] {
        let message = read_labels(&stored).unwrap_err().to_string();
        assert!(
            message.contains("digits.mat: ") && message.contains(part),
            "{message}"
        );
    }
}

#[test]
fn a_file_is_read_packed_from_disk_by_pairs_and_by_rows_alike() {
    let (cache, file) = (folder(&[]), bytes_of("digits_among_others"));
    let folder = folder(&[("digits.mat.gz", &gzip(&file))]);
    let paths = [folder.path().join("digits.mat.gz")];
    let small = Cache {
        rows_in_memory: 1,
        folder: cache.path().into(),
    };
    let expected = read_file(&file, PixelOrder::Column).unwrap();
    let found = data::read(&paths, PixelOrder::Column, &small).unwrap();
    assert!(found.buffer().is_none());
    assert_eq!(bits(&found), bits(&expected));
    let images = data::read_classes(
        &paths,
        PixelOrder::Column,
        &small,
        Classes::new(&[3, 0]).unwrap(),
    )
    .unwrap();
    assert_eq!(images.class_labels(), [0, 1]);
    let rows = data::read_rows(&paths, PixelOrder::Column, &small, &[1, 0, 1]).unwrap();
    assert_eq!(rows.labels(), [0, 3, 0]);
    assert_eq!(bits(&rows)[..400], bits(&expected)[400..]);
    let error = data::read_rows(&paths, PixelOrder::Column, &small, &[2]).unwrap_err();
    assert!(
        matches!(error, DataError::NoSuchRow { row: 2, rows: 2 }),
        "{error}"
    );
}

#[test]
fn a_file_cut_short_at_any_byte_is_refused() {
    let plain = mat(
        Endian::Little,
        &[small_x(Endian::Little), labels_of(&[3.0, 10.0])],
    );
    let folder = folder(&[]);
    let path = folder.path().join("digits.mat");
    for file in [bytes_of("digits_u1"), bytes_of("digits_f4"), plain] {
        read_file(&file, PixelOrder::Column).unwrap();
        for length in 0..file.len() {
            fs::write(&path, &file[..length]).unwrap();
            let message = read(std::slice::from_ref(&path)).unwrap_err().to_string();
            assert!(message.contains("digits.mat: "), "{length}: {message}");
        }
    }
}

#[test]
fn no_flipped_bit_makes_the_reader_panic_or_read_other_dimensions() {
    let compressed = bytes_of("digits_u1");
    let plain = mat(
        Endian::Little,
        &[labels_of(&[3.0, 10.0]), small_x(Endian::Little)],
    );
    let expected = bits(&read_file(&compressed, PixelOrder::Column).unwrap());
    let folder = folder(&[]);
    let path = folder.path().join("digits.mat");
    for (file, has_checksums) in [(compressed, true), (plain, false)] {
        // The first 116 bytes are text, and the last 800 pixels.
        let last = if has_checksums { 0 } else { 800 };
        for bit in 8 * 116..8 * (file.len() - last) {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &flipped).unwrap();
            if let Ok(digits) = read(std::slice::from_ref(&path)) {
                assert_eq!(digits.len(), 2, "{bit}");
                assert!(!has_checksums || bits(&digits) == expected, "{bit}");
            }
        }
    }
}

#[test]
fn a_damaged_part_is_named_by_its_position() {
    let mut file = bytes_of("digits_u1");
    // The checksum at the end of the first array.
    let second = 128 + 8 + usize::from(u16::from_le_bytes([file[132], file[133]]));
    file[second - 1] ^= 1;
    assert_refused(&file, &["starts at byte 128 is damaged"]);
    let mut file = bytes_of("digits_u1");
    file.truncate(file.len() - 1);
    assert_refused(
        &file,
        &[&format!("starts at byte {second} is damaged or cut short")],
    );
    let mut file = bytes_of("digits_u1");
    file[124] = 7;
    assert_refused(&file, &["starts at byte 0 is damaged"]);
}

#[test]
fn gigabytes_that_are_only_announced_are_refused() {
    let y = labels_of(&[3.0, 10.0]);
    let mut x = small_x(Endian::Little);
    x[4..8].fill(0xff);
    assert_refused(
        &mat(Endian::Little, &[y.clone(), x]),
        &["damaged or cut short"],
    );
    // The numbers of rows and of bytes.
    let mut x = small_x(Endian::Little);
    x[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    x[32..36].copy_from_slice(&1_000_000_u32.to_le_bytes());
    x[52..56].copy_from_slice(&400_000_000_u32.to_le_bytes());
    assert_refused(
        &mat(Endian::Little, &[x, y.clone()]),
        &["damaged or cut short"],
    );
    for shape in [[u32::MAX >> 1, 400], [3, 400], [1, 400]] {
        let x = array(Endian::Little, b'X', [6, 2], shape, &small_pixels());
        assert_refused(
            &mat(Endian::Little, &[x, y.clone()]),
            &["starts at byte 128 is damaged"],
        );
    }
    let x = array(Endian::Little, b'X', [6, 2], [0, 400], &[]);
    assert_refused(&mat(Endian::Little, &[x, y]), &["at least one row"]);
}

#[test]
fn other_arrays_are_refused_with_what_they_are() {
    let (x, y) = (small_x(Endian::Little), labels_of(&[3.0, 10.0]));
    let workspace = array(Endian::Little, 0, [9, 2], [1, 1], &[1]);
    let refused =
        |arrays: &[Vec<u8>], parts: &[&str]| assert_refused(&mat(Endian::Little, arrays), parts);
    assert_refused(
        &bytes_of("digits_complex"),
        &["expected X as a full matrix of real numbers, found complex numbers"],
    );
    assert_refused(
        &bytes_of("digits_sparse"),
        &["expected X", "found a sparse matrix"],
    );
    refused(&[workspace], &["found no variable"]);
    refused(&[], &["X (images) and y (labels), found no variable"]);
    refused(std::slice::from_ref(&x), &["found X;", "save -v7"]);
    refused(&[y.clone(), x.clone(), x.clone()], &["found y, X, X;"]);
    refused(
        &[
            array(Endian::Little, b'X', [4, 4], [1, 1], &[65, 0]),
            y.clone(),
        ],
        &["found text"],
    );
    let shaped = |name, shape, count| array(Endian::Little, name, [6, 2], shape, &vec![1; count]);
    refused(
        &[shaped(b'X', [400, 2], 800), y.clone()],
        &["[n, 400] or [n, 784]", "found [400, 2]"],
    );
    refused(
        &[x.clone(), shaped(b'y', [2, 10], 20)],
        &["y of shape [n, 1] or [1, n]", "found [2, 10]"],
    );
    refused(
        &[x.clone(), labels_of(&[1.0])],
        &["found 2 images but 1 label"],
    );
    let nan = [[0.5; 400], [f64::NAN; 400]].concat();
    let nan: Vec<u8> = nan.into_iter().flat_map(f64::to_le_bytes).collect();
    refused(
        &[array(Endian::Little, b'X', [6, 9], [2, 400], &nan), y],
        &["row 0, pixel 200: "],
    );
}

#[test]
fn files_of_other_versions_are_refused_with_what_to_do() {
    let mut newest = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".to_vec();
    newest.resize(512, b' ');
    newest.extend(b"\x89HDF\r\n\x1a\n");
    assert_refused(&newest, &["version 7.3", "save -v7", "scipy.io.savemat"]);
    let text = b"# Created by Octave 9.2.0, Thu Nov 26 2026\n# name: X\n".to_vec();
    for old in [bytes_of("digits_4"), text] {
        assert_refused(&old, &["an old MATLAB file or one of Octave", "save -v7"]);
    }
}

#[test]
fn a_mat_file_and_another_file_are_refused_in_either_order() {
    let folder = folder(&[("a.mat", &bytes_of("digits_u1")), ("y", &idx_labels(&[1]))]);
    let paths = ["a.mat", "y"].map(|name| folder.path().join(name));
    for paths in [paths.clone(), [paths[1].clone(), paths[0].clone()]] {
        let message = read(&paths).unwrap_err().to_string();
        assert!(
            message.contains("a.mat: expected this file alone"),
            "{message}"
        );
        assert!(message.ends_with("y as well"), "{message}");
    }
}

#[test]
fn in_the_course_s_folder_the_file_with_digits_is_read() {
    let weights = mat(
        Endian::Little,
        &[array(Endian::Little, b'T', [6, 2], [1, 1], &[1])],
    );
    let digits = bytes_of("digits_u1");
    let course = folder(&[
        ("ex4.m", b"%% Machine Learning"),
        ("ex4data1.mat", &digits),
        ("ex4weights.mat", &weights),
        ("lib/fmincg.m", b"%"),
    ]);
    assert_eq!(read(&[course.path().into()]).unwrap().labels(), [3, 0]);
    fs::write(course.path().join("ex3data1.mat"), bytes_of("digits")).unwrap();
    let message = read(&[course.path().into()]).unwrap_err().to_string();
    assert!(
        message.contains("several files with images and labels")
            && message.contains("ex4data1.mat; name one of them"),
        "{message}"
    );
    let course = folder(&[("ex4weights.mat", &weights)]);
    let message = read(&[course.path().into()]).unwrap_err().to_string();
    assert!(
        message.contains("found neither") && message.contains("found T;"),
        "{message}"
    );
}

#[test]
fn a_mat_file_beside_another_data_set_does_not_matter() {
    let digits = bytes_of("digits_u1");
    for mat in [&digits[..], &digits[..digits.len() - 1]] {
        let files = folder(&[
            ("a.mat", mat),
            ("images", &idx_images(&[1, 2])),
            ("labels", &idx_labels(&[6, 7])),
        ]);
        assert_eq!(read(&[files.path().into()]).unwrap().labels(), [6, 7]);
        let pictures = folder(&[("a.mat", mat), ("7/.hidden", b"")]);
        let picture = image::GrayImage::from_pixel(20, 20, image::Luma([153]));
        picture.save(pictures.path().join("7/a.png")).unwrap();
        assert_eq!(read(&[pictures.path().into()]).unwrap().labels(), [7]);
    }
}

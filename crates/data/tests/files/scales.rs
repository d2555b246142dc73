//! The scale of stored pixels: recognized by their range, or left as it is.

use data::{Cache, Classes, Digits, PIXELS, PixelFormat, PixelOrder, PixelScale, ScaleNotice};

use crate::common::{fixture, folder, gzip, idx, idx_labels, npy, read};

/// Two images, with some background and some ink: from -0.0625 to 1.125, as a bicubic resize leaves them; all values are
/// exact in `f32`, also 255 times as large.
fn usual() -> Vec<f32> {
    let pixels = (0..800_u16).map(|at| f32::from(at % 20) / 16.0 - 0.0625);
    pixels.collect()
}

fn f32_npy(pixels: &[f32]) -> Vec<u8> {
    let bytes: Vec<u8> = pixels
        .iter()
        .flat_map(|pixel| pixel.to_le_bytes())
        .collect();
    npy("<f4", "(2, 400)", &bytes)
}

fn f64_npy(pixels: impl Iterator<Item = f64>) -> Vec<u8> {
    let bytes: Vec<u8> = pixels.flat_map(f64::to_le_bytes).collect();
    npy("<f8", "(2, 400)", &bytes)
}

fn read_as(images: &[u8], scale: PixelScale, cache: &Cache) -> Digits {
    let folder = folder(&[("X", images), ("y", &idx_labels(&[0, 1]))]);
    let format = PixelFormat {
        order: PixelOrder::Column,
        scale,
        pictures: data::PictureReading::default(),
    };
    data::read(&[folder.path().into()], format, cache).unwrap()
}

fn recognized(images: &[u8]) -> Digits {
    read_as(images, PixelScale::Recognized, &Cache::unlimited())
}

fn bits(digits: &Digits) -> Vec<u32> {
    let images = digits.images().unwrap();
    images.iter().map(|pixel| pixel.to_bits()).collect()
}

#[test]
fn floats_around_0_to_1_stay_bit_for_bit_and_without_a_notice() {
    let digits = recognized(&f32_npy(&usual()));
    assert_eq!(digits.scale_notice(), None);
    let expected: Vec<u32> = usual().iter().map(|pixel| pixel.to_bits()).collect();
    assert_eq!(bits(&digits), expected);
}

#[test]
fn floats_of_0_to_255_are_divided_by_255_in_every_way_to_store_them() {
    let scaled: Vec<f32> = usual().iter().map(|pixel| 255.0 * pixel).collect();
    let doubles = || scaled.iter().map(|pixel| f64::from(*pixel));
    let floats = f32_npy(&scaled);
    let disk = folder(&[]);
    let on_disk = Cache {
        rows_in_memory: 1,
        folder: disk.path().into(),
    };
    for images in [&floats, &gzip(&floats), &f64_npy(doubles())] {
        for cache in [&Cache::unlimited(), &on_disk] {
            let digits = read_as(images, PixelScale::Recognized, cache);
            // 255 * usual / 255 is exact in f64, and rounded once.
            assert_eq!(*digits.images().unwrap(), usual());
            let notice = digits.scale_notice().unwrap();
            let ScaleNotice::Rescaled {
                range, full_ink, ..
            } = notice
            else {
                panic!("{notice}");
            };
            let expected = [-0.0625 * 255.0, 1.125 * 255.0_f64];
            assert_eq!(range.map(f64::to_bits), expected.map(f64::to_bits));
            assert!((full_ink - 255.0).abs() < 1e-9);
            let message = notice.to_string();
            assert!(
                message.contains("/X: pixels from -15.9375 to 286.875"),
                "{message}"
            );
            // A selection still knows.
            assert_eq!(digits.select(&[1]).scale_notice(), Some(notice));
        }
    }
}

#[test]
fn bytes_of_0_and_1_are_ink_of_1() {
    let pixels: Vec<u8> = (0..800_u16).map(|at| u8::from(at % 7 == 0)).collect();
    let expected: Vec<f32> = pixels.iter().copied().map(f32::from).collect();
    let files = [
        npy("|u1", "(2, 400)", &pixels),
        npy("|b1", "(2, 400)", &pixels),
        npy(
            "<i4",
            "(2, 400)",
            &pixels
                .iter()
                .flat_map(|&pixel| [pixel, 0, 0, 0])
                .collect::<Vec<_>>(),
        ),
    ];
    for images in files {
        let digits = recognized(&images);
        assert_eq!(*digits.images().unwrap(), expected);
        let notice = digits.scale_notice().unwrap().to_string();
        assert!(notice.contains("/X: pixels from 0 to 1"), "{notice}");
    }
    // IDX images are row by row.
    let digits = recognized(&idx([8, 3], &[2, 20, 20], &pixels));
    assert!((digits.image(0).unwrap()[0] - 1.0).abs() < 1e-6);
    assert!((digits.image(0).unwrap()[7 * 20] - 1.0).abs() < 1e-6);
    assert!(digits.scale_notice().is_some());
}

#[test]
fn integers_of_0_to_255_are_read_as_bytes_are() {
    let pixels: Vec<u8> = (0..800_u16)
        .map(|at| u8::try_from(at % 256).unwrap())
        .collect();
    let expected = recognized(&npy("|u1", "(2, 400)", &pixels));
    assert_eq!(expected.scale_notice(), None);
    assert!((expected.image(0).unwrap()[51] - 0.2).abs() < 1e-7);
    for (descr, zeros) in [("<i2", 1), ("<i4", 3), ("<i8", 7), ("<u2", 1)] {
        let wide = |pixel: &u8| [vec![*pixel], vec![0; zeros]].concat();
        let bytes: Vec<u8> = pixels.iter().flat_map(wide).collect();
        let found = recognized(&npy(descr, "(2, 400)", &bytes));
        assert_eq!(bits(&found), bits(&expected), "{descr}");
        assert_eq!(found.scale_notice(), None);
    }
}

#[test]
fn an_unclear_range_is_left_as_it_is_with_a_warning_that_names_it() {
    let signed: Vec<f32> = usual().iter().map(|pixel| 2.0 * pixel - 1.0).collect();
    let digits = recognized(&f32_npy(&signed));
    assert_eq!(*digits.images().unwrap(), signed);
    let warning = digits.scale_notice().unwrap().to_string();
    assert!(warning.starts_with("warning: "), "{warning}");
    assert!(
        warning.contains("/X: pixels from -1.125 to 1.25, "),
        "{warning}"
    );
}

#[test]
fn a_range_of_no_pixels_is_refused() {
    let sixteen_bits = f32_npy(
        &usual()
            .iter()
            .map(|pixel| 65535.0 * pixel)
            .collect::<Vec<_>>(),
    );
    let signed = npy("|i1", "(2, 400)", &[0xff; 800]);
    for (images, range) in [
        (sixteen_bits, "-4095.9375 to 73726.875"),
        (signed, "-1 to -1"),
    ] {
        let folder = folder(&[("X", &images), ("y", &idx_labels(&[0, 1]))]);
        let message = read(&[folder.path().into()]).unwrap_err().to_string();
        assert!(message.contains("/X: expected pixels from 0"), "{message}");
        assert!(message.contains(&format!("found {range};")), "{message}");
    }
}

#[test]
fn the_scale_of_the_type_can_be_asked_for() {
    let scaled: Vec<f32> = usual().iter().map(|pixel| 255.0 * pixel).collect();
    let digits = read_as(&f32_npy(&scaled), PixelScale::Stored, &Cache::unlimited());
    assert_eq!(*digits.images().unwrap(), scaled);
    let notice = digits.scale_notice().unwrap().to_string();
    assert!(notice.ends_with("; left as they are stored"), "{notice}");
    let bytes = npy("|u1", "(2, 400)", &[1; 800]);
    let digits = read_as(&bytes, PixelScale::Stored, &Cache::unlimited());
    assert!((digits.image(0).unwrap()[0] - 1.0 / 255.0).abs() < 1e-9);
    assert!(digits.scale_notice().is_some());
    // Nothing is to be known where it makes no difference.
    let digits = read_as(&f32_npy(&usual()), PixelScale::Stored, &Cache::unlimited());
    assert_eq!(digits.scale_notice(), None);
}

#[test]
fn the_scale_is_judged_by_the_images_of_the_two_digits() {
    // The first image, of another digit, has 255.
    let pixels: Vec<u8> = (0..800_u16)
        .map(|at| match at {
            at if at % 3 > 0 => 0,
            at if at < 400 => 255,
            _ => 1,
        })
        .collect();
    let images = npy("|u1", "(2, 400)", &pixels);
    let folder = folder(&[("X", &images), ("y", &idx_labels(&[5, 1]))]);
    let paths = [folder.path().into()];
    let found = data::read_some_classes(
        &paths,
        PixelOrder::Column,
        &Cache::unlimited(),
        Classes::new(&[0, 1]).unwrap(),
    )
    .unwrap();
    assert_eq!(found.digits().labels(), [1]);
    let notice = found.digits().scale_notice().unwrap().to_string();
    assert!(notice.contains("pixels from 0 to 1; rescaled"), "{notice}");
    assert!(recognized(&images).scale_notice().is_none());
}

#[test]
fn the_course_s_fixture_has_a_usual_scale() {
    let digits = read(&[fixture("x_f8.npy"), fixture("y_u1.npy")]).unwrap();
    assert_eq!(digits.scale_notice(), None);
}

/// The file's warning; its images must be as they are in the file, divided by `full_ink`.
#[track_caller]
fn warning(descr: &str, bytes: &[u8], values: &[f32], full_ink: f32) -> String {
    let rows = values.len() / PIXELS;
    let images = npy(descr, &format!("({rows}, {PIXELS})"), bytes);
    let digits = recognized_rows(&images, rows);
    let found = digits.images().unwrap();
    let is_close = |(found, value): (&f32, &f32)| (found - value / full_ink).abs() < 1e-6;
    assert!(found.iter().zip(values).all(is_close));
    let warning = digits.scale_notice().unwrap().to_string();
    assert!(warning.starts_with("warning: "), "{warning}");
    warning
}

fn recognized_rows(images: &[u8], rows: usize) -> Digits {
    let labels: Vec<u8> = (0..rows).map(|row| u8::from(row % 2 == 1)).collect();
    let folder = folder(&[("X", images), ("y", &idx_labels(&labels))]);
    data::read(
        &[folder.path().into()],
        PixelOrder::Column,
        &Cache::unlimited(),
    )
    .unwrap()
}

fn float_bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// 200 images of bytes, 0 but for every seventh pixel, which is `ink`.
fn sparse(ink: u8) -> Vec<u8> {
    (0..200 * PIXELS)
        .map(|at| if at % 7 == 0 { ink } else { 0 })
        .collect()
}

#[test]
fn one_outlier_of_255_among_pixels_of_0_to_1_is_a_warning_and_changes_no_other_pixel() {
    let mut values: Vec<f32> = sparse(1).iter().copied().map(f32::from).collect();
    values[56] = 255.0;
    let warning = warning("<f4", &float_bytes(&values), &values, 1.0);
    assert!(warning.contains("pixels from 0 to 255, "), "{warning}");
}

#[test]
fn one_row_of_0_to_255_among_bytes_of_0_and_1_is_a_warning() {
    let mut pixels = sparse(1);
    for (at, pixel) in pixels[..PIXELS].iter_mut().enumerate() {
        *pixel = u8::try_from(at % 256).unwrap();
    }
    let values: Vec<f32> = pixels.iter().copied().map(f32::from).collect();
    let warning = warning("|u1", &pixels, &values, 255.0);
    assert!(warning.contains("pixels from 0 to 255, "), "{warning}");
    // The same as IDX.
    let idx = idx([8, 3], &[200, 20, 20], &pixels);
    let notice = recognized_rows(&idx, 200).scale_notice().cloned();
    assert!(
        matches!(notice, Some(ScaleNotice::Unclear { .. })),
        "{notice:?}"
    );
}

#[test]
fn ink_of_100_and_of_7_bits_is_a_warning_with_the_range() {
    for ink in [100, 127, 128] {
        let values: Vec<f32> = sparse(ink).iter().copied().map(f32::from).collect();
        let warning = warning("<f4", &float_bytes(&values), &values, 1.0);
        let range = format!("pixels from 0 to {ink}, ");
        assert!(warning.contains(&range), "{warning}");
    }
}

#[test]
fn a_bright_background_is_a_warning_on_every_scale() {
    // 6/7 of the pixels are background: 86 %.
    let inverted = |ink: u8| -> Vec<u8> { sparse(ink).iter().map(|pixel| ink - pixel).collect() };
    let values = |ink| {
        inverted(ink)
            .into_iter()
            .map(f32::from)
            .collect::<Vec<f32>>()
    };
    let (ones, words) = (values(1), values(255));
    for (descr, bytes, values, full_ink, range) in [
        ("<f4", float_bytes(&ones), &ones, 1.0, "from 0 to 1, 86 %"),
        (
            "<f4",
            float_bytes(&words),
            &words,
            255.0,
            "from 0 to 255, rescaled with 255 as ink, 86 %",
        ),
        ("|u1", inverted(255), &words, 255.0, "from 0 to 255, 86 %"),
        (
            "|u1",
            inverted(1),
            &ones,
            1.0,
            "from 0 to 1, rescaled with 1 as ink, 86 %",
        ),
    ] {
        let warning = warning(descr, &bytes, values, full_ink);
        for part in [range, "86 % ", "bright ink on a dark background"] {
            assert!(warning.contains(part), "{part:?} is not in {warning:?}");
        }
    }
}

#[test]
fn pixels_that_are_all_the_same_are_a_warning() {
    for value in [0_u8, 1, 255] {
        let warning = warning("|u1", &[value; 800], &[f32::from(value); 800], 255.0);
        let expected = format!("all pixels are {value}, ");
        assert!(warning.contains(&expected), "{warning}");
    }
    let warning = warning("<f4", &float_bytes(&[0.5; 800]), &[0.5; 800], 1.0);
    assert!(warning.contains("all pixels are 0.5, "), "{warning}");
}

#[test]
fn resized_digits_are_usual_as_they_are_and_a_warning_once_they_are_centred_or_inverted() {
    let digits = Digits::embedded();
    let all = digits.images().unwrap().to_vec();
    // Each digit alone.
    for pixels in all.chunks(500 * PIXELS) {
        let digits = recognized_rows(&npy("<f4", "(500, 400)", &float_bytes(pixels)), 500);
        assert_eq!(digits.scale_notice(), None);
    }
    // All ten digits, and the course's two.
    for pixels in [&all[..], &all[..1000 * PIXELS]] {
        let rows = pixels.len() / PIXELS;
        let shape = format!("({rows}, {PIXELS})");
        let row_means = pixels
            .chunks(PIXELS)
            .map(|row| row.iter().sum::<f32>() / 400.0);
        let mean = row_means.sum::<f32>() / f32::from(u16::try_from(rows).unwrap());
        let notice = |change: &dyn Fn(f32) -> f32| {
            let values: Vec<f32> = pixels.iter().map(|pixel| change(*pixel)).collect();
            let digits = recognized_rows(&npy("<f4", &shape, &float_bytes(&values)), rows);
            digits.scale_notice().cloned()
        };
        assert_eq!(notice(&|pixel| pixel), None);
        let scaled = notice(&|pixel| 255.0 * pixel);
        assert!(
            matches!(scaled, Some(ScaleNotice::Rescaled { .. })),
            "{scaled:?}"
        );
        for shift in [mean, 0.3, 0.5] {
            for scale in [1.0, 255.0] {
                let found = notice(&|pixel| scale * (pixel - shift));
                assert!(
                    matches!(found, Some(ScaleNotice::Unclear { .. })),
                    "{shift} {found:?}"
                );
            }
        }
        for ink in [1.0, 255.0] {
            let found = notice(&|pixel| ink * (1.0 - pixel));
            assert!(
                matches!(found, Some(ScaleNotice::Inverted { .. })),
                "{found:?}"
            );
        }
    }
}

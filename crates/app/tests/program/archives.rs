//! The same images in MNIST's four files, in an archive as Keras has it and in CSV as Kaggle has it: every command gives
//! the same numbers.

use serde_json::Value;

use crate::app::App;
use crate::data_sets::{embedded, idx, npy, row_by_row, write};

/// Rows of the embedded digits as bytes of 28 x 28, row by row, and their labels.
fn part(rows: impl IntoIterator<Item = usize>) -> (Vec<u8>, Vec<u8>) {
    let (images, labels) = embedded(rows);
    let mut bytes = Vec::new();
    for image in row_by_row(&images).chunks(400) {
        let mut square = [0; 784];
        for (at, pixel) in image.iter().enumerate() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "pixels are cut to the range of bytes"
            )]
            let byte = (255.0 * pixel.clamp(0.0, 1.0)).round() as u8;
            square[(at / 20 + 4) * 28 + at % 20 + 4] = byte;
        }
        bytes.extend(square);
    }
    (bytes, labels)
}

/// A zip archive of entries that are not compressed, by PKWARE's "APPNOTE.TXT - .ZIP File Format Specification".
fn zip(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    let word = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    for (name, bytes) in entries {
        let sizes = [
            &crc32fast::hash(bytes).to_le_bytes()[..],
            &word(bytes.len()),
            &word(bytes.len()),
            &word(name.len()),
        ]
        .concat();
        let start = word(file.len());
        // Version 2.0, no flags, stored, no time.
        let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0], &sizes[..]].concat();
        file.extend([b"PK\x03\x04", &common[..], name.as_bytes(), bytes].concat());
        directory.extend([b"PK\x01\x02\x14\x00", &common[..]].concat());
        directory.extend([0; 10]);
        directory.extend([&start[..], name.as_bytes()].concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let end = [
        &b"PK\x05\x06\0\0\0\0"[..],
        &count,
        &count,
        &word(directory.len()),
        &word(file.len()),
        &[0, 0],
    ];
    [file, directory, end.concat()].concat()
}

fn csv((images, labels): &(Vec<u8>, Vec<u8>)) -> String {
    let names: Vec<String> = (0..784).map(|pixel| format!("pixel{pixel}")).collect();
    let mut text = format!("label,{}\n", names.join(","));
    for (image, label) in images.chunks(784).zip(labels) {
        let pixels: Vec<String> = image.iter().map(u8::to_string).collect();
        text.push_str(&[&label.to_string(), ",", &pixels.join(","), "\n"].concat());
    }
    text
}

#[test]
fn an_archive_and_csv_train_the_same_network_as_mnist_s_four_files() {
    let app = App::new();
    let (training, test) = (
        part((0..60).chain(500..560)),
        part((300..320).chain(800..820)),
    );
    for folder in ["idx", "tables"] {
        fs_err::create_dir(app.path().join(folder)).unwrap();
    }
    let mut arrays = Vec::new();
    for (name, keras, kaggle, (images, labels)) in [
        ("t10k", "test", "mnist_test", &test),
        ("train", "train", "mnist_train", &training),
    ] {
        let count = u32::try_from(labels.len()).unwrap();
        let idx_name = |kind: &str| format!("idx/{name}-{kind}-ubyte");
        write(
            &app,
            &idx_name("images-idx3"),
            &idx(&[count, 28, 28], images),
        );
        write(&app, &idx_name("labels-idx1"), &idx(&[count], labels));
        arrays.push((
            format!("x_{keras}.npy"),
            npy("|u1", &format!("({count}, 28, 28)"), images),
        ));
        arrays.push((
            format!("y_{keras}.npy"),
            npy("|u1", &format!("({count},)"), labels),
        ));
        let table = csv(&(images.clone(), labels.clone()));
        write(&app, &format!("tables/{kaggle}.csv"), table.as_bytes());
    }
    let arrays: Vec<(&str, Vec<u8>)> = arrays
        .iter()
        .map(|(name, it)| (&**name, it.clone()))
        .collect();
    write(&app, "mnist.npz", &zip(&arrays));

    let described = |path: &str| -> Value {
        let json = app
            .succeeds(&["data", path, "--json", "--index=3,70"])
            .stdout;
        assert_eq!(
            json,
            app.succeeds(&["data", "--data", path, "--json", "--index=3,70"])
                .stdout
        );
        let mut found: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(found["data"].take(), path);
        found
    };
    let weights = |path: &str, run: &str| {
        app.train(run, &["--data", path, "--epochs=2", "--digits=0,1"]);
        let weights = app.succeeds(&["weights", run, "--json"]).stdout;
        let mut evaluation = app.nameless_evaluation(run);
        assert_eq!(evaluation["examples"], 40, "{path}");
        evaluation["data"] = Value::Null;
        (weights, evaluation)
    };
    let expected = (described("idx"), weights("idx", "runs/idx"));
    assert_eq!(expected.0["test_images"], 40);
    for path in ["mnist.npz", "tables"] {
        let found = (described(path), weights(path, &format!("runs/{path}")));
        assert_eq!(found.0, expected.0, "{path}");
        assert!(found.1.0 == expected.1.0, "{path}: other weights");
        assert_eq!(found.1.1, expected.1.1, "{path}");
    }
    // One table is the training part alone, and so are two arrays that are named.
    let training = described("tables/mnist_train.csv");
    assert_eq!(training["rows"], expected.0["rows"]);
    assert_eq!(training["test_images"], Value::Null);
    let named = ["data", "--data", "mnist.npz/x_test", "mnist.npz/y_test"];
    app.succeeds(&named).stdout_has("images  [40, 400]");
    app.refused(
        &["data", "--data", "mnist.npz/x_tset", "mnist.npz/y_test"],
        &["expected an array named \"x_tset\", found x_test, x_train, y_test, y_train"],
    );
    // A note says what an order would change.
    let order = ["data", "mnist.npz", "--pixel-order=row"];
    app.succeeds(&order)
        .stderr_has("--pixel-order has no effect: only images of 20 x 20 have one");
    // Two places are one too many.
    app.refused(
        &["data", "mnist.npz", "--data", "idx"],
        &["cannot be used with"],
    );
}

#[test]
fn kaggle_s_test_file_is_refused_because_it_has_no_labels() {
    let app = App::new();
    let table = csv(&part([0, 500]));
    let lines = table.lines().map(|line| line.split_once(',').unwrap().1);
    let unlabelled: Vec<&str> = lines.collect();
    write(&app, "test.csv", (unlabelled.join("\n") + "\n").as_bytes());
    for command in [&["train", "--data=test.csv"][..], &["data", "test.csv"]] {
        app.refused(
            command,
            &[
                "test.csv: expected a column of labels",
                "use the file with labels, train.csv",
            ],
        );
    }
}

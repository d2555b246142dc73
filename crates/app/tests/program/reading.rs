//! Pictures as people make them: which digits are read in them, and which get no prediction.

use image::{Rgba, RgbaImage};
use serde_json::Value;

use crate::app::{App, json_lines, predictions};
use crate::data_sets::embedded;
use crate::pictures::{drawn, texts};

/// An image of the built-in digits, in a square of a picture.
#[derive(Clone, Copy)]
struct Placed {
    row: usize,
    left: u32,
    top: u32,
    side: u32,
}

/// Ink and ground.
type Colors = [[u8; 4]; 2];

const BLACK: [u8; 4] = [0, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];
const DARK_ON_LIGHT: Colors = [BLACK, WHITE];

/// Ink of an image, 20 x 20 pixels column by column, between the middles of pixels.
fn ink_at(image: &[f32], x: f32, y: f32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let pixel = |x: f32, y: f32| {
        let inside = (0.0..20.0).contains(&x) && (0.0..20.0).contains(&y);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 19"
        )]
        let at = || 20 * x as usize + y as usize;
        if inside {
            image[at()].clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    let across = |y: f32| pixel(left, y) + (x - left) * (pixel(left + 1.0, y) - pixel(left, y));
    across(top) + (y - top) * (across(top + 1.0) - across(top))
}

/// Draws digits.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides of pictures, and bytes"
)]
fn picture([width, height]: [u32; 2], [ink, ground]: Colors, placed: &[Placed]) -> RgbaImage {
    let mut picture = RgbaImage::from_pixel(width, height, Rgba(ground));
    for digit in placed {
        let (image, _) = embedded([digit.row]);
        let scale = 20.0 / digit.side as f32;
        for y in 0..digit.side {
            for x in 0..digit.side {
                let place = |at: u32| (at as f32 + 0.5) * scale - 0.5;
                let share = ink_at(&image, place(x), place(y));
                let mixed = [0, 1, 2, 3].map(|at| {
                    let (ink, ground) = (f32::from(ink[at]), f32::from(ground[at]));
                    (ground + share * (ink - ground)).round() as u8
                });
                picture.put_pixel(digit.left + x, digit.top + y, Rgba(mixed));
            }
        }
    }
    picture
}

fn save(app: &App, name: &str, picture: &RgbaImage) {
    picture.save(app.path().join(name)).unwrap();
}

/// A run of 0 and 1.
fn trained() -> App {
    App::trained(&["--epochs=30", "--learning-rate=0.005"])
}

/// Predicts pictures, all of which can be read.
#[track_caller]
fn predicted(app: &App, arguments: &[&str]) -> Vec<Value> {
    json_lines(
        &app.on_cpu(&[&["predict", "run", "--json"], arguments].concat())
            .stdout,
    )
}

fn box_of(found: &Value) -> [u32; 4] {
    serde_json::from_value(found["box"].clone()).unwrap()
}

/// A box within the square of its digit, and at least half as high.
#[track_caller]
fn assert_box(found: &Value, placed: Placed) {
    let [left, top, right, bottom] = box_of(found);
    let Placed {
        left: x,
        top: y,
        side,
        ..
    } = placed;
    let is_inside =
        left + 2 >= x && top + 2 >= y && right <= x + side + 2 && bottom <= y + side + 2;
    assert!(is_inside && 2 * (bottom - top) >= side, "{found}");
}

#[test]
fn a_digit_is_read_whatever_its_size_place_and_colours() {
    let app = trained();
    let at = |left: u32, top: u32, side: u32| {
        move |row: usize| Placed {
            row,
            left,
            top,
            side,
        }
    };
    let clear = |color: u8| [color, color, color, 0];
    for row in [0, 500] {
        let label = i32::from(row != 0);
        for (name, size, colors, placed) in [
            ("big", [300, 300], DARK_ON_LIGHT, at(10, 10, 280)(row)),
            ("small", [40, 40], DARK_ON_LIGHT, at(4, 4, 32)(row)),
            ("inverted", [150, 150], [WHITE, BLACK], at(20, 20, 110)(row)),
            ("corner", [400, 300], DARK_ON_LIGHT, at(8, 190, 100)(row)),
            ("large", [2000, 1500], DARK_ON_LIGHT, at(900, 600, 700)(row)),
            ("framed", [200, 160], DARK_ON_LIGHT, at(50, 30, 100)(row)),
            (
                "transparent",
                [200, 160],
                [WHITE, clear(255)],
                at(50, 30, 100)(row),
            ),
            (
                "black transparent",
                [200, 160],
                [BLACK, clear(0)],
                at(50, 30, 100)(row),
            ),
            (
                "faint",
                [200, 160],
                [[150, 150, 150, 255], [170, 170, 170, 255]],
                at(50, 30, 100)(row),
            ),
            (
                "blue",
                [200, 160],
                [[20, 30, 160, 255], [240, 220, 90, 255]],
                at(50, 30, 100)(row),
            ),
        ] {
            let name = format!("{name}.png");
            let mut picture = picture(size, colors, &[placed]);
            if name == "framed.png" {
                for (x, y, pixel) in picture.enumerate_pixels_mut() {
                    if x < 3 || y < 3 || x >= 197 || y >= 157 {
                        *pixel = Rgba(BLACK);
                    }
                }
            }
            save(&app, &name, &picture);
            let found = &predicted(&app, &[&name])[0];
            assert_eq!(
                (&found["digit"], &found["status"]),
                (&label.into(), &"digit".into()),
                "{found}"
            );
            assert_box(found, placed);
        }
    }
}

/// A blank picture, one with two digits, one with a digit that the network does not know, and a one.
fn write_refused(app: &App) {
    let [left, right] = [20, 140].map(|left| Placed {
        row: 0,
        left,
        top: 30,
        side: 100,
    });
    save(app, "1 blank.png", &picture([60, 40], DARK_ON_LIGHT, &[]));
    let one = Placed { row: 500, ..right };
    save(
        app,
        "2 two.png",
        &picture([260, 160], DARK_ON_LIGHT, &[left, one]),
    );
    let seven = Placed { row: 3500, ..left };
    save(
        app,
        "3 seven.png",
        &picture([140, 160], DARK_ON_LIGHT, &[seven]),
    );
    let one = Placed { row: 500, ..left };
    save(
        app,
        "4 one.png",
        &picture([140, 160], DARK_ON_LIGHT, &[one]),
    );
}

const REFUSED: [&str; 4] = ["1 blank.png", "2 two.png", "3 seven.png", "4 one.png"];

#[test]
fn a_picture_without_one_known_digit_gets_no_prediction_but_a_reason() {
    let app = trained();
    write_refused(&app);
    let found = predicted(&app, &REFUSED);
    let statuses: Vec<&Value> = found.iter().map(|one| &one["status"]).collect();
    assert_eq!(
        statuses,
        ["blank", "several_digits", "other_digit", "digit"]
    );
    for one in &found[..3] {
        assert_eq!(
            [&one["digit"], &one["probability"]],
            [&Value::Null; 2],
            "{one}"
        );
        assert!(one["reason"].is_string(), "{one}");
    }
    assert_eq!(
        (&found[1]["digits_found"], &found[2]["looks_like"]),
        (&2.into(), &7.into())
    );
    assert_eq!(found[3]["digit"], 1);
    let lines = app
        .on_cpu(&[&["predict", "run"][..], &REFUSED].concat())
        .stdout;
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "1 blank.png: no prediction: the picture is blank",
            "2 two.png: no prediction: 2 digits side by side: --row reads them",
            "3 seven.png: no prediction: it looks like a 7, and the network only knows 0 and 1",
        ]
    );
    app.on_cpu(&[&["predict", "run", "--csv=out.csv"][..], &REFUSED].concat())
        .stdout_has("wrote 4 rows to out.csv\n");
    let text = app.file("out.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize().map(Result::unwrap);
    let rows: Vec<std::collections::BTreeMap<String, String>> = rows.collect();
    for (row, one) in rows.iter().zip(&found) {
        assert_eq!(
            (row["source"].as_str(), row["status"].as_str()),
            (
                one["source"].as_str().unwrap(),
                one["status"].as_str().unwrap()
            )
        );
        let digit = one["digit"].as_u64().map(|digit| digit.to_string());
        assert_eq!(row["digit"], digit.unwrap_or_default());
        assert_eq!(row["error"], one["reason"].as_str().unwrap_or_default());
    }
    let sides = box_of(&found[3]).map(|side| side.to_string());
    assert_eq!(
        (rows[0]["box"].as_str(), &rows[3]["box"]),
        ("", &sides.join(" "))
    );
}

#[test]
fn each_picture_is_saved_with_its_prediction_and_drawn_step_by_step() {
    let app = trained();
    write_refused(&app);
    fs_err::create_dir(app.path().join("more")).unwrap();
    fs_err::copy(
        app.path().join("4 one.png"),
        app.path().join("more/4 one.png"),
    )
    .unwrap();
    let pictures = [&REFUSED[..], &["more"]].concat();
    app.on_cpu(&[&["predict", "run", "--save=saved/here"][..], &pictures].concat())
        .stderr_has("wrote 5 pictures to saved/here\n");
    let names = fs_err::read_dir(app.path().join("saved/here")).unwrap();
    let mut names: Vec<String> = names
        .map(|one| one.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "1 blank.png",
            "2 two.png",
            "3 seven.png",
            "4 one-2.png",
            "4 one.png"
        ]
    );
    for name in names {
        let saved = image::open(app.path().join("saved/here").join(&name)).unwrap();
        assert!(saved.width() >= 100 && saved.height() >= 60, "{name}");
    }
    let output = app.on_cpu(&[&["plot", "preparation", "run"][..], &pictures].concat());
    assert_eq!(
        output.stdout,
        "run/plots/preparation.png\nrun/plots/preparation.svg\n"
    );
    image::open(app.path().join("run/plots/preparation.png")).unwrap();
    let texts = texts(&app.file("run/plots/preparation.svg")).join("\n");
    for expected in [
        "Preparation of 5 pictures",
        "1 blank.png",
        "the picture is blank",
        "1, P = ",
    ] {
        assert!(texts.contains(expected), "{expected}: {texts}");
    }
}

#[test]
fn a_row_of_digits_is_read_from_left_to_right() {
    let app = App::trained(&["--digits=0..9", "--epochs=30", "--learning-rate=0.005"]);
    // Of each digit, one that the network is sure of as it is.
    let surest = |first: usize| {
        let rows = (first..first + 20).map(|row| row.to_string());
        let found = predictions(&app, "ndarray", "run", &rows.collect::<Vec<_>>().join(","));
        let mut rows = (first..)
            .zip(&found)
            .filter(|(_, one)| one["digit"] == one["label"]);
        let is_sure = |one: &Value| one["probability"].as_f64().unwrap() > 0.97;
        rows.find(|(_, one)| is_sure(one)).unwrap().0
    };
    let placed = [(3500, 20), (0, 130), (2000, 240)].map(|(first, left)| Placed {
        row: surest(first),
        left,
        top: 30,
        side: 100,
    });
    save(
        &app,
        "row.png",
        &picture([360, 160], DARK_ON_LIGHT, &placed),
    );
    let found = &predicted(&app, &["row.png", "--row"])[0];
    assert_eq!(
        (&found["text"], &found["status"]),
        (&"704".into(), &"digits".into()),
        "{found}"
    );
    let digits = found["digits"].as_array().unwrap();
    assert_eq!(digits.len(), 3);
    for ((one, placed), digit) in digits.iter().zip(placed).zip([7, 0, 4]) {
        assert_eq!(
            (&one["digit"], &one["status"]),
            (&digit.into(), &"digit".into())
        );
        assert!(one["probability"].as_f64().unwrap() > 0.5, "{one}");
        assert_box(one, placed);
    }
    app.on_cpu(&["predict", "run", "row.png", "--row"])
        .stdout_has("row.png: 704 (7: ");
    app.on_cpu(&["predict", "run", "row.png", "--row", "--csv=out.csv"])
        .stdout_has("wrote 3 rows to out.csv\n");
    // Without it there is no prediction.
    assert_eq!(predicted(&app, &["row.png"])[0]["status"], "several_digits");
    // In the drawing, too.
    let words = |arguments: &[&str]| {
        texts(&drawn(
            &app,
            &[&["preparation", "run", "row.png"], arguments].concat(),
        ))
        .join("\n")
    };
    assert!(words(&["--row"]).contains("704"));
    assert!(words(&[]).contains("no prediction"));
    // Digits that the network does not know are not guessed.
    app.train(
        "few",
        &["--digits=0,4", "--epochs=30", "--learning-rate=0.005"],
    );
    let found = app
        .on_cpu(&["predict", "few", "row.png", "--row", "--json"])
        .stdout;
    let found = &json_lines(&found)[0];
    assert_eq!(
        (&found["text"], &found["status"]),
        (&"?04".into(), &"partly".into()),
        "{found}"
    );
}

/// A whole picture of 20 x 20 pixels is what the network gets.
#[test]
fn whole_pictures_are_resized_on_request() {
    let app = trained();
    // Far from the middle, and small.
    let small = Placed {
        row: 500,
        left: 0,
        top: 0,
        side: 12,
    };
    save(
        &app,
        "small.png",
        &picture([20, 20], [WHITE, BLACK], &[small]),
    );
    let prepared = &predicted(&app, &["small.png"])[0];
    assert_eq!(
        (&prepared["digit"], &prepared["status"]),
        (&1.into(), &"digit".into()),
        "{prepared}"
    );
    let resized = &predicted(&app, &["small.png", "--pictures=resized"])[0];
    assert_ne!(resized["probability"], prepared["probability"]);
    assert_eq!(
        (&resized["status"], &resized["box"]),
        (&"digit".into(), &Value::Null)
    );
    // Nothing is refused then.
    save(&app, "blank.png", &picture([30, 30], DARK_ON_LIGHT, &[]));
    let blank = &predicted(&app, &["blank.png", "--pictures=resized"])[0];
    assert!(blank["probability"].is_number(), "{blank}");
}

#[test]
fn the_flags_of_a_network_change_the_drawn_prediction_and_those_of_data_sets_are_refused() {
    let app = App::trained(&["--epochs=6", "--keep-last=9"]);
    write_refused(&app);
    let words = |arguments: &[&str]| {
        texts(&drawn(
            &app,
            &[&["preparation", "run", "4 one.png"], arguments].concat(),
        ))
        .join("\n")
    };
    let usual = words(&[]);
    assert_ne!(words(&["--checkpoint=1"]), usual);
    assert_ne!(words(&["--threshold=0.999999"]), usual);
    assert_ne!(words(&["--reject=1"]), usual);
    assert_eq!(words(&["--pictures=prepared"]), usual);
    for flag in ["--data=y.npy", "--pixel-order=row", "--pixel-scale=stored"] {
        let name = flag.split('=').next().unwrap();
        app.refused(&["plot", "preparation", "run", "4 one.png", flag], &[name]);
    }
    app.refused(
        &["plot", "preparation", "run", "4 one.png", "--top=2"],
        &["--top"],
    );
    app.refused(&["plot", "preparation", "run"], &["picture"]);
}

#[test]
fn pictures_of_a_training_folder_without_one_clear_digit_are_counted_and_named() {
    let app = App::new();
    for folder in ["digits/0", "digits/1"] {
        fs_err::create_dir_all(app.path().join(folder)).unwrap();
    }
    let placed = |row: usize, left: u32| Placed {
        row,
        left,
        top: 20,
        side: 80,
    };
    for (digit, first) in [(0, 0), (1, 500)] {
        for at in 0..5 {
            let one = picture([120, 120], DARK_ON_LIGHT, &[placed(first + at, 20)]);
            save(&app, &format!("digits/{digit}/{at}.png"), &one);
        }
    }
    let train = ["train", "--data", "digits", "--epochs=1"];
    let clear = app.on_cpu(&[&train[..], &["--run-dir=clear"]].concat());
    assert!(!clear.stderr.contains("note:"), "{}", clear.shown());

    save(
        &app,
        "digits/0/blank.png",
        &picture([90, 70], DARK_ON_LIGHT, &[]),
    );
    let two = picture(
        [240, 120],
        DARK_ON_LIGHT,
        &[placed(1, 20), placed(501, 140)],
    );
    save(&app, "digits/1/two.png", &two);
    let found = app.on_cpu(&[&train[..], &["--run-dir=mixed"]].concat());
    let note = "note: 2 pictures without one clear digit, 1 blank and 1 with several digits, of which the one with most \
                ink counts: digits/0/blank.png and digits/1/two.png\n";
    assert_eq!(found.stderr.matches(note).count(), 1, "{}", found.shown());
    found.stderr_has("10 images of 0 and 1, 2 for validation");
    // The same in the commands that read the data set again, once in each.
    for command in [
        &["data", "digits"][..],
        &["evaluate", "mixed", "--on=all"],
        &["crossval", "--data=digits", "--epochs=1", "--folds=2"],
        &["sweep", "--data=digits", "--epochs=1"],
    ] {
        let output = app.on_cpu(command);
        assert_eq!(output.stderr.matches(note).count(), 1, "{}", output.shown());
    }
    // Of many, three are named; whole pictures that are resized have no ink to look for.
    for at in 0..3 {
        let name = format!("digits/0/empty{at}.png");
        save(&app, &name, &picture([90, 70], DARK_ON_LIGHT, &[]));
    }
    app.on_cpu(&["data", "digits"]).stderr_has(
        "note: 5 pictures without one clear digit, 4 blank and 1 with several digits, of which the one with most ink \
         counts: such as digits/0/blank.png, digits/0/empty0.png and digits/0/empty1.png\n",
    );
    let resized = app.on_cpu(&["data", "digits", "--pictures=resized"]);
    assert_eq!(resized.stderr, "");
}

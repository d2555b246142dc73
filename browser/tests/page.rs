//! The page of `app serve` in a real browser. `APP` names the built program, `AXE` axe-core's script.

use std::fmt::Write;

use browser::{
    Browser, Given, GivenFile, Pointer, Scheme, Site, Window, one, placed, ring, traced_digits,
};

/// Where and how large a digit is drawn, as fractions of the drawing area, and how it is tilted.
const PLACES: [(f64, f64, [f64; 2]); 5] = [
    (0.9, 0.0, [0.5, 0.5]),
    (0.4, 0.12, [0.25, 0.3]),
    (0.35, -0.1, [0.78, 0.7]),
    (0.6, -0.15, [0.4, 0.62]),
    (0.75, 0.08, [0.55, 0.45]),
];

/// Draws the digits of other people's hands, each in another place, and returns those that were predicted as another.
async fn wrong_digits(page: &Browser, pointer: Pointer) -> (usize, String) {
    let (mut drawn, mut wrong) = (0, String::new());
    for (index, traced) in traced_digits().iter().enumerate() {
        let (scale, tilt, middle) = PLACES[index % PLACES.len()];
        page.draw(pointer, &placed(&traced.strokes, scale, tilt, middle))
            .await;
        let found = page.prediction().await;
        drawn += 1;
        if found != traced.digit.to_string() {
            let digit = traced.digit;
            write!(wrong, "{digit} as {found:?}, ").expect("a string takes all");
        }
        page.click("clear").await;
        page.wait_for_prediction("").await;
    }
    (drawn, wrong)
}

#[tokio::test(flavor = "multi_thread")]
async fn digits_of_other_hands_are_predicted_by_mouse_and_by_touch() {
    let site = Site::start(&[]);
    for (window, scheme, pointer) in [
        (Window::DESKTOP, Scheme::Light, Pointer::Mouse),
        (Window::PHONE, Scheme::Dark, Pointer::Touch),
    ] {
        let page = Browser::open(&site.url, window, scheme).await;
        page.is_ready().await;
        let (drawn, wrong) = wrong_digits(&page, pointer).await;
        let count = wrong.matches(" as ").count();
        println!("{pointer:?}: {count} of {drawn} wrong: {wrong}");
        // The network is right on 97 % of its validation images; of these drawings some are hard to read for people too.
        assert!(drawn == 50 && count <= 7, "{pointer:?}: {wrong}");
        page.close_without_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_page_and_a_scribble_get_no_prediction_and_several_digits_are_a_number() {
    let site = Site::start(&[]);
    let page = Browser::open(&site.url, Window::DESKTOP, Scheme::Light).await;
    page.is_ready().await;
    assert_eq!(page.prediction().await, "");
    let scribble = |step: u32| {
        let step = f64::from(step);
        [
            0.5 + 0.3 * (1.7 * step).sin(),
            0.5 + 0.3 * (2.3 * step).cos(),
        ]
    };
    page.draw(Pointer::Pen, &[(0..60).map(scribble).collect()])
        .await;
    page.wait_for_prediction("?").await;
    assert!(page.text("prediction-reason").await.len() > 10);
    let bars = page
        .value("return document.querySelectorAll('.predicted').length")
        .await;
    assert_eq!(bars, 0);
    page.click("clear").await;
    for strokes in [one(0.15), ring(0.45), one(0.8)] {
        page.draw(Pointer::Mouse, &strokes).await;
    }
    page.wait_for_prediction("101").await;
    page.click("undo").await;
    page.wait_for_prediction("10").await;
    page.click("redo").await;
    page.wait_for_prediction("101").await;
    page.close_without_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_draws_and_reaches_everything() {
    const TAB: &str = "\u{e004}";
    let site = Site::start(&[]);
    let page = Browser::open(&site.url, Window::DESKTOP, Scheme::Dark).await;
    page.is_ready().await;
    page.value("document.activeElement.blur()").await;
    let mut reached = Vec::new();
    for _ in 0..40 {
        page.press(TAB).await;
        let id = page.value("return document.activeElement.id").await;
        reached.push(id.as_str().unwrap_or_default().to_owned());
    }
    for id in [
        "canvas",
        "pen",
        "eraser",
        "clear",
        "thickness",
        "open-picture",
        "random",
        "to-draw",
        "to-training",
        "runs",
        "open-help",
    ] {
        assert!(reached.iter().any(|found| found == id), "{id}: {reached:?}");
    }
    page.value("document.getElementById('canvas').focus()")
        .await;
    // Space puts the pen down, arrows move it.
    page.press(" ").await;
    for _ in 0..14 {
        page.press("\u{e015}").await;
    }
    page.press(" ").await;
    page.wait_for_prediction("1").await;
    page.press("z").await;
    page.wait_for_prediction("").await;
    page.press("h").await;
    page.wait_for(
        "the help is open",
        "return document.getElementById('help').open",
    )
    .await;
    page.press("\u{e00c}").await;
    page.wait_for(
        "the help is closed",
        "return !document.getElementById('help').open",
    )
    .await;
    page.close_without_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_do_not_disturb_each_other_and_a_restarted_server_is_found_again() {
    let mut site = Site::start(&[]);
    let page = Browser::open(&site.url, Window::DESKTOP, Scheme::Light).await;
    page.is_ready().await;
    let first = page.client.window().await.expect("a window");
    page.draw(Pointer::Mouse, &one(0.5)).await;
    page.wait_for_prediction("1").await;
    let second = page
        .client
        .new_window(true)
        .await
        .expect("a second tab")
        .handle;
    page.client
        .switch_to_window(second)
        .await
        .expect("the second tab");
    page.goto(&site.url).await;
    page.is_ready().await;
    page.draw(Pointer::Mouse, &ring(0.5)).await;
    page.wait_for_prediction("0").await;
    page.client.close_window().await.expect("it closes");
    page.client
        .switch_to_window(first)
        .await
        .expect("the first tab");
    page.wait_for_prediction("1").await;

    site.kill();
    page.click("clear").await;
    page.draw(Pointer::Mouse, &ring(0.5)).await;
    page.wait_for(
        "the page says that the server is gone",
        "return document.getElementById('notice').textContent.includes('does not answer')",
    )
    .await;
    assert_ne!(page.text("prediction-text").await, "1");
    site.restart();
    page.wait_for_prediction("0").await;
    page.wait_for(
        "the notice is gone",
        "return document.getElementById('notice').textContent === ''",
    )
    .await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_asked_for_and_taken_from_the_address() {
    let site = Site::start(&[]);
    let token = "0123456789abcdef0123456789abcdef";
    fs_err::write(site.folder().join("token"), token).expect("a file");
    let secured = site.with_arguments(&["--token-file", "token"]);
    let page = Browser::open(&secured.url, Window::DESKTOP, Scheme::Light).await;
    page.wait_for(
        "the token is asked for",
        "return document.getElementById('token-dialog').open",
    )
    .await;
    let field = page.element("token").await;
    field
        .send_keys(&format!("{token}\u{e007}"))
        .await
        .expect("it is typed");
    page.is_ready().await;
    page.draw(Pointer::Mouse, &one(0.5)).await;
    page.wait_for_prediction("1").await;
    page.close().await;

    let address = format!("{}/#token={token}", secured.url);
    let page = Browser::open(&address, Window::PHONE, Scheme::Light).await;
    page.is_ready().await;
    let shown = page.client.current_url().await.expect("an address");
    assert!(!shown.as_str().contains(token), "{shown}");
    page.draw(Pointer::Touch, &ring(0.5)).await;
    page.wait_for_prediction("0").await;
    page.close_without_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_run_is_chosen_a_random_digit_shown_and_a_training_watched() {
    let site = Site::start(&[]);
    let page = Browser::open(&site.url, Window::DESKTOP, Scheme::Light).await;
    page.is_ready().await;
    page.click("random").await;
    page.wait_for(
        "a digit of the data set",
        "return /labelled/.test(document.getElementById('caption').textContent)",
    )
    .await;
    let label = page.text("caption").await;
    let found = page.prediction().await;
    assert!(found == "?" || found.len() == 1, "{label}: {found}");
    let choose = "const runs = document.getElementById('runs'); \
        runs.value = [...runs.options].find((one) => one.textContent.includes('lab')).value; \
        runs.dispatchEvent(new Event('change', { bubbles: true }))";
    page.value(choose).await;
    page.wait_for(
        "two bars",
        "return document.querySelectorAll('#bars li').length === 2",
    )
    .await;
    let resume = [
        "train",
        "--resume",
        "runs/lab",
        "--epochs",
        "60",
        "--keep-every",
        "10",
        "--quiet",
    ];
    let mut training = site.spawn(&resume);
    page.click("to-training").await;
    page.wait_for(
        "all epochs are listed",
        "return document.querySelectorAll('#metrics tbody tr').length === 60",
    )
    .await;
    page.wait_for(
        "25 units",
        "return document.querySelectorAll('#tiles canvas').length === 25",
    )
    .await;
    assert!(training.wait().expect("it ends").success());
    // The weights of earlier epochs, those of the checkpoints at least.
    let shows = |epoch: &str| {
        format!("return /^({epoch})$/.test(document.getElementById('tiles').dataset.epoch)")
    };
    page.wait_for("the newest weights", &shows("60")).await;
    let tile = "return document.querySelector('#tiles canvas').toDataURL()";
    let newest = page.value(tile).await;
    let steps = page
        .value(
            "const slider = document.getElementById('epoch'); slider.focus(); slider.value = 0; \
             slider.dispatchEvent(new Event('input', { bubbles: true })); return Number(slider.max)",
        )
        .await;
    assert!(steps.as_u64() >= Some(3), "{steps}");
    page.wait_for("weights of an earlier epoch", &shows("[1-5]?[0-9]"))
        .await;
    assert_ne!(page.value(tile).await, newest);
    // An arrow key is a step from one to the next that there is.
    let words = page.text("epoch-words").await;
    page.press("\u{e014}").await;
    assert_ne!(page.text("epoch-words").await, words);
    page.close_without_complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_no_violation_and_no_window_scrolls_sideways() {
    let site = Site::start(&[]);
    for (window, scheme) in [
        (Window::DESKTOP, Scheme::Light),
        (Window::SMALL, Scheme::Dark),
    ] {
        let page = Browser::open(&site.url, window, scheme).await;
        page.is_ready().await;
        let pointer = if window.is_phone {
            Pointer::Touch
        } else {
            Pointer::Mouse
        };
        for state in ["empty", "one digit", "number", "help", "training"] {
            match state {
                "one digit" => page.draw(pointer, &ring(0.2)).await,
                "number" => page.draw(pointer, &one(0.6)).await,
                "help" => page.click("open-help").await,
                "training" => {
                    page.press("\u{e00c}").await;
                    page.click("to-training").await;
                    page.wait_for(
                        "epochs",
                        "return document.querySelectorAll('#metrics tbody tr').length > 0",
                    )
                    .await;
                }
                _ => {}
            }
            page.prediction().await;
            let found = page.violations().await;
            assert!(
                found.is_empty(),
                "{window:?} {scheme:?} {state}: {found:#?}"
            );
            let too_wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(page.value(too_wide).await, 0, "{window:?} {state}");
        }
        page.close_without_complaints().await;
    }
}

/// Opens, pastes and drops a picture of a ring, and a file that is none; then shows digits of the data set.
async fn give_pictures(page: &Browser) {
    for (how, media_type) in [
        (Given::Opened, "image/png"),
        (Given::Pasted, "image/jpeg"),
        (Given::Dropped, "image/png"),
    ] {
        page.value("document.getElementById('clear').click()").await;
        page.wait_for_prediction("").await;
        page.give(how, &[GivenFile::ring("ring", media_type)]).await;
        page.wait_for_prediction("0").await;
        assert_eq!(page.text("caption").await, "ring", "{how:?}");
    }
    page.give(Given::Opened, &[GivenFile::text("ring", "image/png")])
        .await;
    page.wait_for(
        "a file that is no picture is refused",
        "return document.getElementById('notice').textContent.includes('expected a PNG or JPEG picture')",
    )
    .await;
    for _ in 0..3 {
        page.click("random").await;
        page.wait_for(
            "a digit of the data set is shown",
            r"return /^Row \d+ of the data set, labelled \d$/.test(document.getElementById('caption').textContent)",
        )
        .await;
        assert_eq!(page.prediction().await.chars().count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_gone_is_asked_no_more_until_another_is_chosen() {
    let site = Site::start(&[]);
    let url = format!("{}/?run=lab", site.url);
    let page = Browser::open(&url, Window::DESKTOP, Scheme::Light).await;
    page.is_ready().await;
    page.draw(Pointer::Mouse, &ring(0.5)).await;
    page.wait_for_prediction("0").await;
    let count = "window.asked = 0; const own = window.fetch; \
        window.fetch = (...all) => { window.asked += 1; return own(...all); };";
    page.value(count).await;
    let run = site.folder().join("runs/lab");
    fs_err::rename(&run, site.folder().join("lab")).expect("it moves");
    let says_why =
        "return document.getElementById('prediction-reason').textContent.includes('lab')";
    for _ in 0..20 {
        page.draw(Pointer::Mouse, &one(0.5)).await;
        if page.value(says_why).await == serde_json::json!(true) {
            break;
        }
        // What was loaded is served for a moment.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
    page.wait_for("it says why", says_why).await;
    let asked = page
        .value("return window.asked")
        .await
        .as_u64()
        .expect("a count");
    for x in [0.3, 0.5, 0.7] {
        page.draw(Pointer::Mouse, &ring(x)).await;
    }
    let again = page
        .value("return window.asked")
        .await
        .as_u64()
        .expect("a count");
    // The list of runs may be looked at in the meantime.
    assert!(again <= asked + 1, "{asked} {again}");
    page.wait_for("it still says why", says_why).await;
    page.value(
        "const runs = document.getElementById('runs'); runs.value = ''; \
         runs.dispatchEvent(new Event('change'));",
    )
    .await;
    page.value("document.getElementById('clear').click()").await;
    page.draw(Pointer::Mouse, &ring(0.5)).await;
    page.wait_for_prediction("0").await;
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exported_page_predicts_from_a_disk_without_a_server() {
    let mut site = Site::start(&[]);
    let mut export = site.spawn(&["export", "runs/robust", "--output", "digits.html"]);
    assert!(export.wait().expect("it ends").success());
    site.kill();
    let file = format!("file://{}", site.folder().join("digits.html").display());
    for (window, scheme, pointer) in [
        (Window::PHONE, Scheme::Light, Pointer::Touch),
        (Window::DESKTOP, Scheme::Dark, Pointer::Mouse),
    ] {
        let page = Browser::open(&file, window, scheme).await;
        page.is_ready().await;
        let (drawn, wrong) = wrong_digits(&page, pointer).await;
        let count = wrong.matches(" as ").count();
        assert!(drawn == 50 && count <= 7, "{pointer:?}: {wrong}");
        for strokes in [one(0.15), ring(0.45), one(0.8)] {
            page.draw(pointer, &strokes).await;
        }
        page.wait_for_prediction("101").await;
        give_pictures(&page).await;
        let found = page.violations().await;
        assert!(found.is_empty(), "{found:#?}");
        let loaded = "return performance.getEntriesByType('resource').map((one) => one.name)\
            .filter((name) => !name.startsWith('data:'))";
        assert_eq!(page.value(loaded).await, serde_json::json!([]));
        page.close_without_complaints().await;
    }
}

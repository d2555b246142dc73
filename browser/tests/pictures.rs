//! Pictures on the page of `app serve` and on the exported one, in a real browser.

use std::time::Duration;

use browser::{Browser, Given, GivenFile, Pointer, Scheme, Site, Window, one, ring};

/// The served and the exported page of the same network.
fn both_pages() -> (Site, [String; 2]) {
    let site = Site::start(&[]);
    let mut export = site.spawn(&["export", "runs/robust", "--output", "digits.html"]);
    assert!(export.wait().expect("it ends").success());
    let file = format!("file://{}", site.folder().join("digits.html").display());
    let served = site.url.clone();
    (site, [served, file])
}

async fn opened(url: &str) -> Browser {
    let page = Browser::open(url, Window::DESKTOP, Scheme::Light).await;
    page.is_ready().await;
    page
}

async fn wait_for_caption(page: &Browser, name: &str) {
    page.wait_for(
        &format!("the picture {name} is shown"),
        &format!("return document.getElementById('caption').textContent === '{name}'"),
    )
    .await;
}

async fn wait_for_notice(page: &Browser, text: &str) {
    page.wait_for(
        &format!("the page says: {text}"),
        &format!("return document.getElementById('notice').textContent === '{text}'"),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_comes_while_the_pen_is_down_ends_the_stroke_and_is_taken() {
    let (_site, pages) = both_pages();
    for url in pages {
        let page = opened(&url).await;
        for how in [Given::Dropped, Given::Pasted, Given::Opened] {
            page.draw_on(Pointer::Mouse, &one(0.5)[0]).await;
            page.give(how, &[GivenFile::ring("ring.png", "image/png")])
                .await;
            // The pen moves on meanwhile, leaves the board and comes back, and is lifted.
            let away = vec![[0.3, 0.3], [0.7, 0.5], [1.1, 0.5], [0.4, 0.5]];
            page.move_along(Pointer::Mouse, &away).await;
            page.wait_for_prediction("0").await;
            assert_eq!(page.text("caption").await, "ring.png", "{how:?}");
            page.move_along(Pointer::Mouse, &away).await;
            page.lift(Pointer::Mouse).await;
            page.wait_for_prediction("0").await;
            assert_eq!(page.text("caption").await, "ring.png", "{how:?}");
            // The stroke is a step of its own.
            page.click("undo").await;
            page.wait_for_prediction("1").await;
            page.click("undo").await;
            page.wait_for_prediction("").await;
        }
        // The pen of the keyboard is lifted, too: a space puts it down again.
        page.value("document.getElementById('canvas').focus()")
            .await;
        page.press(" \u{e015}\u{e015}").await;
        page.give(Given::Pasted, &[GivenFile::ring("ring.jpg", "image/jpeg")])
            .await;
        wait_for_caption(&page, "ring.jpg").await;
        page.press(" ").await;
        page.wait_for(
            "a stroke in the place of the picture",
            "return document.getElementById('caption').hidden",
        )
        .await;
        page.close_without_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_picture_is_said_to_be_blank() {
    let (_site, pages) = both_pages();
    for url in pages {
        let page = opened(&url).await;
        page.give(Given::Opened, &[GivenFile::blank("sheet.png", "image/png")])
            .await;
        page.wait_for(
            "the picture is said to be blank",
            "return document.getElementById('prediction-heading').textContent === 'The picture is blank'",
        )
        .await;
        let reason = page.text("prediction-reason").await;
        assert_eq!(reason, "Nothing stands out from the background.");
        page.close_without_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_files_the_page_names_the_one_that_it_read() {
    let (_site, pages) = both_pages();
    for url in pages {
        let page = opened(&url).await;
        let [zero, one, notes] = [
            GivenFile::ring("zero.png", "image/png"),
            GivenFile::line("one.jpg", "image/jpeg"),
            GivenFile::text("notes.txt", "text/plain"),
        ];
        page.give(Given::Dropped, &[one, zero]).await;
        page.wait_for_prediction("1").await;
        let said = "one.jpg was read, and the other file not: one picture at a time.";
        wait_for_notice(&page, said).await;
        // The first that is a picture.
        page.give(Given::Opened, &[notes, zero, one]).await;
        page.wait_for_prediction("0").await;
        let said = "zero.png was read, and the other 2 files not: one picture at a time.";
        wait_for_notice(&page, said).await;
        page.give(Given::Dropped, &[notes, notes]).await;
        wait_for_notice(&page, "None of the 2 files is a PNG or JPEG picture.").await;
        assert_eq!(page.text("caption").await, "zero.png");
        page.close_without_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_judged_by_its_content_and_not_by_its_name_or_media_type() {
    let (_site, pages) = both_pages();
    for url in pages {
        let page = opened(&url).await;
        for (format, media_type, how) in [
            ("image/png", "", Given::Opened),
            ("image/jpeg", "", Given::Dropped),
            ("image/png", "text/plain", Given::Dropped),
            ("image/jpeg", "image/png", Given::Pasted),
        ] {
            let file = GivenFile::ring("zero", format).taken_for(media_type);
            page.give(how, &[file]).await;
            page.wait_for_prediction("0").await;
            assert_eq!(page.text("caption").await, "zero", "{format} {media_type}");
            page.click("clear").await;
            page.wait_for_prediction("").await;
        }
        page.give(Given::Dropped, &[GivenFile::text("notes.png", "image/png")])
            .await;
        page.wait_for(
            "a text is refused, whatever it is called",
            "return /^notes.png: expected a PNG or JPEG picture/.test(document.getElementById('notice').textContent)",
        )
        .await;
        assert!(page.text("caption").await.is_empty());
        page.close_without_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_of_two_pictures_wins_though_the_first_takes_longer() {
    let (_site, pages) = both_pages();
    for url in pages {
        let page = opened(&url).await;
        let large = GivenFile::line("large.png", "image/png").of_height(4000);
        let small = GivenFile::ring("small.png", "image/png");
        page.give_in_a_row(Given::Dropped, &[&[large], &[small]])
            .await;
        wait_for_caption(&page, "small.png").await;
        page.wait_for_prediction("0").await;
        // Long enough for the large one to be read.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(page.text("caption").await, "small.png");
        assert_eq!(page.text("prediction-text").await, "0");
        // Nor does undo lead to it.
        page.click("undo").await;
        page.wait_for_prediction("").await;
        // It wins where it is the last.
        page.give_in_a_row(Given::Dropped, &[&[small], &[large]])
            .await;
        wait_for_caption(&page, "large.png").await;
        page.wait_for_prediction("1").await;
        // And a stroke wins over both.
        page.give(Given::Dropped, &[large]).await;
        page.draw(Pointer::Mouse, &ring(0.5)).await;
        page.wait_for_prediction("0").await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(page.prediction().await, "0");
        assert!(page.text("caption").await.is_empty());
        page.close_without_complaints().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_file_was_refused_goes_with_the_next_picture() {
    let (_site, pages) = both_pages();
    for url in pages {
        let page = opened(&url).await;
        // What is said of a file goes by itself, but after this test.
        let slow = "const own = window.setTimeout; \
            window.setTimeout = (what, wait, ...all) => own(what, wait === 6000 ? 60000 : wait, ...all);";
        page.value(slow).await;
        page.give(Given::Opened, &[GivenFile::text("notes.txt", "text/plain")])
            .await;
        page.wait_for(
            "it says why",
            "return document.getElementById('notice').textContent.startsWith('notes.txt: ')",
        )
        .await;
        page.give(Given::Opened, &[GivenFile::ring("ring.png", "image/png")])
            .await;
        page.wait_for_prediction("0").await;
        wait_for_notice(&page, "").await;
        // Nor is it said late of a file that was given before the picture: the exported page reads it whole.
        let late = "const own = Blob.prototype.arrayBuffer; Blob.prototype.arrayBuffer = async function () { \
            if (this.size === 'no picture'.length) await new Promise((resolve) => setTimeout(resolve, 1500)); \
            return own.call(this); };";
        page.value(late).await;
        let notes = GivenFile::text("notes.txt", "text/plain");
        let ring = GivenFile::ring("again.png", "image/png");
        page.give_in_a_row(Given::Opened, &[&[notes], &[ring]])
            .await;
        wait_for_caption(&page, "again.png").await;
        page.wait_for_prediction("0").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(page.text("notice").await, "");
        page.close_without_complaints().await;
    }
}

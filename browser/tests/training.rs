//! The view of a training, in a real browser, while its server comes and goes.

use std::time::{Duration, Instant};

use browser::{Browser, Scheme, Site, Window};

/// Waits until a training has that many epochs.
async fn wait_for_epochs(site: &Site, run: &str, epochs: usize) {
    let history = site.folder().join(run).join("history.csv");
    let start = Instant::now();
    let rows = || fs_err::read_to_string(&history).map_or(0, |text| text.lines().count());
    while rows() <= epochs {
        assert!(start.elapsed() < Duration::from_mins(1), "{epochs} epochs");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn number(page: &Browser, script: &str) -> u64 {
    let found = page.value(script).await;
    found
        .as_u64()
        .unwrap_or_else(|| panic!("{script}: {found}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_said_and_its_epochs_stay_until_the_server_is_back() {
    const STEPS: &str = "return Number(document.getElementById('epoch').max)";
    const ROWS: &str = "return document.querySelectorAll('#metrics tbody tr').length";
    let mut site = Site::start(&[]);
    let mut training = site.spawn(&[
        "train",
        "--config",
        "robust",
        "--run-dir",
        "runs/long",
        "--epochs",
        "5000",
        "--keep-every",
        "5",
        "--quiet",
    ]);
    wait_for_epochs(&site, "runs/long", 30).await;
    let url = format!("{}/?run=long#training", site.url);
    let page = Browser::open(&url, Window::DESKTOP, Scheme::Light).await;
    page.wait_for(
        "a training that is running",
        "return /^Epoch .*running$/.test(document.getElementById('training-state').textContent)",
    )
    .await;
    page.wait_for(
        "several epochs with weights",
        "return Number(document.getElementById('epoch').max) >= 5",
    )
    .await;
    site.kill();
    // It would run for hours.
    training.kill().expect("it ends");
    training.wait().expect("it has ended");
    page.wait_for(
        "the connection is said to be lost",
        "return document.getElementById('training-state').textContent.startsWith('The connection is lost')",
    )
    .await;
    assert!(!page.text("training-state").await.contains("running"));
    let (steps, rows) = (number(&page, STEPS).await, number(&page, ROWS).await);
    // Epochs whose weights have not been loaded.
    for step in [0, 1, 2, 3] {
        let choose = format!(
            "const slider = document.getElementById('epoch'); slider.value = {step}; \
             slider.dispatchEvent(new Event('input', {{ bubbles: true }}));"
        );
        page.value(&choose).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(number(&page, STEPS).await, steps);
    }
    let chosen = page.text("epoch-words").await;
    assert!(chosen.starts_with("After epoch "), "{chosen}");
    assert_eq!(number(&page, ROWS).await, rows);
    site.restart();
    page.wait_for(
        "the state of the training",
        "return /^Epoch /.test(document.getElementById('training-state').textContent)",
    )
    .await;
    page.wait_for(
        "the weights of the chosen epoch",
        "return document.getElementById('epoch-words').textContent \
           === `After epoch ${document.getElementById('tiles').dataset.epoch}`",
    )
    .await;
    assert_eq!(page.text("epoch-words").await, chosen);
    assert!(number(&page, STEPS).await >= steps);
    assert!(number(&page, ROWS).await >= rows);
    page.wait_for(
        "the notice is gone",
        "return document.getElementById('notice').textContent === ''",
    )
    .await;
    page.close().await;
}

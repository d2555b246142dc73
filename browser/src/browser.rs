//! Chromium, driven by chromedriver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The size of the browser's window, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Whether it is a telephone's, with a screen that is touched.
    pub is_phone: bool,
}

impl Window {
    /// A desktop.
    pub const DESKTOP: Self = Self {
        width: 1280,
        height: 800,
        is_phone: false,
    };
    /// A telephone.
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
        is_phone: true,
    };
    /// The smallest telephone.
    pub const SMALL: Self = Self {
        width: 320,
        height: 640,
        is_phone: true,
    };
}

/// The colours that the user prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A browser with a page.
#[derive(Debug)]
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    driver: Child,
    _profile: TempDir,
}

/// A command of chromedriver that WebDriver does not have.
#[derive(Debug)]
struct Post {
    /// Below the session.
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Why no browser can be started.
fn missing(what: &str) -> String {
    format!("{what} does not start: install chromium and chromium-driver")
}

impl Browser {
    /// Opens a page.
    pub async fn open(url: &str, window: Window, scheme: Scheme) -> Self {
        let (driver, address) = start_driver();
        let profile = TempDir::new().expect("a temporary folder");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(window, &profile))
            .connect(&address)
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", missing("chromium")));
        let browser = Self {
            client,
            driver,
            _profile: profile,
        };
        let preference = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let features = json!([{ "name": "prefers-color-scheme", "value": preference }]);
        let media = json!({ "features": features });
        browser.devtools("Emulation.setEmulatedMedia", media).await;
        browser.goto(url).await;
        browser
    }

    /// Goes to an address, and waits until the page knows its model.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.expect("the page opens");
    }

    /// Waits until the page shows a bar for each digit.
    pub async fn is_ready(&self) {
        self.wait_for(
            "the page knows its model",
            "return document.querySelectorAll('#bars li').length > 0",
        )
        .await;
    }

    /// A command of Chromium's developer tools.
    pub async fn devtools(&self, name: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": name, "params": parameters });
        let command = Post {
            path: "goog/cdp/execute",
            body,
        };
        let done = self.client.issue_cmd(command).await;
        done.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The messages in the console that are warnings or errors, such as violations of the content security policy.
    pub async fn complaints(&self) -> Vec<String> {
        let command = Post {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let found = self.client.issue_cmd(command).await.expect("a log");
        let entries = found.as_array().cloned().unwrap_or_default();
        let of_note = entries.iter().filter(|entry| entry["level"] != "INFO");
        of_note.map(|entry| entry["message"].to_string()).collect()
    }

    /// The value of a script.
    pub async fn value(&self, script: &str) -> Value {
        let found = self.client.execute(script, Vec::new()).await;
        found.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a script returns true.
    pub async fn wait_for(&self, fact: &str, script: &str) {
        let started = Instant::now();
        while self.value(script).await != Value::Bool(true) {
            if started.elapsed() > PATIENCE {
                let heading = self.text("prediction-heading").await;
                let text = self.text("prediction-text").await;
                panic!("not yet {fact}: the page says {text:?}, {heading:?}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// The text of an element, by its id.
    pub async fn text(&self, id: &str) -> String {
        let script = format!("return document.getElementById('{id}')?.textContent ?? ''");
        let found = self.value(&script).await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// An element by its id.
    pub async fn element(&self, id: &str) -> Element {
        let found = self.client.find(Locator::Id(id)).await;
        found.unwrap_or_else(|error| panic!("#{id}: {error}"))
    }

    /// Clicks an element, by its id.
    pub async fn click(&self, id: &str) {
        let clicked = self.element(id).await.click().await;
        clicked.unwrap_or_else(|error| panic!("#{id}: {error}"));
    }

    /// Presses keys, one after another, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("a focus");
        focused.send_keys(keys).await.expect("keys are pressed");
    }

    /// Waits until the prediction of what is drawn now is this text.
    pub async fn wait_for_prediction(&self, text: &str) {
        let text = json!(text);
        self.wait_for(
            &format!("predicted as {text}"),
            &format!(
                "return document.getElementById('prediction-text').textContent === {text} \
                 && !document.getElementById('prediction').classList.contains('stale')"
            ),
        )
        .await;
    }

    /// Waits until the prediction belongs to what is drawn, and returns it.
    pub async fn prediction(&self) -> String {
        // The page asks at the next frame.
        tokio::time::sleep(Duration::from_millis(120)).await;
        self.wait_for(
            "the newest prediction",
            "return !document.getElementById('prediction').classList.contains('stale')",
        )
        .await;
        self.text("prediction-text").await
    }

    /// The violations that axe-core finds on the page as it is, and where.
    pub async fn violations(&self) -> Vec<String> {
        let path = std::env::var("AXE").expect("AXE names axe-core's axe.min.js");
        let axe = fs_err::read_to_string(&path).unwrap_or_else(|error| panic!("{error}"));
        self.value(&axe).await;
        let run = "const done = arguments[arguments.length - 1]; \
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) \
              .then((found) => done(found.violations.map((one) => \
                `${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 200)}`)))";
        let found = self.client.execute_async(run, Vec::new()).await;
        let found = found.unwrap_or_else(|error| panic!("axe-core: {error}"));
        let found = found.as_array().cloned().unwrap_or_default();
        found.iter().map(ToString::to_string).collect()
    }

    /// Ends the browser.
    pub async fn close_without_complaints(self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{complaints:#?}");
        self.close().await;
    }

    /// Ends the browser.
    pub async fn close(mut self) {
        // What does not close is killed with its driver.
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn start_driver() -> (Child, String) {
    let mut driver = Command::new("chromedriver")
        .args(["--port=0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", missing("chromedriver")));
    let stdout = driver.stdout.take().expect("its output is piped");
    for line in BufReader::new(stdout).lines() {
        let line = line.expect("chromedriver prints its port");
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let port = port.trim_end_matches('.');
            return (driver, format!("http://127.0.0.1:{port}"));
        }
    }
    // It has ended, or is of no use.
    let _ = driver.kill();
    let _ = driver.wait();
    panic!("{}", missing("chromedriver"));
}

fn capabilities(window: Window, profile: &TempDir) -> serde_json::Map<String, Value> {
    let Window {
        width,
        height,
        is_phone,
    } = window;
    let mut options = json!({
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ],
    });
    if is_phone {
        let metrics = json!({ "width": width, "height": height, "pixelRatio": 2, "touch": true, "mobile": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    let all = json!({
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    all.as_object().cloned().unwrap_or_default()
}

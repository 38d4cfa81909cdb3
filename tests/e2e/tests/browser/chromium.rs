//! A headless Chromium of the test's own, driven through a chromedriver of its own; both end with the test, however it ends.

use std::fs::remove_dir_all;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// How long a busy machine may take over one thing.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const STARTED: &str = "ChromeDriver was started successfully on port ";

/// A browser, looking at one of its tabs.
#[derive(Debug)]
pub(crate) struct Chromium {
    tab: Client,
    http: reqwest::Client,
    session: String,
    _driver: Driver,
}

#[derive(Debug)]
struct Driver {
    process: Child,
    port: u16,
    profile: PathBuf,
}

#[expect(
    clippy::unwrap_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
impl Driver {
    async fn start() -> Self {
        static STARTS: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "chromium-{}-{}",
            std::process::id(),
            STARTS.fetch_add(1, Ordering::Relaxed)
        );
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver does not start: {error}"));
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = timeout(PATIENCE, async {
            while let Some(line) = said.next_line().await.unwrap() {
                if let Some(port) = line.strip_prefix(STARTED) {
                    return port.trim_end_matches('.').parse().unwrap();
                }
            }
            panic!("chromedriver ended before it listened");
        });
        let port = port.await.unwrap();
        // With its pipe closed, the next thing it says would end it.
        process.stdout = Some(said.into_inner().into_inner());
        Self {
            process,
            port,
            profile: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name),
        }
    }
}

impl Drop for Driver {
    /// A chromedriver that is killed leaves its Chromium behind, so it is asked first. A drop cannot wait for a future.
    fn drop(&mut self) {
        if let Ok(mut asked) = TcpStream::connect(("127.0.0.1", self.port)) {
            let shutdown =
                b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            let _ = asked.set_read_timeout(Some(PATIENCE));
            let _ = asked.write_all(shutdown);
            let _ = asked.read_to_end(&mut Vec::new());
        }
        let _ = self.process.start_kill();
        let _ = remove_dir_all(&self.profile);
    }
}

#[expect(
    clippy::unwrap_used,
    reason = "a test's own tools: a failure here is the test's failure"
)]
impl Chromium {
    pub(crate) async fn start() -> Self {
        let driver = Driver::start().await;
        let args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // In a process of its own, what a sandboxed frame complains of would miss the log.
            "--disable-features=IsolateSandboxedIframes",
            "--hide-scrollbars",
            &format!("--user-data-dir={}", driver.profile.display()),
        ];
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {"args": args},
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let tab = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .unwrap();
        Self {
            session: format!(
                "http://127.0.0.1:{}/session/{}",
                driver.port,
                tab.session_id().await.unwrap().unwrap()
            ),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            tab,
            _driver: driver,
        }
    }

    pub(crate) async fn open(&self, url: &str) {
        self.tab.goto(url).await.unwrap();
    }

    /// A command of chromedriver's own, beyond the standard.
    async fn command(&self, path: &str, body: Value) -> Value {
        let sent = self
            .http
            .post(format!("{}{path}", self.session))
            .json(&body)
            .send();
        let mut answer: Value = sent.await.unwrap().json().await.unwrap();
        assert!(
            answer["value"]["error"].is_null(),
            "chromedriver: {}",
            answer["value"]
        );
        answer["value"].take()
    }

    /// Makes this tab's page exactly so large; a window of that size would be larger by its frame.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command(
            "/goog/cdp/execute",
            json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": screen}),
        )
        .await;
    }

    /// What the browser has complained of since it was asked last, in any tab: errors, warnings, broken policies.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.command("/se/log", json!({"type": "browser"})).await;
        let entries = log.as_array().unwrap().iter();
        entries
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .map(|entry| entry["message"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.tab.screenshot().await.unwrap()
    }

    /// A script's answer from the page as it is now.
    pub(crate) async fn read(&self, script: &str) -> Value {
        self.tab.execute(script, Vec::new()).await.unwrap()
    }

    /// Looks again and again, until there is something to be seen.
    pub(crate) async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(seen) = look().await {
                    return seen;
                }
                sleep(LOOK_AGAIN).await;
            }
        };
        if let Ok(seen) = timeout(PATIENCE, looking).await {
            return seen;
        }
        let says = self.read("return document.body.innerText").await;
        panic!("not seen within {PATIENCE:?}: {what}. The page says: {says}");
    }

    /// The first element that is there and shown.
    async fn shown(&self, locator: Locator<'_>) -> Option<Element> {
        let element = self.tab.find(locator).await.ok()?;
        element.is_displayed().await.ok()?.then_some(element)
    }

    pub(crate) async fn text_of(&self, css: &str) -> String {
        let text = async || self.shown(Locator::Css(css)).await?.text().await.ok();
        self.until(css, text).await
    }

    pub(crate) async fn attribute_of(&self, css: &str, name: &str) -> String {
        let value = async || self.shown(Locator::Css(css)).await?.attr(name).await.ok()?;
        self.until(css, value).await
    }

    async fn click_on(&self, what: &str, locator: Locator<'_>) {
        // A page that is drawn anew between finding and clicking is no fault.
        let click = async || self.shown(locator).await?.click().await.ok();
        self.until(what, click).await;
    }

    pub(crate) async fn click(&self, css: &str) {
        self.click_on(css, Locator::Css(css)).await;
    }

    /// Presses the button with exactly this text.
    pub(crate) async fn press(&self, text: &str) {
        let path = format!("//button[normalize-space()='{text}']");
        self.click_on(text, Locator::XPath(&path)).await;
    }

    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        let typing = async || {
            let field = self.shown(Locator::Css(css)).await?;
            field.clear().await.ok()?;
            field.send_keys(text).await.ok()
        };
        self.until(css, typing).await;
    }

    /// Clicks inside a frame, then looks at the page around it again.
    pub(crate) async fn click_in_frame(&self, frame: &str, css: &str) {
        let enter = async || {
            let frame = self.shown(Locator::Css(frame)).await?;
            frame.enter_frame().await.ok()
        };
        self.until(frame, enter).await;
        self.click(css).await;
        self.tab.enter_parent_frame().await.unwrap();
    }

    /// Clicks on what opens a tab, and looks at that tab; the one left behind.
    pub(crate) async fn click_into_new_tab(&self, css: &str) -> WindowHandle {
        let old = self.tab.window().await.unwrap();
        let before = self.tab.windows().await.unwrap();
        self.click(css).await;
        let new = async || {
            let tabs = self.tab.windows().await.ok()?;
            tabs.into_iter().find(|tab| !before.contains(tab))
        };
        let new = self.until("a new tab", new).await;
        self.tab.switch_to_window(new).await.unwrap();
        old
    }

    pub(crate) async fn look_at(&self, tab: WindowHandle) {
        self.tab.switch_to_window(tab).await.unwrap();
    }
}

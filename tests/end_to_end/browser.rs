//! One headless Chromium for one test: started, watched for console errors, and stopped. It knows WebDriver, and
//! nothing of the page.

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value as Json, json};
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};

/// Browsers that run at once: each keeps a core busy, and a starved one is slower than two in a row.
const MOST_BROWSERS: usize = 2;

/// How often a driver is started before its silence counts.
const MOST_STARTS: usize = 3;

/// Nothing that Chromium would fetch for itself, and no sandbox, which needs rights that a container seldom has.
const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en",
    "--window-size=1280,900",
];

/// A browser with one tab. Its methods wait, so that a failed assertion tells the line of the test.
pub struct Browser {
    client: Client,
    runtime: tokio::runtime::Runtime,
    // Dropped last: the session ends before its driver does.
    _driver: Driver,
}

impl Browser {
    /// Starts the driver and a session with a fresh profile, which the driver removes at the end.
    pub fn start() -> Self {
        let driver = Driver::start();
        let chromium = program("CHROMIUM", &["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"]);
        let capabilities = json!({
            "goog:chromeOptions": { "binary": chromium, "args": ARGUMENTS },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Json::Object(capabilities) = capabilities else { unreachable!("an object was written") };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an executor");
        let client = runtime.block_on(connect(&driver.address, capabilities)).expect("a session with Chromium");
        Self { client, runtime, _driver: driver }
    }

    /// Waits for the answer to what `ask` asks.
    #[track_caller]
    pub fn ask<T, F: Future<Output = Result<T, E>>, E: std::fmt::Display>(&self, ask: impl FnOnce(Client) -> F) -> T {
        match self.runtime.block_on(ask(self.client.clone())) {
            Ok(answer) => answer,
            Err(error) => panic!("the browser refused: {error}"),
        }
    }

    /// Runs a script in the page. It reads `arguments` and returns its answer.
    #[track_caller]
    pub fn script(&self, script: &str, arguments: &[Json]) -> Json {
        self.ask(|client| async move { client.execute(script, arguments.to_vec()).await })
    }

    /// A command of the DevTools protocol.
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Json) -> Json {
        let body = json!({ "cmd": command, "params": parameters });
        self.ask(|client| async move { client.issue_cmd(Vendor { path: "goog/cdp/execute", body }).await })
    }

    /// What the console has got to tell since the last call, as JSON objects with `level` and `message`.
    #[track_caller]
    pub fn console(&self) -> Vec<Json> {
        let body = json!({ "type": "browser" });
        let entries = self.ask(|client| async move { client.issue_cmd(Vendor { path: "se/log", body }).await });
        entries.as_array().expect("a list of console entries").clone()
    }

    /// Saves what the window shows beside the tests' other files, and says where.
    pub fn keep_screenshot(&self, name: &str) -> Option<PathBuf> {
        let image = self.runtime.block_on(self.client.screenshot()).ok()?;
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.png", name.replace("::", "-")));
        std::fs::write(&file, image).ok()?;
        Some(file)
    }

    /// Ends the session, and Chromium with it.
    pub fn stop(self) {
        // A browser that is gone already needs no end.
        let _ = self.runtime.block_on(self.client.clone().close());
    }
}

async fn connect(driver: &str, capabilities: Capabilities) -> Result<Client, fantoccini::error::NewSessionError> {
    ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(driver).await
}

/// The running driver; it is killed when dropped, also by a failed test.
struct Driver {
    process: Child,
    address: String,
    _turn: Turn,
}

impl Driver {
    /// Starts it; once more where it ended before it told its port, as happens on a machine that does many things.
    fn start() -> Self {
        let turn = Turn::wait();
        let binary = program("CHROMEDRIVER", &["chromedriver", "chromium.chromedriver"]);
        let (process, port) = (0..MOST_STARTS)
            .find_map(|_| Self::try_start(&binary))
            .unwrap_or_else(|| panic!("{} tells no port", binary.display()));
        Self { process, address: format!("http://127.0.0.1:{port}"), _turn: turn }
    }

    fn try_start(binary: &Path) -> Option<(Child, u16)> {
        // Port 0 lets the system choose a free one, which the driver then tells.
        let mut process = Command::new(binary)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", binary.display()));
        let lines = BufReader::new(process.stdout.take().expect("its standard output")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, told) = line.split_once("started successfully on port ")?;
            told.trim_end_matches('.').parse::<u16>().ok()
        });
        if port.is_none() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
        port.map(|port| (process, port))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The right to run a browser.
struct Turn;

static RUNNING: Mutex<usize> = Mutex::new(0);
static FREE: Condvar = Condvar::new();

impl Turn {
    fn wait() -> Self {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |n: &mut usize| *n >= MOST_BROWSERS;
        *FREE.wait_while(running, is_full).unwrap_or_else(PoisonError::into_inner) += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        FREE.notify_one();
    }
}

/// Where the program is that an environment variable names, or else the first of some names: a path, or a name to be
/// found on the PATH, since the driver takes paths only.
fn program(variable: &str, names: &[&str]) -> PathBuf {
    let named = std::env::var(variable).unwrap_or_default();
    let names = if named.is_empty() { names } else { &[named.as_str()] };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    match places.find(|it| it.is_file()) {
        Some(place) => place,
        None => panic!("There is no {} on the PATH; install it, or name it in {variable}.", names.join(", no ")),
    }
}

/// A command that ChromeDriver knows beyond the standard.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Json,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

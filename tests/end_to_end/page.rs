//! The page as its reader finds it: opened, read, typed and pointed at. It expects nothing; that is for the tests.

#[path = "../common/catalog.rs"]
mod catalog;

use super::browser::Browser;
use super::command_line::{self, Amounts};
use super::server;
pub use catalog::CATALOG;
use fantoccini::Locator;
use fantoccini::actions::{Actions, InputSource, KeyAction, KeyActions, MouseActions, PointerAction};
use fantoccini::key::Key;
use serde_json::{Value as Json, json};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// How long the page may take for what it does at once, on a machine that does many things.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what was done by hand may take to show: some frames, on a machine that does many things.
const SOON: Duration = Duration::from_secs(2);

/// The page's pause before the address follows (350 ms), with time for the change itself.
pub const ADDRESS_RESTS: Duration = Duration::from_millis(600);

/// Methods and components are given as floats, written and read once more.
const ROUNDING: f64 = 1e-12;

/// The page in a browser of its own.
pub struct Page {
    browser: Browser,
}

/// Runs a test on a page in a browser of its own, and afterwards asks what no page may do: tell an error to the
/// console, or load anything from elsewhere.
pub fn in_browser(test: impl FnOnce(&Page)) {
    let page = Page { browser: Browser::start() };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        test(&page);
        page.check_requests();
        page.check_console();
    }));
    if outcome.is_err() {
        let name = std::thread::current().name().unwrap_or("test").to_owned();
        match page.browser.keep_screenshot(&name) {
            Some(file) => eprintln!("{name}: what the window showed is in {}", file.display()),
            None => eprintln!("{name}: the browser gave no screenshot"),
        }
    }
    page.browser.stop();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Asking the browser.
impl Page {
    /// The browser, for what only few tests ask of it.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Opens a link, given as a query without `?`, and waits until the page runs and all of it is there.
    #[track_caller]
    pub fn open(&self, query: &str) {
        self.open_in("/", query);
    }

    /// The same for the page in a folder of its server, given with slashes at both ends.
    #[track_caller]
    pub fn open_in(&self, folder: &str, query: &str) {
        let address = format!("{}{folder}{}{query}", server::address(), if query.is_empty() { "" } else { "?" });
        self.browser.ask(|client| async move { client.goto(&address).await });
        self.until("the page runs", "return document.querySelector('.app:not([aria-busy]) main') !== null", &[]);
    }

    /// What a script answers. It sees its arguments as `a`, `b` and `c`, and `$` finds an element by its test id.
    #[track_caller]
    pub fn script(&self, script: &str, arguments: &[Json]) -> Json {
        let head = "const $ = id => document.querySelector(`[data-testid=\"${id}\"]`); const [a, b, c] = arguments;";
        self.browser.script(&format!("{head} {script}"), arguments)
    }

    /// The same for a script that answers with a text.
    #[track_caller]
    pub fn text_of(&self, script: &str, arguments: &[Json]) -> String {
        match self.script(script, arguments) {
            Json::String(text) => text,
            other => panic!("{script} {arguments:?} gives no text but {other}"),
        }
    }

    /// The same for a script that answers with a list of texts.
    #[track_caller]
    pub fn texts_of(&self, script: &str, arguments: &[Json]) -> Vec<String> {
        match self.script(script, arguments) {
            Json::Array(all) => all.iter().map(|it| it.as_str().unwrap_or("no text").to_owned()).collect(),
            other => panic!("{script} {arguments:?} gives no list but {other}"),
        }
    }

    /// The same for a script that answers with a number.
    #[track_caller]
    pub fn number_of(&self, script: &str, arguments: &[Json]) -> f64 {
        let answer = self.script(script, arguments);
        answer.as_f64().unwrap_or_else(|| panic!("{script} {arguments:?} gives no number but {answer}"))
    }

    /// Waits until a script answers with anything but `false`, `null`, 0 or an empty text, and gives that.
    #[track_caller]
    pub fn until(&self, what: &str, script: &str, arguments: &[Json]) -> Json {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.script(script, arguments);
            if !matches!(answer, Json::Null | Json::Bool(false)) && answer != json!("") && answer != json!(0) {
                return answer;
            }
            assert!(Instant::now() < end, "waited in vain until {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until what is drawn once a frame has been drawn.
    #[track_caller]
    pub fn painted(&self) {
        let script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.browser.ask(|client| async move { client.execute_async(script, vec![]).await });
    }

    /// A screenshot of an element.
    #[track_caller]
    pub fn picture_of(&self, selector: &str) -> Vec<u8> {
        self.painted();
        self.browser.ask(|client| async move { client.find(Locator::Css(selector)).await?.screenshot().await })
    }

    /// Sizes the window and chooses its pixel ratio.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32, pixel_ratio: f64) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": pixel_ratio, "mobile": false });
        self.browser.devtools("Emulation.setDeviceMetricsOverride", size);
        self.painted();
    }
}

/// Hand on keyboard and mouse.
impl Page {
    /// Presses keys one after the other, with as little between them as the driver needs.
    #[track_caller]
    pub fn press(&self, keys: &[Key]) {
        self.type_keys(keys.iter().map(|&key| char::from(key)));
    }

    /// Types a text, character by character.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.type_keys(text.chars());
    }

    #[track_caller]
    fn type_keys(&self, keys: impl Iterator<Item = char>) {
        let actions = keys.fold(KeyActions::new("keyboard".to_owned()), |actions, value| {
            actions.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        self.perform(actions);
    }

    /// Presses a key while another is held.
    #[track_caller]
    pub fn press_with(&self, held: Key, key: char) {
        let held = char::from(held);
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held });
        self.perform(actions);
    }

    /// Moves, presses and releases the mouse.
    #[track_caller]
    pub fn mouse(&self, actions: &[PointerAction]) {
        self.perform(actions.iter().cloned().fold(MouseActions::new("mouse".to_owned()), MouseActions::then));
    }

    #[track_caller]
    fn perform(&self, actions: impl Into<Actions>) {
        let actions = actions.into();
        self.browser.ask(|client| async move { client.perform_actions(actions).await });
    }

    /// Clicks in the middle of an element, which must be the one that is met there.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let find = |client: fantoccini::Client| async move { client.find(Locator::Css(selector)).await?.click().await };
        self.browser.ask(find);
    }

    /// Clicks on the element with a test id.
    #[track_caller]
    pub fn click_on(&self, test_id: &str) {
        self.click(&format!("[data-testid='{test_id}']"));
    }

    /// Gives the focus to the element with a test id, as Tab would.
    #[track_caller]
    pub fn focus(&self, test_id: &str) {
        let has_focus = self.script("$(a).focus(); return document.activeElement === $(a)", &[json!(test_id)]);
        assert_eq!(has_focus, true, "{test_id} takes the focus");
    }

    /// Selects all text of a number box, ready to be typed over.
    #[track_caller]
    pub fn select_box(&self, key: &str) {
        self.focus(&number_box(key));
        self.press_with(Key::Control, 'a');
    }

    /// Types into a number box in place of what stands there, and commits it with Enter.
    #[track_caller]
    pub fn enter(&self, key: &str, text: &str) {
        self.select_box(key);
        if text.is_empty() {
            self.press(&[Key::Delete])
        } else {
            self.type_text(text)
        }
        self.press(&[Key::Enter]);
    }
}

/// Reading the page.
impl Page {
    /// The query of the address bar, without `?`.
    #[track_caller]
    pub fn query(&self) -> String {
        self.text_of("return location.search.replace(/^\\?/, '')", &[])
    }

    /// Waits until the address bar has a query, with its pause.
    #[track_caller]
    pub fn until_query(&self, query: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let ours = self.query();
            if ours == query {
                return;
            }
            assert!(Instant::now() < end, "the address bar has {ours:?} and should have {query:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the address bar has another query than this, and gives it.
    #[track_caller]
    pub fn query_after(&self, query: &str) -> String {
        let script = "const now = location.search.replace(/^\\?/, ''); return now !== a && [now]";
        let answer = self.until("the address follows", script, &[json!(query)]);
        answer[0].as_str().expect("a query").to_owned()
    }

    /// The total in bytes of each method that answers.
    #[track_caller]
    pub fn totals(&self) -> Amounts {
        self.amounts("total-")
    }

    /// Each method's components in bytes, named `METHOD-COMPONENT`.
    #[track_caller]
    pub fn components(&self) -> Amounts {
        self.amounts("component-")
    }

    #[track_caller]
    fn amounts(&self, prefix: &str) -> Amounts {
        let script = "return [...document.querySelectorAll(`[data-testid^=\"${a}\"]`)]
            .filter(it => it.innerText.trim() !== '–')
            .map(it => [it.dataset.testid.slice(a.length), it.dataset.bytes])";
        let Json::Array(pairs) = self.script(script, &[json!(prefix)]) else { panic!("no list of amounts") };
        let amount = |pair: &Json| {
            let bytes = pair[1].as_str().and_then(|it| it.parse().ok());
            (pair[0].as_str().expect("a name").to_owned(), bytes.unwrap_or_else(|| panic!("{prefix} {pair}: no bytes")))
        };
        let res: Amounts = pairs.iter().map(amount).collect();
        assert_eq!(res.len(), pairs.len(), "each test id occurs once: {pairs:?}");
        res
    }

    /// The text of the element with a test id, as it is seen.
    #[track_caller]
    pub fn text(&self, test_id: &str) -> String {
        self.text_of("const it = $(a); return it ? it.innerText : `no element ${a}`", &[json!(test_id)])
    }

    /// What stands in a number box.
    #[track_caller]
    pub fn box_text(&self, key: &str) -> String {
        self.text_of("return $(a).value", &[json!(number_box(key))])
    }

    /// The texts of all notices.
    #[track_caller]
    pub fn notices(&self) -> Vec<String> {
        self.texts_of(
            "return [...document.querySelectorAll('[data-testid=notice]')].map(it => it.innerText.trim())",
            &[],
        )
    }
}

/// What always holds.
impl Page {
    /// Totals and components are what the command line computes for a link, or become so within a few frames: what a
    /// change of mode has to build comes after the click.
    #[track_caller]
    pub fn check_estimates(&self, link: &str) {
        let expected = [command_line::totals(link), command_line::components(link)];
        let end = Instant::now() + SOON;
        loop {
            let ours = [self.totals(), self.components()];
            let differences: Vec<_> = ours.iter().zip(&expected).filter_map(|it| difference(it.0, it.1)).collect();
            if differences.is_empty() {
                return;
            }
            assert!(Instant::now() < end, "{link}, in the page and at the command line: {differences:#?}");
        }
    }

    /// Shows the rows of parameters without effect, also those that are yet to lose theirs.
    pub fn unfold_rows(&self) {
        self.script("document.querySelectorAll('.unfold').forEach(it => it.click())", &[]);
        let all = "return [...document.querySelectorAll('.rows > .param')].every(it => it.checkVisibility())";
        self.until("all rows are seen", all, &[]);
    }

    /// The address bar comes to have a query, and totals and components are those of its link.
    #[track_caller]
    pub fn check_link(&self, query: &str) {
        self.until_query(query);
        self.check_estimates(&self.query());
    }

    #[track_caller]
    fn check_requests(&self) {
        let script = "return performance.getEntriesByType('resource').map(it => it.name)";
        let requests = self.texts_of(script, &[]);
        assert!(requests.iter().any(|it| it.ends_with(".wasm")), "requests are recorded: {requests:?}");
        let origin = self.text_of("return location.origin", &[]);
        assert!(requests.iter().all(|it| it.starts_with(&origin)), "from elsewhere: {requests:?}");
    }

    #[track_caller]
    fn check_console(&self) {
        // An error of our own first: a log that holds nothing must not look like a page that told nothing.
        self.script("console.error('the end of the test')", &[]);
        let errors: Vec<_> = self.browser.console().into_iter().filter(|it| it["level"] == "SEVERE").collect();
        let (ours, others): (Vec<_>, Vec<_>) =
            errors.iter().map(|it| it["message"].to_string()).partition(|it| it.contains("the end of the test"));
        assert_eq!(ours.len(), 1, "the console is recorded");
        assert!(others.is_empty(), "the console tells errors: {others:#?}");
    }
}

/// What is not the same in two lists of amounts.
fn difference(ours: &Amounts, expected: &Amounts) -> Option<String> {
    assert!(!expected.is_empty(), "the command line gives amounts");
    if !ours.keys().eq(expected.keys()) {
        return Some(format!("{:?} and {:?}", ours.keys(), expected.keys()));
    }
    let is_off = |it: &(&String, &f64)| (ours[it.0] - it.1).abs() > ROUNDING * it.1;
    let off = expected.iter().find(is_off);
    off.map(|(name, bytes)| format!("{name}: {} and {bytes}", ours[name]))
}

/// The test id of a number box.
pub fn number_box(key: &str) -> String {
    format!("number-{key}")
}

/// The test id of a slider.
pub fn slider(key: &str) -> String {
    format!("slider-{key}")
}

//! The second program: it is fetched when it is needed and not before, and a failure is told where it happens.

use super::page::{Page, in_browser};
use super::server::FOLDER;
use serde_json::json;

/// The second program.
const LATER: &str = "later.wasm";
/// The texts of languages other than English.
const LANGUAGES: &str = "languages.wasm";
/// What these languages say after the first view.
const TRANSLATED: &str = "translated.wasm";

/// What the page has fetched of a part of its program.
fn fetched(page: &Page, part: &str) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map(it => it.name)";
    page.texts_of(script, &[]).into_iter().filter(|it| it.contains(part)).collect()
}

/// The document asks for what the totals need; table, formulas and the other views come after them, once, and other
/// languages not at all.
#[test]
fn the_totals_do_not_wait_for_it() {
    in_browser(|page| {
        page.open("mode=nlp");
        let named = "return [...document.querySelectorAll('link, script')].map(it => it.href || it.src)";
        assert!(page.texts_of(named, &[]).iter().all(|it| !it.contains("split_")), "the document names no part");
        page.enter("modelSize", "13");
        page.check_link("mode=nlp&modelSize=13");
        page.click_on("open-optimizer");
        page.until("the row is open", "return $('detail') !== null", &[]);
        page.click_on("view-guide");
        page.until("the guide is open", "return document.querySelector('main.guide') !== null", &[]);
        assert_eq!(fetched(page, LATER).len(), 1, "it is fetched once");
        assert_eq!(fetched(page, LANGUAGES), [""; 0]);
        assert_eq!(fetched(page, TRANSLATED), [""; 0]);
    });
}

#[test]
fn it_is_found_in_a_folder_of_a_server() {
    in_browser(|page| {
        page.open_in(FOLDER, "view=verification");
        assert_eq!(page.text_of("return $('verification-1').tagName", &[]), "TBODY");
        assert!(fetched(page, LATER).iter().all(|it| it.contains(FOLDER)));
    });
}

#[test]
fn without_it_the_page_says_so_and_tries_again() {
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*later.wasm", "*guide.wasm"] }));
        page.open("mode=nlp");
        page.until("the failure is told where the table should stand", "return $('not-loaded') !== null", &[]);
        assert!(page.text("total-documented").contains("GiB"), "the document's totals stand without it");
        assert!(!page.text("total-calibrated").contains("GiB"), "formulas that are not there answer nothing");
        page.click_on("view-verification");
        page.until("and where another view should", "return $('not-loaded') !== null", &[]);
        page.until_query("mode=nlp&view=verification");
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click("[data-testid=not-loaded] button");
        page.until("the view is open", "return $('verification-1') !== null", &[]);
        page.click_on("view-estimate");
        page.click("[data-testid=not-loaded] button");
        page.check_link("mode=nlp");
        page.until("the table is there", "return $('components') !== null", &[]);
        assert!(page.text("total-calibrated").contains("GiB"), "the formulas came along");
        // The console has told of the failure, as it should.
        let told = page.browser().console();
        assert!(told.iter().any(|it| it["message"].to_string().contains("Failed to fetch")), "{told:?}");
    });
}

/// Its styles come with it: without them nothing of it is shown, and both can be asked for again.
#[test]
fn nothing_of_it_is_shown_without_its_styles() {
    check_without_styles(&[]);
}

/// Where nothing comes at all, as without a network, either can be asked for again.
#[test]
fn it_is_asked_for_again_with_its_styles() {
    check_without_styles(&["*later.wasm"]);
}

fn check_without_styles(also_missing: &[&str]) {
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": also_missing }));
        // Chromium blocks no style sheets that a script asks for: it is sent for another file, which is not there.
        let astray = "new MutationObserver(() => window.isFound || document.querySelectorAll('link[href$=\"estimate.css\"]')
            .forEach(it => it.setAttribute('href', 'missing.css'))).observe(document, { childList: true, subtree: true })";
        page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": astray }));
        page.open("mode=nlp");
        page.until("the failure is told", "return $('not-loaded') !== null", &[]);
        assert_eq!(page.text_of("return String($('components'))", &[]), "null", "it is not shown as it is");
        page.script("window.isFound = true", &[]);
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click("[data-testid=not-loaded] button");
        page.until("the table is there", "return $('components') !== null", &[]);
        page.click_on("view-guide");
        page.until("the guide is open", "return document.querySelector('main.guide') !== null", &[]);
        let worn = "return [...document.styleSheets].map(it => it.href.split('/').pop() + (it.cssRules.length > 0))";
        assert_eq!(
            page.texts_of(worn, &[]),
            ["page.csstrue", "estimate.csstrue", "views.csstrue"],
            "each once, in this order"
        );
        // The console has told of what was missing.
        page.browser().console();
    });
}

/// The Verification view said that the cases could not be loaded, and offered nothing.
#[test]
fn the_cases_can_be_asked_for_again() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*scatter.tsv"] }));
        page.click_on("view-verification");
        page.until("the failure is told", "return $('cases-again') !== null", &[]);
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click_on("cases-again");
        page.until("the cases are there", "return $('families') !== null && $('cases-again') === null", &[]);
    });
}

/// What comes later speaks the page's language or does not come; whoever changes the language waits for all of it.
#[test]
fn nothing_later_is_said_in_another_language() {
    const IS_CHINESE: &str = "return /[\\u4e00-\\u9fff]/.test(document.querySelector('.why-line')?.innerText ?? '')";
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*translated.wasm"] }));
        page.open("mode=nlp&lang=zh");
        page.until("the failure is told", "return $('not-loaded') !== null", &[]);
        assert_eq!(page.text_of("return document.documentElement.lang + $('components')", &[]), "zh-Hansnull");
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click("[data-testid=not-loaded] button");
        page.until("the table is there", "return $('components') !== null", &[]);
        page.until("the sentence is Chinese", IS_CHINESE, &[]);
        // The console has told of what was missing.
        page.browser().console();
        page.open("mode=nlp&lang=en");
        page.until("the table is there", "return $('components') !== null", &[]);
        assert_eq!(fetched(page, TRANSLATED), [""; 0]);
        let choose = "const it = $('choice-language'); it.value = 'zh'; it.dispatchEvent(new Event('change', { bubbles: true }))";
        page.script(choose, &[]);
        page.until("Chinese is spoken", "return document.documentElement.lang === 'zh-Hans'", &[]);
        page.until("the sentence too", IS_CHINESE, &[]);
        assert_eq!(fetched(page, TRANSLATED).len(), 1);
        // Broken before: back from English, where all had come meanwhile, the table stayed English.
        page.open("mode=nlp&lang=zh");
        page.until("the first view is Chinese", "return $('choice-language')?.value === 'zh'", &[]);
        page.script(&choose.replace("'zh'", "'en'"), &[]);
        page.until("English is spoken", "return document.documentElement.lang === 'en'", &[]);
        page.until("the table is there", "return $('components') !== null", &[]);
        page.script(choose, &[]);
        page.until("Chinese is spoken", "return document.documentElement.lang === 'zh-Hans'", &[]);
        page.until("all of it", IS_CHINESE, &[]);
    });
}

/// Broken before: where the texts of the first view came late, nobody asked for those of what comes after it, and that
/// was English under Chinese tabs for good.
#[test]
fn texts_that_come_late_are_waited_for() {
    in_browser(|page| {
        page.open("mode=nlp&lang=en");
        page.until("the table is there", "return $('components') !== null", &[]);
        page.browser().devtools("Network.enable", json!({}));
        // All else is remembered by then: only the texts have a long way.
        let slow = json!({ "offline": false, "latency": 600, "downloadThroughput": -1, "uploadThroughput": -1 });
        page.browser().devtools("Network.emulateNetworkConditions", slow);
        page.open("mode=nlp&lang=zh&gpu=rtx-4090");
        page.until("the table is there", "return $('components') !== null", &[]);
        let is_english = "return [...document.querySelectorAll('.components th, .decide h2, .why-line')]
            .map(it => it.innerText).filter(it => it !== '' && !/[\\u4e00-\\u9fff]|^[A-Z]{0,3}B?$|bytes|GiB/.test(it))";
        page.until("what comes later is Chinese", "return document.querySelector('.decide h2') !== null", &[]);
        assert_eq!(page.texts_of(is_english, &[]), [""; 0]);
        page.browser().devtools(
            "Network.emulateNetworkConditions",
            json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
        );
    });
}

/// Without the texts of the reader's language the page speaks English, and says so.
#[test]
fn without_its_texts_a_language_is_not_spoken() {
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*languages.wasm"] }));
        page.open("mode=nlp&lang=zh");
        page.until("English is spoken", "return document.documentElement.lang === 'en'", &[]);
        assert_eq!(page.text_of("return $('choice-language').value", &[]), "en");
        page.check_link("mode=nlp&lang=zh");
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.open("mode=nlp&lang=zh");
        page.until("Chinese is spoken", "return document.documentElement.lang === 'zh-Hans'", &[]);
        assert_eq!(fetched(page, LANGUAGES).len(), 1, "its texts are fetched once");
        let told = page.browser().console();
        assert!(told.iter().all(|it| it["message"].to_string().contains("Failed to fetch")), "{told:?}");
    });
}

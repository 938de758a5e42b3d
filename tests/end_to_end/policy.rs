//! The page's Content-Security-Policy: one text in three places, and nothing in any view that breaks it. It knows no
//! formula.

use super::page::{Page, in_browser};
use fantoccini::key::Key;
use serde_json::json;
use std::path::Path;

/// What the server of these tests sends.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                          connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn document_and_examples_state_the_same_policy() {
    let document = read("index.html");
    assert!(document.contains(&format!("http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"")));
    // Every mention but prose, of every server and host.
    let hosting = read("docs/hosting.md");
    let stated: Vec<_> = hosting.lines().filter(|it| it.contains("default-src")).collect();
    assert!(stated.len() >= 5, "one for each server and host, and the policy itself: {stated:?}");
    for line in stated {
        assert!(line.contains(POLICY), "another policy: {line}");
    }
}

/// The built document is minified: its policy still comes before anything that it governs, and nothing in it would need
/// another.
#[test]
fn the_built_document_keeps_the_policy_first_and_has_nothing_inline() {
    let document = read("dist/index.html");
    let at_policy = document.find(POLICY).expect("the policy as it was written");
    let governed = ["<link", "<script", "<style", "<title"].iter().filter_map(|it| document.find(it)).min();
    assert!(governed.is_some_and(|at| at_policy < at), "something stands before the policy");
    assert!(!document.contains("<style"), "a style in the document");
    assert!(!document.contains(" style="), "a style attribute in the document");
    let (_, scripts) = document.split_once("<script").expect("the start-up script");
    assert!(!scripts.contains("<script"), "more than one script");
    let (tag, after) = scripts.split_once('>').expect("a whole tag");
    assert!(tag.contains("src=") && after.starts_with("</script>"), "a script in the document: {tag}");
}

/// Violations since the page was opened.
fn violations(page: &Page) -> Vec<String> {
    page.texts_of("return window.violations", &[])
}

fn watch_violations(page: &Page) {
    let script = "window.violations = [];
        addEventListener('securitypolicyviolation', it => violations.push(`${it.effectiveDirective} ${it.blockedURI}`))";
    page.browser().devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
}

#[test]
fn no_view_breaks_the_policy() {
    in_browser(|page| {
        watch_violations(page);
        page.open("mode=nlp&model=llama-2-7b-hf&nonsense=1");
        page.click_on("open-activations");
        page.until("the row is open", "return $('detail') !== null", &[]);
        page.focus("slider-batchSize");
        page.press(&[Key::Right]);
        page.click_on("view-verification");
        page.until("the measured cases are drawn", "return document.querySelector('main canvas') !== null", &[]);
        page.painted();
        page.click_on("view-guide");
        page.until("the guide is open", "return document.querySelector('main.guide') !== null", &[]);
        assert_eq!(violations(page), [""; 0]);
    });
}

/// A listener that hears nothing would let the test above pass whatever happens.
#[test]
fn a_violation_would_be_heard() {
    in_browser(|page| {
        watch_violations(page);
        page.open("mode=nlp");
        page.script("document.body.setAttribute('style', 'color: red')", &[]);
        page.until("the violation is heard", "return window.violations.length > 0", &[]);
        // Once for the document's policy and once for the header's.
        assert_eq!(violations(page), ["style-src-attr inline"; 2]);
        let told = page.browser().console();
        assert!(told.iter().any(|it| it["message"].to_string().contains("Content Security Policy")), "{told:?}");
    });
}

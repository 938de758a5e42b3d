//! The second program: it is fetched when it is needed and not before, and a failure is told where it happens.

use super::page::{Page, in_browser};
use super::server::FOLDER;
use serde_json::json;

/// What the page has fetched of its second program.
fn fetched(page: &Page) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map(it => it.name)";
    page.texts_of(script, &[]).into_iter().filter(|it| it.contains("later.wasm")).collect()
}

#[test]
fn the_first_view_does_without_it() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.enter("modelSize", "13");
        page.check_link("mode=nlp&modelSize=13");
        assert_eq!(fetched(page), [""; 0]);
        page.click_on("open-optimizer");
        page.until("the row is open", "return $('detail') !== null", &[]);
        page.click_on("view-guide");
        page.until("the guide is open", "return document.querySelector('main.guide') !== null", &[]);
        assert_eq!(fetched(page).len(), 1, "it is fetched once");
    });
}

#[test]
fn it_is_found_in_a_folder_of_a_server() {
    in_browser(|page| {
        page.open_in(FOLDER, "view=verification");
        assert_eq!(page.text_of("return $('verification-1').tagName", &[]), "TBODY");
        assert!(fetched(page).iter().all(|it| it.contains(FOLDER)));
    });
}

#[test]
fn without_it_the_page_says_so_and_tries_again() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*later.wasm"] }));
        page.click_on("view-guide");
        page.until("the failure is told", "return $('not-loaded') !== null", &[]);
        page.until_query("mode=nlp&view=guide");
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click("[data-testid=not-loaded] button");
        page.until("the guide is open", "return document.querySelector('main.guide') !== null", &[]);
        page.click_on("view-estimate");
        page.check_link("mode=nlp");
        // The console has told of the failure, as it should.
        let told = page.browser().console();
        assert!(told.iter().any(|it| it["message"].to_string().contains("Failed to fetch")), "{told:?}");
    });
}

/// The Verification view said that the cases could not be loaded, and offered nothing.
#[test]
fn the_cases_can_be_asked_for_again() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*accuracy.tsv"] }));
        page.click_on("view-verification");
        page.until("the failure is told", "return $('cases-again') !== null", &[]);
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click_on("cases-again");
        page.until("the cases are there", "return $('families') !== null && $('cases-again') === null", &[]);
    });
}

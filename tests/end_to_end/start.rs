//! The start of the page when its program cannot be had: the truth, a way to try again, and the link kept. It does not
//! know what the page shows once it runs.

use super::page::in_browser;
use super::server;
use serde_json::json;

/// Broken before: where the program could not be fetched, the page said "Loading…" for ever.
#[test]
fn without_its_program_the_page_says_so_and_tries_again() {
    in_browser(|page| {
        let address = format!("{}/?mode=nlp&modelSize=13&model=llama-2-7b-hf", server::address());
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*page_bg.wasm"] }));
        page.browser().ask(|client| {
            let address = address.clone();
            async move { client.goto(&address).await }
        });
        let is_told = "const it = $('boot-failed'); return it !== null && !it.hidden && it.offsetHeight > 0";
        page.until("the failure is told", is_told, &[]);
        assert!(!page.text_of("return document.body.innerText", &[]).contains("Loading"));
        page.until("it can be tried again", "return getComputedStyle($('boot-again')).visibility === 'visible'", &[]);
        assert_eq!(page.text_of("return location.href", &[]), address);
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click_on("boot-again");
        page.until("the page runs", "return document.querySelector('.app main') !== null", &[]);
        assert_eq!(page.text_of("return String($('boot-failed'))", &[]), "null");
        assert_eq!(page.text_of("return $('number-modelSize').value", &[]), "13");
        assert_eq!(page.text_of("return $('choice-model').value", &[]), "llama-2-7b-hf");
        assert_eq!(page.text_of("return location.href", &[]), address);
        // The console has told of the failure, as it should.
        let told = page.browser().console();
        assert!(told.iter().any(|it| it["message"].to_string().contains("Failed to fetch")), "{told:?}");
    });
}

/// Broken before: where not even the script that starts the program came, "Loading…" stayed beside "Try again".
#[test]
fn loading_gives_way_to_trying_again() {
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*boot.js"] }));
        let address = server::address();
        page.browser().ask(|client| async move { client.goto(address).await });
        let seen = "return ['boot-loading', 'boot-again'].filter(it => getComputedStyle($(it)).visibility === 'visible').join()";
        assert_eq!(page.text_of(seen, &[]), "boot-loading");
        page.until("it can be tried again", "return getComputedStyle($('boot-again')).visibility === 'visible'", &[]);
        assert_eq!(page.text_of(seen, &[]), "boot-again");
        // The console has told of what was blocked.
        page.browser().console();
    });
}

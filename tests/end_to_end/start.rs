//! The start of the page when a file of it cannot be had: the truth, a way to try again, and the link kept. It does not know
//! what the page shows once it runs.

use super::page::{Page, in_browser};
use super::server::Failing;

const QUERY: &str = "mode=nlp&modelSize=13&model=llama-2-7b-hf";

fn open(page: &Page, server: &Failing, query: &str) {
    let address = format!("{}/?{query}", server.address);
    page.browser().ask(|client| async move { client.goto(&address).await });
}

fn check_address(page: &Page, server: &Failing, query: &str) {
    assert_eq!(page.text_of("return location.href", &[]), format!("{}/?{query}", server.address));
}

/// Broken before: where the program could not be fetched, the page said "Loading…" for ever.
#[track_caller]
fn check_start_without(name: &'static str, status: u16) {
    in_browser(|page| {
        let server = Failing::start(name, status);
        open(page, &server, QUERY);
        let is_told = "const it = $('boot-failed'); return it !== null && !it.hidden && it.offsetHeight > 0";
        page.until("the failure is told", is_told, &[]);
        assert!(!page.text_of("return document.body.innerText", &[]).contains("Loading"));
        page.until("it can be tried again", "return getComputedStyle($('boot-again')).visibility === 'visible'", &[]);
        check_address(page, &server, QUERY);
        server.mend();
        page.click_on("boot-again");
        page.until("the page runs", "return document.querySelector('.app main') !== null", &[]);
        assert_eq!(page.text_of("return String($('boot-failed'))", &[]), "null");
        assert_eq!(page.text_of("return $('number-modelSize').value", &[]), "13");
        assert_eq!(page.text_of("return $('choice-model').value", &[]), "llama-2-7b-hf");
        check_address(page, &server, QUERY);
        // The console has told of the failure, as it should.
        let told = page.browser().console();
        assert!(told.iter().any(|it| it["message"].to_string().contains(&status.to_string())), "{told:?}");
    });
}

#[test]
fn a_program_that_is_not_there_is_told() {
    check_start_without("page_bg.wasm", 404);
}

#[test]
fn a_program_that_the_server_fails_to_send_is_told() {
    check_start_without("page_bg.wasm", 500);
}

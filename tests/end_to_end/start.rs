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

/// Then nothing of ours runs, and the stylesheet alone can offer to try again.
#[test]
fn without_even_the_start_up_script_it_can_be_tried_again() {
    in_browser(|page| {
        let server = Failing::start("boot.js", 404);
        open(page, &server, QUERY);
        assert_eq!(page.text_of("return getComputedStyle($('boot-again')).visibility", &[]), "hidden");
        let offer = "document.getAnimations().forEach(it => it.finish());
            return getComputedStyle($('boot-again')).visibility === 'visible'";
        page.until("it can be tried again", offer, &[]);
        server.mend();
        page.click_on("boot-again");
        page.until("the page runs", "return document.querySelector('.app main') !== null", &[]);
        check_address(page, &server, QUERY);
        assert!(!page.browser().console().is_empty(), "the console tells of the missing script");
    });
}

/// Broken before: a link to a view of the second program, which could not be fetched, had no way back.
#[test]
fn a_second_program_that_is_not_there_is_told_and_the_link_kept() {
    in_browser(|page| {
        let server = Failing::start("later.wasm", 500);
        let query = "mode=nlp&modelSize=13&view=guide";
        open(page, &server, query);
        page.until("the failure is told", "return $('not-loaded') !== null", &[]);
        check_address(page, &server, query);
        server.mend();
        page.click("[data-testid=not-loaded] button");
        page.until("the guide is open", "return document.querySelector('main.guide') !== null", &[]);
        check_address(page, &server, query);
        assert!(!page.browser().console().is_empty(), "the console tells of the refused file");
    });
}

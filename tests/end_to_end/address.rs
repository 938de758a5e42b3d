//! The address bar: it follows the sliders without filling the history, and Back and Forward go between deliberate
//! steps.

use super::page::{ADDRESS_RESTS, Page, in_browser};
use super::server::FOLDER;
use fantoccini::key::Key;

fn history_length(page: &Page) -> f64 {
    page.number_of("return history.length", &[])
}

#[track_caller]
fn go_back(page: &Page, query: &str) {
    page.browser().ask(|client| async move { client.back().await });
    page.check_link(query);
}

#[track_caller]
fn go_forward(page: &Page, query: &str) {
    page.browser().ask(|client| async move { client.forward().await });
    page.check_link(query);
}

#[test]
fn the_address_follows_the_sliders_without_new_steps() {
    in_browser(|page| {
        page.open("mode=nlp");
        let before = history_length(page);
        page.focus("slider-batchSize");
        page.press(&[Key::Right; 30]);
        page.check_link("mode=nlp&batchSize=46");
        page.press(&[Key::Left; 30]);
        page.check_link("mode=nlp");
        assert_eq!(history_length(page), before);
    });
}

#[test]
fn back_and_forward_go_between_modes() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.enter("batchSize", "4");
        page.check_link("mode=nlp&batchSize=4");
        page.click_on("mode-vlm");
        page.check_link(&page.query_after("mode=nlp&batchSize=4"));
        page.enter("modelSize", "8.5");
        std::thread::sleep(ADDRESS_RESTS);
        let second = page.query();
        assert!(second.starts_with("mode=vlm&modelSize=8.5"), "{second}");
        page.click_on("mode-cnn");
        let third = page.query_after(&second);
        page.check_link(&third);

        go_back(page, &second);
        assert_eq!(page.box_text("modelSize"), "8.5");
        go_back(page, "mode=nlp&batchSize=4");
        assert_eq!(page.box_text("batchSize"), "4");
        go_forward(page, &second);
        go_forward(page, &third);
    });
}

/// A slider that was moved a moment before the step: Back returns to the moved value, though the address had not
/// followed yet.
#[test]
fn a_step_keeps_what_was_set_a_moment_before() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.focus("slider-batchSize");
        page.press(&[Key::Right; 3]);
        page.script("$('mode-cnn').click()", &[]);
        page.until("the other mode is open", "return $('slider-kernelSize') !== null", &[]);
        go_back(page, "mode=nlp&batchSize=19");
    });
}

#[test]
fn views_are_steps_as_well() {
    in_browser(|page| {
        page.open("mode=nlp&modelSize=13");
        page.click_on("view-verification");
        page.until_query("mode=nlp&modelSize=13&view=verification");
        page.click_on("view-guide");
        page.until_query("mode=nlp&modelSize=13&view=guide");
        page.click_on("view-estimate");
        page.check_link("mode=nlp&modelSize=13");
        page.browser().ask(|client| async move { client.back().await });
        page.until("the guide is back", "return document.querySelector('main.guide') !== null", &[]);
        page.browser().ask(|client| async move { client.back().await });
        page.until("the verification is back", "return $('verification-1') !== null", &[]);
        go_back(page, "mode=nlp&modelSize=13");
    });
}

/// An opened link restores all that was shared, also after a reload.
#[test]
fn a_link_restores_what_was_shared() {
    in_browser(|page| {
        let query = "mode=nlp&modelSize=8.75&batchSize=4&precision=FP32&selected=verified&unit=GB";
        page.open(query);
        page.check_link(query);
        page.browser().ask(|client| async move { client.refresh().await });
        page.until("the page runs again", "return document.querySelector('.app main') !== null", &[]);
        page.check_link(query);
        assert_eq!(page.script("return $('method-verified').checked && $('unit-GB').checked", &[]), true);
        assert_eq!(page.text_of("return $('choice-precision').value", &[]), "FP32");
        assert!(page.text("total-verified").ends_with(" GB"));
        assert!(page.notices().is_empty());
    });
}

/// A link written by hand stays as it was written until something is changed.
#[test]
fn a_hand_written_link_stays_as_it_is() {
    in_browser(|page| {
        let query = "batchSize=4&mode=nlp&modelSize=07.0";
        page.open(query);
        std::thread::sleep(ADDRESS_RESTS);
        page.check_link(query);
        page.focus("slider-batchSize");
        page.press(&[Key::Right]);
        page.check_link("mode=nlp&batchSize=5");
    });
}

/// The folder can lie anywhere on a server, and its links stay in it.
#[test]
fn the_page_runs_in_a_folder_of_a_server() {
    in_browser(|page| {
        page.open_in(FOLDER, "mode=nlp");
        page.check_link("mode=nlp");
        page.click_on("mode-inference");
        page.check_link("");
        page.enter("batchSize", "4");
        page.check_link("batchSize=4");
        assert_eq!(page.text_of("return location.pathname", &[]), FOLDER);
    });
}

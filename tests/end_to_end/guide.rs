//! The Guide view: what helps at once stands first, and all of it is within a few screens.

use super::page::in_browser;
use serde_json::json;
use vram_estimator::estimator::{ModeGroup, ParameterId};
use vram_estimator::link::Language;
use vram_estimator::locale::guide_texts;

/// It was 13,755 pixels high at this width and 25,652 on a phone, half of it one empty column; advice came last.
#[test]
fn advice_comes_first_and_little_is_empty() {
    let guide = guide_texts(Language::English);
    in_browser(|page| {
        for (width, most) in [(1440, 3200.0), (360, 6200.0)] {
            page.resize(width, 900, 1.0);
            page.open("view=guide");
            let headings =
                page.texts_of("return [...document.querySelectorAll('.guide h2')].map(it => it.textContent)", &[]);
            assert_eq!(headings[..2], [guide.out_of_memory.title, guide.strategies_title]);
            let height = page.number_of("return document.documentElement.scrollHeight", &[]);
            assert!(height < most, "{height} at {width}");
        }
    });
}

/// A jump to a section moves what is seen and the keyboard, and is no step of the history.
#[test]
fn contents_lead_to_every_section() {
    in_browser(|page| {
        page.open("view=guide");
        let before = page.number_of("return history.length", &[]);
        let ids =
            page.texts_of("return [...$('contents').querySelectorAll('a')].map(it => it.getAttribute('href'))", &[]);
        let sections = page.texts_of("return [...document.querySelectorAll('.guide h2')].map(it => `#${it.id}`)", &[]);
        assert_eq!(ids, sections);
        for id in ids {
            page.script("$('contents').querySelector(`a[href='${a}']`).click()", &[json!(id)]);
            let is_there = "const it = document.querySelector(a), place = it.getBoundingClientRect();
                return document.activeElement === it && place.top >= 0 && place.bottom <= innerHeight";
            page.until("the section is there", is_there, &[json!(id)]);
        }
        assert_eq!((page.query().as_str(), page.number_of("return history.length", &[])), ("view=guide", before));
        assert_eq!(page.text_of("return location.hash", &[]), "");
    });
}

/// Four tables became one for each group, and no parameter was lost; closed groups can still be searched and printed.
#[test]
fn every_parameter_stands_there_once() {
    in_browser(|page| {
        page.open("view=guide");
        let mut keys = page
            .texts_of("return [...document.querySelectorAll('.parameters tbody th')].map(it => it.textContent)", &[]);
        let of_modes = |id: &&ParameterId| ModeGroup::Advanced.modes().any(|mode| id.use_in(mode).is_some());
        let mut expected: Vec<_> =
            ParameterId::ALL.iter().filter(of_modes).map(|id| id.spec().key.to_owned()).collect();
        keys.sort();
        expected.sort();
        assert_eq!(keys, expected);
        let is_shown = "return [...document.querySelectorAll('.parameters')].filter(it => it.checkVisibility()).length";
        assert_eq!(page.number_of(is_shown, &[]), 0.0, "the groups are closed");
        page.browser().devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        let n_groups = page.number_of("return document.querySelectorAll('.parameters').length", &[]);
        assert_eq!(page.number_of(is_shown, &[]), n_groups, "on paper all are open");
    });
}

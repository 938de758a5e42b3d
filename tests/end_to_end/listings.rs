//! Lists of named tensors in opened rows: what they say, and that a phone has room for it. It adds nothing up; that is
//! for tests of the library.

use super::page::{CATALOG, in_browser};
use serde_json::json;
use vram_estimator::estimator::{Inputs, MethodId, Mode, estimate_values};
use vram_estimator::link::Language;
use vram_estimator::locale::{later_texts, texts as texts_of};

/// The heads of a list's columns.
const HEADS: &str = "return [...document.querySelector('.listing').tHead.rows[0].cells].map(it => it.textContent)";

/// Broken before: columns had no names, figures touched the next column, and a phone broke symbols in two; and no list
/// said of which moment it speaks, nor in which format a tensor is.
#[test]
fn tensors_are_listed_under_their_heads() {
    in_browser(|page| {
        let texts = &later_texts(Language::English).detail.listing;
        let inputs = Inputs::defaults(Mode::Train).with_model(CATALOG.model("llama-3.1-8b").cloned());
        let all = estimate_values(&inputs);
        let calibrated = all.iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer");
        let peak = calibrated.peak().id();
        for width in [1440, 360] {
            page.resize(width, 900, 1.0);
            page.open("mode=train&model=llama-3.1-8b");
            for (row, heads) in [
                ("activations", vec![texts.name, texts.elements, texts.bytes_of_element, texts.bytes, texts.source]),
                ("weights", vec![texts.name, texts.elements, texts.parameters, texts.source]),
            ] {
                page.click_on(&format!("open-{row}"));
                page.until("a list is there", "return document.querySelector('.listing') !== null", &[]);
                assert_eq!(page.texts_of(HEADS, &[]), heads, "{row}");
                let sizes = "return new Set([...document.querySelectorAll('.listing th[scope=col]')].map(it => getComputedStyle(it).fontSize)).size";
                assert_eq!(page.number_of(sizes, &[]), 1.0, "{row}: heads are of one size");
                let moment =
                    (later_texts(Language::English).detail.at_moment)((texts_of(Language::English).moment)(peak));
                // It stood under every list of the row again.
                let said = "return [...document.querySelectorAll('[data-testid=detail]')]
                    .map(it => it.innerText.split(a).length - 1)";
                let said = page.script(said, &[json!(moment)]);
                assert!(
                    said.as_array().is_some_and(|it| !it.is_empty() && it.iter().all(|it| *it == 1)),
                    "{row}: {said}"
                );
                let formats = page.texts_of(
                    "return [...document.querySelectorAll('.listing td.each')].map(it => it.textContent)",
                    &[],
                );
                let is_told = |it: &String| ["FP32 · 4", "16-bit · 2", ""].contains(&it.as_str());
                assert!(formats.iter().all(is_told), "{row}: {formats:?}");
                let crowded = "return [...document.querySelectorAll('.listing tbody tr')].flatMap(row => {
                    const places = [...row.cells].filter(it => it.textContent !== '').map(it => {
                        const range = document.createRange();
                        range.selectNodeContents(it);
                        return range.getBoundingClientRect();
                    });
                    const meet = (a, b) => a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.bottom && b.top < a.bottom;
                    return places.some((a, at) => places.some((b, other) => at < other && meet(a, b))) ? [row.innerText] : [];
                })";
                assert_eq!(page.texts_of(crowded, &[]), [""; 0], "{row} at {width}: cells touch");
                // Of the text, not of its cell, which is as high as a name beside it that takes several lines.
                let broken = "return [...document.querySelectorAll('.listing .elements')].filter(it => {
                    const range = document.createRange();
                    range.selectNodeContents(it);
                    return it.textContent.length < 4 && range.getBoundingClientRect().height > 2 * a;
                }).map(it => it.textContent)";
                assert_eq!(page.texts_of(broken, &[json!(16)]), [""; 0], "{row} at {width}: short symbols stay whole");
                page.click_on(&format!("open-{row}"));
                page.until("the row is closed", "return $('detail') === null", &[]);
            }
        }
    });
}

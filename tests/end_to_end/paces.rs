//! What follows when: totals and bars with the hand, all else when it rests, and then without a difference to a page
//! that was opened there.

use super::page::{ADDRESS_RESTS, Page, in_browser, slider};
use fantoccini::actions::PointerAction;
use fantoccini::key::Key;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// All that is read and seen of the results and of the sliders, and nothing of what was pointed at or focused.
const ALL_THAT_IS_SHOWN: &str = "
    const texts = ['.fit-line', '.subject', '.cards', '.units', '.results', '.params-head'].map(it => document.querySelector(it).innerText);
    const boxes = [...document.querySelectorAll('.param input, .param select')].map(it => [
        it.dataset.testid, it.type === 'checkbox' ? it.checked : it.value, it.getAttribute('aria-valuetext')]);
    const lines = [...document.querySelectorAll('.param')].map(it => [it.dataset.testid, it.innerText]);
    const tracks = [...document.querySelectorAll('.track')].map(it => it.style.cssText);
    const pictures = ['chart', 'timeline'].map(it => $(it).toDataURL());
    const links = [...document.querySelectorAll('.modes a, .views a')].map(it => it.search);
    const labels = [...document.querySelectorAll('.bar-label')].filter(it => it.style.display !== 'none')
        .map(it => [it.innerText, it.style.transform]);
    const bytes = [...document.querySelectorAll('[data-bytes]')].map(it => it.dataset.bytes);
    return { texts, boxes, lines, tracks, pictures, links, labels, bytes }";

#[track_caller]
fn all_that_is_shown(page: &Page) -> Json {
    page.painted();
    page.painted();
    page.script(ALL_THAT_IS_SHOWN, &[])
}

/// The page shows what it would show if it had been opened at its address.
#[track_caller]
fn check_as_opened(page: &Page, query: &str) {
    page.script("document.activeElement.blur()", &[]);
    let after = all_that_is_shown(page);
    page.open(query);
    let opened = all_that_is_shown(page);
    for (name, shown) in opened.as_object().expect("parts of the page") {
        assert_eq!(&after[name], shown, "{name} at {query}");
    }
}

/// Nothing told that table, moments and sentence are a step behind while the hand moves.
#[test]
fn what_is_behind_the_hand_says_so() {
    in_browser(|page| {
        page.open("mode=nlp");
        let sign = "const it = document.querySelector('.components thead th');
            return getComputedStyle(it, '::after').visibility";
        let when_behind = format!(
            "window.seen = [];
            new MutationObserver(() => window.seen.push((() => {{ {sign} }})()))
                .observe(document.querySelector('.results'), {{ attributes: true, attributeFilter: ['class'] }})"
        );
        page.script(&when_behind, &[]);
        page.focus(&slider("modelSize"));
        page.press(&[Key::Right; 3]);
        page.until("the hand rests", "return window.seen.length > 1 && window.seen.at(-1) === 'hidden'", &[]);
        assert_eq!(page.text_of("return window.seen[0]", &[]), "visible");
    });
}

/// Timeline, table, sentence and the defaults of other rows do not follow the hand; once it rests they must be what
/// they would have been all along.
#[test]
fn at_rest_nothing_tells_how_the_page_came_there() {
    in_browser(|page| {
        let moves = [
            ("mode=nlp", "modelSize"),
            ("mode=train", "hiddenSize"),
            ("mode=grpo", "sequenceLength"),
            ("", "numAttentionHeads"),
            ("mode=moe", "numExperts"),
        ];
        for (start, key) in moves {
            page.open(start);
            page.focus(&slider(key));
            page.press(&[Key::Right; 30]);
            page.press(&[Key::Left; 7]);
            // On a busy machine the address may have followed between two keys; only the last one counts.
            std::thread::sleep(ADDRESS_RESTS);
            let query = page.query_after(start);
            page.check_link(&query);
            check_as_opened(page, &query);
        }
    });
}

/// What each frame has shown, told after it: the total of the last method, and the picture.
const WATCH: &str = "window.seen = [];
    const after = new MessageChannel();
    after.port1.onmessage = () => window.seen.push([$('total-calibrated').dataset.bytes, $('chart').toDataURL()]);
    const note = () => { after.port2.postMessage(0); requestAnimationFrame(note); };
    requestAnimationFrame(note)";

/// No frame shows the bars of one step beside the total of another.
#[test]
fn a_frame_shows_bars_and_totals_of_the_same_step() {
    in_browser(|page| {
        page.open("mode=nlp");
        let place = page.script(
            "const it = $(a).getBoundingClientRect(); return [it.left, it.top, it.width, it.height]",
            &[json!(slider("modelSize"))],
        );
        let [left, top, width, height] = std::array::from_fn(|i| place[i].as_f64().expect("a length"));
        page.script(WATCH, &[]);
        let at = |step: usize| PointerAction::MoveTo {
            duration: None,
            x: (left + (0.2 + 0.03 * step as f64) * width).round(),
            y: (top + height / 2.0).round(),
        };
        let mut drag = vec![at(0), PointerAction::Down { button: 0 }];
        for step in 1..=20 {
            drag.push(at(step));
            drag.push(PointerAction::Pause { duration: Duration::from_millis(40) });
        }
        drag.push(PointerAction::Up { button: 0 });
        page.mouse(&drag);
        let Json::Array(seen) = page.script("return window.seen", &[]) else { panic!("nothing was noted") };
        let text = |it: &Json, at: usize| it[at].as_str().expect("a text").to_owned();
        let mut steps: Vec<(String, String)> = Vec::new();
        for it in &seen {
            let (total, picture) = (text(it, 0), text(it, 1));
            match steps.iter().find(|step| step.0 == total) {
                Some(step) => assert!(step.1 == picture, "the bars beside {total} are others in another frame"),
                None => steps.push((total, picture)),
            }
        }
        assert!(steps.len() > 10, "{} steps were seen in {} frames", steps.len(), seen.len());
        let mut pictures: Vec<_> = steps.iter().map(|it| &it.1).collect();
        pictures.sort();
        pictures.dedup();
        assert_eq!(pictures.len(), steps.len(), "every total has bars of its own");
    });
}

/// A deliberate act right after a move of the hand, before it rests, takes the move along.
#[test]
fn a_mode_opened_while_the_hand_moves_has_the_last_move() {
    in_browser(|page| {
        page.open("mode=train");
        let script = "const it = $(a); it.value = 250; it.dispatchEvent(new Event('input', { bubbles: true }));
            $('mode-finetune').click(); return $(b).value";
        page.script(script, &[json!(slider("modelSize")), json!("number-modelSize")]);
        page.until("the mode is open", "return $('slider-loraRank') !== null", &[]);
        let query = page.query();
        assert!(query.starts_with("mode=finetune&modelSize="), "{query}");
        page.check_estimates(&query);
        page.script("history.back()", &[]);
        page.until("the mode before is open", "return $('slider-otherOverhead') !== null", &[]);
        let query = page.query();
        assert!(query.starts_with("mode=train&modelSize="), "{query}");
        page.check_estimates(&query);
    });
}

/// Choosing a model made the whole view anew, and the select lost what had been typed after its first letter.
#[test]
fn typing_in_the_list_of_models_goes_on_after_the_first_letter() {
    in_browser(|page| {
        page.open("mode=nlp");
        let n_models = "return $('choice-model').options.length > 300";
        page.until("the models are there", n_models, &[]);
        // Of a letter whose models run in the same modes: others pass by on the way, and wait where the last one does
        // not run.
        let target = page.text_of(
            "const all = [...$('choice-model').options].map(it => it.text.toLowerCase());
            const first = it => all.findIndex(other => other.startsWith(it));
            return all.find((it, at) => first(it[0]) !== at && first(it.slice(0, 4)) === at && /^s[a-z]{3}/.test(it))",
            &[],
        );
        page.focus("choice-model");
        page.type_text(&target[..4]);
        let chosen = "const it = $('choice-model'); return it.selectedOptions[0].text.toLowerCase().startsWith(a)";
        page.until("the model is chosen", chosen, &[json!(target[..4])]);
        assert_eq!(page.script("return document.activeElement === $('choice-model')", &[]), true, "it has the focus");
        let query = page.query_after("mode=nlp");
        page.check_link(&query);
        check_as_opened(page, &query);
    });
}

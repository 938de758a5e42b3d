//! The chart: its pixels follow the hand, stand where the numbers say, are sharp at every pixel ratio, and tell what
//! they are to a pointer.

use super::page::{CATALOG, Page, in_browser};
use fantoccini::actions::PointerAction;
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use std::time::Duration;
use vram_estimator::estimator::{DEFAULT_METHOD, Estimate, MemoryUnit, Moment, device_memory, estimate_all};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH;
use vram_estimator::present::chart::{BarName, Scene, bar_span};
use vram_estimator::present::numbers;
use vram_estimator::present::readings::reach;

fn estimates(query: &str) -> Vec<Estimate> {
    estimate_all(&decode(&format!("?{query}"), &CATALOG).0.inputs)
}

/// The chart of the methods, with the room that it has for what is known beside a total.
pub fn scene(query: &str) -> Scene {
    let inputs = decode(&format!("?{query}"), &CATALOG).0.inputs;
    let all = estimate_all(&inputs);
    let known = all.iter().find(|it| it.method() == DEFAULT_METHOD).map(|it| reach(&inputs, it));
    Scene::of_methods(&all, device_memory(&inputs), known, MemoryUnit::Gib)
}

/// The place of an element in the window: left, top, width, height.
#[track_caller]
pub fn place(page: &Page, test_id: &str) -> [f64; 4] {
    let script = "const it = $(a).getBoundingClientRect(); return [it.left, it.top, it.width, it.height]";
    let Json::Array(place) = page.script(script, &[json!(test_id)]) else { panic!("{test_id} has no place") };
    std::array::from_fn(|i| place[i].as_f64().expect("a length"))
}

fn move_to(x: f64, y: f64) -> PointerAction {
    PointerAction::MoveTo { duration: None, x: x.round(), y: y.round() }
}

/// The canvas as one text; it differs when any pixel does.
#[track_caller]
fn picture(page: &Page) -> String {
    page.painted();
    page.text_of("return $('chart').toDataURL()", &[])
}

/// The colours from the bottom of the canvas to its top, in the middle of a bar: each with its number of pixels.
#[track_caller]
fn column(page: &Page, bar: usize, n_bars: usize) -> Vec<(String, f64)> {
    let [_, _, width, _] = place(page, "chart");
    let (left, bar_width) = bar_span(n_bars, bar, width);
    let script = "const it = $('chart'); const x = Math.round(a * it.width);
        const data = it.getContext('2d').getImageData(x, 0, 1, it.height).data;
        const runs = [];
        for (let y = it.height - 1; y >= 0; y--) {
            const colour = [...data.slice(4 * y, 4 * y + 3)].join(' ');
            if (runs.length && runs.at(-1)[0] === colour) runs.at(-1)[1]++; else runs.push([colour, 1]);
        }
        return runs";
    let Json::Array(runs) = page.script(script, &[json!((left + bar_width / 2.0) / width)]) else {
        panic!("no pixels")
    };
    let run = |it: &Json| (it[0].as_str().expect("a colour").to_owned(), it[1].as_f64().expect("a count"));
    runs.iter().map(run).collect()
}

/// Notes what each frame shows while the mouse button is held: the total and the picture.
const WATCH: &str = "window.seen = []; let is_held = false;
    addEventListener('pointerdown', () => is_held = true, true);
    addEventListener('pointerup', () => is_held = false, true);
    const note = () => {
        if (is_held) window.seen.push([$('total-verified').innerText, $('chart').toDataURL()]);
        requestAnimationFrame(note);
    };
    requestAnimationFrame(note)";

#[test]
fn totals_and_pixels_follow_a_drag() {
    in_browser(|page| {
        page.open("mode=nlp");
        let [left, top, width, height] = place(page, "slider-modelSize");
        page.script(WATCH, &[]);
        const STEPS: usize = 15;
        let at = |step: usize| move_to(left + (0.2 + 0.04 * step as f64) * width, top + height / 2.0);
        let mut drag = vec![at(0), PointerAction::Down { button: 0 }];
        for step in 1..=STEPS {
            drag.push(at(step));
            drag.push(PointerAction::Pause { duration: Duration::from_millis(60) });
        }
        drag.push(PointerAction::Up { button: 0 });
        page.mouse(&drag);
        let Json::Array(seen) = page.script("return window.seen", &[]) else { panic!("nothing was noted") };
        let different = |at: usize| seen.iter().map(|it| it[at].to_string()).collect::<HashSet<_>>().len();
        // Not one less for each step: a busy machine may show two steps in one frame.
        let (totals, pictures) = (different(0), different(1));
        assert!(
            totals > STEPS / 2 && pictures > STEPS / 2,
            "{totals} totals, {pictures} pictures in {} frames",
            seen.len()
        );
        let query = page.query_after("mode=nlp");
        page.check_link(&query);
        assert!(
            query.starts_with("mode=nlp&modelSize=") && !query[19..].contains('&'),
            "only one slider has moved: {query}"
        );
    });
}

/// The highest coloured pixel of each bar is where the total is on the axis, and its parts are as tall as their share.
#[test]
fn bars_stand_for_their_totals() {
    in_browser(|page| {
        for query in ["mode=nlp", "mode=vlm&batchSize=32", "mode=train", "mode=moe&modelSize=35"] {
            page.open(query);
            page.painted();
            let scene = scene(query);
            let [.., height] = place(page, "chart");
            for (at, bar) in scene.bars.iter().enumerate() {
                let column = column(page, at, scene.bars.len());
                // Above a bar there is only the ground, with the lines of the grid.
                let ground = &column.last().filter(|it| it.1 > 1.0).unwrap_or(&column[column.len() - 2]).0;
                let grid = grid_colour(page);
                let is_bar = |colour: &String| colour != ground && *colour != grid;
                let above: f64 = column.iter().rev().take_while(|it| !is_bar(&it.0)).map(|it| it.1).sum();
                let top = bar.segments.last().expect("a bar has parts").top;
                assert!(
                    (height - above - top * height).abs() <= 2.5,
                    "{query}: bar {at} ends at {} and not {}",
                    height - above,
                    top * height
                );
                let largest = bar.segments.iter().map(|it| it.height()).fold(0.0, f64::max);
                let tallest = column.iter().filter(|it| is_bar(&it.0)).map(|it| it.1).fold(0.0, f64::max);
                assert!(
                    (tallest - largest * height).abs() <= 3.0,
                    "{query}: bar {at}: {tallest} and not {}",
                    largest * height
                );
            }
        }
    });
}

/// The colour of the grid as the canvas has it.
fn grid_colour(page: &Page) -> String {
    page.text_of(
        "const hex = getComputedStyle(document.documentElement).getPropertyValue('--grid').trim().slice(1);
        const digits = hex.length === 3 ? [...hex].map(it => it + it) : hex.match(/../g);
        return digits.map(it => parseInt(it, 16)).join(' ')",
        &[],
    )
}

/// The backing store has one pixel for each of the device, whatever the ratio, also after it changes.
#[test]
fn the_canvas_is_sharp_at_every_pixel_ratio() {
    in_browser(|page| {
        page.open("mode=nlp");
        for ratio in [1.0, 1.5, 2.0, 3.0] {
            page.resize(1280, 900, ratio);
            page.until("the pixel ratio is there", "return devicePixelRatio === a", &[json!(ratio)]);
            check_sharp(page, ratio);
            // And when the page starts at that ratio, or the window becomes another size.
            page.open("mode=nlp");
            check_sharp(page, ratio);
            page.resize(1013, 700, ratio);
            check_sharp(page, ratio);
        }
    });
}

#[track_caller]
fn check_sharp(page: &Page, ratio: f64) {
    page.painted();
    let [_, _, width, height] = place(page, "chart");
    assert!(width > 200.0 && height > 150.0, "{width} × {height}");
    let backing = ["width", "height"].map(|it| page.number_of("return $('chart')[a]", &[json!(it)]));
    assert_eq!(backing, [width, height].map(|it| (it * ratio).round()), "at ratio {ratio}");
    // What is painted fills it: the axis is a line of device pixels at the bottom, from left to right.
    let script = "const it = $('chart'); const data = it.getContext('2d').getImageData(0, 0, it.width, it.height).data;
        const at = (x, y) => data.slice(4 * (y * it.width + x), 4 * (y * it.width + x) + 3).join(' ');
        const axis = at(it.width - 1, it.height - 1);
        return axis !== at(it.width - 1, it.height - 1 - Math.max(1, Math.round(a))) && at(0, it.height - 1) === axis";
    assert_eq!(page.script(script, &[json!(ratio)]), true, "the axis at ratio {ratio}");
}

#[test]
fn pointing_at_a_bar_tells_component_amount_and_share() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.painted();
        let scene = scene("mode=nlp");
        let [left, top, width, height] = place(page, "chart");
        let is_hidden = "return $('tip').hidden";
        assert_eq!(page.script(is_hidden, &[]), true, "nothing is pointed at");
        for (at, bar) in scene.bars.iter().enumerate() {
            let (bar_left, bar_width) = bar_span(scene.bars.len(), at, width);
            let x = left + bar_left + bar_width / 2.0;
            let easy_to_hit: Vec<_> = bar.segments.iter().filter(|it| it.height() * height > 10.0).collect();
            assert!(easy_to_hit.len() >= 2, "{}", easy_to_hit.len());
            for segment in easy_to_hit {
                page.mouse(&[move_to(x, top + (1.0 - segment.middle()) * height)]);
                let amount = numbers::amount(segment.bytes, MemoryUnit::Gib);
                let share = numbers::percent(segment.bytes.count() / bar.total.count());
                let BarName::Method(method) = bar.name else { panic!("a bar of methods") };
                let (part, method) = (bar.name_of(segment.component, &ENGLISH), (ENGLISH.method)(method).label);
                let told = page.text("tip");
                assert_eq!(told, format!("{part}: {amount}, {share} of {method}"));
            }
        }
        page.mouse(&[move_to(left + width - 2.0, top + 2.0)]);
        assert_eq!(page.script(is_hidden, &[]), true, "nor is anything in a corner");
    });
}

/// What is pointed at in the legend stands out in the picture, and is told in words.
#[test]
fn the_legend_points_at_its_part() {
    in_browser(|page| {
        page.open("mode=nlp");
        let before = picture(page);
        let script = "[...document.querySelectorAll('.legend button')].find(it => it.textContent === a).focus()";
        page.script(script, &[json!("Gradients")]);
        let told = page.text_of("return document.querySelector('.legend-tells').innerText", &[]);
        for estimate in estimates("mode=nlp") {
            let method = (ENGLISH.method)(estimate.method()).label;
            assert!(told.contains("Gradients: ") && told.contains(method), "{told}");
        }
        assert_ne!(picture(page), before);
        page.script("document.activeElement.blur()", &[]);
        assert_eq!(picture(page), before);
    });
}

/// Figures stood far from their names or without any, no bar of the methods had its total, and the legend said once
/// more what the tip beside the pointer says.
#[test]
fn every_bar_has_its_total_and_every_label_a_name() {
    in_browser(|page| {
        for (query, width) in [("mode=nlp&modelSize=8.75&batchSize=4", 1440), ("mode=grpo", 768), ("mode=cnn", 360)] {
            page.resize(width, 900, 1.0);
            page.open(query);
            page.painted();
            let totals = page.texts_of(
                "return [...document.querySelectorAll('.chart:not(.timeline) .bar-total')].filter(it => it.checkVisibility())
                    .map(it => it.textContent)",
                &[],
            );
            let figure = |it: &Estimate| numbers::card_figure(it.total(), MemoryUnit::Gib);
            assert_eq!(totals, estimates(query).iter().map(figure).collect::<Vec<_>>(), "{query}");
            let faulty = page.texts_of(
                "return [...document.querySelectorAll('.bar-label:not(.bar-total)')].filter(it => it.checkVisibility())
                    .filter(it => {
                        const [name, figure] = [...it.children].map(it => it.getBoundingClientRect());
                        return name.width === 0 || figure.left - name.right > 12;
                    }).map(it => it.textContent)",
                &[],
            );
            assert_eq!(faulty, [""; 0], "{query}: far from their names, or without");
        }
        page.resize(1440, 900, 1.0);
        page.open("mode=nlp");
        page.painted();
        let [left, top, width, height] = place(page, "chart");
        let (bar_left, bar_width) = bar_span(3, 0, width);
        page.mouse(&[move_to(left + bar_left + bar_width / 2.0, top + height - 8.0)]);
        assert_ne!(page.text("tip"), "");
        assert_eq!(page.text_of("return document.querySelector('.legend-tells').innerText", &[]), "");
    });
}

/// Another theme is another ground; the numbers stay.
#[test]
fn the_picture_follows_the_theme() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.click("[data-testid='theme'] option[value='light']");
        let light = picture(page);
        page.click("[data-testid='theme'] option[value='dark']");
        assert_ne!(picture(page), light);
        let wears = "return document.documentElement.dataset.theme ?? ''";
        assert_eq!(page.text_of(wears, &[]), "dark");
        page.open("mode=nlp");
        assert_eq!(page.text_of(wears, &[]), "dark", "kept for the next visit");
        page.click("[data-testid='theme'] option[value='light']");
        assert_eq!(picture(page), light);
        page.check_link("mode=nlp");
    });
}

/// The moments of a run were a picture only: nothing for a screen reader, and no total for anybody.
#[test]
fn the_moments_of_a_run_are_told_in_a_table() {
    in_browser(|page| {
        for query in ["mode=nlp", "mode=grpo&batchSize=2", ""] {
            page.open(query);
            page.painted();
            let estimate = estimates(query).pop().expect("every mode is calibrated");
            let rows = page.texts_of(
                "return [...$('timeline-table').tBodies[0].rows]
                    .map(it => `${it.cells[0].innerText} ${it.cells[1].dataset.bytes}`)",
                &[],
            );
            let row = |moment: &Moment| {
                let name = (ENGLISH.moment)(moment.id());
                let is_peak = moment.id() == estimate.peak().id();
                let name = if is_peak { (ENGLISH.chart.peak)(name) } else { name.to_owned() };
                format!("{name} {}", moment.total().count())
            };
            assert_eq!(rows, estimate.moments().iter().map(row).collect::<Vec<_>>(), "{query}");
            let totals = page.texts_of(
                "return [...document.querySelectorAll('.timeline .bar-total')].map(it => it.textContent)",
                &[],
            );
            let figure = |it: &Moment| numbers::card_figure(it.total(), MemoryUnit::Gib);
            assert_eq!(totals, estimate.moments().iter().map(figure).collect::<Vec<_>>(), "{query}");
            let axes = page.texts_of(
                "return [...document.querySelectorAll('.y-axis')].map(it => it.innerText.replace(/\\s+/g, ' '))",
                &[],
            );
            assert_eq!(axes[0], axes[1], "{query}: both charts have one axis");
        }
    });
}

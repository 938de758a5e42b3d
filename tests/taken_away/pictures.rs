//! The pictures of the charts: their heights are the estimate's, they stand alone, and nothing on them covers another.

use super::elements::{elements, number};
use super::{LINKS, opened};
use vram_estimator::estimator::{DEFAULT_METHOD, MemoryUnit, device_memory, estimate_all};
use vram_estimator::locale::ENGLISH;
use vram_estimator::present::chart::{BarName, Scene, Span, text_width};
use vram_estimator::present::drawing::{Anchor, Area, Ink, Mark, Picture, PictureTexts, bars, svg};
use vram_estimator::present::readings::reach;
use vram_estimator::present::shared::title;

fn pictures(link: &str) -> Vec<(Scene, Picture)> {
    let (inputs, estimates) = opened(link);
    let (capacity, unit) = (device_memory(&inputs), MemoryUnit::Gib);
    let calibrated = estimates.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
    let known = Some(reach(&inputs, calibrated));
    let pinned = estimate_all(&opened("mode=train&model=llama-3.2-1b").0);
    let pair = [calibrated, pinned.last().expect("an answer")].map(Some);
    let scenes = [
        Scene::of_methods(&estimates, capacity, known, unit),
        Scene::of_moments(&estimates, DEFAULT_METHOD, capacity, known, unit),
        Scene::of_pinned(pair.into_iter(), capacity, known, unit),
    ];
    let draw = |scene: Scene| {
        let told = PictureTexts {
            title: title(&inputs, &ENGLISH),
            captions: vec!["Fits".to_owned()],
            device: "GPU".to_owned(),
            capacity: "24 GiB".to_owned(),
            held: "held",
            band: "error band",
            pinned: vec!["Precision: FP32".to_owned()],
            texts: &ENGLISH,
            unit: MemoryUnit::Gib,
            selected: DEFAULT_METHOD,
        };
        let picture = Picture::of(&scene, &told);
        (scene, picture)
    };
    scenes.map(draw).into_iter().collect()
}

/// A colour of its own for each ink.
pub fn colour(ink: Ink) -> String {
    match ink {
        Ink::Group(group) => format!("#{:06x}", 0x10_0000 + group as usize),
        other => format!("#{:06x}", other_place(other)),
    }
}

fn other_place(ink: Ink) -> usize {
    [Ink::Ground, Ink::Grid, Ink::Axis, Ink::Capacity, Ink::Text, Ink::Faint]
        .iter()
        .position(|it| *it == ink)
        .expect("an ink")
}

#[test]
fn heights_in_the_drawing_are_in_proportion_to_bytes() {
    for link in LINKS {
        for (scene, picture) in pictures(link) {
            let drawn = elements(&svg(&picture.marks, picture.size, "sans-serif", &colour));
            let fill = |it: &[(String, String)]| it.iter().find(|it| it.0 == "fill").expect("a fill").1.clone();
            let mut parts = drawn.iter().filter(|it| it.0 == "rect" && fill(&it.1).starts_with("#10"));
            let segments: Vec<_> = scene.bars.iter().flat_map(|bar| &bar.segments).collect();
            let Some(largest) = segments.iter().map(|it| it.bytes.count()).reduce(f64::max) else { continue };
            let heights: Vec<_> = segments.iter().map(|_| number(&parts.next().expect("a part").1, "height")).collect();
            let tallest = heights.iter().copied().fold(0.0, f64::max);
            assert!(tallest > 20.0, "{link}: {tallest}");
            for (segment, height) in segments.iter().zip(heights) {
                let expected = segment.bytes.count() / largest * tallest;
                assert!((height - expected).abs() <= 0.002, "{link}: {height} for {expected}");
            }
        }
    }
}

#[test]
fn a_picture_stands_alone_and_inside_its_frame() {
    for link in LINKS {
        for (scene, picture) in pictures(link).into_iter().filter(|it| !it.0.bars.is_empty()) {
            let file = svg(&picture.marks, picture.size, "sans-serif", &colour);
            let drawn = elements(&file);
            let said: Vec<_> = drawn.iter().filter(|it| it.0 == "text").map(|it| it.2.as_str()).collect();
            let whole = said.join(" ");
            for bar in &scene.bars {
                // A name may take several lines.
                let mut words = bar.name.told(&ENGLISH).split(' ');
                assert!(words.all(|it| whole.contains(it)), "{link}: {:?} in {said:?}", bar.name);
            }
            assert!(said.contains(&"VRAM Estimator") && said.contains(&"GiB"), "{link}: {said:?}");
            assert_eq!(scene.capacity.is_some(), said.contains(&"GPU") && said.contains(&"24 GiB"), "{link}");
            let is_inside = |x: f64, y: f64| (0.0..=picture.size.0).contains(&x) && (0.0..=picture.size.1).contains(&y);
            for (name, attributes, text) in &drawn {
                let points = attributes.iter().find(|it| it.0 == "points").map(|it| it.1.split(' '));
                let points: Vec<(f64, f64)> = match points {
                    Some(points) => {
                        let length = |it: &str| it.parse::<f64>().expect("a length");
                        points.filter_map(|it| it.split_once(',')).map(|it| (length(it.0), length(it.1))).collect()
                    }
                    None => vec![(number(attributes, "x"), number(attributes, "y"))],
                };
                assert!(points.iter().all(|it| is_inside(it.0, it.1)), "{link}: {name} {text}");
            }
            // What is hatched and what is a bracket is named, and nothing else is.
            assert_eq!(scene.held().is_some_and(|it| is_tall(it, &scene)), said.contains(&"held"), "{link}");
            assert_eq!(scene.band().is_some_and(|it| is_tall(it, &scene)), said.contains(&"error band"), "{link}");
            let is_pinned = scene.bars.iter().any(|it| it.name == BarName::Pinned(1));
            assert_eq!(is_pinned, said.contains(&"Precision: FP32"), "{link}: {said:?}");
        }
    }
}

/// Whether a mark in a picture is at least three pixels tall.
fn is_tall(span: Span, scene: &Scene) -> bool {
    assert!(span.bar < scene.bars.len());
    (span.top - span.foot) * PLOT >= 3.0
}

/// Height of a picture's plot, in pixels.
const PLOT: f64 = 340.0;

/// The line was named over the bars at its end, and what was below could not be read.
#[test]
fn the_name_of_the_line_covers_nothing() {
    for link in LINKS {
        for (_, picture) in pictures(link) {
            let right = |it: &Mark| match it {
                Mark::Rectangle { at, ink: Ink::Group(_), .. } => Some(at.left + at.width),
                Mark::Text { x, text, ink: Ink::Text | Ink::Faint, anchor: Anchor::Start, y, .. } => {
                    (*y < picture.size.1 - 80.0).then_some(x + text_width(text, 11.0) * 0.8)
                }
                _ => None,
            };
            let tag = picture.marks.iter().find_map(|it| match it {
                Mark::Rectangle { at, ink: Ink::Capacity, .. } if at.height > 10.0 => Some(*at),
                _ => None,
            });
            let Some(tag) = tag else { continue };
            let plot = picture.marks.iter().filter(|it| !matches!(it, Mark::Text { size, .. } if *size > 11.0));
            assert!(plot.filter_map(right).all(|it| it <= tag.left + 0.5), "{link}: {tag:?}");
        }
    }
}

#[test]
fn the_picture_has_the_pages_bars() {
    let (_, estimates) = opened("mode=nlp");
    let scene = Scene::of_methods(&estimates, None, None, MemoryUnit::Gib);
    let place = Area { left: 0.0, top: 0.0, width: 600.0, height: 300.0 };
    let marks = bars(&scene, place, 1.0, Some(scene.bars[0].segments[0].group()));
    let is_group = |it: &&Mark| matches!(it, Mark::Rectangle { ink: Ink::Group(_), .. });
    assert_eq!(marks.iter().filter(is_group).count(), scene.bars.iter().map(|it| it.segments.len()).sum::<usize>());
    let faded = marks.iter().filter(|it| matches!(it, Mark::Rectangle { is_faded: true, .. })).count();
    let of_others =
        scene.bars.iter().flat_map(|it| &it.segments).filter(|it| it.group() != scene.bars[0].segments[0].group());
    assert_eq!(faded, of_others.count(), "what is not pointed at stands back");
}

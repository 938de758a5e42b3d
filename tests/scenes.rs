//! The chart's geometry: where bars, marks and labels stand, on which axis, and what a pointer finds.

use vram_estimator::estimator::{Bytes, Component, DEFAULT_METHOD, Inputs, MemoryUnit, Mode, estimate_all};
use vram_estimator::present::chart::{Bar, BarName, Reach, Scene, Segment, bar_span};
use vram_estimator::present::chart_labels::lines_of_label;

const GIB: f64 = 1_073_741_824.0;

fn scene(mode: Mode) -> Scene {
    Scene::of_methods(&estimate_all(&Inputs::defaults(mode)), None, None, MemoryUnit::Gib)
}

#[test]
fn bars_stand_on_the_axis_and_end_below_the_top() {
    for mode in Mode::ALL {
        let scene = scene(mode);
        for bar in &scene.bars {
            assert_eq!(bar.segments[0].bottom, 0.0);
            assert!(bar.segments.windows(2).all(|pair| pair[0].top == pair[1].bottom));
            assert!(bar.segments.iter().all(|it| it.top <= 1.0 + 1e-12), "{mode:?}");
        }
        assert!((2..=8).contains(&scene.ticks.len()), "{mode:?}: {:?}", scene.ticks);
    }
}

#[test]
fn axis_ends_at_a_round_figure() {
    let labels: Vec<_> = scene(Mode::Nlp).ticks.iter().map(|tick| tick.label.clone()).collect();
    assert_eq!(labels, ["0", "100", "200", "300", "400"]);
}

/// The moments had an axis of their own, and the same height meant another amount than in the chart above.
#[test]
fn moments_stand_on_the_axis_of_the_methods() {
    for mode in Mode::ALL {
        let estimates = estimate_all(&Inputs::defaults(mode));
        let methods = Scene::of_methods(&estimates, None, None, MemoryUnit::Gib);
        for (bar, estimate) in methods.bars.iter().zip(&estimates) {
            let moments = Scene::of_moments(&estimates, estimate.method(), None, None, MemoryUnit::Gib);
            assert_eq!(moments.ticks, methods.ticks, "{mode:?}");
            let fullest = moments.bars.iter().map(Bar::top).fold(0.0, f64::max);
            assert!((fullest - bar.top()).abs() < 1e-12, "{mode:?}: {fullest} and {}", bar.top());
            for bar in &moments.bars {
                let sum: Bytes = moments.components().into_iter().filter_map(|it| bar.bytes_of(it)).sum();
                assert!((sum.count() - bar.total.count()).abs() <= 1e-9 * sum.count(), "{mode:?}");
            }
        }
    }
}

#[test]
fn a_pointer_finds_the_segment_under_it_and_thin_ones_nearby() {
    let scene = scene(Mode::Nlp);
    let verified = &scene.bars[1];
    for segment in verified.segments.iter().filter(|it| it.height() > 0.001) {
        let hit = scene.hit_test(1, segment.middle(), 0.0).map(|at| verified.segments[at].component);
        assert_eq!(hit, Some(segment.component));
    }
    let adapter = verified.segments.iter().position(|it| it.component == Component::Adapter).unwrap();
    let middle = verified.segments[adapter].middle();
    assert!(verified.segments[adapter].height() < 0.001);
    assert_eq!(scene.hit_test(1, middle, 0.01), Some(adapter));
    assert_eq!(scene.bar_at(bar_span(3, 1, 600.0).0 + 1.0, 600.0), Some(1));
    assert_eq!(scene.bar_at(599.0, 600.0), None);
    assert_eq!(scene.hit_test(1, 0.999, 0.0), None, "above the bar");
    assert_eq!(scene.hit_test(7, 0.1, 0.0), None, "no such bar");
}

#[test]
fn labels_keep_within_their_segments_and_off_each_other_and_the_line() {
    const LINE: f64 = 0.04;
    for mode in Mode::ALL {
        let whole = scene(mode);
        for (at, bar) in whole.bars.iter().enumerate() {
            for lines in 1..=2 {
                for end in (0..=200).map(|it| f64::from(it) / 200.0) {
                    let half = LINE * lines as f64 / 2.0;
                    let labels = bar.labelled(LINE, Some(end), &|_| lines);
                    for it in &labels {
                        let Segment { bottom, top, .. } = it.segment;
                        assert!(
                            it.middle - half >= bottom - 1e-9 && it.middle + half <= top + 1e-9,
                            "{mode:?}: {it:?}"
                        );
                        assert!((it.middle - end).abs() > half, "{mode:?}: {it:?} on the line at {end}");
                    }
                    assert!(labels.windows(2).all(|it| it[1].middle - it[0].middle >= 2.0 * half - 1e-9), "{mode:?}");
                    let scene = Scene { capacity: Some(end), ..whole.clone() };
                    let foot = scene.foot_of_total(at, LINE);
                    assert!(foot >= bar.top() && !(foot..foot + LINE).contains(&end), "{mode:?}: {foot} at {end}");
                    assert!(foot - bar.top() < 2.0 * LINE, "{mode:?}: far above its bar");
                }
            }
        }
    }
}

/// The largest part of a bar had no label where its name and figure do not fit into one line.
#[test]
fn a_tall_segment_is_labelled_in_two_lines() {
    assert_eq!(lines_of_label(50.0, 25.0, 5.0, 80.0), 1);
    assert_eq!(lines_of_label(50.0, 25.0, 5.0, 79.0), 2);
    assert_eq!(lines_of_label(50.0, 25.0, 5.0, 49.0), 0);
    let whole = scene(Mode::Nlp);
    let bar = &whole.bars[0];
    let tallest = bar.segments.iter().map(Segment::height).fold(0.0, f64::max);
    let labels = |line: f64, lines| bar.labelled(line, None, &|_| lines).len();
    assert!(labels(0.51 * tallest, 1) > 0 && labels(0.51 * tallest, 2) == 0, "two lines need twice the height");
    assert_eq!(labels(0.001, 0), 0);
    assert_eq!(bar.labelled(0.49 * tallest, None, &|_| 2)[0].lines, 2);
}

/// What a tall segment has room for moves aside, and what a low one has is left out.
#[test]
fn a_label_steps_aside_from_the_line() {
    let whole = scene(Mode::Nlp);
    let bar = &whole.bars[0];
    let tallest = bar.segments.iter().max_by(|a, b| a.height().total_cmp(&b.height())).expect("a segment");
    let line = tallest.height() / 4.0;
    let of = |end| {
        let labels = bar.labelled(line, Some(end), &|_| 1);
        labels.iter().find(|it| it.segment == tallest).map(|it| it.middle)
    };
    let (below, above) = (tallest.middle() - 0.01 * line, tallest.middle() + 0.01 * line);
    assert!(of(below).is_some_and(|it| it > tallest.middle()), "{:?}", of(below));
    assert!(of(above).is_some_and(|it| it < tallest.middle()), "{:?}", of(above));
    let line = tallest.height() / 1.2;
    assert!(bar.labelled(line, Some(tallest.middle()), &|_| 1).iter().all(|it| it.segment != tallest));
}

/// A reach of `calibrated`, in shares of its total.
fn reaching(mode: Mode, low: f64, high: f64, held: f64) -> (Scene, Scene) {
    let estimates = estimate_all(&Inputs::defaults(mode));
    let total = estimates.last().expect("an answer").total().count();
    let reach = Reach { low: Bytes::new(low * total), high: Bytes::new(high * total), held: Bytes::new(held * total) };
    let moments = Scene::of_moments(&estimates, DEFAULT_METHOD, None, Some(reach), MemoryUnit::Gib);
    (Scene::of_methods(&estimates, None, Some(reach), MemoryUnit::Gib), moments)
}

#[test]
fn what_is_held_stands_on_its_bar_and_the_band_beside_it() {
    for mode in Mode::ALL {
        let (scene, moments) = reaching(mode, 0.9, 1.2, 1.1);
        let calibrated = scene.bars.len() - 1;
        assert!(matches!(scene.bars[calibrated].name, BarName::Method(DEFAULT_METHOD)));
        let top = scene.bars[calibrated].top();
        let (held, band) = (scene.held().expect("what is held"), scene.band().expect("a band"));
        assert_eq!((held.bar, band.bar), (calibrated, calibrated), "{mode:?}");
        let expected = [(held.foot, 1.0), (held.top, 1.1), (band.foot, 0.9), (band.top, 1.2)];
        assert!(expected.iter().all(|it| (it.0 - it.1 * top).abs() < 1e-9), "{mode:?}: {held:?} {band:?}");
        assert!(band.top <= 1.0 + 1e-9, "{mode:?}: the axis has room for the band");
        // The total stands on what is held, unless that is so much that it would be read as its figure.
        assert!((scene.foot_of_total(calibrated, top) - held.top).abs() < 1e-9, "{mode:?}");
        assert!((scene.foot_of_total(calibrated, top / 100.0) - top).abs() < 1e-9, "{mode:?}");
        // The moments are on the same axis, and the reach is none of theirs.
        assert_eq!(moments.ticks, scene.ticks, "{mode:?}");
        assert!(moments.held().is_none() && moments.band().is_none(), "{mode:?}");
    }
}

#[test]
fn nothing_is_held_where_no_rule_is_known() {
    for mode in Mode::ALL {
        let (scene, _) = reaching(mode, 1.0, 1.0, 1.0);
        // Summed up, a total may differ in its last digit.
        assert!(scene.held().is_none_or(|it| it.top - it.foot < 1e-9), "{mode:?}");
        assert_eq!(scene.ticks, self::scene(mode).ticks, "{mode:?}");
    }
}

/// Among pinned configurations the reach is that of today's, and the device ends where the axis has its memory.
#[test]
fn the_reach_among_pinned_ones_is_of_the_first() {
    let estimates = estimate_all(&Inputs::defaults(Mode::Train));
    let one = estimates.last().expect("an answer");
    let total = one.total();
    let reach = Reach { low: total, high: total, held: Bytes::new(total.count() + 2.0 * GIB) };
    let capacity = Bytes::new(total.count() + GIB);
    let pair = [Some(one), None, Some(one)];
    let scene = Scene::of_pinned(pair.into_iter(), Some(capacity), Some(reach), MemoryUnit::Gib);
    let names: Vec<_> = scene.bars.iter().map(|it| it.name).collect();
    assert_eq!(names, [BarName::Pinned(0), BarName::Pinned(2)]);
    let held = scene.held().expect("what is held");
    assert_eq!(held.bar, 0);
    let end = scene.capacity.expect("a line");
    assert!((end - (held.foot + held.top) / 2.0).abs() < 1e-9, "{end} within {held:?}");
}

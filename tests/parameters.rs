//! The parameter table is consistent: names, ranges, defaults, and a formula for every parameter. It knows no
//! value of the table and no formula.

#[path = "common/catalog.rs"]
mod catalog;
mod common;
#[path = "common/sweep.rs"]
mod sweep;

use catalog::CATALOG;
use common::{declared, reached, with};
use std::collections::HashSet;
use sweep::sweep;
use vram_estimator::estimator::parameters::{Allowed, Follows, PARAMETERS, ParameterKind, TableValue};
use vram_estimator::estimator::plan::deciding::deciding;
use vram_estimator::estimator::{Impact, Inputs, Mode, ParameterId, Refusal, Value};
use vram_estimator::link::{Language, PageKey, decode};
use vram_estimator::locale::later_texts;

/// Fails with the first name that occurs twice.
#[track_caller]
fn check_unique<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) {
    let mut seen = HashSet::new();
    for name in names {
        assert!(seen.insert(name), "{what}: {name} occurs twice");
    }
}

#[test]
fn names_are_unique() {
    let page_keys = PageKey::ALL.map(PageKey::key);
    check_unique("keys of links", PARAMETERS.iter().map(|spec| spec.key).chain(page_keys).chain(["mode"]));
    for mode in Mode::ALL {
        check_unique(mode.id(), ParameterId::of_mode(mode).map(|id| id.spec().symbol));
    }
}

#[test]
fn keys_need_no_escaping() {
    for spec in PARAMETERS {
        assert!(spec.key.chars().all(|it| it.is_ascii_alphanumeric()), "{}", spec.key);
        if let Allowed::OneOf(ids) | Allowed::Devices(ids) | Allowed::OneOfOrModel(ids) = spec.allowed() {
            // These three need no escaping in a query either.
            let is_plain = |it: char| it.is_ascii_alphanumeric() || "-._".contains(it);
            assert!(ids.iter().all(|id| id.chars().all(is_plain)), "{}", spec.key);
        }
    }
}

#[test]
fn a_row_stands_where_its_id_says() {
    for (at, (spec, &id)) in PARAMETERS.iter().zip(ParameterId::ALL).enumerate() {
        assert_eq!((spec.key, id as usize), (id.spec().key, at), "{}", spec.key);
        assert_eq!(ParameterId::from_key(spec.key), Some(id));
    }
    assert_eq!(PARAMETERS.len(), ParameterId::ALL.len());
}

#[test]
fn a_mode_uses_a_parameter_once() {
    for spec in PARAMETERS {
        assert!(!spec.uses.is_empty(), "{} is used nowhere", spec.key);
        check_unique(spec.key, spec.uses.iter().flat_map(|it| it.modes).map(|mode| mode.id()));
    }
}

#[test]
fn defaults_are_accepted_and_stand_on_a_stop() {
    for mode in Mode::ALL {
        for id in declared(mode) {
            let spec = id.spec();
            let default = Inputs::defaults(mode).value(id);
            assert_eq!(spec.check(default.clone()), Ok(default.clone()), "{} {}", mode.id(), spec.key);
            // A default that follows from other parameters may be any number.
            let is_stop = spec.follows != Follows::Nothing || reached(mode, id).contains(&default);
            assert!(is_stop, "{} {}: {default:?} is no stop", mode.id(), spec.key);
            assert_eq!(spec.parse(&spec.write(&default), &CATALOG), Ok(default), "{} {}", mode.id(), spec.key);
        }
    }
}

#[test]
fn every_stop_is_accepted_and_survives_a_link() {
    for mode in Mode::ALL {
        for id in declared(mode) {
            let spec = id.spec();
            for value in reached(mode, id) {
                assert_eq!(spec.check(value.clone()), Ok(value.clone()), "{} {}", mode.id(), spec.key);
                assert_eq!(spec.parse(&spec.write(&value), &CATALOG), Ok(value), "{} {}", mode.id(), spec.key);
            }
        }
    }
}

#[test]
fn hard_limits_contain_the_slider() {
    for spec in PARAMETERS {
        let Allowed::Numbers { min, max, .. } = spec.allowed() else { continue };
        for it in spec.uses {
            // A fact of an architecture is stated, or typed.
            let TableValue::Number(_) = it.default else { continue };
            let slider = it.slider.unwrap_or_else(|| panic!("{} has no slider", spec.key));
            assert!(min <= slider.min && slider.min < slider.max && slider.max <= max, "{}: {slider:?}", spec.key);
        }
    }
}

/// What is measured, a share or a factor, and no count.
const MEASURED: &[&str] = &[
    "modelSize",
    "crossModalAlignmentWeight",
    "loraDropout",
    "rolloutMemory",
    "audioDuration",
    "expertCapacityFactor",
    "bucketCapMb",
    "gpuMemory",
    "gpuMemoryUtilization",
    "runtimeOverhead",
    "otherOverhead",
    "weightDecay",
    "gradientClipping",
    "dropoutRate",
    "attentionSoftCap",
    "finalSoftCap",
    "embeddingDropout",
    "residualDropout",
    "attentionDropout",
    "activationDropout",
    "bottleneck",
    "squeezeRatio",
    "widthMultiplier",
    "depthMultiplier",
];

/// Broken before: `headDim=128.5` was computed with. Every key is asked, so that a new one has to say which it is.
#[test]
fn whatever_is_counted_refuses_a_fraction_and_says_what_is_allowed() {
    let mut n_counts = 0;
    for &id in ParameterId::ALL {
        let spec = id.spec();
        let (min, max, refused) = match spec.allowed() {
            Allowed::Numbers { min, max, .. } => (min, max, Refusal::NotWhole),
            Allowed::Lists { min, max, .. } => (min, max, Refusal::Entry(1, &Refusal::NotWhole)),
            Allowed::OneOf(_)
            | Allowed::Devices(_)
            | Allowed::OneOfOrModel(_)
            | Allowed::SomeOf(_)
            | Allowed::Model => continue,
        };
        // Over the range, and hard by its ends.
        let within = [0.0, 1e-6, 1e-3, 0.5].map(|share| (min + share * (max - min)).floor() + 0.5);
        for fraction in within.into_iter().chain([max - 0.5]).filter(|it| (min..=max).contains(it)) {
            let text = fraction.to_string();
            let expected = if MEASURED.contains(&spec.key) { None } else { Some(refused) };
            assert_eq!(spec.parse(&text, &CATALOG).err(), expected, "{}={text}", spec.key);
            if expected.is_none() {
                continue;
            }
            n_counts += 1;
            let is_list = matches!(spec.kind, ParameterKind::List { .. });
            let value = if is_list { Value::List(vec![fraction].into()) } else { Value::Number(fraction) };
            assert_eq!(spec.check(value).err(), expected, "{}={text}", spec.key);
            for mode in Mode::ALL.into_iter().filter(|mode| id.use_in(*mode).is_some()) {
                let link = format!("mode={}&{}={text}", mode.id(), spec.key);
                let (state, problems) = decode(&link, &CATALOG);
                let fallback = state.inputs.value(id);
                assert!(!matches!(fallback, Value::Number(it) if it.fract() != 0.0), "{link}: {fallback:?}");
                let said = problems.iter().map(|it| (later_texts(Language::English).problem)(it)).collect::<String>();
                let names = [spec.key, text.as_str(), "whole"];
                assert!(names.iter().all(|it| said.contains(it)), "{link}: {said}");
            }
        }
    }
    assert!(n_counts > 300, "{n_counts}");
}

#[test]
fn a_toggle_is_a_toggle_in_every_mode() {
    for spec in PARAMETERS {
        let kind = |value: Value| std::mem::discriminant(&value);
        assert!(
            spec.uses.iter().all(|it| kind(spec.kind.table_value(it.default)) == kind(spec.kind.value(0.0))),
            "{}",
            spec.key
        );
    }
    // Broken before: a fact that no mode gives a default was the number 0 where its mode did not use it, toggles and
    // choices too, and this test compared that number with itself.
    for mode in Mode::ALL {
        let inputs = Inputs::defaults(mode);
        for &id in ParameterId::ALL {
            let (value, spec) = (inputs.value(id), id.spec());
            // Of a fact that the mode's own model lacks 0 is told, also where nobody may type it: a mixture of no
            // experts.
            let is_lacking =
                value == Value::Number(0.0) && id.use_in(mode).is_some_and(|it| it.default == TableValue::Stated);
            // And a list that nobody states has no entry.
            let is_lacking = is_lacking || value == Value::List(Vec::new().into());
            assert!(is_lacking || spec.check(value.clone()).as_ref() == Ok(&value), "{} in {mode:?}", spec.key);
            let is_of_kind = match spec.kind {
                ParameterKind::Number { .. } => matches!(value, Value::Number(_)),
                ParameterKind::Choice { .. } | ParameterKind::Set { .. } => matches!(value, Value::Choice(_)),
                ParameterKind::Toggle => matches!(value, Value::Toggle(_)),
                ParameterKind::Model => matches!(value, Value::Model(_)),
                ParameterKind::List { .. } => matches!(value, Value::List(_)),
            };
            assert!(is_of_kind, "{} in {mode:?}: {value:?}", spec.key);
        }
    }
}

/// The parameters that decide something in a mode, under the defaults and under each choice made alone.
fn decisive(mode: Mode) -> HashSet<&'static str> {
    let defaults = Inputs::defaults(mode);
    let choices = declared(mode).filter(|id| !matches!(defaults.value(*id), Value::Number(_)));
    let settings = choices.flat_map(|id| reached(mode, id).into_iter().map(move |value| (id, value)));
    let all = settings.map(|(id, value)| with(&defaults, id, value)).chain([defaults.clone()]);
    all.flat_map(|inputs| deciding(&inputs)).map(|it| it.id.spec().key).collect()
}

/// That all others decide something somewhere is `tests/effect.rs`'s matter.
#[test]
fn what_is_said_to_have_no_impact_decides_nothing() {
    for mode in Mode::ALL {
        let decisive = decisive(mode);
        let mut idle = declared(mode).map(|id| id.spec()).filter(|spec| spec.impact_in(mode) == Some(Impact::None));
        assert!(idle.all(|spec| !decisive.contains(spec.key)), "{}", mode.id());
    }
}

/// The page lights up the sliders that feed a row, so whatever moves one along its slider must be found beside its
/// default.
#[test]
fn what_moves_a_total_is_found_to_decide_it() {
    for mode in Mode::ALL {
        let defaults = Inputs::defaults(mode);
        let found = deciding(&defaults);
        for id in declared(mode).filter(|id| *id != ParameterId::Model) {
            for (method, totals) in sweep(&defaults, id) {
                let moves = totals.iter().any(|total| total != &totals[0]);
                assert!(!moves || found.iter().any(|it| it.id == id), "{} {method} {}", mode.id(), id.spec().key);
            }
        }
    }
}

/// An unknown letter was taken for "no effect".
#[test]
fn every_letter_of_an_impact_means_something() {
    for &id in ParameterId::ALL {
        let letters = id.spec().impacts;
        assert!(letters.iter().all(|it| b"hml0-.".contains(it)), "{}: {letters:?}", id.spec().key);
    }
}

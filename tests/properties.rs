//! What holds for any link and any value: no panic, sound totals, and a canonical link that says the same.
//! It knows the parameter table as a source of values, and no formula.
//!
//! Cases are drawn from a fixed seed, so that a failure is the same everywhere; `PROPTEST_RNG_SEED` draws
//! others. Together the tests draw 250,000 cases.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};
use std::fmt::Write;
use vram_estimator::estimator::parameters::{Allowed, PARAMETERS, ParameterKind};
use vram_estimator::estimator::{Inputs, Mode, ParameterId, Value, estimate_all};
use vram_estimator::link::{Link, PIN_KEY, PageKey, ProblemKind, decode};
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::answer;

fn cases(cases: u32) -> Config {
    let default = Config::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(20_241_219),
        given @ RngSeed::Fixed(_) => given,
    };
    Config { cases, rng_seed, failure_persistence: None, ..default }
}

/// Totals are finite and not negative, and the sum of their components.
#[track_caller]
fn check_sound(inputs: &Inputs) {
    let estimates = estimate_all(inputs);
    assert!(!estimates.is_empty());
    for estimate in estimates {
        let sum: f64 = estimate.lines().iter().map(|line| line.formula.bytes().count()).sum();
        let total = estimate.total().count();
        assert!(total.is_finite() && total >= 0.0, "{total} from {inputs:?}");
        assert!((sum - total).abs() <= 1e-12 * total, "{sum} and {total} from {inputs:?}");
        for moment in estimate.moments() {
            assert!(moment.total() <= estimate.total(), "{:?} is above the peak of {inputs:?}", moment.id());
            for line in moment.lines() {
                let bytes = line.formula.bytes().count();
                assert!(bytes.is_finite() && bytes >= 0.0, "{:?}: {bytes} from {inputs:?}", line.component);
            }
        }
    }
}

/// Every text of every formula can be made and shows numbers.
#[track_caller]
fn check_texts(inputs: &Inputs) {
    for estimate in estimate_all(inputs) {
        for line in estimate.lines() {
            let text = line.formula.substituted();
            assert!(!text.is_empty() && !text.contains("NaN") && !text.contains("inf"), "{text}");
            assert!(!line.formula.symbolic().is_empty());
        }
    }
}

/// The canonical link decodes to the same link, is its own canonical link, and holds nothing to refuse.
#[track_caller]
fn check_canonical(link: &Link) {
    let canonical = link.encode();
    let (again, problems) = decode(&canonical, &CATALOG);
    assert_eq!(&again, link, "{canonical}");
    assert_eq!(again.encode(), canonical);
    for problem in problems {
        let is_kept = match problem.kind {
            ProblemKind::NoEffect(..) | ProblemKind::Conflict(_) | ProblemKind::Unsupported(..) => true,
            // A mode leaves more than a hundred facts without effect. What was refused would not be in the same link.
            ProblemKind::More(_) => true,
            ProblemKind::UnknownKey
            | ProblemKind::Refused { .. }
            | ProblemKind::Repeated { .. }
            | ProblemKind::Pin(_)
            | ProblemKind::LeftBehind(..)
            | ProblemKind::Carried(..) => false,
        };
        assert!(is_kept, "{canonical}: {problem:?}");
    }
}

/// Whatever the text, all that is promised of a link and of the command line's answer holds.
#[track_caller]
fn check_link(text: &str) {
    let (link, problems) = decode(text, &CATALOG);
    check_canonical(&link);
    check_sound(&link.inputs);
    let json = answer(&link, &problems, &ENGLISH_LATER);
    // JSON has no NaN and no infinity: serde_json would write null.
    for estimate in json["estimates"].as_array().expect("a list") {
        assert!(estimate["total_bytes"].is_f64(), "{estimate}");
    }
    for problem in json["problems"].as_array().expect("a list") {
        assert!(problem["message"].as_str().is_some_and(|it| !it.trim().is_empty()), "{problem}");
    }
}

/// Keys that mean something, and some that only look like it.
fn keys() -> Vec<&'static str> {
    let known = PARAMETERS.iter().map(|spec| spec.key).chain(PageKey::ALL.map(PageKey::key));
    known
        .chain([PIN_KEY; 40])
        .chain(["mode", "mode", "Mode", "batchsize", "batch size", "", "%", "modelSize%00", "__proto__", "模型"])
        .collect()
}

/// Values that have broken parsers before, and good ones among them.
const HOSTILE: &str = "
    0 -0 1 4 -1 2.5 .5 5. . e 1e +7 --7 1e6 1000001 1e9 1e18 1e308 1e999 -1e999 1e-999 1e-7 1e-27
    0.1 0.30000000000000004 9007199254740993 NaN nan inf -inf Infinity 0x10 1_000 1,000 １２ abc <script>
    true false TRUE FP32 INT4 None AdamW QLoRA training nlp vlm moe cnn grpo
    3,4,6,3 3,,4 ,3 3, 3,x 3,1e400 3,-1 3,1.5 96%2C192 1024,0,0 64、0 ３，４ ,,,, 1,2,3,4,5,6,7,8,9,10,11,12,13
    mode%3Dnlp mode%3Dnone mode%3Dtrain%26batchSize%3D8 pin%3Dmode%253Dnlp view%3Dguide mode%3Dcnn%26layout%3Dconvnext%26depths%3D3,3,27,3
    % %% %2 %25 %2525 %252525 %ZZ %00 %FF%FE %C3%28 & = # ? +
";

fn hostile_value() -> impl Strategy<Value = String> {
    let fixed = select(HOSTILE.split_whitespace().chain(["", " ", "\u{0}", "\u{202e}4"]).collect::<Vec<_>>());
    prop_oneof![
        4 => fixed.prop_map(str::to_owned),
        2 => any::<f64>().prop_map(|it| it.to_string()),
        2 => any::<f64>().prop_map(|it| format!("{it:e}")),
        2 => (1_u32..2_000_000).prop_map(|it| it.to_string()),
        1 => "[0-9]{1,60}(\\.[0-9]{0,60})?(e-?[0-9]{1,12})?",
        1 => ".{0,20}",
        1 => (0_usize..40).prop_map(|n| "%25".repeat(n) + "41"),
        1 => vec("-?[0-9]{0,3}(e[0-9]{1,3})?", 0..80).prop_map(|it| it.join(",")),
    ]
}

fn hostile_link() -> impl Strategy<Value = String> {
    let pair = (select(keys()), select(vec!["=", "=", "=", "=", "", "==", "%3D"]), hostile_value());
    let start = select(vec!["", "?", "https://example.org/?", "https://example.org/#", "&&", "mode=nlp&", "mode=cnn&"]);
    (start, vec(pair, 0..12)).prop_map(|(start, pairs)| {
        let mut link = start.to_owned();
        for (key, sign, value) in pairs {
            // Writing to a string cannot fail.
            let _ = write!(link, "{key}{sign}{value}&");
        }
        link
    })
}

/// A value that a parameter accepts: its limits, what is near them, and anything between, small ones as often as
/// large ones.
fn accepted_value(id: ParameterId) -> BoxedStrategy<Value> {
    let spec = id.spec();
    match spec.allowed() {
        Allowed::Numbers { min, max, whole } => {
            let between = (0.0..=1.0_f64).prop_map(move |share| {
                let number = min + (((max - min).ln_1p() * share).exp() - 1.0);
                // Links have at most 27 decimals: sixteen digits need a number that is not smaller than this.
                const SMALLEST: f64 = 1e-10;
                let number = if whole || number < SMALLEST { number.round() } else { number };
                Value::Number(number.clamp(min, max))
            });
            let default = spec.kind.table_value(spec.uses[0].default);
            prop_oneof![6 => between, 1 => Just(Value::Number(min)), 1 => Just(Value::Number(max)), 2 => Just(default)]
                .boxed()
        }
        Allowed::OneOf(ids) => match spec.kind {
            ParameterKind::Toggle => any::<bool>().prop_map(Value::Toggle).boxed(),
            ParameterKind::Choice { .. }
            | ParameterKind::Number { .. }
            | ParameterKind::Model
            | ParameterKind::Set { .. }
            | ParameterKind::List { .. } => (0..ids.len()).prop_map(Value::Choice).boxed(),
        },
        // Now and then of two kinds.
        Allowed::Devices(ids) => {
            let kinds = (1..ids.len(), 1..ids.len(), 1..4_usize, 1..4_usize).prop_map(|(one, other, n, m)| {
                let other = if one == other { 1 + one % 2 } else { other };
                let of = |place: usize, n| std::iter::repeat_n(place as f64, n);
                Value::List(of(one, n).chain(of(other, m)).collect::<Vec<_>>().into())
            });
            prop_oneof![4 => (0..ids.len()).prop_map(Value::Choice), 1 => kinds].boxed()
        }
        Allowed::OneOfOrModel(ids) => (0..ids.len()).prop_map(Value::Choice).boxed(),
        Allowed::SomeOf(words) => (1..1_usize << words.len()).prop_map(Value::Choice).boxed(),
        // Mostly as many entries as networks have stages, and of their size: they are walked layer by layer.
        Allowed::Lists { most, min, max } => {
            let entries = |largest: f64, n_entries| {
                vec((min as u32..=largest as u32).prop_map(f64::from), n_entries).prop_map(|it| Value::List(it.into()))
            };
            prop_oneof![12 => entries(max.min(64.0), 1..=8), 3 => entries(max.min(64.0), 1..=most), 1 => entries(max, 1..=4)].boxed()
        }
        // As often as not none: then the architecture is whatever the other parameters say.
        Allowed::Model => {
            prop_oneof![Just(Value::Model(None)), select(CATALOG.models()).prop_map(|it| Value::Model(Some(it))),]
                .boxed()
        }
    }
}

/// Any mode with any values, also of parameters that the mode does not use.
fn accepted_inputs() -> impl Strategy<Value = Inputs> {
    let values: Vec<_> = ParameterId::ALL.iter().map(|&id| accepted_value(id)).collect();
    (select(Mode::ALL.to_vec()), values).prop_map(|(mode, values)| {
        for (id, value) in ParameterId::ALL.iter().zip(&values) {
            assert!(id.spec().check(value.clone()).is_ok(), "a value inside the limits is accepted");
        }
        Inputs::collect(mode, |id| Some(values[id as usize].clone()))
    })
}

proptest! {
    #![proptest_config(cases(100_000))]

    #[test]
    fn any_bytes_are_a_link(bytes in vec(any::<u8>(), 0..160)) {
        check_link(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_keys_and_values_are_a_link(link in hostile_link()) {
        check_link(&link);
    }
}

proptest! {
    #![proptest_config(cases(50_000))]

    #[test]
    fn any_accepted_values_give_sound_totals_and_a_faithful_link(inputs in accepted_inputs()) {
        check_sound(&inputs);
        check_texts(&inputs);
        check_canonical(&Link { inputs, ..Link::default() });
    }
}

/// Values that no slider and no reasonable person sets, all at once.
#[test]
fn the_hard_limits_together_give_sound_totals() {
    for mode in Mode::ALL {
        for at_most in [false, true] {
            let limit = |id: ParameterId| match id.spec().allowed() {
                Allowed::Numbers { min, max, .. } => Some(Value::Number(if at_most { max } else { min })),
                Allowed::Lists { most, min, max } => {
                    Some(Value::List(if at_most { vec![max; most] } else { vec![min] }.into()))
                }
                Allowed::OneOf(_)
                | Allowed::Devices(_)
                | Allowed::OneOfOrModel(_)
                | Allowed::SomeOf(_)
                | Allowed::Model => None,
            };
            let inputs = Inputs::collect(mode, limit);
            check_sound(&inputs);
            check_texts(&inputs);
            check_canonical(&Link { inputs, ..Link::default() });
        }
    }
}

/// Ten megabytes of anything are answered, and told in a few sentences.
#[test]
fn a_link_of_ten_megabytes_is_answered() {
    const SIZE: usize = 10_000_000;
    let fill = |piece: &str| piece.repeat(SIZE / piece.len());
    let links = [
        format!("mode=nlp&batchSize={}", fill("9")),
        format!("mode=nlp&batchSize=0.{}", fill("0")),
        format!("mode=nlp&{}", fill("batchSize=4&")),
        format!("mode=nlp&{}", fill("pin=mode%3Dnlp&")),
        format!("mode=nlp&pin={}", fill("%2526")),
        format!("mode=nlp&{}", fill("unknown=%25%32%35&")),
        fill("%25"),
        fill("&"),
        fill("\u{1F600}"),
    ];
    for link in links {
        let (decoded, problems) = decode(&link, &CATALOG);
        check_sound(&decoded.inputs);
        check_canonical(&decoded);
        assert!(problems.len() <= 101, "{} problems", problems.len());
        let told: usize = problems.iter().map(|it| (ENGLISH_LATER.problem)(it).len()).sum();
        assert!(told < 100_000, "{told} characters");
    }
}

//! Any architecture that the formulas know can be typed: a link that states a layout with its facts and its lists is
//! the model of the catalogue that has them. It knows models and parameters, and no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::architecture::{Fact, Layout, List, own_architecture};
use vram_estimator::estimator::parameters::Refusal;
use vram_estimator::estimator::{
    ChoiceValue, Component, Inputs, MethodId, Mode, Model, MomentId, ParameterId as Id, Task, TaskHead, Value,
    estimate_values, support,
};
use vram_estimator::link::{ProblemKind, decode};
use vram_estimator::locale::{CHINESE_LATER, ENGLISH_LATER};

/// Every component of `calibrated`, in bytes; nothing where it does not answer.
fn components(inputs: &Inputs) -> Vec<(Component, f64)> {
    let all = estimate_values(inputs);
    let calibrated = all.iter().find(|it| it.method() == MethodId::Calibrated);
    let lines = calibrated.into_iter().flat_map(|it| it.lines());
    lines.map(|line| (line.component, line.formula.bytes().count())).collect()
}

/// The inputs of a link that has to be understood as it stands.
#[track_caller]
fn inputs(text: &str) -> Inputs {
    let (link, problems) = decode(text, &CATALOG);
    let is_kept = |it: &ProblemKind| matches!(it, ProblemKind::NoEffect(..) | ProblemKind::Conflict(_));
    assert!(problems.iter().all(|it| is_kept(&it.kind)), "{text}: {problems:?}");
    link.inputs
}

/// The link that types all that is known of a model in a mode, without its name.
fn typed(start: &str, mode: Mode, model: &Model) -> String {
    let it = &model.architecture;
    let mut res = format!("{start}&layout={}", Layout::IDS[it.layout as usize]);
    let mut state = |id: Id, value: Value| {
        // What a parameter does not accept it has not: no expert, no tower. The model lacks it, and so does the mode.
        if id.use_in(mode).is_some() && id.spec().check(value.clone()).is_ok() {
            res.push_str(&format!("&{}={}", id.spec().key, id.spec().write(&value)));
        }
    };
    for (fact, id) in Fact::ALL.iter().filter_map(|fact| Some((*fact, fact.parameter()?))) {
        // What the model does not state the mode may have.
        if it.get(fact).is_some() || own_architecture(mode).get(fact).is_some() {
            state(id, id.spec().kind.value(it.number(fact)));
        }
    }
    if it.is(Fact::MaxTiles) {
        // A mode's own tower has tiles of its own.
        state(Id::TileResolution, Value::Number(it.number(Fact::ImageResolution)));
    }
    if model.is_headless && mode != Mode::Inference {
        state(Id::TaskHead, Value::Choice(TaskHead::None as usize));
    }
    for list in List::ALL.into_iter().filter(|list| !it.list(*list).is_empty()) {
        state(list.parameter(), Value::List(it.list(list).to_vec().into()));
    }
    res
}

/// Lists had no keys, so that no network and no projector could be typed; and a typed tower was cut into tiles of 336
/// pixels, those of the tower that a mode assumes.
#[test]
fn a_typed_model_is_the_one_of_the_catalogue() {
    assert!(Fact::ALL.iter().all(|it| it.parameter().is_some()), "every fact has a key");
    let (mut n_same, mut n_with_lists) = (0, 0);
    for model in CATALOG.models() {
        for mode in Mode::ALL {
            let tasks: &[&str] = if mode == Mode::Multimodal { Task::IDS } else { &[""] };
            for task in tasks {
                let start = format!("mode={}&task={task}", mode.id());
                let start = if task.is_empty() { format!("mode={}", mode.id()) } else { start };
                let named = decode(&format!("{start}&model={}", model.id), &CATALOG).0.inputs;
                if support(&named).is_err() {
                    continue;
                }
                let mut link = typed(&start, mode, model);
                if !inputs(&link).states_shape() {
                    // The mode's own shape, which has the mode's own size: nothing was typed.
                    link.push_str(&format!("&modelSize={}", model.total_parameters / 1e9));
                }
                // A model of few positions has a length of its own.
                if Id::SequenceLength.use_in(mode).is_some() {
                    link.push_str(&format!("&sequenceLength={}", named.value(Id::SequenceLength).number()));
                }
                assert_eq!(components(&inputs(&link)), components(&named), "{} as {link}", model.id);
                n_same += 1;
                n_with_lists += usize::from(List::ALL.iter().any(|it| !model.architecture.list(*it).is_empty()));
            }
        }
    }
    assert!(n_same > 1200 && n_with_lists > 150, "{n_same} models, {n_with_lists} of them with lists");
}

#[track_caller]
fn check_refused(text: &str, refusal: Refusal, english: &str, chinese: &str) {
    let (link, problems) = decode(&format!("mode=cnn&{text}"), &CATALOG);
    let [problem] = problems.as_slice() else { panic!("{text}: {problems:?}") };
    let ProblemKind::Refused { refusal: ours, .. } = problem.kind else { panic!("{text}: {problem:?}") };
    assert_eq!(ours, refusal, "{text}");
    assert!(link.inputs.is_default(Id::Depths), "{text}");
    for (texts, expected) in [(&ENGLISH_LATER, english), (&CHINESE_LATER, chinese)] {
        let told = (texts.problem)(problem);
        // What a problem repeats of a link is cut.
        let given: String = text.chars().take(100).collect();
        assert!(told.starts_with(&given) && told.contains(expected) && told.contains("4096"), "{told}");
    }
}

#[test]
fn what_is_no_list_is_refused_with_the_place_and_the_reason() {
    let entry = |place, why| Refusal::Entry(place, why);
    check_refused("depths=3,,4", entry(2, &Refusal::Empty), "has at place 2 an entry that is empty", "的第 2 项为空");
    check_refused("depths=3,4,", entry(3, &Refusal::Empty), "has at place 3 an entry that is empty", "的第 3 项为空");
    let word = "has at place 2 an entry that is not a number";
    check_refused("depths=3,x", entry(2, &Refusal::NotANumber), word, "的第 2 项不是数字");
    check_refused("depths=3,inf", entry(2, &Refusal::NotANumber), word, "的第 2 项不是数字");
    let large = "has at place 1 an entry that is too large";
    check_refused("depths=1e400,3", entry(1, &Refusal::TooLarge), large, "的第 1 项太大");
    check_refused("depths=4097,3", entry(1, &Refusal::TooLarge), large, "的第 1 项太大");
    let small = "has at place 1 an entry that is too small";
    check_refused("depths=-1,3", entry(1, &Refusal::TooSmall), small, "的第 1 项太小");
    check_refused("depths=1e-400", entry(1, &Refusal::TooSmall), small, "的第 1 项太小");
    let part = "has at place 2 an entry that is not a whole number";
    check_refused("depths=3,1.5", entry(2, &Refusal::NotWhole), part, "的第 2 项不是整数");
    let many = format!("depths={}", vec!["1"; 65].join(","));
    check_refused(&many, Refusal::TooManyEntries, "has too many entries", "的项数过多");
}

#[test]
fn a_list_is_written_as_it_is_read() {
    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let link = decode(text, &CATALOG).0;
        assert_eq!(link.encode(), canonical, "{text}");
        assert_eq!(decode(canonical, &CATALOG).0, link, "{text}");
    }
    check("mode=cnn&depths=2,2,2,2", "mode=cnn&depths=2,2,2,2");
    check("mode=cnn&depths=2%2C2%2c+02,2.0", "mode=cnn&depths=2,2,2,2");
    // What stands at the default is not written.
    check("mode=cnn&depths=3,4,6,3", "mode=cnn");
    check("mode=cnn&model=resnet152&depths=3,8,36,3", "mode=cnn&model=resnet152");
    check("mode=cnn&model=resnet152&depths=3,4,6,3", "mode=cnn&model=resnet152&depths=3,4,6,3");
    // What the layout does not have is kept.
    check("mode=cnn&widths=96,192", "mode=cnn&widths=96,192");
}

/// In a box a list may be typed with what an input method has for commas and digits.
#[test]
fn a_typed_list_is_read() {
    let list = |entries: &[f64]| Ok(Value::List(entries.to_vec().into()));
    for text in ["64,0,128,0", " 64, 0, 128, 0 ", "６４，０，１２８，０", "64、0、128、0"] {
        assert_eq!(Id::Depths.parse_typed(text, &CATALOG), list(&[64.0, 0.0, 128.0, 0.0]), "{text}");
    }
    assert_eq!(Id::Depths.parse_typed("3 4", &CATALOG), Err(Refusal::Entry(1, &Refusal::NotANumber)));
    assert_eq!(Id::Depths.parse_typed("", &CATALOG), Err(Refusal::Empty));
}

/// The projector kept the input of the tower that the mode assumes, or the model has: behind a tower of 820 elements a
/// feature was made of one and a quarter patches. What is typed of the projector itself stays as it was typed.
#[test]
fn a_typed_tower_leads_into_its_projector() {
    #[track_caller]
    fn check(text: &str, expected: &[f64]) {
        let inputs = inputs(text);
        assert_eq!(*inputs.list(List::Projector), *expected, "{text}");
        assert_eq!(inputs.value(Id::Projector), Value::List(expected.to_vec().into()), "{text}");
    }
    check("mode=vlm", &[1024.0, 0.0, 0.0]);
    check("mode=vlm&visionFeatureDim=820", &[820.0, 0.0, 0.0]);
    check("mode=vlm&visionFeatureDim=820&projector=1024,0,0", &[1024.0, 0.0, 0.0]);
    check("mode=vlm&model=qwen2-vl-7b-instruct", &[5120.0, 5120.0, 0.0]);
    check("mode=vlm&model=qwen2-vl-7b-instruct&visionFeatureDim=640", &[2560.0, 2560.0, 0.0]);
    check("mode=vlm&model=qwen2-vl-7b-instruct&spatialMerge=4", &[20480.0, 20480.0, 0.0]);
    check("mode=vlm&model=qwen2-vl-7b-instruct&spatialMerge=4&projector=5120,0", &[5120.0, 0.0]);
}

/// A network had nine stages at most: what any further stage kept was nowhere.
#[test]
fn every_stage_of_a_long_network_keeps_something() {
    let kept = |n_stages: usize| {
        let depths = vec!["64,0"; n_stages].join(",");
        let all = estimate_values(&inputs(&format!("mode=cnn&layout=vgg&inputImageSize=65536&depths={depths}")));
        let calibrated = all.iter().find(|it| it.method() == MethodId::Calibrated).expect("an answer");
        let forward = calibrated.moments().iter().find(|it| it.id() == MomentId::Loss).expect("a forward pass");
        let lines = forward.lines().iter().filter(|it| it.component == Component::FeatureMaps);
        lines.map(|it| it.formula.bytes().count()).sum::<f64>()
    };
    let all: Vec<_> = (6..14).map(kept).collect();
    assert!(all[0] > 0.0 && all.windows(2).all(|it| it[0] < it[1]), "{all:?}");
}

/// A list of which formulas read a part would be another network: the shorter of two decided how many stages there are.
#[test]
fn lists_of_other_layouts_are_kept_and_never_read() {
    let own = components(&inputs("mode=cnn"));
    assert_eq!(components(&inputs("mode=cnn&widths=1,2&projector=3,4")), own);
    assert_ne!(components(&inputs("mode=cnn&depths=3,4,6,4")), own);
    assert_eq!(components(&inputs("mode=vlm&depths=1,2")), components(&inputs("mode=vlm")));
    // The stages of another layout are no stages of this one.
    assert!(inputs_without_answer("mode=cnn&model=vgg16&layout=densenet&growthRate=32&stemWidth=64"));
    assert!(!inputs_without_answer("mode=cnn&model=vgg16&layout=densenet&growthRate=32&stemWidth=64&depths=6,12"));
}

fn inputs_without_answer(text: &str) -> bool {
    components(&decode(text, &CATALOG).0.inputs).is_empty()
}

/// Who chooses a model on the page gets that model: what was typed of another's shape is replaced. A typed layout
/// stayed, and with it no model of text could be chosen any more.
#[test]
fn a_chosen_model_replaces_the_shape_that_was_typed() {
    let typed = inputs("mode=cnn&layout=vgg&depths=64,0,128,0&widths=1,2&batchSize=3");
    let chosen = typed.with_model(CATALOG.model("resnet152").cloned());
    assert_eq!(chosen, inputs("mode=cnn&model=resnet152&batchSize=3"));
    // Without a model there is nothing that would replace it.
    assert_eq!(typed.with_model(None), typed);
}

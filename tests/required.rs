//! What a layout that was typed, and a fact that entails others, ask for before `calibrated` answers: they are computed
//! as themselves or refused. It knows what is required and what is answered, and no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/columns.rs"]
mod columns;

use catalog::CATALOG;
use columns::{Column, columns, head, inputs};
use vram_estimator::estimator::architecture::{ENTAILED, FactGroup, Layout, own_architecture};
use vram_estimator::estimator::parameters::ParameterKind;
use vram_estimator::estimator::{
    ChoiceValue, ComponentGroup, DEFAULT_METHOD, Inputs, Missing, Mode, ParameterId, ParameterId as Id, Part,
    PartCount, Tower, Unsupported, Value, estimate_values, mode_that_runs, parts, support,
};
use vram_estimator::link::decode;
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::answer;

/// Models of which a layout is typed over their own: of text, and of images.
const TYPED_OVER: [Option<&str>; 3] = [None, Some("llama-3.1-8b"), Some("vgg16")];

/// The inputs of a column with a model and a typed layout.
fn typed(column: Column, model: Option<&str>, layout: Layout) -> Inputs {
    let inputs = inputs(column, model.map(|id| CATALOG.model(id).expect("a model")));
    inputs.with(ParameterId::Layout, Value::Choice(layout as usize)).expect("a layout is accepted")
}

/// Every layout in every mode, typed over the mode's own architecture and over two models: `mode=cnn&layout=vgg` read
/// the depths of the ResNet that the mode assumes as channels, `mode=cnn&model=vgg16&layout=resnet` took 3.4 exabytes,
/// and a ConvNeXt had no feature maps. What the other layout's formulas read has to be stated, and its lists are never
/// another's.
#[test]
fn a_typed_layout_is_computed_as_itself_or_not_at_all() {
    let (mut n_answered, mut n_without_list, mut n_without_facts) = (0, 0, 0);
    for model in TYPED_OVER {
        for column in columns() {
            for &layout in Layout::ALL {
                let inputs = typed(column, model, layout);
                let what = format!("{} {model:?} {layout:?}", head(column));
                let is_typed = !inputs.is_default(ParameterId::Layout);
                let offered = mode_that_runs(&inputs);
                assert!(offered.is_none_or(|mode| support(&inputs.in_mode(mode)).is_ok()), "{what}: {offered:?}");
                match support(&inputs) {
                    Ok(()) => {
                        n_answered += 1;
                        let lists = layout.required().lists;
                        assert!(lists.is_empty() || !is_typed, "{what}: nobody stated {lists:?}");
                        let all = estimate_values(&inputs);
                        let answer = all.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an answer");
                        let of_group = |group| {
                            let lines = answer.lines().iter().filter(|line| line.component.group() == group);
                            lines.map(|line| line.formula.bytes().count()).sum::<f64>()
                        };
                        // What every run has: weights, and keys or activations, or what a pass that keeps nothing
                        // makes.
                        let held = of_group(ComponentGroup::Weights) + of_group(ComponentGroup::Experts);
                        let kept = [ComponentGroup::KvCache, ComponentGroup::Activations, ComponentGroup::Temporaries]
                            .map(of_group);
                        assert!(held > 0.0 && kept.into_iter().any(|bytes| bytes > 0.0), "{what}: {held} {kept:?}");
                        let total = answer.total().count();
                        assert!(total < 1e15, "{what}: {total}");
                    }
                    Err(Unsupported::FactsMissing(missing)) => {
                        n_without_facts += 1;
                        let is_list = |id: ParameterId| matches!(id.spec().kind, ParameterKind::List { .. });
                        n_without_list += usize::from(missing.parameters().any(is_list));
                        // What is said to be missing can be typed, and then it is there. Lists once had no key: a typed
                        // network was refused for good.
                        let stated = missing.parameters().fold(inputs.clone(), |inputs, id| {
                            assert!(inputs.has_effect(id), "{what}: {id:?}");
                            let value =
                                if is_list(id) { Value::List(vec![8.0, 8.0].into()) } else { Value::Number(8.0) };
                            inputs.with(id, value).expect("a number is accepted")
                        });
                        let still = support(&stated);
                        assert!(!matches!(still, Err(Unsupported::FactsMissing(_))), "{what}: {still:?}");
                        let is_network = !layout.required().lists.is_empty();
                        assert!(!is_network || column.0 != Mode::Cnn || still.is_ok(), "{what}: {still:?}");
                    }
                    Err(_) => {}
                }
            }
        }
    }
    assert!(
        n_answered > 20 && n_without_list > 5 && n_without_facts > 10,
        "{n_answered} {n_without_list} {n_without_facts}"
    );
}

/// What a model's own layout has is not kept under another: the gate of a hybrid's attention, whose projection of
/// queries is twice as wide, stayed in what was typed to be a plain decoder.
#[test]
fn a_typed_layout_forgets_the_facts_of_the_model_s_own() {
    let attention = |text: &str| {
        let inputs = decode(text, &CATALOG).0.inputs;
        assert_eq!(support(&inputs), Ok(()), "{text}");
        let of_layers = |it: &&PartCount| it.part == Part::Attention && it.tower == Tower::Main;
        parts(&inputs).iter().filter(of_layers).map(|it| it.parameters).sum::<f64>()
    };
    // 48 layers, 2048 wide, 16 heads and 2 of keys with 256 elements.
    assert_eq!(
        attention("model=qwen3-next-80b-a3b-instruct&layout=decoder"),
        48.0 * 2048.0 * 256.0 * (2.0 * 16.0 + 2.0 * 2.0)
    );
    // 12 of them in the hybrid, with the gate.
    assert_eq!(attention("model=qwen3-next-80b-a3b-instruct"), 12.0 * 2048.0 * 256.0 * (3.0 * 16.0 + 2.0 * 2.0));
}

/// A fact that entails others is refused without them and answered with them: eight experts of no width were a mixture.
#[test]
fn facts_that_others_require_are_asked_for() {
    #[track_caller]
    fn check(text: &str, expected: Result<(), Unsupported>) {
        let (link, problems) = decode(text, &CATALOG);
        assert_eq!(support(&link.inputs), expected, "{text}");
        let json = answer(&link, &problems, &ENGLISH_LATER);
        let estimates = json["estimates"].as_array().expect("a list");
        let is_answered = estimates.iter().any(|it| it["method"] == DEFAULT_METHOD.id());
        assert_eq!(is_answered, expected.is_ok(), "{text}");
        let Err(Unsupported::FactsMissing(missing)) = expected else { return };
        let problems = json["problems"].as_array().expect("a list");
        let names_all = |it: &str| missing.keys().all(|key| it.contains(key));
        assert!(problems.iter().filter_map(|it| it["message"].as_str()).any(names_all), "{text}: {problems:?}");
    }
    let missing = |ids: &[Id]| Err(Unsupported::FactsMissing(Missing::of(ids)));
    check("mode=train&numExperts=8", missing(&[Id::NumActiveExperts, Id::MoeIntermediateSize]));
    check("mode=train&numExperts=8&numActiveExperts=2", missing(&[Id::MoeIntermediateSize]));
    check("mode=train&numExperts=8&numActiveExperts=2&moeIntermediateSize=1024", Ok(()));
    // Where the mode has a default, which the page shows, that default is what counts.
    check("mode=moe&model=llama-3.1-8b&numExperts=8", Ok(()));
    check("model=vgg16&layout=decoder", Ok(()));
    check("mode=train&model=bert-base-uncased&numExperts=8", Err(Unsupported::ExpertsOfEncoder));
    // Experts were computed as gated ones with a function of one operation, whatever was typed.
    check("mode=moe&gatedMlp=false", Err(Unsupported::OtherExperts));
    // Adapters on experts were left out: a third of what such a run takes.
    check("mode=finetune&model=qwen3-30b-a3b&loraTargets=all-linear", Err(Unsupported::OtherAdapters));
    check("mode=finetune&model=qwen3-30b-a3b&loraTargets=attn", Ok(()));
    check("mode=finetune&model=qwen3-30b-a3b", Ok(()));
    check("mode=finetune&model=deepseek-v3", Ok(()));
    // Functions that are written out were computed as one operation in towers.
    check("mode=vlm&model=llava-1.5-7b-hf&visionActivation=gelu_new", Err(Unsupported::OtherTower));
    check("mode=vlm&model=llava-1.5-7b-hf&visionActivation=gelu", Ok(()));
    check("mode=cnn&model=vit-base-patch16-224&visionActivation=relu2", Err(Unsupported::OtherTower));
    check("model=mixtral-8x7b-instruct-v0.1&activation=gelu_new", Err(Unsupported::OtherExperts));
    check("kvLoraRank=512&qkNopeHeadDim=128&qkRopeHeadDim=64", missing(&[Id::ValueHeadDim]));
    check("mode=train&positions=learned", missing(&[Id::LearnedPositions]));
    check("mode=train&positions=learned&learnedPositions=1024", Ok(()));
    check(
        "visionNumLayers=24",
        missing(&[Id::Projector, Id::VisionFeatureDim, Id::VisionNumHeads, Id::VisionIntermediateSize, Id::PatchSize]),
    );
    check(
        "visionNumLayers=24&projector=1024,0&visionFeatureDim=1024&visionNumHeads=16&visionIntermediateSize=4096&patchSize=14",
        Ok(()),
    );
    check("model=llava-1.5-7b-hf&visionNumLayers=12", Ok(()));
    check("mode=cnn&layout=vgg", missing(&[Id::Depths]));
    check("mode=cnn&layout=vgg&depths=64,0,128,0", Ok(()));
    check("mode=cnn&model=vgg16&layout=resnet", missing(&[Id::Depths, Id::Bottleneck, Id::Groups, Id::WidthPerGroup]));
    check("mode=cnn&layout=convnext", missing(&[Id::Depths, Id::Widths]));
    check("mode=cnn&layout=convnext&depths=3,3,9,3&widths=96,192,384,768", Ok(()));
    // Of two lists the shorter one decided how many stages there are.
    check("mode=cnn&layout=convnext&depths=3,3,9,3&widths=96,192", Err(Unsupported::StagesDiffer));
    // Were answered, without a stage and without an expert.
    check("mode=cnn&depths=0,0", Err(Unsupported::StageEmpty));
    check("mode=cnn&model=vgg16&depths=0,0", Err(Unsupported::StageEmpty));
    check("mode=train&model=mixtral-8x7b-instruct-v0.1&numDenseLayers=32", Err(Unsupported::EveryLayerDense));
    check("mode=inference&model=deepseek-v3&numLayers=3", Err(Unsupported::EveryLayerDense));
    check("mode=cnn&layout=efficientnet", missing(&[Id::WidthMultiplier, Id::DepthMultiplier]));
    check("mode=cnn&layout=efficientnet&widthMultiplier=1&depthMultiplier=1", Ok(()));
    check("layout=lightning-hybrid&numFullAttentionLayers=4", Ok(()));
}

/// Every row of what is required is met by all models of its layout: none is refused for what it does not need.
#[test]
fn models_of_the_catalogue_have_what_is_required() {
    for model in CATALOG.models() {
        let it = &model.architecture;
        let required = it.layout.required();
        assert!(required.facts.iter().all(|fact| it.is(*fact)), "{}", model.id);
        assert!(required.lists.iter().all(|list| !it.list(*list).is_empty()), "{}", model.id);
        for row in ENTAILED.iter().filter(|row| row.group.is_of(it.layout)) {
            let is_stated = row.choice.map_or(it.is(row.by), |choice| it.number(row.by) == choice as f64);
            assert!(!is_stated || row.facts.iter().all(|fact| it.is(*fact)), "{}: {:?}", model.id, row.by);
        }
    }
    for mode in Mode::ALL {
        let own = own_architecture(mode);
        assert!(own.layout.required().lists.iter().all(|list| !own.list(*list).is_empty()), "{mode:?}");
    }
    // A rule about facts that a layout of its group does not have could never be met.
    for row in ENTAILED {
        let layouts = Layout::ALL.iter().filter(|layout| row.group.is_of(**layout));
        assert!(layouts.count() > 0 && row.group != FactGroup::Classifier, "{:?}", row.by);
    }
}

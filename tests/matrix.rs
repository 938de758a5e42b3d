//! Which models `calibrated` answers for, in which mode, and why not elsewhere: every model of the catalogue in every
//! mode, pinned in `tests/matrix.tsv`, which `UPDATE_MATRIX=1` writes anew. It knows reasons and answers, and no
//! formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/columns.rs"]
mod columns;

use catalog::CATALOG;
use columns::{columns, head, inputs};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use vram_estimator::estimator::architecture::Layout;
use vram_estimator::estimator::{
    ChoiceValue, DEFAULT_METHOD, MethodId, Mode, Model, Task, Unsupported, estimate_values, mode_that_runs, support,
};
use vram_estimator::link::{ProblemKind, decode};
use vram_estimator::locale::ENGLISH_LATER;
use vram_estimator::present::answer::answer;

/// The word of a reason in the table; a new reason does not compile without one.
const fn word(reason: Unsupported) -> &'static str {
    match reason {
        Unsupported::LayersUnknown => "layers-unknown",
        Unsupported::ReadsImagesOnly => "reads-images-only",
        Unsupported::NoImageClassifier => "no-image-classifier",
        Unsupported::NoExperts => "no-experts",
        Unsupported::ReadsNoImages => "reads-no-images",
        Unsupported::ReadsImagesToo => "reads-images-too",
        Unsupported::GeneratesNothing => "generates-nothing",
        Unsupported::EncoderOfOtherEngine | Unsupported::OtherEncoder => "other-encoder",
        Unsupported::MixersOfOtherEngine => "mixers-of-other-engine",
        Unsupported::EncoderDecoder => "encoder-decoder",
        Unsupported::PartsOfTwoStacks => "parts-of-two-stacks",
        Unsupported::Speech => "speech",
        Unsupported::Contrastive => "contrastive",
        Unsupported::LinearAttention => "linear-attention",
        Unsupported::LatentAttention => "latent-attention",
        Unsupported::CrossAttention => "cross-attention",
        Unsupported::TwoHeadWidths => "two-head-widths",
        Unsupported::ExpertsOfEncoder => "experts-of-encoder",
        Unsupported::OtherExperts => "other-experts",
        Unsupported::OtherTower => "other-tower",
        Unsupported::NoSuchFile => "no-such-file",
        Unsupported::NoSuchVersion => "no-such-version",
        Unsupported::DrafterOfOtherEngine | Unsupported::NoSuchDrafter => "no-such-drafter",
        Unsupported::DrafterOfOtherFormat => "drafter-of-other-format",
        Unsupported::DraftModel => "chosen",
        Unsupported::NoSuchCache => "no-such-cache",
        Unsupported::OffloadedCache => "offloaded-cache",
        Unsupported::StagesDiffer => "stages-differ",
        Unsupported::StageEmpty => "stage-empty",
        Unsupported::EveryLayerDense => "every-layer-dense",
        Unsupported::OtherHead => "other-head",
        Unsupported::OtherAdapters => "other-adapters",
        Unsupported::NoAdapters
        | Unsupported::TowerOfOtherEngine
        | Unsupported::FormatOfOtherEngine
        | Unsupported::PackedTraining
        | Unsupported::WideExperts
        | Unsupported::PackedStacks
        | Unsupported::OtherLoss
        | Unsupported::LossOfGroups
        | Unsupported::Spread(_)
        | Unsupported::RolloutTooSmall
        | Unsupported::RolloutTooLarge => "chosen",
        Unsupported::MagnitudesOfPacked
        | Unsupported::KernelsOfPacked
        | Unsupported::EightBitBase
        | Unsupported::PackedExperts
        | Unsupported::EndsUnknown
        | Unsupported::OptimizerOfModel
        | Unsupported::WholePartsTrained => "chosen-base",
        Unsupported::FactsMissing(_) => "facts-missing",
    }
}
const REASONS: [Unsupported; 18] = [
    Unsupported::LayersUnknown,
    Unsupported::ReadsImagesOnly,
    Unsupported::NoImageClassifier,
    Unsupported::NoExperts,
    Unsupported::ReadsNoImages,
    Unsupported::ReadsImagesToo,
    Unsupported::GeneratesNothing,
    Unsupported::EncoderDecoder,
    Unsupported::PartsOfTwoStacks,
    Unsupported::Speech,
    Unsupported::Contrastive,
    Unsupported::LinearAttention,
    Unsupported::LatentAttention,
    Unsupported::CrossAttention,
    Unsupported::TwoHeadWidths,
    Unsupported::ExpertsOfEncoder,
    Unsupported::OtherExperts,
    Unsupported::OtherAdapters,
];
/// Reasons that no model of the catalogue meets, with why that is so. Those of missing facts are met by typed layouts
/// only.
const NEVER_MET: &[(Unsupported, &str)] = &[
    (Unsupported::ExpertsOfEncoder, "an encoder with experts can be typed, and no model of the catalogue is one"),
    (Unsupported::OtherAdapters, "adapters that reach experts can be typed, and are no mixture's default"),
    (Unsupported::OtherExperts, "experts of other kinds can be typed, and no model of the catalogue has them"),
];

/// The rows: no model at all, then the catalogue in its order.
fn rows() -> impl Iterator<Item = Option<&'static Arc<Model>>> {
    [None].into_iter().chain(CATALOG.models().iter().map(Some))
}

fn table() -> String {
    let mut res = format!("model\tlayout\t{}\n", columns().into_iter().map(head).collect::<Vec<_>>().join("\t"));
    for model in rows() {
        let name = model.map_or("none", |it| it.id.as_ref());
        let layout = model.map_or("own", |it| Layout::IDS[it.architecture.layout as usize]);
        let cell = |column| support(&inputs(column, model)).map_or_else(word, |()| "yes");
        let cells: Vec<_> = columns().into_iter().map(cell).collect();
        res.push_str(&format!("{name}\t{layout}\t{}\n", cells.join("\t")));
    }
    res
}

/// Nothing is computed as something else unnoticed: what is answered, and why not, changes only together with the
/// table.
#[test]
fn the_matrix_is_the_committed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.tsv");
    let table = table();
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(&path, &table).expect("the table can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = committed.lines().zip(table.lines()).find(|(committed, ours)| committed != ours);
    assert!(committed == table, "UPDATE_MATRIX=1 writes the table anew; the first difference: {differs:?}");
    assert_eq!(table.lines().count(), 1 + 1 + CATALOG.models().len());
}

/// Once layers without formulas were computed as those of a plain decoder: `calibrated` answers exactly where there are
/// formulas, and the document's methods in every cell.
#[test]
fn calibrated_answers_exactly_where_there_are_formulas() {
    for model in rows() {
        for column in columns() {
            let inputs = inputs(column, model);
            let answers: Vec<_> = estimate_values(&inputs).iter().map(|it| it.method()).collect();
            let is_supported = support(&inputs).is_ok();
            let what = || format!("{} {:?}", head(column), model.map(|it| it.id.as_ref()));
            assert_eq!(answers.contains(&MethodId::Calibrated), is_supported, "{}", what());
            assert!(answers.contains(&MethodId::Documented), "{}", what());
        }
    }
}

/// Where there is no answer, the command line says so, and names the model and the reason: another sentence for each.
#[test]
fn the_command_line_names_the_model_and_the_reason() {
    let mut sentences: HashMap<Unsupported, String> = HashMap::new();
    for model in CATALOG.models() {
        for (mode, task) in columns() {
            let task = task.map_or(String::new(), |task| format!("&task={}", Task::IDS[task as usize]));
            let (link, problems) = decode(&format!("mode={}{task}&model={}", mode.id(), model.id), &CATALOG);
            let reasons: Vec<_> = problems
                .iter()
                .filter_map(|it| match it.kind {
                    ProblemKind::Unsupported(reason, mode) => Some((it.value.as_str(), reason, mode)),
                    ProblemKind::UnknownKey
                    | ProblemKind::Pin(_)
                    | ProblemKind::Refused { .. }
                    | ProblemKind::Repeated { .. }
                    | ProblemKind::NoEffect(..)
                    | ProblemKind::LeftBehind(..)
                    | ProblemKind::Carried(..)
                    | ProblemKind::Conflict(_)
                    | ProblemKind::More(_) => None,
                })
                .collect();
            let json = answer(&link, &problems, &ENGLISH_LATER);
            let estimates = json["estimates"].as_array().expect("a list");
            let is_answered = estimates.iter().any(|it| it["method"] == DEFAULT_METHOD.id());
            match support(&link.inputs) {
                Ok(()) => assert_eq!((reasons, is_answered), (vec![], true), "{}", link.encode()),
                Err(reason) => {
                    assert_eq!((reasons, is_answered), (vec![(model.id.as_ref(), reason, mode)], false));
                    let told = json["problems"].as_array().expect("a list").iter();
                    let mut messages = told.filter(|it| it["key"] == "model").filter_map(|it| it["message"].as_str());
                    let message =
                        messages.find(|it| it.contains(model.id.as_ref())).expect("a sentence names the model");
                    // What stands behind the first sentence, which names model and mode, is the reason.
                    let (_, why) = message.split_once(". ").expect("a reason");
                    let known = sentences.entry(reason).or_insert_with(|| why.to_owned());
                    assert_eq!(known, why, "one reason, one sentence");
                }
            }
        }
    }
    let different: HashSet<_> = sentences.values().collect();
    assert_eq!(different.len(), sentences.len(), "{sentences:?}");
    assert!(sentences.values().all(|it| it.ends_with('.')), "{sentences:?}");
}

/// A reason that no model meets would be a rule that nobody has tried.
#[test]
fn every_reason_is_met_or_said_not_to_be() {
    let of_row = |model| columns().into_iter().filter_map(move |column| support(&inputs(column, model)).err());
    let met: HashSet<_> = rows().flat_map(of_row).collect();
    for reason in REASONS {
        let is_listed = NEVER_MET.iter().any(|it| it.0 == reason);
        assert_ne!(met.contains(&reason), is_listed, "{}", word(reason));
    }
    let words: HashSet<_> = REASONS.into_iter().map(word).collect();
    assert_eq!(words.len(), REASONS.len());
    assert!(met.iter().all(|it| REASONS.contains(it)), "{met:?}");
}

/// Where another mode is offered in place of an answer, it runs the model; none is offered only where none does.
/// Training was once offered for linear attention, which cannot be trained here either.
#[test]
fn the_offered_mode_runs_the_model() {
    for model in CATALOG.models() {
        let runs = |mode| support(&inputs((mode, None), Some(model))).is_ok();
        for column in columns() {
            let inputs = inputs(column, Some(model));
            let offered = mode_that_runs(&inputs);
            let is_right = match (support(&inputs), offered) {
                (Ok(()), None) => true,
                (Ok(()), Some(_)) => false,
                (Err(_), Some(mode)) => runs(mode),
                (Err(_), None) => !Mode::ALL.into_iter().any(runs),
            };
            assert!(is_right, "{} in {}: {offered:?}", model.id, head(column));
        }
    }
}

//! The presets and number formats are what `data/` says. It knows no workload.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use vram_estimator::estimator::architecture::{Fact, Layout};
use vram_estimator::estimator::catalog::formats::{FORMATS, format};
use vram_estimator::estimator::catalog::tuned::{TUNED, bare_name};
use vram_estimator::estimator::catalog::{Unreadable, parse, published_format};
use vram_estimator::estimator::plan::changes::changes;
use vram_estimator::estimator::plan::strategy::Strategy;
use vram_estimator::estimator::{
    ChoiceValue, Inputs, Mode, Model, ParameterId, Value as Given, active, parts, total_parameters,
};

/// The rows of a file in `data/`.
fn rows(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file is there")).expect("an array of objects")
}

/// Every model's row with the model made of it.
fn models() -> Vec<(Value, &'static Arc<Model>)> {
    let rows = rows("models.json");
    let model = |row: &Value| CATALOG.model(row["id"].as_str().expect("an id")).expect("a model for every row");
    rows.iter().map(|row| (row.clone(), model(row))).collect()
}

/// A value of a row as the preset states it.
fn number(fact: Fact, value: &Value) -> f64 {
    match value {
        Value::Bool(it) => f64::from(u8::from(*it)),
        Value::String(it) => fact.choices().iter().position(|id| id == it).expect("a choice of the fact") as f64,
        other => other.as_f64().expect("a number"),
    }
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().map_or(Vec::new(), |it| it.iter().map(|number| number.as_f64().expect("a number")).collect())
}

#[test]
fn every_model_comes_through_as_it_is() {
    let models = models();
    assert_eq!(models.len(), CATALOG.models().len());
    assert_eq!(models.len(), 464);
    for (row, preset) in models {
        let (id, architecture) = (&preset.id, &preset.architecture);
        assert_eq!(row["name"].as_str(), Some(preset.name.as_ref()), "{id}");
        assert_eq!(row["total_parameters"].as_f64(), Some(preset.total_parameters), "{id}");
        assert_eq!(row["layout"].as_str(), Some(layout(preset)), "{id}");
        let mut stated = 0;
        for (key, value) in row["facts"].as_object().into_iter().flatten() {
            // `build.rs` has the list of the few facts that no formula reads.
            let Some(&fact) = Fact::ALL.iter().find(|fact| fact.key() == key) else { continue };
            assert_eq!(architecture.get(fact), Some(number(fact, value)), "{id}: {key}");
            stated += 1;
        }
        assert_eq!(Fact::ALL.iter().filter(|fact| architecture.get(**fact).is_some()).count(), stated, "{id}");
        assert_eq!(architecture.depths, numbers(&row["depths"]), "{id}");
        assert_eq!(architecture.widths, numbers(&row["widths"]), "{id}");
        assert_eq!(architecture.projector, numbers(&row["projector"]), "{id}");
    }
}

fn layout(preset: &Model) -> &'static str {
    let layout = preset.architecture.layout;
    Layout::IDS[layout as usize]
}

#[test]
fn names_are_unique() {
    let unique = |names: Vec<&str>| names.iter().collect::<HashSet<_>>().len() == names.len();
    assert!(unique(CATALOG.models().iter().map(|it| it.id.as_ref()).collect()));
    assert!(unique(CATALOG.models().iter().map(|it| it.name.as_ref()).collect()));
    assert!(unique(Fact::ALL.iter().map(|it| it.key()).collect()));
    assert!(unique(Fact::ALL.iter().map(|it| it.symbol()).collect()));
    assert!(unique(FORMATS.iter().map(|it| it.id).collect()));
}

#[test]
fn a_fact_and_its_parameter_know_each_other() {
    let stated: Vec<_> = ParameterId::ALL.iter().filter_map(|&id| Fact::of_parameter(id).map(|it| (id, it))).collect();
    assert!(stated.contains(&(ParameterId::HiddenSize, Fact::HiddenSize)));
    for (id, fact) in stated {
        assert_eq!(fact.parameter(), Some(id));
        assert_eq!(fact.key(), id.spec().key);
    }
}

/// GLM-4.6 was GLM-4.5 with a longer sequence, whose positions are fewer: who is made for more has a row.
#[test]
fn other_names_are_made_for_no_more_than_their_model() {
    let mut n_names = 0;
    for (row, model) in models() {
        for (name, context) in row["contexts"].as_object().into_iter().flatten() {
            let is_alias = row["aliases"].as_array().expect("aliases").iter().any(|it| it == name);
            assert!(is_alias && context.as_f64().expect("tokens") <= model.context_length, "{name}");
            n_names += 1;
        }
    }
    assert!(n_names > 40, "{n_names} names");
}

/// Of encoders "base" is a size, and two numbers are not one: RegNetY 1.6GF was 16GF.
#[test]
fn names_that_differ_in_what_changes_no_shape_are_one() {
    let is_one = |a: &str, b: &str| bare_name(a, TUNED) == bare_name(b, TUNED);
    for (name, id) in [
        ("Meta-Llama-3.1-8B-Instruct", "llama-3.1-8b"),
        ("llama3.1:8b", "llama-3.1-8b"),
        ("Mistral-7B-v0.3", "mistral-7b-instruct-v0.3"),
        ("Qwen3-4B-Thinking-2507", "qwen3-4b-instruct-2507"),
        ("Qwen3-8B-Base", "qwen3-8b"),
    ] {
        assert!(is_one(name, id), "{name}");
    }
    for (name, id) in [("t5", "t5-base"), ("bge-en-v1.5", "bge-base-en-v1.5"), ("regnet_y_16gf", "regnet_y_1_6gf")] {
        assert!(!is_one(name, id), "{name}");
    }
}

#[test]
fn formats_are_their_blocks() {
    for row in rows("quantization.json") {
        let id = row["id"].as_str().expect("an id");
        let Some(bits) = row["bits_per_weight"].as_f64() else {
            assert_eq!(format(id), None);
            continue;
        };
        assert_eq!(format(id).expect("a format for every row").bits_per_weight, bits);
        if let (Some(bytes), Some(weights)) = (row["block_bytes"].as_f64(), row["block_weights"].as_f64()) {
            assert_eq!(bytes * 8.0 / weights, bits, "{id}");
        }
    }
}

#[test]
fn parameters_are_counted() {
    for (row, preset) in models() {
        let (id, architecture) = (&preset.id, &preset.architecture);
        let inputs = Inputs::defaults(Mode::Inference).with_model(Some(preset.clone()));
        let parts = parts(&inputs);
        let Some(computed) = row["check"]["computed"].as_f64() else {
            assert_eq!((architecture.layout, parts.len()), (Layout::Unknown, 0), "{id}");
            continue;
        };
        assert_eq!(total_parameters(parts), computed, "{id}: {parts:#?}");
        assert_eq!(preset.total_parameters, computed, "{id}");
        let all: f64 = parts.iter().map(|it| it.parameters).sum();
        let further = row["check"]["mtp_params"].as_f64().unwrap_or(0.0);
        assert_eq!(all - computed, further, "{id}: {parts:#?}");
        let published = row["check"]["published"].as_f64().expect("a published count");
        let includes = row["check"]["published_includes_mtp"] == true;
        let relative = (computed + if includes { further } else { 0.0 }) / published - 1.0;
        assert_eq!(row["check"]["exact"] == true, relative == 0.0, "{id}");
        assert_eq!(row["check"]["verified"] == true, relative.abs() <= 0.01, "{id}: {relative}");
        match row["active_parameters"].as_f64() {
            Some(known) => assert_eq!(active(parts, architecture), known, "{id}"),
            None => assert_eq!(active(parts, architecture), computed, "{id}"),
        }
    }
}

/// Models that the same code runs. Granite 4.0 Micro, whose layers all attend, had its gate and up projection apart,
/// though the class that runs it has one linear layer for both (Transformers, `GraniteMoeHybridMLP`).
#[test]
fn dense_models_of_one_class_have_its_projections() {
    let of_class = models().into_iter().filter(|(row, preset)| {
        row["source"].to_string().contains("models/granitemoehybrid/") && !preset.architecture.is(Fact::NumExperts)
    });
    let fused: Vec<_> = of_class.map(|(_, preset)| preset.architecture.is(Fact::FusedGateUp)).collect();
    assert!(fused.len() >= 5 && fused.iter().all(|it| *it), "{fused:?}");
}

#[test]
fn facts_agree_with_each_other() {
    for preset in CATALOG.models() {
        let n = |fact| preset.architecture.number(fact);
        let check = |is_so: bool, what: &str| assert!(is_so, "{}: {what}", preset.id);
        // A parameter's default is not "no" everywhere: what links can say of a text model is always stated.
        let stated = [Fact::NumLayers, Fact::VocabSize, Fact::TieWordEmbeddings, Fact::HeadDim, Fact::GatedMlp];
        let stated = if preset.architecture.layout.is_state_space() { &stated[..3] } else { &stated };
        let is_text = preset.architecture.get(Fact::HiddenSize).is_some();
        check(!is_text || stated.iter().all(|&it| preset.architecture.get(it).is_some()), "what links can say");
        let (heads, key_heads) = (n(Fact::NumAttentionHeads), n(Fact::NumKeyValueHeads));
        check(key_heads == 0.0 || heads % key_heads == 0.0, "key heads share query heads evenly");
        check(n(Fact::NumActiveExperts) <= n(Fact::NumExperts), "a token visits experts that there are");
        check((n(Fact::SlidingWindow) > 0.0) == (n(Fact::NumSlidingLayers) > 0.0), "a window has layers");
        let some_layers =
            [Fact::NumSlidingLayers, Fact::NumFullAttentionLayers, Fact::NumDenseLayers, Fact::NumCrossAttentionLayers];
        let alone = n(Fact::NumFullAttentionLayers) + n(Fact::NumFeedForwardLayers);
        check(alone <= n(Fact::NumLayers), "layers of one mixer each");
        check(some_layers.iter().all(|&it| n(it) <= n(Fact::NumLayers)), "a part of the layers");
        let windowed = n(Fact::NumSlidingLayers);
        check(windowed == 0.0 || windowed + n(Fact::NumFullAttentionLayers) == n(Fact::NumLayers), "every layer");
        check(n(Fact::RotaryDim) <= n(Fact::HeadDim), "a part of a head is rotated");
        let shares = [Fact::EmbeddingDropout, Fact::ResidualDropout, Fact::AttentionDropout, Fact::ActivationDropout];
        check(shares.iter().all(|&it| (0.0..1.0).contains(&n(it))), "shares");
        check(
            preset.architecture.projector.is_empty() != (n(Fact::VisionNumLayers) > 0.0 && has_text(preset)),
            "a way in",
        );
        for fact in Fact::ALL {
            let n_choices = fact.choices().len();
            check(n_choices == 0 || n(*fact) < n_choices as f64, "a choice of the list");
        }
    }
}

/// Whether a preset reads text beside images, and images become part of the text.
fn has_text(preset: &Model) -> bool {
    !matches!(preset.architecture.layout, Layout::Contrastive | Layout::VisionTransformer)
}

/// What is given beside an architecture decides, so that a link's parameter can stand in for a fact.
#[test]
fn a_given_fact_overrides() {
    let model = CATALOG.model("llama-3.1-8b").expect("a model");
    let inputs = Inputs::defaults(Mode::Inference).with_model(Some(model.clone()));
    let with_layers = |layers: f64| {
        let given = inputs.clone().with(ParameterId::NumLayers, Given::Number(layers)).expect("the number is accepted");
        total_parameters(parts(&given))
    };
    let per_layer = with_layers(2.0) - with_layers(1.0);
    assert_eq!(with_layers(32.0), with_layers(1.0) + 31.0 * per_layer);
    assert_eq!(with_layers(32.0), 8_030_261_248.0);
}

#[test]
fn what_cannot_be_read_is_reported() {
    #[track_caller]
    fn check(line: &'static str, n_presets: usize, expected: &[Unreadable]) {
        let (presets, faults) = parse(line);
        assert_eq!((presets.len(), &*faults), (n_presets, expected));
    }
    check("", 0, &[]);
    check("a|A|decoder|7|0|H=1", 1, &[]);
    check("a|A|decoder", 0, &[Unreadable::Incomplete("a|A|decoder")]);
    check("a|A|decoder|7|many|H=1", 0, &[Unreadable::Incomplete("a|A|decoder|7|many|H=1")]);
    check("a|A|tower|7|0|", 0, &[Unreadable::UnknownLayout("tower")]);
    check("a|A|decoder|7|0|H=1;Hx=2", 1, &[Unreadable::UnknownFact("Hx=2")]);
    check(
        "a|A|decoder|7|0|H=-1;L=1.2.3;norm=wide;d=1.5",
        1,
        &["H=-1", "L=1.2.3", "norm=wide"].map(Unreadable::NoValue),
    );
    check("a|A|vgg|7|0|depths=64,,128", 1, &[Unreadable::NoValue("depths=64,,128")]);
}

/// Fewer bits than 16 are told of exactly the models whose checkpoint was seen in one such format, and each can be
/// advised where the model is served in 16.
#[test]
fn what_is_published_in_few_bits_is_told_and_offered() {
    let mut known = 0;
    for (row, model) in models() {
        let seen = row["published_in"].as_str().filter(|it| !matches!(*it, "bf16" | "fp16"));
        let (id, one) = (&model.id, seen.filter(|it| !it.contains('+')));
        assert!(seen.into_iter().flat_map(|it| it.split('+')).all(|it| format(it).is_some()), "{id}: {seen:?}");
        let told = published_format(model);
        assert_eq!(told.map(|it| it.format), one, "{id}");
        assert_eq!(told.and_then(|it| it.whole), row["published_whole"].as_str(), "{id}");
        let Some(told) = told else { continue };
        let inputs = Inputs::defaults(Mode::Inference).with_model(Some(model.clone()));
        let changes = changes(Strategy::Published, &inputs);
        let text =
            |it: ParameterId| changes.iter().find(|change| change.0 == it).map(|change| it.spec().write(&change.1));
        assert_eq!(text(ParameterId::Quantization).as_deref(), Some(told.format), "{id}");
        assert_eq!(text(ParameterId::Unquantized).as_deref(), told.whole, "{id}");
        known += 1;
    }
    assert_eq!(known, 21);
}

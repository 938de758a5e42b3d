//! Transformers' `config.json` as values of parameters: the text that stands in it, a tower of vision before it, and
//! how its weights are quantized. A kind of model whose code nobody read is refused by its name, and so is a key that
//! is needed and absent. It knows no kind by name: those are rows of `families` and `towers`.

mod by_figures;
mod config_part;
mod experts;
mod families;
mod interleaved;
mod joints;
mod mixers;
mod preset;
mod quantization;
mod quirks;
mod sheet;
mod sizes;
mod tiles;
mod towers;
mod words;

use crate::estimator::architecture::Layout;
use crate::estimator::{Catalog, ChoiceValue, ParameterId as Id};
use crate::import::config::config_part::ConfigPart;
use crate::import::config::families::{ModelKind, Quirk, family_of};
use crate::import::config::quantization::{read_dtype, read_quantization};
use crate::import::config::quirks::apply;
use crate::import::config::sheet::{Origin, Sheet};
use crate::import::config::sizes::{context, read_sizes};
use crate::import::config::towers::{TowerRow, read_tower, tower_of};
use crate::import::config::words::read_words;
use crate::import::imported::{Assumed, Imported, NotTaken, Whose};
use serde_json::{Map, Value as Json};

pub use quantization::{CACHE_OF_MODELOPT, CACHE_SCHEME, of_quantization_file};

/// Objects in which the text of a larger model stands, in the order of Transformers (`configuration_utils.py`,
/// `get_text_config`).
const INNER_TEXTS: &[(&str, &str)] =
    &[("text_config", "text_config."), ("llm_config", "llm_config."), ("language_config", "language_config.")];

/// Keys of which it was checked that they change no byte of an estimate.
const WITHOUT_BYTES: &[&str] = &[
    "_name_or_path",
    "architectures",
    "attention_multiplier",
    "auto_map",
    "bos_token_id",
    "boi_token_index",
    "classifier_dropout",
    "embedding_multiplier",
    "eoi_token_index",
    "eos_token_id",
    "id2label",
    "image_token_id",
    "image_token_index",
    "initializer_factor",
    "initializer_range",
    "label2id",
    "layer_norm_eps",
    "layer_norm_epsilon",
    "logit_scale",
    "logits_scaling",
    "max_position_embeddings",
    "model_type",
    "n_ctx",
    "n_positions",
    "norm_eps",
    "norm_epsilon",
    "norm_topk_prob",
    "output_router_logits",
    "pad_token_id",
    "residual_multiplier",
    "rms_norm_eps",
    "rope_parameters",
    "rope_scaling",
    "rope_theta",
    "rotary_emb_base",
    "router_aux_loss_coef",
    "routed_scaling_factor",
    "scoring_func",
    "tokenizer_class",
    "topk_method",
    "transformers_version",
    "unsloth_fixed",
    "use_cache",
    "video_token_id",
    "vision_end_token_id",
    "vision_start_token_id",
    "query_pre_attn_scalar",
    "summary_type",
    "task_specific_params",
];

/// Positions in front of the first token where positions are counted behind that of padding
/// (`create_position_ids_from_input_ids` in `modeling_roberta.py`, with a `pad_token_id` of 1).
const BEFORE_FIRST: f64 = 2.0;

/// The kind of file.
const CONFIG: &str = "config.json";

/// What a configuration tells. Nothing is concluded of it.
pub fn of_config(told: &Json, catalog: &Catalog) -> Imported {
    let Some(map) = told.as_object() else { return Imported::refused(CONFIG, "", "", NotTaken::WrongType) };
    let whole = ConfigPart::new(map, "");
    let Some(model_type) = whole.text("model_type") else {
        return Imported::refused(CONFIG, "model_type", "", NotTaken::Missing);
    };
    let inner = INNER_TEXTS.iter().find_map(|(key, path)| Some(ConfigPart::new(whole.object(key)?, path)));
    let tower = tower_of(model_type);
    let text = inner.as_ref().unwrap_or(&whole);
    let name = match (&inner, tower) {
        (Some(it), Some(row)) => it.text("model_type").unwrap_or(row.text),
        (None, Some(row)) if !row.text.is_empty() => row.text,
        (Some(it), None) => it.text("model_type").unwrap_or(model_type),
        _ => model_type,
    };
    // A kind that has another kind's text inside is itself to be known, unless what is inside is refused by its own
    // name.
    let is_known = |it: &&ModelKind| inner.is_none() || tower.is_some() || it.is_without_formulas();
    // A tower of a pair alone is no model here.
    let is_whole = |it: &&ModelKind| tower.is_some() || it.layout != Layout::Contrastive;
    let known = family_of(name).filter(is_known).filter(is_whole);
    let Some(family) = known else {
        let own_name = whole.text("_name_or_path");
        if inner.is_none()
            && let Some(model) = by_figures::preset_of(model_type, text, own_name, context(text), catalog)
        {
            return of_preset(&model.id, model_type, &whole, text);
        }
        let place = if inner.is_some() && tower.is_some() { text.place("model_type") } else { "model_type".to_owned() };
        return Imported::refused(
            CONFIG,
            &place,
            if place == "model_type" { model_type } else { name },
            NotTaken::NoFormula,
        );
    };
    let mut sheet = Sheet::new(family.layout, name);
    sheet.out.tool = CONFIG;
    read_text(family, inner.is_some(), text, &mut sheet);
    if let Some(row) = tower {
        read_seen(row, &whole, &mut sheet);
        // The whole decides, where it says something (`PretrainedConfig.tie_word_embeddings`).
        if inner.is_some() && whole.get("tie_word_embeddings").is_some() {
            read_words("tieWordEmbeddings:tie_word_embeddings", &whole, &mut sheet);
        }
    }
    read_dtype(&whole, text, &mut sheet);
    read_quantization(&whole, text, &mut sheet);
    read_head(&whole, &mut sheet);
    let longest = context(text);
    let is_padded = family.quirks.contains(&Quirk::PositionsBehindPadding);
    let usable = longest - f64::from(u8::from(is_padded)) * BEFORE_FIRST;
    let mut sections = vec![&whole];
    sections.extend(inner.as_ref());
    ignore_others(&sections, &mut sheet);
    finish(sheet, whole.text("_name_or_path"), (longest, usable), catalog)
}

/// What a file of a kind tells whose presets are known by their figures: what it is quantized in, and a head.
fn of_preset(id: &str, model_type: &str, whole: &ConfigPart, text: &ConfigPart) -> Imported {
    let mut sheet = Sheet::new(Layout::Decoder, model_type);
    sheet.out.tool = CONFIG;
    read_dtype(whole, text, &mut sheet);
    read_quantization(whole, text, &mut sheet);
    read_head(whole, &mut sheet);
    let mut out = sheet.write(|out, id, value, origin| match origin {
        Origin::Place(place) => out.take(id, value, &place),
        Origin::Whose(whose) => out.assume(id, value, whose),
    });
    out.take(Id::Model, id, "model_type");
    out
}

/// What stands behind the layers of an encoder, by the end of its class's name: labels are those of `id2label`, of
/// which the class has two unless told otherwise (`PretrainedConfig.num_labels`). Of decoders it is a projection to the
/// vocabulary.
fn read_head(whole: &ConfigPart, sheet: &mut Sheet) {
    let Some(class) = whole.list("architectures").and_then(|it| it.first()?.as_str()) else { return };
    let place = whole.place("architectures");
    let is_encoder = sheet.layout == Layout::Encoder;
    if class.ends_with("ForSequenceClassification") && is_encoder {
        sheet.state(Id::TaskHead, "classifier", &place);
        let labels = whole.object("id2label").map(Map::len).filter(|it| *it > 0);
        let number = whole.get("num_labels").and_then(Json::as_u64).filter(|it| *it > 0);
        if let Some(number) = labels.map(|it| it as u64).or(number) {
            sheet.state(Id::NumLabels, &number.to_string(), &whole.place("id2label"));
        }
    } else if class.ends_with("Model") && is_encoder {
        sheet.state(Id::TaskHead, "none", &place);
    } else if ["Classification", "ForQuestionAnswering", "ForMultipleChoice"].iter().any(|it| class.ends_with(it)) {
        sheet.out.leave(&place, class, NotTaken::Unread);
    }
}

fn read_text(family: &ModelKind, is_inner: bool, text: &ConfigPart, sheet: &mut Sheet) {
    read_sizes(family, is_inner, text, sheet);
    read_words(family.words, text, sheet);
    family.quirks.iter().for_each(|quirk| apply(*quirk, text, sheet));
    let is_complete = sheet.is(Id::IntermediateSize) || sheet.is(Id::NumExperts);
    if !is_complete && !family.is_without_formulas() && !family.layout.is_state_space() {
        sheet.out.leave(&text.place("intermediate_size"), "", NotTaken::Missing);
    }
}

fn read_seen(row: &TowerRow, whole: &ConfigPart, sheet: &mut Sheet) {
    let empty = Map::new();
    match whole.get("vision_config") {
        Some(Json::Object(map)) => {
            let tower = ConfigPart::new(map, "vision_config.");
            read_tower(row, &tower, whole, sheet);
            ignore_others(&[&tower], sheet);
        }
        Some(other) => sheet.out.leave("vision_config", &other.to_string(), NotTaken::WrongType),
        // All of it is the class' own.
        None => read_tower(row, &ConfigPart::new(&empty, "vision_config."), whole, sheet),
    }
}

/// Tells what nobody looked at.
fn ignore_others(sections: &[&ConfigPart], sheet: &mut Sheet) {
    const OBJECTS: &[&str] = &["text_config", "llm_config", "language_config", "vision_config"];
    for section in sections {
        for (place, key, value) in section.unseen().filter(|it| !OBJECTS.contains(&it.1)) {
            let why = if WITHOUT_BYTES.contains(&key) { NotTaken::Idle } else { NotTaken::Unlooked };
            sheet.out.leave(&place, &value.to_string(), why);
        }
    }
}

/// The values, or the model of the catalogue that has them all.
fn finish(mut sheet: Sheet, name: Option<&str>, (context, usable): (f64, f64), catalog: &Catalog) -> Imported {
    let found = sheet.architecture();
    let model = if sheet.out.is_refused() { None } else { preset::same_model(&found, name, context, catalog) };
    let (layout, model_type) = (sheet.layout, sheet.model_type.clone());
    if model.is_none() && sheet.is(Id::MaxTiles) {
        // The edge of a tile is that of a model's image; of what is typed, images may have any.
        sheet.follow(Id::TileResolution, sheet.number(Id::ImageResolution), "vision_config.image_size");
    }
    // No default is longer than learned positions are there for.
    if model.is_none() && matches!(layout, Layout::Decoder | Layout::Encoder) && sheet.is(Id::LearnedPositions) {
        sheet.follow(Id::SequenceLength, usable.min(sheet.number(Id::LearnedPositions)), "max_position_embeddings");
    }
    let mut shape = Vec::new();
    let mut out = sheet.write(|out, id, value, origin| {
        let is_of_model = model.is_some() && crate::estimator::architecture::is_of_shape(id);
        match origin {
            Origin::Place(_) | Origin::Whose(_) if is_of_model => {}
            Origin::Place(place) => out.take(id, value, &place),
            Origin::Whose(whose) => shape.push(Assumed { id, value, whose }),
        }
    });
    match model {
        Some(model) => out.take(Id::Model, model.id.as_ref(), "model_type"),
        None => out.assume(Id::Layout, Layout::IDS[layout as usize], Whose::CodeOf(model_type)),
    }
    out.assumed.extend(shape);
    out
}

//! Which mixers layers have that have not all the same: as a pattern of letters, or a list of names or of places says
//! it. It knows no kind of model by name.

use crate::estimator::ParameterId as Id;
use crate::estimator::architecture::Layout;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::experts::state_experts;
use crate::import::config::sheet::Sheet;
use crate::import::imported::NotTaken;
use serde_json::Value as Json;

/// What a layer has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MixerKind {
    StateSpace,
    Attention,
    FeedForward,
    Experts,
}

/// A letter of the pattern (`NemotronHConfig._pattern_to_list`).
const fn of_letter(letter: char) -> Option<MixerKind> {
    match letter {
        'M' => Some(MixerKind::StateSpace),
        '*' => Some(MixerKind::Attention),
        '-' => Some(MixerKind::FeedForward),
        'E' => Some(MixerKind::Experts),
        _ => None,
    }
}

/// A name of the list, in the words of any version of its class.
fn of_name(name: &str) -> Option<MixerKind> {
    match name {
        "linear_attention" | "mamba" => Some(MixerKind::StateSpace),
        "full_attention" | "attention" => Some(MixerKind::Attention),
        "mlp" => Some(MixerKind::FeedForward),
        "moe" => Some(MixerKind::Experts),
        _ => None,
    }
}

/// How many entries of a list with one for each layer are of some kinds; what is none of the known ones has no formula.
pub fn counted(entries: &[Json], kinds: &[&str], known: &[&str], place: &str, sheet: &mut Sheet) -> f64 {
    if entries.len() as f64 != sheet.number(Id::NumLayers) {
        sheet.out.leave(place, &entries.len().to_string(), NotTaken::Contradicts);
    }
    if let Some(other) = entries.iter().find(|it| it.as_str().is_none_or(|name| !known.contains(&name))) {
        sheet.out.leave(place, &other.to_string(), NotTaken::NoFormula);
    }
    entries.iter().filter(|it| it.as_str().is_some_and(|name| kinds.contains(&name))).count() as f64
}

/// Reads which layers attend beside those of short convolutions, and how wide the feed-forward block is: two thirds of
/// what is stated, in whole multiples, unless the file says that this was done (`Lfm2Config.__init__`, `Lfm2MLP`).
pub fn short_convs(part: &ConfigPart, sheet: &mut Sheet) {
    let (key, full) = match (part.list("layer_types"), part.list("full_attn_idxs")) {
        (Some(types), _) => {
            let place = part.place("layer_types");
            ("layer_types", counted(types, &["full_attention"], &["full_attention", "conv"], &place, sheet))
        }
        (None, Some(places)) => ("full_attn_idxs", places.len() as f64),
        (None, None) => return sheet.out.leave(&part.place("layer_types"), "", NotTaken::Missing),
    };
    sheet.follow(Id::NumFullAttentionLayers, full, &part.place(key));
    if !part.is_on("block_auto_adjust_ff_dim", !sheet.is(Id::NumExperts)) {
        return;
    }
    let stated = [part.size(["block_ffn_dim_multiplier"]), part.size(["block_multiple_of"])];
    let [by, multiple] = stated.map(|it| sheet.found(it).map(|it| it.number));
    let multiple = multiple.unwrap_or(256.0).max(1.0);
    let width = (by.unwrap_or(1.0) * (2.0 * sheet.number(Id::IntermediateSize) / 3.0).floor()).floor();
    sheet.follow(Id::IntermediateSize, (width / multiple).ceil() * multiple, &part.place("block_auto_adjust_ff_dim"));
}

/// Reads how wide a head of Mamba2 beside attention is: what is stated, or what its heads leave each other of the width
/// that is stated (`FalconH1Config.__post_init__`) or is a multiple of the model's (`BambaConfig`).
pub fn state_heads(part: &ConfigPart, sheet: &mut Sheet) {
    let stated = part.size(["mamba_d_ssm"]);
    let expand = part.size(["mamba_expand"]);
    let by_width = sheet.found(expand).map_or(2.0, |it| it.number) * sheet.number(Id::HiddenSize);
    let inner = sheet.found(stated).map_or(by_width, |it| it.number);
    let heads = sheet.number(Id::LinearNumValueHeads).max(1.0);
    let is_auto = part.text("mamba_d_head").is_some();
    let head = if is_auto { Ok(None) } else { part.size(["mamba_d_head"]) };
    let head = sheet.found(head).map_or(inner / heads, |it| it.number);
    if head * heads != inner {
        sheet.out.leave(&part.place("mamba_d_head"), &head.to_string(), NotTaken::Contradicts);
    }
    sheet.follow(Id::LinearValueHeadDim, head, &part.place("mamba_d_head"));
}

/// Reads how many channels a state space has: so many times the width, whatever the file says that comes to. Mamba2
/// says how its heads share them (`Mamba2Config.validate_architecture`); Mamba makes its time steps of a sixteenth of
/// the width, rounded up, unless a number is stated (`MambaConfig.__post_init__`).
pub fn channels(part: &ConfigPart, sheet: &mut Sheet) {
    let hidden = sheet.number(Id::HiddenSize);
    let expand = part.size(["expand"]);
    let inner = (sheet.found(expand).map_or(2.0, |it| it.number) * hidden).floor();
    if sheet.layout == Layout::Mamba2 {
        let heads = sheet.number(Id::LinearNumValueHeads);
        if heads * sheet.number(Id::LinearValueHeadDim) != inner {
            sheet.out.leave(&part.place("num_heads"), &heads.to_string(), NotTaken::Contradicts);
        }
        return;
    }
    sheet.follow(Id::LinearNumValueHeads, inner, &part.place("expand"));
    let is_auto = part.text("time_step_rank") == Some("auto");
    let stated = if is_auto { Ok(None) } else { part.size(["time_step_rank"]) };
    match sheet.found(stated) {
        Some(found) => sheet.state(Id::TimeStepRank, &found.number.to_string(), &found.place),
        None => sheet.follow(Id::TimeStepRank, (hidden / 16.0).ceil(), "hidden_size / 16"),
    }
}

/// Reads which layers there are, and experts where some have them.
pub fn single_mixers(part: &ConfigPart, sheet: &mut Sheet) {
    let key = ["layers_block_type", "layer_types"].into_iter().find(|key| part.get(key).is_some());
    let (key, mixers): (_, Option<Vec<MixerKind>>) = match key {
        Some(key) => {
            let names = part.list(key).unwrap_or_default();
            (key, names.iter().map(|it| of_name(it.as_str()?)).collect())
        }
        None => {
            let pattern = part.text("hybrid_override_pattern").unwrap_or_default();
            ("hybrid_override_pattern", pattern.chars().map(of_letter).collect())
        }
    };
    let place = part.place(key);
    let Some(mixers) = mixers.filter(|it| !it.is_empty()) else {
        let told = part.get(key).map(ToString::to_string).unwrap_or_default();
        let why = if told.is_empty() { NotTaken::Missing } else { NotTaken::NoFormula };
        return sheet.out.leave(&place, &told, why);
    };
    let number = |kind: MixerKind| mixers.iter().filter(|it| **it == kind).count() as f64;
    let (dense, mixed) = (number(MixerKind::FeedForward), number(MixerKind::Experts));
    // The class counts its list, whatever the number beside it says.
    let stated = sheet.number(Id::NumLayers);
    if stated != 0.0 && stated != mixers.len() as f64 {
        sheet.out.leave(&place, &mixers.len().to_string(), NotTaken::Contradicts);
    }
    sheet.follow(Id::NumLayers, mixers.len() as f64, &place);
    sheet.follow(Id::NumFullAttentionLayers, number(MixerKind::Attention), &place);
    sheet.follow(Id::NumFeedForwardLayers, dense + mixed, &place);
    if mixed == 0.0 {
        return;
    }
    if dense == 0.0 {
        sheet.forget(Id::IntermediateSize);
    } else {
        sheet.follow(Id::NumDenseLayers, dense, &place);
    }
    sheet.code(Id::Router, "wide_product");
    sheet.code(Id::RouterCorrection, "true");
    state_experts(Id::MoeIntermediateSize, part, sheet);
    for (id, key, is_needed) in [
        (Id::MoeIntermediateSize, "moe_intermediate_size", true),
        (Id::SharedIntermediateSize, "moe_shared_expert_intermediate_size", true),
        (Id::ExpertLatentSize, "moe_latent_size", false),
    ] {
        let stated = part.size([key]);
        match sheet.found(stated) {
            Some(found) => sheet.state(id, &found.number.to_string(), &found.place),
            None if is_needed => sheet.out.leave(&part.place(key), "", NotTaken::Missing),
            None => {}
        }
    }
    let shared = part.size(["n_shared_experts"]);
    if let Some(found) = sheet.found(shared).filter(|it| it.number != 1.0) {
        sheet.out.leave(&found.place, &found.number.to_string(), NotTaken::NoFormula);
    }
}

//! The model of which tensors are the shape: a preset whose sizes are all theirs, or else what their sizes say, where
//! their names are those of a kind of model that needs no further number than the width of a head. It reads no
//! configuration.

use crate::estimator::architecture::Fact;
use crate::estimator::{Catalog, Model, ParameterId as Id};
use crate::import::config::of_config;
use crate::import::imported::{Assumed, Imported, NotTaken, Whose};
use crate::import::tensors::listed::{ListedTensor, TensorList};
use crate::import::tensors::names::{NamedPlace, place_of};
use serde_json::json;
use std::collections::BTreeSet;

/// The width of a head where no tensor has it.
const USUAL_HEAD: f64 = 128.0;

/// What stands in names of tensors of adapters (PEFT 0.21, `tuners/lora/layer.py`).
const OF_ADAPTERS: &[&str] = &[".lora_A.", ".lora_B.", ".lora_embedding_A", ".lora_magnitude_vector"];

/// TensorSizes that tensors show, with the tensors that show them.
#[derive(Debug, Default)]
struct TensorSizes {
    layers: BTreeSet<u32>,
    experts: BTreeSet<u32>,
    vocab: f64,
    hidden: f64,
    query: f64,
    query_in: f64,
    key: f64,
    inner: f64,
    expert_inner: f64,
    head: f64,
    is_gated: bool,
    has_bias: bool,
    has_own_output: bool,
    has_last_norm: bool,
    has_tower: bool,
    has_others: bool,
}

/// TensorSizes of a matrix, what comes out first.
fn sizes(it: &ListedTensor) -> Option<(f64, f64)> {
    let [out, inward] = it.shape[..] else { return None };
    Some((out as f64, inward as f64))
}

impl TensorSizes {
    fn of(list: &TensorList) -> Self {
        let mut res = Self::default();
        for it in &list.tensors {
            match place_of(&it.name) {
                NamedPlace::Tower => res.has_tower = true,
                NamedPlace::Outside("embed_tokens.weight") => {
                    (res.vocab, res.hidden) = sizes(it).unwrap_or_default();
                }
                NamedPlace::Outside("norm.weight") => res.has_last_norm = true,
                NamedPlace::Outside(name) => res.has_own_output |= name == "lm_head.weight",
                NamedPlace::Layer(number, rest) => {
                    res.layers.insert(number);
                    res.see(rest, it);
                }
            }
        }
        res
    }

    fn see(&mut self, rest: &str, it: &ListedTensor) {
        let matrix = sizes(it);
        let out = matrix.map_or(0.0, |it| it.0);
        if let Some((number, _)) = rest.strip_prefix("mlp.experts.").and_then(|it| it.split_once('.')) {
            self.experts.extend(number.parse::<u32>().ok());
            if rest.ends_with(".gate_proj.weight") {
                self.expert_inner = out;
            }
            return;
        }
        match rest {
            "self_attn.q_proj.weight" => (self.query, self.query_in) = matrix.unwrap_or_default(),
            "self_attn.k_proj.weight" => self.key = out,
            "self_attn.q_proj.bias" => self.has_bias = true,
            "self_attn.q_norm.weight" => self.head = it.shape.first().map_or(0.0, |it| *it as f64),
            "mlp.gate_proj.weight" => {
                self.is_gated = true;
                self.inner = out;
            }
            "mlp.up_proj.weight" => self.inner = out,
            "self_attn.v_proj.weight"
            | "self_attn.o_proj.weight"
            | "self_attn.k_proj.bias"
            | "self_attn.v_proj.bias"
            | "self_attn.k_norm.weight"
            | "mlp.down_proj.weight"
            | "mlp.gate.weight"
            | "input_layernorm.weight"
            | "post_attention_layernorm.weight" => {}
            // Scales beside quantized weights say nothing of the shape.
            _ if rest.contains("scale") => {}
            _ => self.has_others = true,
        }
    }

    /// Whether the layers are numbered through and the beginning and the end are there.
    fn is_whole(&self) -> bool {
        let is_numbered = self.layers.last().is_some_and(|it| *it as usize + 1 == self.layers.len());
        is_numbered && self.hidden >= 1.0 && self.has_last_norm
    }

    /// Whether projections have the sizes of matrices, and not those of packed ones.
    fn are_plain(&self) -> bool {
        self.query >= 1.0 && self.key >= 1.0 && self.query_in == self.hidden
    }

    /// Whether a model of the catalogue has all of these sizes.
    fn are_of(&self, model: &Model) -> bool {
        let number = |fact: Fact| model.architecture.number(fact);
        let heads = |fact: Fact| number(fact) * number(Fact::HeadDim);
        // A width is nobody's where no block has it.
        let is_inner = |own: f64, fact: Fact| own == 0.0 || own == number(fact);
        model.is_known()
            && number(Fact::NumLayers) == self.layers.len() as f64
            && number(Fact::HiddenSize) == self.hidden
            && number(Fact::VocabSize) == self.vocab
            && heads(Fact::NumAttentionHeads) == self.query
            && heads(Fact::NumKeyValueHeads) == self.key
            && is_inner(self.inner, Fact::IntermediateSize)
            && is_inner(self.expert_inner, Fact::MoeIntermediateSize)
            && is_inner(self.experts.len() as f64, Fact::NumExperts)
            && (number(Fact::TieWordEmbeddings) == 0.0) == self.has_own_output
            && (number(Fact::QkvBias) != 0.0) == self.has_bias
            && (number(Fact::VisionNumLayers) != 0.0) == self.has_tower
    }
}

/// Whether a list has a whole model's tensors.
pub fn is_whole(list: &TensorList) -> bool {
    list.has_all_files() && TensorSizes::of(list).is_whole()
}

/// States the model that tensors are the shape of, or what is missing.
pub fn take_shape(list: &TensorList, catalog: &Catalog, out: &mut Imported) {
    let is_of_adapter = |it: &&ListedTensor| OF_ADAPTERS.iter().any(|mark| it.name.contains(mark));
    if let Some(it) = list.tensors.iter().find(is_of_adapter) {
        return out.leave(&it.name, "", NotTaken::Adapter);
    }
    let sizes = TensorSizes::of(list);
    if !list.has_all_files() || !sizes.is_whole() || !sizes.are_plain() {
        return out.leave("config.json", "", NotTaken::Missing);
    }
    if let Some(model) = catalog.models().iter().find(|it| sizes.are_of(it)) {
        return out.take(Id::Model, model.id.as_ref(), "shapes of all tensors");
    }
    // Experts that a token visits, and what else a kind has, stand in no tensor.
    if sizes.has_others || sizes.has_tower || !sizes.experts.is_empty() || !sizes.is_gated {
        return out.leave("config.json", "", NotTaken::Missing);
    }
    let head = if sizes.head >= 1.0 { sizes.head } else { USUAL_HEAD };
    let model_type = match (sizes.head >= 1.0, sizes.has_bias) {
        (true, _) => "qwen3",
        (false, true) => "qwen2",
        (false, false) => "llama",
    };
    let typed = of_config(
        &json!({
            "model_type": model_type,
            "num_hidden_layers": sizes.layers.len(),
            "hidden_size": sizes.hidden,
            "vocab_size": sizes.vocab,
            "intermediate_size": sizes.inner,
            "num_attention_heads": (sizes.query / head).floor(),
            "num_key_value_heads": (sizes.key / head).floor(),
            "head_dim": head,
            "tie_word_embeddings": !sizes.has_own_output,
        }),
        &Catalog::default(),
    );
    for it in typed.taken {
        match TENSORS.iter().find(|row| row.0 == it.id) {
            Some((id, tensor)) => out.take(*id, it.value, tensor),
            None => {
                let whose = Whose::FollowsFrom("self_attn.q_proj.weight, k_proj.weight, q_norm.weight".to_owned());
                out.assumed.push(Assumed { id: it.id, value: it.value, whose });
            }
        }
    }
    // Whatever kind of model it is, the tensors have the names and the sizes of this one.
    let named = |it: Assumed| Assumed { whose: Whose::CodeOf(model_type.to_owned()), ..it };
    out.assumed.extend(typed.assumed.into_iter().map(named));
    typed.left_out.iter().filter(|it| it.why.is_problem()).for_each(|it| out.leave(&it.name, &it.value, it.why));
}

/// Which tensors show what.
const TENSORS: &[(Id, &str)] = &[
    (Id::NumLayers, "layers.*"),
    (Id::HiddenSize, "embed_tokens.weight"),
    (Id::VocabSize, "embed_tokens.weight"),
    (Id::IntermediateSize, "mlp.up_proj.weight"),
    (Id::TieWordEmbeddings, "lm_head.weight"),
];

//! Modules beside which adapters are trained, by the names that PEFT is told: which of them a model has decides which
//! parts get adapters. It knows no program.

use crate::estimator::architecture::Layout;
use crate::estimator::{Inputs, Mode, ParameterId as Id};
use crate::import::imported::NotTaken;
use crate::import::launch::field::FlagWord;
use crate::import::launch::gathering::Gathering;
use crate::import::launch::setting::Setting;
use crate::import::launch::values::{number_of, text_of};

/// Parts of a layer, each a bit.
const QUERY: u16 = 1;
const KEY: u16 = 1 << 1;
const VALUE: u16 = 1 << 2;
const ALL_THREE: u16 = 1 << 3;
const OUTPUT: u16 = 1 << 4;
const GATE: u16 = 1 << 5;
const UP: u16 = 1 << 6;
const GATE_AND_UP: u16 = 1 << 7;
const DOWN: u16 = 1 << 8;

/// What models of Transformers call their parts (`models/*/modeling_*.py`): Llama and those like it, Phi-3, GPT-NeoX and
/// Falcon, GPT-2, Phi, OPT, MPT, Baichuan. PEFT compares the last name of a module.
const CALLED: &[(&str, u16)] = &[
    ("q_proj", QUERY),
    ("k_proj", KEY),
    ("v_proj", VALUE),
    ("o_proj", OUTPUT),
    ("gate_proj", GATE),
    ("up_proj", UP),
    ("down_proj", DOWN),
    ("qkv_proj", ALL_THREE),
    ("gate_up_proj", GATE_AND_UP),
    ("query_key_value", ALL_THREE),
    ("Wqkv", ALL_THREE),
    ("W_pack", ALL_THREE),
    ("dense", OUTPUT),
    ("dense_h_to_4h", UP),
    ("dense_4h_to_h", DOWN),
    ("c_attn", ALL_THREE),
    // Two modules of GPT-2 have this name.
    ("c_proj", OUTPUT | DOWN),
    ("c_fc", UP),
    ("out_proj", OUTPUT),
    ("fc1", UP),
    ("fc2", DOWN),
];

/// The choice that covers the modules of a list which a model has: `None` where none of them does; nothing at all where
/// it is not known which the model has, or one is no module of a layer.
fn choice_of(list: &str, inputs: &Inputs) -> Option<Option<&'static str>> {
    let is = |id: Id| text_of(inputs, id) == "true";
    let layout = inputs.model()?.architecture.layout;
    if layout != Layout::Decoder || number_of(inputs, Id::NumExperts) > 0.0 || number_of(inputs, Id::KvLoraRank) > 0.0 {
        return None;
    }
    let names = list.split([' ', ',', '[', ']', '"', '\'']).filter(|it| !it.is_empty());
    let mut said = 0;
    for name in names {
        said |= CALLED.iter().find(|it| it.0 == name)?.1;
    }
    let attention = if is(Id::FusedQkv) { ALL_THREE } else { QUERY | KEY | VALUE };
    let forward = match (is(Id::GatedMlp), is(Id::FusedGateUp)) {
        (true, true) => GATE_AND_UP | DOWN,
        (true, false) => GATE | UP | DOWN,
        (false, _) => UP | DOWN,
    };
    // What a model does not have is passed over.
    let found = said & (attention | OUTPUT | forward);
    let few = if is(Id::FusedQkv) { ALL_THREE } else { QUERY | VALUE };
    let choices = [(few, "qv"), (attention | OUTPUT, "attn"), (attention | OUTPUT | forward, "all-linear")];
    Some(choices.into_iter().find(|it| it.0 == found).map(|it| it.1))
}

impl Gathering<'_> {
    /// Takes a list of modules by what the model calls them; whether it is one.
    pub fn take_modules(&mut self, words: &'static [FlagWord], unlike: NotTaken, setting: &Setting) -> bool {
        if !words.iter().flat_map(|it| it.pairs).any(|it| it.0 == Id::LoraTargets) {
            return false;
        }
        let model = self.given.iter().find(|it| it.0 == Id::Model).cloned();
        let inputs =
            Inputs::collect(Mode::Finetune, |id| model.as_ref().filter(|it| it.0 == id).map(|it| it.1.clone()));
        match choice_of(&setting.value, &inputs) {
            None => return false,
            Some(Some(choice)) => self.put(Id::LoraTargets, choice, setting),
            Some(None) => {
                let known = words.iter().map(|it| it.theirs).collect();
                self.res.leave_beside(setting, unlike, known);
            }
        }
        true
    }
}

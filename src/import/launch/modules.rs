//! Modules beside which adapters are trained, by the names that PEFT is told: which of them a model has decides which
//! parts get adapters. Import and export read the same tables. It knows no program.

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

/// How a family of models calls its parts.
struct NamedParts {
    /// How the ids of its presets begin.
    ids: &'static [&'static str],
    /// Names with the parts that they hold. Of several names of one part the first is written.
    names: &'static [(&'static str, u16)],
}

/// What most models of Transformers call their parts (`models/*/modeling_*.py`): Llama and those like it.
const OF_MOST: &[(&str, u16)] = &[
    ("q_proj", QUERY),
    ("k_proj", KEY),
    ("v_proj", VALUE),
    ("o_proj", OUTPUT),
    ("gate_proj", GATE),
    ("up_proj", UP),
    ("gate_up_proj", GATE_AND_UP),
    ("down_proj", DOWN),
];

/// What GPT-NeoX, Falcon and BLOOM call them (`modeling_gpt_neox.py`, `modeling_falcon.py`, `modeling_bloom.py`).
const OF_NEOX: &[(&str, u16)] =
    &[("query_key_value", ALL_THREE), ("dense", OUTPUT), ("dense_h_to_4h", UP), ("dense_4h_to_h", DOWN)];

/// Families that call them otherwise: of Transformers, and, for ChatGLM3, Phi-3 small, InternLM2, Baichuan2 and EXAONE
/// 3.5, of the code beside their checkpoints. PEFT compares the end of a module's path, from a dot on.
const FAMILIES: &[NamedParts] = &[
    NamedParts { ids: &["pythia-", "gpt-neox-", "bloom", "falcon-7b", "falcon-40b", "falcon-180b"], names: OF_NEOX },
    NamedParts {
        ids: &["chatglm3-"],
        names: &[
            ("query_key_value", ALL_THREE),
            ("dense", OUTPUT),
            ("dense_h_to_4h", GATE_AND_UP),
            ("dense_4h_to_h", DOWN),
        ],
    },
    NamedParts {
        ids: &["phi-3-small-"],
        names: &[("query_key_value", ALL_THREE), ("dense", OUTPUT), ("up_proj", GATE_AND_UP), ("down_proj", DOWN)],
    },
    NamedParts {
        ids: &["phi-3-", "phi-3.5-mini", "phi-3.5-vision", "phi-4"],
        names: &[("qkv_proj", ALL_THREE), ("o_proj", OUTPUT), ("gate_up_proj", GATE_AND_UP), ("down_proj", DOWN)],
    },
    NamedParts {
        ids: &["gpt2", "distilgpt2"],
        names: &[
            ("c_attn", ALL_THREE),
            ("attn.c_proj", OUTPUT),
            ("c_fc", UP),
            ("mlp.c_proj", DOWN),
            // Two modules have this name.
            ("c_proj", OUTPUT | DOWN),
        ],
    },
    NamedParts {
        ids: &["phi-1-5", "phi-2"],
        names: &[("q_proj", QUERY), ("k_proj", KEY), ("v_proj", VALUE), ("dense", OUTPUT), ("fc1", UP), ("fc2", DOWN)],
    },
    NamedParts {
        ids: &["opt-"],
        names: &[
            ("q_proj", QUERY),
            ("k_proj", KEY),
            ("v_proj", VALUE),
            ("out_proj", OUTPUT),
            ("fc1", UP),
            ("fc2", DOWN),
        ],
    },
    NamedParts {
        ids: &["gpt-j-"],
        names: &[
            ("q_proj", QUERY),
            ("k_proj", KEY),
            ("v_proj", VALUE),
            ("out_proj", OUTPUT),
            ("fc_in", UP),
            ("fc_out", DOWN),
        ],
    },
    NamedParts {
        ids: &["starcoder2-"],
        names: &[
            ("q_proj", QUERY),
            ("k_proj", KEY),
            ("v_proj", VALUE),
            ("o_proj", OUTPUT),
            ("c_fc", UP),
            ("c_proj", DOWN),
        ],
    },
    NamedParts {
        ids: &["exaone-3.5-"],
        names: &[
            ("q_proj", QUERY),
            ("k_proj", KEY),
            ("v_proj", VALUE),
            ("out_proj", OUTPUT),
            ("c_fc_0", GATE),
            ("c_fc_1", UP),
            ("c_proj", DOWN),
        ],
    },
    NamedParts {
        ids: &["internlm2-"],
        names: &[("wqkv", ALL_THREE), ("wo", OUTPUT), ("w1", GATE), ("w3", UP), ("w2", DOWN)],
    },
    NamedParts {
        ids: &["baichuan2-"],
        names: &[("W_pack", ALL_THREE), ("o_proj", OUTPUT), ("gate_proj", GATE), ("up_proj", UP), ("down_proj", DOWN)],
    },
    // `GraniteMoeHybridMLP`, which these have without experts.
    NamedParts {
        ids: &["granite-4.0-micro", "granite-4.0-1b", "granite-4.0-350m"],
        names: &[
            ("q_proj", QUERY),
            ("k_proj", KEY),
            ("v_proj", VALUE),
            ("o_proj", OUTPUT),
            ("input_linear", GATE_AND_UP),
            ("output_linear", DOWN),
        ],
    },
];

/// How the ids begin of presets for whose kind PEFT knows modules where nobody names any, and those are queries and
/// values, which some hold as one (PEFT 0.21, `TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING`). Phi has others
/// too.
const BY_THEMSELVES: &str = "\
    llama- meta-llama- codellama- deepseek-llm- deepseek-coder-1.3b deepseek-coder-6.7b deepseek-coder-33b \
    deepseek-coder-7b deepseek-r1-distill- deepseek-r1-0528-qwen3- yi- falcon3- smollm2- tinyllama- \
    granite-8b-code- solar- zephyr- eurollm- mistral-7b mistral-large- mistral-nemo- mistral-small-24b \
    mistral-small-instruct- ministral-8b- devstral-small- codestral- mixtral- e5-mistral- gemma-2 gemma-7b \
    gemma-3-1b gemma-3-270m gemma-4-31b gemma-4-26b gemma-4-e qwen1.5- qwen2- qwen2.5- qwen3- qwq- stablelm- \
    opt- gpt-j- bart- gpt2 pythia- gpt-neox- bloom falcon-7b falcon-40b falcon-180b chatglm3- mpt- t5- mt5- \
    flan-t5- bert- roberta- xlm-roberta- multilingual-e5- bge- all-minilm-";

/// Parts of ids of other kinds that begin so: mixtures and those that see.
const NOT_BY_THEMSELVES: &[&str] = &["-vl-", "-moe-", "-a3b", "-a14b", "-a22b", "-a35b", "vision", "nemotron-super"];

/// The modules that PEFT takes where nobody names any; `None` where it takes none of its own, or none that are a
/// choice.
pub fn modules_by_default(inputs: &Inputs) -> Option<String> {
    let is_known = inputs.model().is_none_or(|it| {
        let begins = BY_THEMSELVES.split(' ').any(|front| it.id.starts_with(front));
        begins && !NOT_BY_THEMSELVES.iter().any(|part| it.id.contains(part))
    });
    is_known.then(|| "qv".to_owned())
}

/// What a model calls its parts.
fn names_of(id: &str) -> &'static [(&'static str, u16)] {
    let own = FAMILIES.iter().find(|it| it.ids.iter().any(|front| id.starts_with(front)));
    own.map_or(OF_MOST, |it| it.names)
}

/// Whether some model calls a part so.
fn is_known(name: &str) -> bool {
    let all = FAMILIES.iter().flat_map(|it| it.names).chain(OF_MOST);
    all.into_iter().any(|it| it.0 == name)
}

/// The choices, each with the parts that it covers; nothing where it is not known which the model has.
fn choices_of(inputs: &Inputs) -> Option<[(u16, &'static str); 3]> {
    let is = |id: Id| text_of(inputs, id) == "true";
    let layout = inputs.model()?.architecture.layout;
    if layout != Layout::Decoder || number_of(inputs, Id::NumExperts) > 0.0 || number_of(inputs, Id::KvLoraRank) > 0.0 {
        return None;
    }
    let attention = if is(Id::FusedQkv) { ALL_THREE } else { QUERY | KEY | VALUE };
    let forward = match (is(Id::GatedMlp), is(Id::FusedGateUp)) {
        (true, true) => GATE_AND_UP | DOWN,
        (true, false) => GATE | UP | DOWN,
        (false, _) => UP | DOWN,
    };
    let few = if is(Id::FusedQkv) { ALL_THREE } else { QUERY | VALUE };
    Some([(few, "qv"), (attention | OUTPUT, "attn"), (attention | OUTPUT | forward, "all-linear")])
}

/// The choice that covers the modules of a list which a model has: `None` where none of them does; nothing at all where
/// it is not known which the model has, or one is no module of a layer.
fn choice_of(list: &str, inputs: &Inputs) -> Option<Option<&'static str>> {
    let choices = choices_of(inputs)?;
    let own = names_of(&inputs.model()?.id);
    let names = list.split([' ', ',', '[', ']', '"', '\'']).filter(|it| !it.is_empty());
    let mut found = 0;
    for name in names {
        match own.iter().find(|it| it.0 == name) {
            Some(it) => found |= it.1,
            // What a model does not have is passed over.
            None if is_known(name) => {}
            None => return None,
        }
    }
    found &= choices[2].0;
    Some(choices.into_iter().find(|it| it.0 == found).map(|it| it.1))
}

/// The modules that a choice covers, as the model calls them, in a list that is parted as `like`; `like` itself where
/// it lists none, or the model's are those.
pub fn modules_of(choice: &str, like: &str, inputs: &Inputs) -> String {
    let own = || {
        let parts = choices_of(inputs)?.into_iter().find(|it| it.1 == choice)?.0;
        let mut left = parts;
        let mut names = Vec::new();
        for (name, holds) in names_of(&inputs.model()?.id) {
            if left & holds == *holds {
                left &= !holds;
                names.push(*name);
            }
        }
        (left == 0).then(|| names.join(if like.contains(',') { "," } else { " " }))
    };
    let is_list = like.contains("_proj");
    is_list.then(own).flatten().unwrap_or_else(|| like.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimator::{Catalog, Value};

    /// What is written for a choice is read as that choice, of every preset whose modules are known.
    #[test]
    fn lists_that_are_written_mean_their_choice() {
        let catalog = Catalog::built_in();
        let mut n_read = 0;
        for model in catalog.models() {
            let own = Some(Value::Model(Some(model.clone())));
            let inputs = Inputs::collect(Mode::Finetune, |id| own.clone().filter(|_| id == Id::Model));
            let Some(choices) = choices_of(&inputs) else { continue };
            let is_fused = choices[0].0 == ALL_THREE;
            for (_, choice) in choices {
                let list = modules_of(choice, "q_proj,v_proj", &inputs);
                assert_eq!(choice_of(&list, &inputs), Some(Some(choice)), "{}: {list}", model.id);
                assert!(!is_fused || !list.contains("q_proj"), "{}: {list}", model.id);
                n_read += 1;
            }
        }
        assert!(n_read > 500, "{n_read} lists");
    }

    #[test]
    fn modules_are_those_of_each_model() {
        #[track_caller]
        fn check(model: &str, list: &str, expected: Option<Option<&str>>) {
            let catalog = Catalog::built_in();
            let model = catalog.model(model).expect("a model").clone();
            let own = Some(Value::Model(Some(model)));
            let inputs = Inputs::collect(Mode::Finetune, |id| own.clone().filter(|_| id == Id::Model));
            assert_eq!(choice_of(list, &inputs), expected, "{list}");
        }
        check("llama-3.1-8b", "k_proj q_proj v_proj o_proj", Some(Some("attn")));
        check("llama-3.1-8b", "q_proj k_proj", Some(None));
        check("llama-3.1-8b", "query_key_value", Some(None));
        check("llama-3.1-8b", "q_proj v_proj lm_head", None);
        check("pythia-1b", "query_key_value", Some(Some("qv")));
        check("pythia-1b", "query_key_value dense dense_h_to_4h dense_4h_to_h", Some(Some("all-linear")));
        check("pythia-1b", "q_proj v_proj", Some(None));
        check("gpt2", "c_attn", Some(Some("qv")));
        check("gpt2", "c_attn c_proj", Some(None));
        check("gpt2", "c_attn c_proj c_fc", Some(Some("all-linear")));
        check("starcoder2-3b", "q_proj k_proj v_proj o_proj c_fc c_proj", Some(Some("all-linear")));
        check("phi-2", "q_proj k_proj v_proj dense", Some(Some("attn")));
    }
}

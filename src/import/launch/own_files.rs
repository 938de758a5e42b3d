//! What llama.cpp is told of files and of where their tensors lie: a repository's file, the tower's, patterns of names,
//! no device at all. It knows no flag's name.

use crate::estimator::ParameterId as Id;
use crate::import::imported::NotTaken;
use crate::import::launch::field::Tool;
use crate::import::launch::gathering::{Gathering, LLAMA_CPP, REPOSITORIES};
use crate::import::launch::names::{NamedModel, model_named};
use crate::import::launch::pattern::NamePattern;
use crate::import::launch::setting::Setting;
use crate::import::launch::values::{number_of, text_of};
use crate::import::own_source::{OwnDefault, OwnSource};

/// A repository brings its tower.
const OF_PROJECTOR: OwnSource = OwnSource::at("llama.cpp, -hf").doing(OwnDefault::TowerOfRepository);

/// Stacked experts of a layer (`LLM_FFN_EXPS_REGEX` in `common/common.h` is what `--cpu-moe` means).
const EXPERTS: [&str; 3] = ["ffn_up_exps.weight", "ffn_gate_exps.weight", "ffn_down_exps.weight"];

/// Other tensors that hold memory: a pattern that is found in one of them moves more than experts.
const OTHERS: [&str; 12] = [
    "attn_q.weight",
    "attn_k.weight",
    "attn_v.weight",
    "attn_qkv.weight",
    "attn_output.weight",
    "attn_norm.weight",
    "ffn_norm.weight",
    "ffn_gate_inp.weight",
    "ffn_up.weight",
    "ffn_down.weight",
    "ffn_up_shexp.weight",
    "ffn_down_shexp.weight",
];

/// Tensors beside the layers.
const OUTSIDE: [&str; 2] = ["token_embd.weight", "output.weight"];

/// Layers of which patterns are asked.
const MOST_LAYERS: f64 = 512.0;

/// What settings say of files and of where they lie.
#[derive(Default)]
pub struct OfFiles<'a> {
    /// The file of a repository.
    pub name: Option<&'a Setting>,
    /// What says where the tower lies, with the choice.
    pub towers: Vec<(&'a Setting, &'static str)>,
    /// Patterns with devices.
    pub experts: Vec<&'a Setting>,
    /// What says that there is no device.
    pub no_device: Option<&'a Setting>,
}

/// What vLLM's `--runner` and `--task` call it that a model answers with vectors.
const POOLING: &[&str] = &["pooling", "embed", "embedding"];

impl Gathering<'_> {
    /// Whether a word asks of a model that it answers with vectors, as it does by itself.
    pub fn pools(&self, word: &str) -> bool {
        let is_headless = self.model.as_ref().and_then(|it| it.1.model.as_ref()).is_some_and(|it| it.is_headless);
        is_headless && POOLING.contains(&word)
    }

    /// Takes them; whether the tower is where an estimate takes it to be, though the model's own file holds none.
    pub fn take_files(&mut self, program: &Tool, files: OfFiles) -> bool {
        if let Some(setting) = files.name {
            self.take_file_of_repository(setting);
        }
        if let Some(setting) = files.no_device {
            self.remove(Id::GpuLayers);
            self.put(Id::GpuLayers, "0", setting);
        }
        self.take_patterns(program, &files.experts);
        self.take_towers(program, &files.towers)
    }

    /// The file's name says the format, and the model where the repository's says none.
    fn take_file_of_repository(&mut self, setting: &Setting) {
        let named = model_named(&setting.value, self.catalog);
        match self.model.take() {
            Some((_, of_repository)) if of_repository.model.is_some() || named.model.is_none() => {
                let format = named.format.or(of_repository.format.clone());
                self.model = Some((setting.clone(), NamedModel { format, ..of_repository }));
            }
            _ => self.take_model(setting),
        }
    }

    /// Takes that a checkpoint has 16 bits and more, which counts where others of the model have fewer. What it is
    /// trained in other flags say, and FP32 is cast while it is served.
    pub fn take_wide_checkpoint(&mut self, format: &str, is_served: bool, setting: &Setting) {
        let precision = match format {
            "gguf-bf16" => Some("BF16"),
            "gguf-file-f16" => Some("FP16"),
            _ => None,
        };
        if !is_served {
            return;
        }
        if !self.is_given(Id::Quantization) {
            self.put(Id::Quantization, "None", setting);
        }
        if let Some(it) = precision.filter(|_| !self.is_given(Id::Precision)) {
            self.put(Id::Precision, it, setting);
        }
    }

    /// Where the tower lies: nowhere, unless its file is named or is a repository's.
    fn take_towers(&mut self, program: &Tool, towers: &[(&Setting, &'static str)]) -> bool {
        let is_of_repository =
            program.id == LLAMA_CPP && self.model.as_ref().is_some_and(|it| it.0.is_any(REPOSITORIES));
        let is_on = |place: &str| towers.iter().find(|it| it.1 == place && !is_off(it.0));
        let is_there = is_on("absent").is_none() && (is_on("resident").is_some() || is_of_repository);
        let has_tower = self.inputs(program).has_effect(Id::Vision);
        for (setting, place) in towers {
            if !has_tower || is_off(setting) || *place == "resident" && is_there {
                self.leave(setting, NotTaken::AsByDefault);
            } else if *place == "absent" || *place == "cpu" && is_there {
                self.put(Id::Vision, place, setting);
            } else {
                self.leave(setting, NotTaken::Unused);
            }
        }
        if is_there && has_tower && is_on("resident").is_none() && is_on("cpu").is_none() {
            let place = text_of(&self.inputs(program), Id::Vision);
            self.assume(Id::Vision, &place, OF_PROJECTOR);
        }
        is_there
    }

    /// Experts of layers in the host's memory: all of some layers and nothing else, and as many as from the first.
    fn take_patterns(&mut self, program: &Tool, settings: &[&Setting]) {
        let Some(last) = settings.last() else { return };
        let inputs = self.inputs(program);
        let n_layers = number_of(&inputs, Id::NumLayers);
        let n_dense = number_of(&inputs, Id::NumDenseLayers);
        let n_first = number_of(&inputs, Id::CpuExpertLayers);
        let is_known = number_of(&inputs, Id::NumExperts) > 0.0 && n_layers <= MOST_LAYERS && n_dense <= n_layers;
        let moved = is_known.then(|| layers_moved(settings, n_layers as usize)).flatten();
        let Some(mut moved) = moved else {
            settings.iter().for_each(|it| self.leave(it, NotTaken::Unread));
            return;
        };
        moved.iter_mut().take(n_first as usize).for_each(|it| *it = true);
        let with_experts = moved.get(n_dense as usize..).unwrap_or(&[]);
        let count = with_experts.iter().filter(|it| **it).count();
        let is_from_first = with_experts.iter().take(count).all(|it| *it);
        // Which layers they are matters where not all lie on one GPU.
        let is_on_one = number_of(&inputs, Id::GpuLayers) > n_layers
            && number_of(&inputs, Id::GpuCount) <= 1.0
            && inputs.entries(Id::TensorSplit).len() <= 1;
        if count == 0 || !is_from_first && !is_on_one {
            settings.iter().for_each(|it| self.leave(it, NotTaken::Unread));
            return;
        }
        let is_all = count == with_experts.len();
        let number = if is_all { n_layers } else { n_dense + count as f64 };
        self.remove(Id::CpuExpertLayers);
        self.put(Id::CpuExpertLayers, &number.to_string(), last);
    }
}

fn is_off(setting: &Setting) -> bool {
    matches!(setting.value.trim_ascii(), "false" | "0" | "off" | "no")
}

/// Of each layer, whether all its experts lie in the host's memory; `None` where anything else is moved, or a part of
/// them, or where a pattern is not read.
fn layers_moved(settings: &[&Setting], n_layers: usize) -> Option<Vec<bool>> {
    let mut patterns = Vec::new();
    // Commas part patterns, and stand in some.
    for it in settings.iter().flat_map(|it| it.value.split(',')) {
        let (pattern, device) = it.rsplit_once('=')?;
        (device.trim_ascii() == "CPU").then_some(())?;
        patterns.push(NamePattern::parse(pattern.trim_ascii())?);
    }
    let is_found = |name: &str| {
        for it in &patterns {
            if it.finds(name)? {
                return Some(true);
            }
        }
        Some(false)
    };
    for name in OUTSIDE {
        if is_found(name)? {
            return None;
        }
    }
    let mut res = Vec::new();
    for layer in 0..n_layers {
        for name in OTHERS {
            if is_found(&format!("blk.{layer}.{name}"))? {
                return None;
            }
        }
        let mut found = 0;
        for name in EXPERTS {
            found += usize::from(is_found(&format!("blk.{layer}.{name}"))?);
        }
        if found != 0 && found != EXPERTS.len() {
            return None;
        }
        res.push(found > 0);
    }
    Some(res)
}

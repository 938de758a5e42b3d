//! Which flags or fields say what inputs say, row by row of the table. It writes no text of a launch.

use crate::estimator::parameters::MOST_DEVICES;
use crate::estimator::{Inputs, ParameterId, Quantization, Value};
use crate::export::exported::Lost;
use crate::import::launch::{
    Field, FlagMeaning, LLAMA_CPP, MADE_WHILE_LOADING, Syntax, Tool, VLLM, checkpoint_of, file_format, file_of,
    has_adapters, modules_of, number_of, projector_of, repository_of, text_of,
};

/// Flags that say together what each alone leaves open.
const TOGETHER: &[&str] = &[
    "use_peft",
    "load_in_8bit",
    "load_in_4bit",
    "adapter",
    "use_vllm",
    "vllm_mode",
    "fsdp_version",
    "use_fsdp",
    "fsdp_auto_wrap_policy",
    "quantization_bit",
];

/// A weight of the reference that is no zero: that of DeepSeekMath (Shao et al. 2024, arXiv 2402.03300), where GRPO
/// comes from.
const USUAL_WEIGHT: &str = "0.04";

/// What a program is told.
pub struct Told {
    /// Names and values, of each tool apart.
    pub settings: Vec<Vec<(String, String)>>,
    /// What it cannot be told.
    pub lost: Vec<Lost>,
}

struct TellingTool<'a> {
    inputs: &'a Inputs,
    /// Whether each parameter is to be said: it was given, or the program would do something else.
    needed: Vec<ParameterId>,
    carried: Vec<ParameterId>,
    /// What the tool that is being told is told in any case, and was not yet.
    anyway: Vec<ParameterId>,
}

/// What some programs, told together, are told.
pub fn tell(tools: &[&Tool], inputs: &Inputs) -> Told {
    let is_fixed = |id: &ParameterId| tools.iter().any(|it| it.fixed.iter().any(|it| it.0 == *id));
    let own_default = |id: ParameterId| {
        let of = tools.iter().flat_map(|it| it.own_defaults()).filter(|it| it.id == id);
        of.filter_map(|it| (it.of)(inputs)).next()
    };
    let needs = |id: &ParameterId| match own_default(*id) {
        Some(text) => *text != text_of(inputs, *id),
        None => inputs.given(*id).is_some(),
    };
    let needed: Vec<_> = ParameterId::ALL.iter().copied().filter(|id| !is_fixed(id) && needs(id)).collect();
    let mut all = TellingTool { inputs, needed, carried: Vec::new(), anyway: Vec::new() };
    let mut settings: Vec<Vec<(String, String)>> = Vec::new();
    for tool in tools {
        all.anyway = tool.told.iter().copied().filter(|it| inputs.has_effect(*it)).collect();
        let mut own: Vec<_> =
            tool.always.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for field in tool.rows() {
            // A row of the same name in front of it is the one that is read.
            let read = tools.iter().find_map(|it| it.field(field.names[0]));
            // A file of its own has names of its own.
            if tool.syntax == Syntax::Json || read.is_some_and(|it| std::ptr::eq(it, field)) {
                own.extend(all.say(tool, field).map(|value| (field.names[0].to_owned(), value)));
            }
        }
        settings.push(own);
    }
    let lost = all.needed.iter().filter(|id| !all.carried.contains(id));
    let lost = lost.map(|id| Lost { id: *id, value: text_of(inputs, *id) }).collect();
    Told { settings, lost }
}

impl TellingTool<'_> {
    fn is_open(&self, id: ParameterId) -> bool {
        self.anyway.contains(&id) || self.needed.contains(&id) && !self.carried.contains(&id)
    }

    fn carry(&mut self, id: ParameterId) {
        self.carried.push(id);
        self.anyway.retain(|it| *it != id);
    }

    fn say(&mut self, tool: &Tool, field: &Field) -> Option<String> {
        let inputs = self.inputs;
        match field.meaning {
            FlagMeaning::Model => {
                if !self.is_open(ParameterId::Model) {
                    return None;
                }
                let model = inputs.model()?;
                self.carry(ParameterId::Model);
                let format = text_of(inputs, ParameterId::Quantization);
                let is_file = tool.id == LLAMA_CPP.id;
                let is_made = !self.is_open(ParameterId::Quantization)
                    || matches!(inputs.choice(ParameterId::Quantization), Quantization::None)
                    || MADE_WHILE_LOADING.contains(&format.as_str());
                if !is_file && (tool.id != VLLM.id || is_made) {
                    return repository_of(model).map(str::to_owned);
                }
                let file = if is_file { file_of(model, &format) } else { checkpoint_of(model, &format) };
                if file.is_some() {
                    self.carry(ParameterId::Quantization);
                }
                file.or_else(|| file_of(model, file_format(inputs)?))
            }
            FlagMeaning::Devices(id) => {
                if !self.is_open(id) || number_of(inputs, id) > MOST_DEVICES as f64 {
                    return None;
                }
                self.carry(id);
                let names: Vec<_> = (0..number_of(inputs, id) as usize).map(|at| format!("CUDA{at}")).collect();
                Some(names.join(","))
            }
            FlagMeaning::Number(id)
            | FlagMeaning::List(id)
            | FlagMeaning::NumberUnless(id, _)
            | FlagMeaning::OfWidth(id, _) => {
                if !self.is_open(id) {
                    return None;
                }
                self.carry(id);
                Some(text_of(inputs, id))
            }
            FlagMeaning::Gpus => {
                // Every way to start several says how many.
                if !self.is_open(ParameterId::GpuCount) {
                    return None;
                }
                self.carry(ParameterId::GpuCount);
                Some(text_of(inputs, ParameterId::GpuCount))
            }
            FlagMeaning::Bound(id, own) => {
                // The other row says the number, which is cut unless this one is as large.
                let is_larger = self.needed.contains(&id) && number_of(inputs, id) > own;
                is_larger.then(|| text_of(inputs, id))
            }
            FlagMeaning::Switch(id, of) => {
                let is_same = of(inputs) == number_of(inputs, id);
                if !is_same || !self.is_open(id) {
                    return None;
                }
                self.carry(id);
                Some("true".to_owned())
            }
            FlagMeaning::Computes => {
                let is_narrow = match text_of(inputs, ParameterId::Precision).as_str() {
                    "BF16" => true,
                    "FP32" => crate::import::launch::are_converted(inputs),
                    _ => return None,
                };
                if !self.is_open(ParameterId::Precision) {
                    return None;
                }
                self.carry(ParameterId::Precision);
                Some(is_narrow.to_string())
            }
            FlagMeaning::Words(words) | FlagMeaning::OneOf(words) => {
                let is_together = TOGETHER.contains(&field.names[0]);
                let fits = |id: ParameterId, text: &str| text_of(inputs, id) == text;
                let word = words.iter().filter(|it| !it.pairs.is_empty()).find(|it| {
                    let all = it.pairs.iter().all(|(id, text)| fits(*id, text));
                    all && it.pairs.iter().any(|it| self.is_open(it.0) || is_together && self.needed.contains(&it.0))
                })?;
                word.pairs.iter().for_each(|it| self.carry(it.0));
                let choice = word.pairs.iter().find(|it| it.0 == ParameterId::LoraTargets);
                Some(choice.map_or_else(|| word.theirs.to_owned(), |it| modules_of(it.1, word.theirs, inputs)))
            }
            FlagMeaning::Loaded => self.say_loaded(),
            FlagMeaning::ReferenceWeight => {
                let weight = match text_of(inputs, ParameterId::ReferenceModel).as_str() {
                    _ if !self.is_open(ParameterId::ReferenceModel) => return None,
                    "none" => "0",
                    "adapter-off" if has_adapters(inputs) => USUAL_WEIGHT,
                    "resident" if !has_adapters(inputs) => USUAL_WEIGHT,
                    _ => return None,
                };
                self.carry(ParameterId::ReferenceModel);
                Some(weight.to_owned())
            }
            FlagMeaning::Shards => {
                let degrees = [ParameterId::DataParallelReplicate, ParameterId::TensorParallel];
                let copies: f64 = degrees.map(|it| number_of(inputs, it).max(1.0)).iter().product();
                let shards = number_of(inputs, ParameterId::GpuCount) / copies;
                if !self.is_open(ParameterId::GpuCount) || shards < 1.0 || shards.fract() != 0.0 {
                    return None;
                }
                self.carry(ParameterId::GpuCount);
                Some(shards.to_string())
            }
            FlagMeaning::DraftModel => self.say_draft_model(tool),
            FlagMeaning::Projector(place) => self.say_projector(place),
            FlagMeaning::Modality
            | FlagMeaning::Idle
            | FlagMeaning::PromptLength
            | FlagMeaning::Slots
            | FlagMeaning::Heard(_)
            | FlagMeaning::File(_)
            | FlagMeaning::Experts
            | FlagMeaning::RepositoryFile
            | FlagMeaning::Unread(_)
            | FlagMeaning::Refused(_) => None,
        }
    }

    /// The model that drafts: a file of the same format as the other's, or a checkpoint in 16 bits.
    fn say_draft_model(&mut self, tool: &Tool) -> Option<String> {
        let Some(Value::Model(Some(model))) = self.inputs.given(ParameterId::Draft) else { return None };
        let said = if tool.id == LLAMA_CPP.id {
            file_of(model, file_format(self.inputs)?)
        } else {
            repository_of(model).map(str::to_owned)
        };
        self.carried.extend(said.is_some().then_some(ParameterId::Draft));
        said
    }

    /// The file of a tower, or that it is not there or in the host's memory.
    fn say_projector(&mut self, row: &str) -> Option<String> {
        let inputs = self.inputs;
        let place = text_of(inputs, ParameterId::Vision);
        if !inputs.has_effect(ParameterId::Vision) || !self.needed.contains(&ParameterId::Vision) {
            return None;
        }
        match (row, place.as_str()) {
            ("resident", "resident" | "cpu") => {
                if place == "resident" {
                    self.carry(ParameterId::Vision);
                }
                projector_of(inputs.model()?)
            }
            ("cpu", "cpu") => {
                self.carry(ParameterId::Vision);
                Some("true".to_owned())
            }
            _ => None,
        }
    }

    /// Beside adapters it is always said what weights are loaded in, which is what the estimate is of.
    fn say_loaded(&mut self) -> Option<String> {
        let recipe = text_of(self.inputs, ParameterId::Recipe);
        if crate::import::launch::are_converted(self.inputs) {
            self.carry(ParameterId::Recipe);
            return Some("float32".to_owned());
        }
        if crate::import::launch::are_prepared(self.inputs) {
            self.carry(ParameterId::KbitPreparation);
            return Some("float32".to_owned());
        }
        let sixteen = match text_of(self.inputs, ParameterId::Precision).as_str() {
            "BF16" => "bfloat16",
            "FP16" => "float16",
            _ => return None,
        };
        let is_whole = text_of(self.inputs, ParameterId::FinetuneMethod) == "Full";
        if !is_whole {
            return Some(sixteen.to_owned());
        }
        if !self.is_open(ParameterId::Recipe) || !crate::import::launch::is_whole_in_16_bits(self.inputs) {
            return None;
        }
        let word = match recipe.as_str() {
            "autocast" => "float32",
            "pure" => sixteen,
            _ => return None,
        };
        self.carry(ParameterId::Recipe);
        Some(word.to_owned())
    }
}

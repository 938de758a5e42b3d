//! Makes inputs of settings by the table of a program. It knows no text but values.

use crate::estimator::{Catalog, Inputs, Mode, ParameterId, Trainer, Value};
use crate::import::imported::{Assumed, Imported, NotTaken, Taken, Whose};
use crate::import::launch::field::{Field, FlagMeaning, FlagWord, Tool, is_same_name};
use crate::import::launch::names::model_named;
use crate::import::launch::setting::Setting;
use crate::import::launch::values::{has_adapters, is_whole_in_16_bits, number_of, read_number, trainer_of};

/// A model whose name is that of a tuned one has the shape of what it was made of.
const OF_BASE: &str = "the preset of what the model was tuned from, whose shape it is taken to have";

/// Nothing says how many GPUs there are.
const NO_COUNT: &str = "nothing says on how many GPUs it runs";

/// Loads weights in FP32 unless told otherwise (TRL 1.16, `ModelConfig.dtype`), also beside adapters, for which there is no formula.
const LOADS_WIDE: &str = "trl";

/// What was gathered so far.
struct Gathering<'a> {
    catalog: &'a Catalog,
    given: Vec<(ParameterId, Value)>,
    res: Imported,
}

/// The inputs that settings mean to a program: its own row, and those of what launches it.
pub fn resolve(tools: &[&Tool], settings: Vec<Setting>, catalog: &Catalog) -> Imported {
    let program = tools[0];
    let mut all = Gathering { catalog, given: vec![], res: Imported::of(program.id) };
    for (id, text) in tools.iter().flat_map(|it| it.fixed) {
        if let Ok(value) = id.spec().parse(text, catalog) {
            all.given.push((*id, value));
        }
    }
    let mut gpus = None;
    let mut switches = Vec::new();
    let mut loaded = None;
    for (at, setting) in settings.iter().enumerate() {
        let field = tools.iter().find_map(|it| it.field(&setting.name));
        let is_same = |it: &Setting| match field {
            Some(field) => field.names.iter().any(|name| is_same_name(name, &it.name)),
            None => false,
        };
        if settings[at + 1..].iter().any(is_same) {
            all.leave(setting, NotTaken::SaidAgain);
            continue;
        }
        match field.map(|it| it.meaning) {
            Some(FlagMeaning::Gpus) => match read_number(&setting.value).filter(|it| *it >= 1.0) {
                Some(number) => {
                    gpus = Some((gpus.map_or(1.0, |(product, _)| product) * number, setting));
                }
                None => all.leave(setting, NotTaken::Value),
            },
            Some(FlagMeaning::Switch(id, of)) => switches.push((setting, id, of)),
            Some(FlagMeaning::Loaded) => loaded = Some(setting),
            Some(meaning) => all.take(setting, meaning),
            None => all.leave(setting, NotTaken::Unknown),
        }
    }
    if let Some((product, setting)) = gpus {
        all.put(ParameterId::GpuCount, &product.to_string(), setting);
    }
    for (setting, id, of) in switches {
        match setting.value.to_ascii_lowercase().as_str() {
            "true" | "1" => all.put(id, &of(&all.inputs(program)).to_string(), setting),
            "false" | "0" => all.leave(setting, NotTaken::AsByDefault),
            _ => all.leave(setting, NotTaken::Value),
        }
    }
    for default in tools.iter().flat_map(|it| it.own_defaults()) {
        // What weights are loaded in says something of the recipe once it is known what is trained, and in what.
        if let Some(setting) = loaded.filter(|_| default.id == ParameterId::Recipe) {
            all.take_loaded(setting, program);
            loaded = None;
        }
        if all.is_given(default.id) {
            continue;
        }
        let inputs = all.inputs(program);
        let Some(text) = (default.of)(&inputs) else { continue };
        if let Ok(value) = default.id.spec().parse(&text, catalog) {
            if inputs.value(default.id) != value {
                let assumed = Assumed { id: default.id, value: text, whose: Whose::ProgramsOwn(default.source) };
                all.res.assumed.push(assumed);
            }
            all.given.push((default.id, value));
        }
    }
    if let Some(setting) = loaded {
        all.take_loaded(setting, program);
    }
    let inputs = all.inputs(program);
    let is_loaded_said = settings.iter().any(|it| matches!(it.name.as_str(), "dtype" | "torch_dtype"));
    if program.id == LOADS_WIDE && !is_loaded_said && has_adapters(&inputs) {
        all.leave(&Setting { name: "dtype".to_owned(), value: "float32".to_owned(), line: 1 }, NotTaken::Unread);
    }
    let is_spread = trainer_of(&inputs) != Trainer::None;
    if is_spread && !all.is_given(ParameterId::GpuCount) {
        let one = Assumed { id: ParameterId::GpuCount, value: "1".to_owned(), whose: Whose::ProgramsOwn(NO_COUNT) };
        all.res.assumed.push(one);
    }
    all.res.inputs = Some(inputs);
    all.res
}

impl Gathering<'_> {
    fn inputs(&self, program: &Tool) -> Inputs {
        Inputs::collect(program.mode, |id| self.given.iter().find(|it| it.0 == id).map(|it| it.1.clone()))
    }

    fn is_given(&self, id: ParameterId) -> bool {
        self.given.iter().any(|it| it.0 == id)
    }

    fn leave(&mut self, setting: &Setting, why: NotTaken) {
        self.res.leave_setting(setting, why);
    }

    fn put(&mut self, id: ParameterId, text: &str, setting: &Setting) {
        let Ok(value) = id.spec().parse(text, self.catalog) else { return self.leave(setting, NotTaken::Value) };
        match self.given.iter().find(|it| it.0 == id) {
            Some(known) if known.1 == value => {}
            Some(known) if is_weaker(id, text, &id.spec().write(&known.1)) => return,
            Some(known) if is_weaker(id, &id.spec().write(&known.1), text) => {
                self.given.retain(|it| it.0 != id);
                self.res.taken.retain(|it| it.id != id);
                self.given.push((id, value));
            }
            Some(_) => return self.leave(setting, NotTaken::Contradicted),
            None => self.given.push((id, value)),
        }
        let taken = Taken { id, value: text.to_owned(), name: setting.name.clone(), line: Some(setting.line) };
        self.res.taken.push(taken);
    }

    fn take(&mut self, setting: &Setting, meaning: FlagMeaning) {
        let text = setting.value.trim_ascii();
        match meaning {
            FlagMeaning::Model => self.take_model(setting),
            FlagMeaning::NumberUnless(_, words) if words.iter().any(|it| it.eq_ignore_ascii_case(text)) => {
                self.leave(setting, NotTaken::AsByDefault);
            }
            FlagMeaning::Number(id) | FlagMeaning::NumberUnless(id, _) => self.take_number(id, setting),
            FlagMeaning::OfWidth(id, of) if text == "auto" => {
                let model = self.given.iter().find(|it| it.0 == ParameterId::Model).cloned();
                let inputs =
                    Inputs::collect(Mode::Finetune, |id| model.as_ref().filter(|it| it.0 == id).map(|it| it.1.clone()));
                let number = of(number_of(&inputs, ParameterId::HiddenSize));
                self.put(id, &number.to_string(), setting);
            }
            FlagMeaning::OfWidth(id, _) => self.take_number(id, setting),
            FlagMeaning::Words(words) => self.take_word(words, setting),
            FlagMeaning::Unread(same) if same.iter().any(|it| it.eq_ignore_ascii_case(text)) => {
                self.leave(setting, NotTaken::AsByDefault);
            }
            FlagMeaning::Unread(_) => self.leave(setting, NotTaken::Unread),
            FlagMeaning::Idle | FlagMeaning::Gpus | FlagMeaning::Switch(..) | FlagMeaning::Loaded => {
                self.leave(setting, NotTaken::Idle)
            }
        }
    }

    fn take_loaded(&mut self, setting: &Setting, program: &Tool) {
        let precision = match setting.value.to_ascii_lowercase().trim_start_matches("torch.") {
            "float32" | "fp32" => None,
            "bfloat16" | "bf16" => Some("BF16"),
            "float16" | "fp16" | "half" => Some("FP16"),
            "auto" => Some(""),
            _ => return self.leave(setting, NotTaken::Value),
        };
        // Without autocast a run computes in what its weights are loaded in.
        let is_assumed =
            self.res.assumed.iter().any(|it| it.id == ParameterId::Precision) || !self.is_given(ParameterId::Precision);
        if let Some(own) = precision.filter(|it| is_assumed && !it.is_empty()) {
            self.given.retain(|it| it.0 != ParameterId::Precision);
            self.res.assumed.retain(|it| it.id != ParameterId::Precision);
            self.put(ParameterId::Precision, own, setting);
        }
        let inputs = self.inputs(program);
        if is_whole_in_16_bits(&inputs) {
            let recipe = if precision.is_none() { "autocast" } else { "pure" };
            self.put(ParameterId::Recipe, recipe, setting);
        } else if precision.is_none() && has_adapters(&inputs) {
            self.leave(setting, NotTaken::Unread);
        } else {
            self.leave(setting, NotTaken::AsByDefault);
        }
    }

    fn take_number(&mut self, id: ParameterId, setting: &Setting) {
        match read_number(&setting.value) {
            Some(number) => self.put(id, &number.to_string(), setting),
            None => self.leave(setting, NotTaken::Value),
        }
    }

    fn take_word(&mut self, words: &'static [FlagWord], setting: &Setting) {
        match words.iter().find(|it| is_same_words(it.theirs, &setting.value)) {
            Some(word) if word.pairs.is_empty() => self.leave(setting, NotTaken::AsByDefault),
            Some(word) => word.pairs.iter().for_each(|(id, text)| self.put(*id, text, setting)),
            None => {
                let known = words.iter().map(|it| it.theirs).collect();
                self.res.leave_beside(setting, NotTaken::Value, known);
            }
        }
    }

    fn take_model(&mut self, setting: &Setting) {
        let Some(named) = model_named(&setting.value, self.catalog) else {
            return self.leave(setting, NotTaken::Model);
        };
        let id = named.model.id.clone().into_owned();
        if named.is_tuned {
            self.given.push((ParameterId::Model, Value::Model(Some(named.model))));
            self.res.assumed.push(Assumed { id: ParameterId::Model, value: id, whose: Whose::ProgramsOwn(OF_BASE) });
        } else {
            self.put(ParameterId::Model, &id, setting);
        }
        if let Some(format) = named.format {
            self.put(ParameterId::Quantization, format, setting);
        }
    }
}

/// What one flag says alone, and another beside it says more closely: adapters beside 4 bits, vLLM elsewhere, 16 bits of either kind.
const CLOSER: &[(ParameterId, &str, &str)] = &[
    (ParameterId::FinetuneMethod, "LoRA", "QLoRA"),
    (ParameterId::Rollout, "vllm-colocated", "elsewhere"),
    (ParameterId::Precision, "FP32", "FP16"),
    (ParameterId::Precision, "FP32", "BF16"),
];

fn is_weaker(id: ParameterId, text: &str, than: &str) -> bool {
    CLOSER.contains(&(id, text, than))
}

/// Whether a value is a word of the table: capitals and the order of a list do not matter.
fn is_same_words(theirs: &str, value: &str) -> bool {
    let sorted = |text: &str| {
        let lower = text.to_ascii_lowercase();
        let mut all: Vec<_> = lower.split([' ', ',']).filter(|it| !it.is_empty()).map(str::to_owned).collect();
        all.sort();
        all
    };
    let value = match value.trim_ascii() {
        "1" | "yes" if theirs == "true" => "true",
        "0" | "no" if theirs == "false" => "false",
        it => it,
    };
    theirs.eq_ignore_ascii_case(value) || sorted(theirs) == sorted(value)
}

/// Whether a row carries a parameter.
pub fn carries(field: &Field, id: ParameterId) -> bool {
    match field.meaning {
        FlagMeaning::Model => id == ParameterId::Model,
        FlagMeaning::Number(it)
        | FlagMeaning::NumberUnless(it, _)
        | FlagMeaning::OfWidth(it, _)
        | FlagMeaning::Switch(it, _) => it == id,
        FlagMeaning::Words(words) => words.iter().any(|word| word.pairs.iter().any(|it| it.0 == id)),
        FlagMeaning::Gpus => id == ParameterId::GpuCount,
        FlagMeaning::Loaded => id == ParameterId::Recipe,
        FlagMeaning::Idle | FlagMeaning::Unread(_) => false,
    }
}

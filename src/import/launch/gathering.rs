//! Gathers what settings mean, value by value, with who says each. It knows no program but by its rows.

use crate::estimator::catalog::published_format;
use crate::estimator::{Catalog, Inputs, Mode, ParameterId, Value};
use crate::import::imported::{Assumed, Imported, NotTaken, Taken, Whose};
use crate::import::launch::field::{Field, FlagMeaning, FlagWord, Tool};
use crate::import::launch::names::{
    FOUR_BITS, NamedFormat, NamedModel, is_file, is_of_library, model_named, nearest_formats, of_ollama,
};
use crate::import::launch::setting::Setting;
use crate::import::launch::values::{
    has_adapters, in_whole_parts, is_qlora, is_same_scalar, is_same_words, is_weaker, number_of, read_number, text_of,
};
use crate::import::own_source::{OwnDefault, OwnSource};

/// A model whose name is that of a tuned one has the shape of what it was made of.
const OF_BASE: OwnSource = OwnSource::of(OwnDefault::PresetOfTuned);

/// A name says of a format that it is one of a kind.
const USUAL: OwnSource = OwnSource::of(OwnDefault::UsualFormat);

/// What llama.cpp takes of a repository.
const OF_REPOSITORY: OwnSource = OwnSource::at("llama.cpp, -hf").doing(OwnDefault::FormatOfRepository);

/// What Ollama's library has by a tag that says no type.
const OF_LIBRARY: OwnSource = OwnSource::at("Ollama").doing(OwnDefault::FormatOfLibrary);

/// Flags and variables of llama.cpp behind which a repository stands.
pub(super) const REPOSITORIES: &[&str] = &["hf", "hfr", "hf-repo", "LLAMA_ARG_HF_REPO"];

/// The program whose models are files.
pub(super) const LLAMA_CPP: &str = "llama-server";

/// The one that runs that for each model.
pub(super) const OLLAMA: &str = "ollama";

/// The format of checkpoints that bitsandbytes has made, beside which adapters are trained.
const OF_ADAPTERS: &str = "nf4-dq";

/// What was gathered so far.
pub struct Gathering<'a> {
    /// Names of models are its.
    pub catalog: &'a Catalog,
    /// Values.
    pub given: Vec<(ParameterId, Value)>,
    /// What is told.
    pub res: Imported,
    /// Where a published file says what is being read, which is assumed to be the run's own.
    pub published: Option<OwnSource>,
    /// The setting that names the model, and what it names.
    pub model: Option<(Setting, NamedModel)>,
}

impl<'a> Gathering<'a> {
    /// Nothing yet.
    pub fn new(program: &Tool, catalog: &'a Catalog) -> Self {
        Self { catalog, given: vec![], res: Imported::of(program.id), published: None, model: None }
    }

    /// The inputs so far.
    pub fn inputs(&self, program: &Tool) -> Inputs {
        Inputs::collect(program.mode, |id| self.given.iter().find(|it| it.0 == id).map(|it| it.1.clone()))
    }

    /// Whether a parameter has a value.
    pub fn is_given(&self, id: ParameterId) -> bool {
        self.given.iter().any(|it| it.0 == id)
    }

    /// Whether the model's name says a format that has no formula.
    pub fn names_other_format(&self) -> bool {
        self.model.as_ref().is_some_and(|it| matches!(it.1.format, Some(NamedFormat::Unknown(_))))
    }

    /// Tells that a setting was not taken, and why.
    pub fn leave(&mut self, setting: &Setting, why: NotTaken) {
        // Of a published file nobody has said what changes nothing.
        if self.published.is_none() || why.is_problem() {
            self.res.leave_setting(setting, why);
        }
    }

    /// States a value, unless another counts.
    pub fn put(&mut self, id: ParameterId, text: &str, setting: &Setting) {
        let Ok(value) = id.spec().parse(text, self.catalog) else { return self.res.leave_refused(setting, id) };
        match self.given.iter().find(|it| it.0 == id) {
            Some(known) if known.1 == value => {}
            Some(known) if is_weaker(id, text, &id.spec().write(&known.1)) => return,
            Some(known) if is_weaker(id, &id.spec().write(&known.1), text) => {
                self.remove(id);
                self.res.assumed.retain(|it| it.id != id);
                self.given.push((id, value));
            }
            Some(_) => return self.leave(setting, NotTaken::Contradicted),
            None => self.given.push((id, value)),
        }
        if let Some(source) = self.published {
            return self.assume(id, text, source);
        }
        // What is implied stands on no line, and has been told as what implies it.
        if setting.line > 0 {
            let taken = Taken { id, value: text.to_owned(), name: setting.name.clone(), line: Some(setting.line) };
            self.res.taken.push(taken);
        }
    }

    /// Takes what a setting means by its row.
    pub fn take(&mut self, setting: &Setting, meaning: FlagMeaning) {
        let text = setting.value.trim_ascii();
        match meaning {
            FlagMeaning::Model => self.take_model(setting),
            // The longest that has room: the estimate is of all that the model is made for.
            FlagMeaning::NumberUnless(ParameterId::SequenceLength, words @ ["auto", ..])
                if words.iter().any(|it| it.eq_ignore_ascii_case(text)) =>
            {
                self.leave(setting, NotTaken::Unread);
            }
            FlagMeaning::NumberUnless(_, words) if words.iter().any(|it| it.eq_ignore_ascii_case(text)) => {
                self.leave(setting, NotTaken::AsByDefault);
            }
            FlagMeaning::Number(id) | FlagMeaning::NumberUnless(id, _) => self.take_number(id, setting),
            FlagMeaning::List(id) => self.put(id, &in_whole_parts(text), setting),
            FlagMeaning::Devices(id) if text.split(',').any(|it| it.trim_ascii().eq_ignore_ascii_case("CPU")) => {
                // The host is none of them: llama.cpp does not start.
                self.res.leave_refused(setting, id);
            }
            FlagMeaning::Devices(id) => self.put(id, &text.split(',').count().to_string(), setting),
            FlagMeaning::OfWidth(id, of) if text == "auto" => {
                let model = self.given.iter().find(|it| it.0 == ParameterId::Model).cloned();
                let inputs =
                    Inputs::collect(Mode::Finetune, |id| model.as_ref().filter(|it| it.0 == id).map(|it| it.1.clone()));
                let number = of(number_of(&inputs, ParameterId::HiddenSize));
                self.put(id, &number.to_string(), setting);
            }
            FlagMeaning::OfWidth(id, _) => self.take_number(id, setting),
            FlagMeaning::Words(words) => self.take_word(words, NotTaken::Value, setting),
            FlagMeaning::Computes => self.take_word(COMPUTED, NotTaken::Value, setting),
            // Another way to shard than those is another run.
            FlagMeaning::Heard(words) | FlagMeaning::OneOf(words) => {
                self.take_word(words, NotTaken::NoFormula, setting)
            }
            FlagMeaning::Unread(same) | FlagMeaning::Refused(same)
                if same.iter().any(|it| is_same_scalar(it, text)) =>
            {
                self.leave(setting, NotTaken::AsByDefault);
            }
            FlagMeaning::Unread(_) => self.leave(setting, NotTaken::Unread),
            FlagMeaning::Refused(_) if self.pools(text) => self.leave(setting, NotTaken::AsByDefault),
            FlagMeaning::Refused(_) => self.leave(setting, NotTaken::NoFormula),
            FlagMeaning::Idle
            | FlagMeaning::Gpus
            | FlagMeaning::Slots
            | FlagMeaning::Shards
            | FlagMeaning::PromptLength
            | FlagMeaning::ReferenceWeight
            | FlagMeaning::Bound(..)
            | FlagMeaning::DraftModel
            | FlagMeaning::Modality
            | FlagMeaning::Experts
            | FlagMeaning::Projector(_)
            | FlagMeaning::RepositoryFile
            | FlagMeaning::Switch(..)
            | FlagMeaning::Loaded
            | FlagMeaning::File(_) => self.leave(setting, NotTaken::Idle),
        }
    }

    /// Takes the GPUs among which one copy is shared out, once it is known how many copies there are
    /// (`_get_parallel_config_kwargs`).
    pub fn take_shards(&mut self, setting: &Setting, program: &Tool) {
        let inputs = self.inputs(program);
        let degrees = [ParameterId::DataParallelReplicate, ParameterId::TensorParallel];
        let copies: f64 = degrees.map(|it| number_of(&inputs, it).max(1.0)).iter().product();
        match read_number(&setting.value).filter(|it| *it >= 1.0) {
            Some(number) => self.put(ParameterId::GpuCount, &(number * copies).to_string(), setting),
            None => self.res.leave_refused(setting, ParameterId::GpuCount),
        }
    }

    /// Takes the tokens of a prompt in front of so many of a completion.
    pub fn take_prompt(&mut self, setting: &Setting, completion: f64) {
        match read_number(&setting.value).filter(|it| *it >= 0.0) {
            Some(prompt) => self.put(ParameterId::SequenceLength, &(prompt + completion).to_string(), setting),
            None => self.res.leave_refused(setting, ParameterId::SequenceLength),
        }
    }

    /// Takes the weight of the reference, once it is known what is trained: adapters are switched off where there are
    /// some, and a second model is kept beside all else (TRL 1.16, `GRPOTrainer.__init__`).
    pub fn take_weight(&mut self, setting: &Setting, program: &Tool) {
        let reference = match read_number(&setting.value) {
            Some(0.0) => "none",
            Some(_) if has_adapters(&self.inputs(program)) => "adapter-off",
            Some(_) => "resident",
            None => return self.leave(setting, NotTaken::Value),
        };
        self.put(ParameterId::ReferenceModel, reference, setting);
    }

    /// Takes the model that drafts: its file is taken to have the format that the estimate takes it in, in vLLM 16
    /// bits, in llama.cpp that of the other model's file.
    pub fn take_draft_model(&mut self, program: &Tool, setting: &Setting) {
        let named = model_named(&setting.value, self.catalog);
        // Of EAGLE it is the layer itself, which is like the model's.
        if self.is_given(ParameterId::Draft) {
            return self.leave(setting, NotTaken::Unread);
        }
        let Some(model) = named.model else { return self.leave(setting, NotTaken::Unread) };
        self.put(ParameterId::Draft, &model.id.clone(), setting);
        let format = match named.format {
            None => return,
            Some(NamedFormat::Said(id) | NamedFormat::Usual(id) | NamedFormat::Wide(id)) => id.to_owned(),
            Some(NamedFormat::Unknown(it)) => it,
        };
        if program.id != LLAMA_CPP || text_of(&self.inputs(program), ParameterId::Quantization) != format {
            self.leave(&Setting { value: format, ..setting.clone() }, NotTaken::Unread);
        }
    }

    /// Takes how many images and videos a prompt may have.
    pub fn take_modalities(&mut self, settings: &[&Setting]) {
        let of_setting = |it: &Setting| -> Vec<(String, String)> {
            match it.name.rsplit_once('.') {
                Some((_, kind)) => vec![(kind.to_owned(), it.value.clone())],
                None => {
                    let each = it.value.split(',').filter_map(|it| it.split_once('='));
                    each.map(|(kind, number)| (kind.trim_ascii().to_owned(), number.to_owned())).collect()
                }
            }
        };
        let said: Vec<_> = settings.iter().flat_map(|it| of_setting(it)).collect();
        let is_none = |kind: &str| said.iter().any(|it| it.0 == kind && it.1.trim_ascii() == "0");
        for setting in settings {
            if is_none("image") && is_none("video") {
                self.put(ParameterId::Vision, "absent", setting);
            } else {
                self.leave(setting, NotTaken::Unread);
            }
        }
    }

    /// Takes a number that another is no larger than, by the setting that says it or else by the program's own.
    pub fn bound(&mut self, program: &Tool, field: &Field, (id, most, said): (ParameterId, f64, Option<&Setting>)) {
        let is_larger = number_of(&self.inputs(program), id) > most;
        match said {
            Some(setting) if !is_larger => self.leave(setting, NotTaken::Unused),
            Some(setting) => {
                self.remove(id);
                self.put(id, &most.to_string(), setting);
            }
            None if is_larger => {
                self.remove(id);
                let text = most.to_string();
                self.give(id, &text);
                self.assumed_of(id, text, Whose::FollowsFrom(format!("{} {most}", field.names[0])));
            }
            None => {}
        }
    }

    /// Takes a value back.
    pub fn remove(&mut self, id: ParameterId) {
        self.given.retain(|it| it.0 != id);
        self.res.taken.retain(|it| it.id != id);
    }

    /// Tells who decides a value that nobody stated.
    pub fn assumed_of(&mut self, id: ParameterId, value: String, whose: Whose) {
        self.res.assumed.push(Assumed { id, value, whose });
    }

    fn take_number(&mut self, id: ParameterId, setting: &Setting) {
        match read_number(&setting.value) {
            Some(number) => self.put(id, &number.to_string(), setting),
            None => self.res.leave_refused(setting, id),
        }
    }

    fn take_word(&mut self, words: &'static [FlagWord], unlike: NotTaken, setting: &Setting) {
        if self.take_modules(words, unlike, setting) {
            return;
        }
        match words.iter().find(|it| is_same_words(it.theirs, &setting.value)) {
            Some(word) if word.pairs.is_empty() => self.leave(setting, NotTaken::AsByDefault),
            Some(word) => word.pairs.iter().for_each(|(id, text)| self.put(*id, text, setting)),
            None => {
                let known = words.iter().map(|it| it.theirs).collect();
                self.res.leave_beside(setting, unlike, known);
            }
        }
    }

    /// Takes the model that a name means; its format counts once all else is said.
    pub fn take_model(&mut self, setting: &Setting) {
        let is_of_ollama = self.res.tool == OLLAMA;
        let named = if is_of_ollama { of_ollama } else { model_named }(&setting.value, self.catalog);
        match &named.model {
            Some(model) if named.is_tuned => {
                self.given.push((ParameterId::Model, Value::Model(Some(model.clone()))));
                self.assume(ParameterId::Model, &model.id, OF_BASE);
            }
            Some(model) => self.put(ParameterId::Model, &model.id.clone(), setting),
            None => {}
        }
        self.model = Some((setting.clone(), named));
    }

    /// Tells a value that the program's own source decides.
    pub fn assume(&mut self, id: ParameterId, value: &str, source: OwnSource) {
        self.assumed_of(id, value.to_owned(), Whose::ProgramsOwn(source));
    }

    /// Takes the format that the model's name says: the last to count, since flags may say the same more closely.
    pub fn take_format(&mut self, program: &Tool) {
        let Some((setting, named)) = self.model.take() else { return };
        let is_served = program.mode == Mode::Inference;
        let is_of_ollama = program.id == OLLAMA;
        let is_of_llama_cpp = program.id == LLAMA_CPP || is_of_ollama;
        let has_four_bits = named.model.as_deref().and_then(published_format).is_some_and(|it| it.format == FOUR_BITS);
        let is_hub = is_of_ollama && setting.value.contains(".co/");
        let is_repository = is_of_llama_cpp && setting.is_any(REPOSITORIES) || is_hub;
        match &named.format {
            // Experts that are published in few bits stay so in whatever file of llama.cpp, by whatever name.
            None | Some(NamedFormat::Wide(_)) if is_of_llama_cpp && has_four_bits => {
                self.leave(&Setting { value: FOUR_BITS.to_owned(), ..setting.clone() }, NotTaken::NoFormula);
            }
            Some(NamedFormat::Said(id)) if is_file(id) && has_four_bits => {
                self.leave(&Setting { value: FOUR_BITS.to_owned(), ..setting.clone() }, NotTaken::NoFormula);
            }
            None if is_repository => {
                self.give(ParameterId::Quantization, "gguf-file-q4_k_m");
                self.assume(ParameterId::Quantization, "gguf-file-q4_k_m", OF_REPOSITORY);
            }
            None if is_of_ollama && named.model.is_some() && is_of_library(&setting.value) => {
                self.give(ParameterId::Quantization, "gguf-file-q4_k_m");
                self.assume(ParameterId::Quantization, "gguf-file-q4_k_m", OF_LIBRARY);
            }
            None => {}
            Some(NamedFormat::Unknown(format)) => {
                let own = Setting { value: format.clone(), ..setting.clone() };
                self.res.leave_beside(&own, NotTaken::NoFormula, nearest_formats(format));
            }
            Some(NamedFormat::Wide(id)) if is_of_llama_cpp => self.put(ParameterId::Quantization, id, &setting),
            Some(NamedFormat::Wide(id)) => self.take_wide_checkpoint(id, is_served, &setting),
            Some(NamedFormat::Said(id)) if is_served => self.put(ParameterId::Quantization, id, &setting),
            Some(NamedFormat::Usual(id)) if is_served => self.take_usual(id, &setting),
            // Of weights in few bits nothing is trained but adapters, and of those that bitsandbytes has made.
            Some(NamedFormat::Usual(id)) if *id == OF_ADAPTERS && self.has_said_adapters(program) => {
                if !is_qlora(&self.inputs(program)) {
                    self.put(ParameterId::FinetuneMethod, "QLoRA", &setting);
                }
                self.take_usual(id, &setting);
            }
            Some(NamedFormat::Said(id) | NamedFormat::Usual(id)) => {
                let own = Setting { value: (*id).to_owned(), ..setting.clone() };
                self.leave(&own, NotTaken::NoFormula);
            }
        }
        self.model = Some((setting, named));
    }

    fn has_said_adapters(&self, program: &Tool) -> bool {
        self.is_given(ParameterId::FinetuneMethod) && has_adapters(&self.inputs(program))
    }

    /// Gives a value that nobody stated.
    pub fn give(&mut self, id: ParameterId, text: &str) {
        if let Ok(value) = id.spec().parse(text, self.catalog) {
            self.given.retain(|it| it.0 != id);
            self.given.push((id, value));
        }
    }

    /// Assumes the usual format of a kind, unless a flag says another kind.
    fn take_usual(&mut self, format: &'static str, setting: &Setting) {
        let id = ParameterId::Quantization;
        let kind = |it: &str| it.split('-').next().map(str::to_owned);
        let known = self.given.iter().find(|it| it.0 == id).map(|it| id.spec().write(&it.1));
        if let Some(known) = known.filter(|it| kind(it) != kind(format)) {
            let own = Setting { value: format!("{} / {known}", setting.value), ..setting.clone() };
            return self.leave(&own, NotTaken::Contradicted);
        }
        self.res.taken.retain(|it| it.id != id);
        self.give(id, format);
        self.assume(id, format, USUAL);
    }
}

/// What a flag that asks for BF16 means where nothing else says what weights are loaded in.
const COMPUTED: &[FlagWord] = &[
    FlagWord { theirs: "true", pairs: &[(ParameterId::Precision, "BF16")] },
    FlagWord { theirs: "false", pairs: &[(ParameterId::Precision, "FP32")] },
];

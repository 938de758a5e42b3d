//! Makes inputs of settings by the table of a program. It knows no text but values.

use crate::estimator::{Catalog, Mode, ParameterId, Trainer};
use crate::import::own_source::{OwnDefault, OwnSource};
use crate::import::config::{CACHE_OF_MODELOPT, CACHE_SCHEME};
use crate::import::imported::{ACCELERATE, Assumed, DEEPSPEED, Imported, NotTaken, Taken, Whose};
use crate::import::launch::field::{Field, FlagMeaning, NamedFile, Syntax, Tool};
use crate::import::launch::gathering::Gathering;
use crate::import::launch::implied::counted;
use crate::import::launch::names::NamedFormat;
use crate::import::launch::own_files::OfFiles;
use crate::import::launch::setting::Setting;
use crate::import::launch::told_files::ToldFiles;
use crate::import::launch::tools::launchers::TORCHRUN;
use crate::import::launch::tools::llama_factory::LLAMA_FACTORY;
use crate::import::launch::tools::scripts::SERVED_BY_TRANSFORMERS;
use crate::import::launch::tools::vllm::{AS_CHECKPOINT, VLLM};
use crate::import::launch::values::{has_adapters, number_of, read_number, text_of, trainer_of};

/// Nothing says how many GPUs there are.
const NO_COUNT: OwnSource = OwnSource::of(OwnDefault::NoCount);

/// What bounds a count does not say it.
const ONLY_BOUNDED: OwnSource = OwnSource::of(OwnDefault::OnlyBounded);

/// A tuned model may be made for another context than the preset.
const OF_TUNED: OwnSource = OwnSource::of(OwnDefault::ContextOfTuned);

/// A list of modules that is none of those that are known.
const OF_OTHER_MODULES: OwnSource = OwnSource::of(OwnDefault::OtherModules);

/// What says in which format a checkpoint is that is quantized.
const FORMAT_OF_CHECKPOINT: &str = "quantization_config";

/// Loads weights in FP32 unless told otherwise, also beside adapters.
const LOADS_WIDE: (&str, OwnSource) = ("trl", OwnSource::at("TRL 1.16, ModelConfig.dtype: float32"));

/// Parameters that say on how many GPUs a run is.
const COUNTING: &[ParameterId] = &[
    ParameterId::GpuCount,
    ParameterId::TensorParallel,
    ParameterId::PipelineParallel,
    ParameterId::DataParallel,
    ParameterId::TensorSplit,
];

/// What decides more than most, and which a launch often leaves open: told also where the program's default is ours.
const ALWAYS_TOLD: &[ParameterId] = &[ParameterId::LoraTargets, ParameterId::SequenceLength, ParameterId::Engine];

/// Programs and launchers that run on all GPUs that they see where they are not told how many.
const ON_ALL: &[&str] = &["llama-server", "axolotl", "llama-factory", ACCELERATE, DEEPSPEED];

/// The inputs that settings mean to a program: its own row, and those of what launches it.
pub fn resolve(tools: &[&Tool], settings: Vec<Setting>, catalog: &Catalog) -> Imported {
    resolve_beside(tools, ToldFiles { said: settings, ..ToldFiles::default() }, None, catalog)
}

/// The same with what files say that the settings name. `shape` is what other files tell of the model, for one whose
/// name is not known.
pub fn resolve_beside(tools: &[&Tool], told: ToldFiles, shape: Option<&Imported>, catalog: &Catalog) -> Imported {
    let program = tools[0];
    let mut all = Gathering::new(program, catalog);
    for (id, text) in tools.iter().flat_map(|it| it.fixed) {
        if let Ok(value) = id.spec().parse(text, catalog) {
            all.given.push((*id, value));
        }
    }
    let field_of = |setting: &Setting| tools.iter().find_map(|it| it.field(&setting.name));
    let is_model = |field: Option<&Field>| field.is_some_and(|it| matches!(it.meaning, FlagMeaning::Model));
    let published = told.published.iter().map(|it| (&it.0, Some(it.1)));
    let said = told.said.iter().map(|it| (it, None));
    let settings: Vec<(&Setting, Option<OwnSource>)> = published.chain(said).collect();
    let mut gpus: Option<(f64, &Setting, Option<OwnSource>)> = None;
    let mut switches = Vec::new();
    let mut files = OfFiles::default();
    let mut loaded = None;
    let mut weight = None;
    let mut shards = None;
    let mut prompt = None;
    let mut is_on_all = false;
    let mut drafting = None;
    let mut as_checkpoint = None;
    let mut modalities = Vec::new();
    let mut bounds: Vec<(ParameterId, f64, Option<&Setting>)> = Vec::new();
    // What follows from the model's width is known once it is.
    let in_turn = [true, false].into_iter().flat_map(|models| (0..settings.len()).map(move |at| (models, at)));
    for (takes_models, at) in in_turn {
        let (setting, source) = settings[at];
        let field = field_of(setting);
        if is_model(field) != takes_models {
            continue;
        }
        all.published = source;
        let is_same = |it: &Setting| match field {
            // What is told of names that carry nothing is told of each.
            Some(Field { meaning: FlagMeaning::Idle | FlagMeaning::Unread(_) | FlagMeaning::Refused(_), .. }) => {
                it.is(&setting.name)
            }
            // All patterns count, and all that is said of a tower.
            Some(Field { meaning: FlagMeaning::Experts | FlagMeaning::Projector(_), .. }) | None => false,
            Some(field) => it.is_any(field.names),
        };
        if settings[at + 1..].iter().any(|it| is_same(it.0)) {
            all.leave(setting, NotTaken::SaidAgain);
            continue;
        }
        match field.map(|it| it.meaning) {
            Some(FlagMeaning::Gpus) if is_every_gpu(setting) => {
                is_on_all = true;
                all.leave(setting, if told.gpus.is_some() { NotTaken::Brought } else { NotTaken::Unsaid });
            }
            Some(meaning @ (FlagMeaning::Gpus | FlagMeaning::Slots)) => match gpus_of(meaning, &setting.value) {
                Some(number) => {
                    gpus = Some((gpus.map_or(1.0, |(product, ..)| product) * number, setting, source));
                }
                None => all.res.leave_refused(setting, ParameterId::GpuCount),
            },
            Some(FlagMeaning::Shards) => shards = Some(setting),
            Some(FlagMeaning::PromptLength) => prompt = Some(setting),
            Some(FlagMeaning::ReferenceWeight) => weight = Some(setting),
            Some(FlagMeaning::Switch(id, of)) => switches.push((setting, id, of)),
            Some(FlagMeaning::Experts) => files.experts.push(setting),
            Some(FlagMeaning::Projector(place)) => files.towers.push((setting, place)),
            Some(FlagMeaning::RepositoryFile) => files.name = Some(setting),
            Some(FlagMeaning::Devices(_)) if setting.value.trim_ascii() == "none" => files.no_device = Some(setting),
            Some(FlagMeaning::Loaded) => loaded = Some((setting, source)),
            Some(meaning @ FlagMeaning::Words(_)) if is_as_checkpoint(program, meaning, setting) => {
                as_checkpoint = Some(setting);
            }
            Some(FlagMeaning::DraftModel) => drafting = Some(setting),
            Some(FlagMeaning::Modality) => modalities.push(setting),
            Some(FlagMeaning::Bound(id, _)) => match read_number(&setting.value) {
                Some(number) => bounds.push((id, number, Some(setting))),
                None => all.res.leave_refused(setting, id),
            },
            Some(FlagMeaning::File(_)) if told.unbrought.contains(setting) => all.leave(setting, NotTaken::Unbrought),
            Some(FlagMeaning::File(kind)) => {
                all.leave(setting, NotTaken::Brought);
                if kind == NamedFile::DeepSpeed {
                    all.put(ParameterId::Trainer, "deepspeed", setting);
                }
            }
            Some(meaning) => all.take(setting, meaning),
            None => all.leave(setting, NotTaken::Unknown),
        }
    }
    all.published = None;
    match gpus {
        // Of how many there are on each machine nothing is known.
        Some((_, setting, _)) if is_on_all => all.leave(setting, NotTaken::Unsaid),
        Some((product, setting, source)) => {
            all.published = source;
            all.put(ParameterId::GpuCount, &product.to_string(), setting);
            all.published = None;
        }
        None => {}
    }
    if let Some(setting) = shards {
        all.take_shards(setting, program);
    }
    for (setting, id, of) in switches {
        match setting.value.to_ascii_lowercase().as_str() {
            "true" | "1" => all.put(id, &of(&all.inputs(program)).to_string(), setting),
            "false" | "0" => all.leave(setting, NotTaken::AsByDefault),
            _ => all.leave(setting, NotTaken::Value),
        }
    }
    let keeps_tower = all.take_files(program, files);
    for field in tools.iter().flat_map(|it| it.rows()) {
        if let FlagMeaning::Bound(id, own) = field.meaning {
            let said = bounds.iter().find(|it| it.0 == id).copied();
            all.bound(program, field, said.unwrap_or((id, own, None)));
        }
    }
    all.take_format(program);
    all.take_modalities(&modalities);
    if let Some(setting) = drafting {
        all.take_draft_model(program, setting);
    }
    // What Transformers runs is as long as its prompt.
    let takes_context = program.mode == Mode::Inference && program.id != SERVED_BY_TRANSFORMERS.id;
    let context = all.model.as_ref().and_then(|it| it.1.context).filter(|_| takes_context);
    all.take_requests(program, &settings.iter().map(|it| it.0).collect::<Vec<_>>());
    take_cache(shape, program, &mut all);
    take_shape(shape, program, &mut all);
    if let Some(setting) = &told.gpus {
        take_reserved(setting, tools, is_on_all, &mut all);
    }
    for default in tools.iter().flat_map(|it| it.own_defaults()) {
        // What weights are loaded in says something of the recipe once it is known what is trained, and in what.
        if let Some((setting, source)) = loaded.filter(|_| default.id == ParameterId::Recipe) {
            all.published = source;
            all.take_loaded(setting, program);
            all.published = None;
            loaded = None;
        }
        // A name says a format that has no formula: none is taken in its place.
        let is_other = default.id == ParameterId::Quantization && names_other_format(&all);
        let is_kept = default.id == ParameterId::Vision && keeps_tower;
        if all.is_given(default.id) || is_other || is_kept {
            continue;
        }
        let inputs = all.inputs(program);
        // A sequence is prompt and completion, whose length is known once its own default is.
        if let Some(setting) = prompt.filter(|_| default.id == ParameterId::SequenceLength) {
            all.take_prompt(setting, number_of(&inputs, ParameterId::CompletionLength));
            continue;
        }
        let own = context.filter(|_| default.id == ParameterId::SequenceLength);
        // What was listed was not taken, and is not what the program has by itself.
        let is_listed = default.id == ParameterId::LoraTargets
            && settings.iter().any(|it| field_of(it.0).is_some_and(|it| carries(it, default.id)));
        let (text, source) = match own {
            Some(context) => (context.to_string(), OF_TUNED),
            None if is_listed => (text_of(&inputs, default.id), OF_OTHER_MODULES),
            None => match (default.of)(&inputs) {
                Some(text) => (text, default.source),
                None => {
                    // PEFT refuses to guess.
                    if default.source.default == Some(OwnDefault::TargetModules) && has_adapters(&inputs) {
                        let row = program.rows().find(|it| carries(it, default.id));
                        all.res.leave(row.map_or("target_modules", |it| it.names[0]), "", NotTaken::Missing);
                    }
                    continue;
                }
            },
        };
        if let Ok(value) = default.id.spec().parse(&text, catalog) {
            if inputs.value(default.id) != value || ALWAYS_TOLD.contains(&default.id) {
                let assumed = Assumed { id: default.id, value: text, whose: Whose::ProgramsOwn(source) };
                all.res.assumed.push(assumed);
            }
            all.given.push((default.id, value));
        }
    }
    if let Some((setting, source)) = loaded {
        all.published = source;
        all.take_loaded(setting, program);
        all.published = None;
    }
    if let Some(setting) = as_checkpoint {
        // Which of several formats it is, is said where the model is.
        if all.is_given(ParameterId::Quantization) || names_other_format(&all) {
            all.leave(setting, NotTaken::AsByDefault);
        } else {
            all.leave(&Setting { name: FORMAT_OF_CHECKPOINT.to_owned(), ..setting.clone() }, NotTaken::Missing);
        }
    }
    if let Some(setting) = weight {
        all.take_weight(setting, program);
    }
    let is_loaded_said = settings.iter().any(|it| it.0.is_any(&["dtype", "torch_dtype"]));
    if program.id == LOADS_WIDE.0 && !is_loaded_said {
        all.take_wide(program, LOADS_WIDE.1);
    }
    let inputs = all.inputs(program);
    let is_spread = trainer_of(&inputs) != Trainer::None;
    let takes_all = program.mode != Mode::Inference && tools.iter().any(|it| ON_ALL.contains(&it.id));
    if (is_spread || is_on_all || takes_all) && !all.is_given(ParameterId::GpuCount) {
        let one = Assumed { id: ParameterId::GpuCount, value: "1".to_owned(), whose: Whose::ProgramsOwn(NO_COUNT) };
        all.res.assumed.push(one);
    }
    if program.id == VLLM.id && all.is_given(ParameterId::MaxSequences) {
        let value = text_of(&inputs, ParameterId::BatchSize);
        all.assumed_of(ParameterId::BatchSize, value, Whose::ProgramsOwn(ONLY_BOUNDED));
    }
    // No number beats one of another model.
    all.res.inputs = Some(inputs).filter(|_| !all.res.is_refused());
    all.res
}

/// Whether a flag says of a checkpoint that it is quantized, and not in which of several formats.
fn is_as_checkpoint(program: &Tool, meaning: FlagMeaning, setting: &Setting) -> bool {
    let says_format = matches!(meaning, FlagMeaning::Words(it) if it.iter().flat_map(|it| it.pairs).any(|it| it.0 == ParameterId::Quantization));
    program.id == VLLM.id && says_format && AS_CHECKPOINT.contains(&setting.value.as_str())
}

/// Whether the model's name says a format that has no formula.
fn names_other_format(all: &Gathering) -> bool {
    all.model.as_ref().is_some_and(|it| matches!(it.1.format, Some(NamedFormat::Unknown(_))))
}

/// Whether a launcher is told to use every GPU that it sees (`torch/distributed/run.py`, `determine_local_world_size`).
fn is_every_gpu(setting: &Setting) -> bool {
    matches!(setting.value.trim_ascii(), "gpu" | "auto")
}

/// How many GPUs a flag names; `None` where it does not say so of each machine (`deepspeed/launcher/runner.py`,
/// `parse_resource_filter`).
fn gpus_of(meaning: FlagMeaning, value: &str) -> Option<f64> {
    if !matches!(meaning, FlagMeaning::Slots) {
        return read_number(value).filter(|it| *it >= 1.0);
    }
    let mut count = 0;
    for host in value.split('@') {
        let slots = host.split_once(':')?.1.split(',').map(str::trim_ascii);
        for slot in slots {
            slot.parse::<u32>().ok()?;
            count += 1;
        }
    }
    Some(f64::from(count))
}

/// Takes the GPUs that are kept for a container, where the launch says of none and runs on all that it sees.
fn take_reserved(setting: &Setting, tools: &[&Tool], is_on_all: bool, all: &mut Gathering) {
    let count = counted(setting);
    let is_one = count.value.trim_ascii() == "1";
    if is_one || COUNTING.iter().any(|it| all.is_given(*it)) {
        all.leave(setting, if is_one { NotTaken::AsByDefault } else { NotTaken::Unused });
    } else if tools[0].id == VLLM.id
        || !is_on_all && tools[0].id != LLAMA_FACTORY.id && tools.iter().any(|it| it.id == TORCHRUN.id)
    {
        // It runs on one, or starts one process, where nobody says how many.
        all.leave(setting, NotTaken::Unused);
    } else if is_on_all || tools.iter().any(|it| ON_ALL.contains(&it.id) && it.syntax != Syntax::Json) {
        all.take(&count, FlagMeaning::Number(ParameterId::GpuCount));
    } else {
        // One process on several GPUs: Transformers' trainer copies the model to each by `torch.nn.DataParallel`.
        all.leave(setting, NotTaken::Unread);
    }
}

/// Takes the cache for which a checkpoint was made, as vLLM does where nobody says another
/// (`resolve_kv_cache_dtype_string` in `vllm/utils/torch_utils.py`).
fn take_cache(shape: Option<&Imported>, program: &Tool, all: &mut Gathering) {
    let id = ParameterId::KvPrecision;
    let says = |name: &str| [CACHE_OF_MODELOPT, CACHE_SCHEME].iter().any(|it| name.ends_with(it));
    let said = shape.into_iter().flat_map(|it| &it.left_out).find(|it| says(&it.name));
    if let Some(it) = said.filter(|it| program.id == VLLM.id && it.value == "FP8" && !all.is_given(id)) {
        all.give(id, "FP8");
        all.assumed_of(id, "FP8".to_owned(), Whose::FollowsFrom(it.name.clone()));
    }
}

/// What files of the model tell of it where its name says nothing; else why it is not known.
fn take_shape(shape: Option<&Imported>, program: &Tool, all: &mut Gathering) {
    let Some((setting, named)) = &all.model else { return };
    if named.model.is_some() {
        return;
    }
    let setting = setting.clone();
    let Some(shape) = shape.filter(|it| it.inputs.is_some()) else { return all.leave(&setting, NotTaken::Model) };
    all.leave(&setting, NotTaken::Brought);
    // What weights are published in is not what a training computes in, nor how long its texts are.
    let is_of_model = |id: ParameterId| {
        program.mode == Mode::Inference || !matches!(id, ParameterId::Precision | ParameterId::SequenceLength)
    };
    for (id, text) in shape.pairs().filter(|it| is_of_model(it.0)) {
        if let Ok(value) = id.spec().parse(text, all.catalog)
            && !all.is_given(id)
        {
            all.given.push((id, value));
        }
    }
    let is_new = |it: &&Taken| is_of_model(it.id) && !all.res.taken.iter().any(|own| own.id == it.id);
    let taken: Vec<_> = shape.taken.iter().filter(is_new).cloned().collect();
    let is_new = |it: &&Assumed| is_of_model(it.id) && !all.res.pairs().any(|own| own.0 == it.id);
    let assumed: Vec<_> = shape.assumed.iter().filter(is_new).cloned().collect();
    all.res.taken.extend(taken);
    all.res.assumed.extend(assumed);
}

/// Whether a row carries a parameter.
pub fn carries(field: &Field, id: ParameterId) -> bool {
    match field.meaning {
        FlagMeaning::Model => id == ParameterId::Model,
        FlagMeaning::Number(it)
        | FlagMeaning::List(it)
        | FlagMeaning::Devices(it)
        | FlagMeaning::NumberUnless(it, _)
        | FlagMeaning::OfWidth(it, _)
        | FlagMeaning::Switch(it, _) => it == id,
        FlagMeaning::Words(words) | FlagMeaning::OneOf(words) | FlagMeaning::Heard(words) => {
            words.iter().any(|word| word.pairs.iter().any(|it| it.0 == id))
        }
        FlagMeaning::Gpus | FlagMeaning::Slots | FlagMeaning::Shards => id == ParameterId::GpuCount,
        FlagMeaning::Loaded => matches!(id, ParameterId::Recipe | ParameterId::KbitPreparation),
        FlagMeaning::Computes => id == ParameterId::Precision,
        FlagMeaning::ReferenceWeight => id == ParameterId::ReferenceModel,
        FlagMeaning::PromptLength => id == ParameterId::SequenceLength,
        FlagMeaning::DraftModel => id == ParameterId::Draft,
        FlagMeaning::Modality | FlagMeaning::Projector(_) => id == ParameterId::Vision,
        FlagMeaning::Idle
        | FlagMeaning::Bound(..)
        | FlagMeaning::Experts
        | FlagMeaning::RepositoryFile
        | FlagMeaning::File(_)
        | FlagMeaning::Unread(_)
        | FlagMeaning::Refused(_) => false,
    }
}

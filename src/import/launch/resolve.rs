//! Makes inputs of settings by the table of a program. It knows no text but values.

use crate::estimator::{Catalog, Mode, ParameterId, Trainer};
use crate::import::config::{CACHE_OF_MODELOPT, CACHE_SCHEME};
use crate::import::imported::{ACCELERATE, Assumed, DEEPSPEED, Imported, NotTaken, Taken, Whose};
use crate::import::launch::field::{FlagMeaning, Syntax, Tool};
use crate::import::launch::gathering::Gathering;
use crate::import::launch::implied::counted;
use crate::import::launch::own_defaults::OwnDefaults;
use crate::import::launch::postponed::{Postponed, SaidSetting};
use crate::import::launch::setting::Setting;
use crate::import::launch::told_files::ToldFiles;
use crate::import::launch::tools::launchers::TORCHRUN;
use crate::import::launch::tools::llama_factory::LLAMA_FACTORY;
use crate::import::launch::tools::scripts::SERVED_BY_TRANSFORMERS;
use crate::import::launch::tools::vllm::VLLM;
use crate::import::launch::values::{text_of, trainer_of};
use crate::import::own_source::{OwnDefault, OwnSource};

/// Nothing says how many GPUs there are.
const NO_COUNT: OwnSource = OwnSource::of(OwnDefault::NoCount);

/// What bounds a count does not say it.
const ONLY_BOUNDED: OwnSource = OwnSource::of(OwnDefault::OnlyBounded);

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
            all.res.decided.push(*id);
        }
    }
    let published = told.published.iter().map(|it| (&it.0, Some(it.1)));
    let said = told.said.iter().map(|it| (it, None));
    let settings: Vec<SaidSetting> = published.chain(said).collect();
    let mut postponed = Postponed::after_reading(&settings, &told, tools, &mut all);
    postponed.take_gpus_and_switches(program, &mut all);
    let keeps_tower = all.take_files(program, std::mem::take(&mut postponed.files));
    postponed.take_bounds(tools, &mut all);
    all.take_format(program);
    all.take_modalities(&postponed.modalities);
    if let Some(setting) = postponed.drafting {
        all.take_draft_model(program, setting);
    }
    // What Transformers runs is as long as its prompt.
    let takes_context = program.mode == Mode::Inference && program.id != SERVED_BY_TRANSFORMERS.id;
    let context = all.model.as_ref().and_then(|it| it.1.context).filter(|_| takes_context);
    all.take_requests(program, &settings.iter().map(|it| it.0).collect::<Vec<_>>());
    take_cache(shape, program, &mut all);
    take_shape(shape, program, &mut all);
    if let Some(setting) = &told.gpus {
        take_reserved(setting, tools, postponed.is_on_all, &mut all);
    }
    let own = OwnDefaults { tools, settings: &settings, context, keeps_tower };
    own.take(&mut postponed, &mut all);
    postponed.take_loaded(program, &mut all);
    if let Some(setting) = postponed.as_checkpoint {
        // Which of several formats it is, is said where the model is.
        if all.is_given(ParameterId::Quantization) || all.names_other_format() {
            all.leave(setting, NotTaken::AsByDefault);
        } else {
            all.leave(&Setting { name: FORMAT_OF_CHECKPOINT.to_owned(), ..setting.clone() }, NotTaken::Missing);
        }
    }
    if let Some(setting) = postponed.weight {
        all.take_weight(setting, program);
    }
    let is_loaded_said = settings.iter().any(|it| it.0.is_any(&["dtype", "torch_dtype"]));
    if program.id == LOADS_WIDE.0 && !is_loaded_said {
        all.take_wide(program, LOADS_WIDE.1);
    }
    tell_counts(tools, postponed.is_on_all, &mut all);
    let inputs = all.inputs(program);
    // No number beats one of another model.
    all.res.inputs = Some(inputs).filter(|_| !all.res.is_refused());
    all.res
}

/// Tells that nobody says how many GPUs there are, or how many sequences run at once, where the run is on as many as
/// there are.
fn tell_counts(tools: &[&Tool], is_on_all: bool, all: &mut Gathering) {
    let program = tools[0];
    let inputs = all.inputs(program);
    let is_spread = trainer_of(&inputs) != Trainer::None;
    let takes_all = program.mode != Mode::Inference && tools.iter().any(|it| ON_ALL.contains(&it.id));
    if (is_spread || is_on_all || takes_all) && !all.is_given(ParameterId::GpuCount) {
        all.assume(ParameterId::GpuCount, "1", NO_COUNT);
    }
    if program.id == VLLM.id && all.is_given(ParameterId::MaxSequences) {
        let value = text_of(&inputs, ParameterId::BatchSize);
        all.assume(ParameterId::BatchSize, &value, ONLY_BOUNDED);
    }
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

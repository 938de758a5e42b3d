//! What a parameter is where nobody gave it: what the model states, else what follows from other parameters, else the
//! mode's own. Each rule is named in the parameter's row of the table. It knows no formula.

use crate::estimator::architecture::{Architecture, Fact, Layout, List, Loss, layers_of_kind, own_architecture};
use crate::estimator::catalog::{Catalog, Model, published_format};
use crate::estimator::mode::Mode;
use crate::estimator::parameters::choice_ids::ChoiceIds;
use crate::estimator::parameters::choices::{
    Algorithm, Engine, FinetuneMethod, GpuFamily, KvPrecision, LoraTargets, Precision, Recipe, ReferenceModel, Rollout,
};
use crate::estimator::parameters::engine_versions::{Batch, GB10, HUGE_GPU, LARGE_GPU, VersionRules, VllmVersion};
use crate::estimator::parameters::gpu::Gpu;
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::parameters::{Follows, ParameterId as Id, ParameterKind, TableValue, Value, head_in};
use crate::estimator::values::Values;

/// A default, and what moved it from the mode's own.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultValue {
    /// The value.
    pub value: Value,
    /// The parameters that the rule which moved it reads, given or not; none where it is the mode's own.
    pub sources: &'static [Id],
}

/// A parameter's default in a mode with a model, once the parameters before it in the table have their values; `None`
/// where the mode does not use the parameter.
pub fn default_of(id: Id, mode: Mode, model: Option<&Model>, values: &Values) -> Option<DefaultValue> {
    let (spec, usage) = (id.spec(), id.use_in(mode)?);
    if usage.default == TableValue::Stated {
        let architecture = model.map_or_else(|| own_architecture(mode), |model| &model.architecture);
        return Some(match List::of_parameter(id) {
            Some(list) => stated_list(list, architecture, values),
            None => stated_fact(id, architecture, values),
        });
    }
    let own = spec.kind.table_value(usage.default);
    let moved = |value: Value, sources| (value != own).then_some(DefaultValue { value, sources });
    // A trainer that scores pairs asks for no loss of the model's own.
    let scores = spec.follows == Follows::LossOfPairs && follow(spec.follows, mode, values).is_some();
    let stated = model.filter(|_| !scores).and_then(|model| stated_by(model, id));
    let followed = || {
        if spec.follows == Follows::Published {
            return published(id, model?, values);
        }
        let (number, sources) = match spec.follows {
            Follows::Layout => head(mode, model, values),
            rule => follow(rule, mode, values)?,
        };
        // A rule may lead beyond the limits of its parameter.
        let number = match spec.kind {
            ParameterKind::Number { min, max, .. } => number.clamp(min, max),
            ParameterKind::Choice { .. }
            | ParameterKind::Set { .. }
            | ParameterKind::Toggle
            | ParameterKind::Model
            | ParameterKind::List { .. } => number,
        };
        Some((spec.check(spec.kind.value(number)).ok()?, sources))
    };
    let res = match stated {
        Some(value) => moved(value, &[Id::Model]),
        None => followed().and_then(|(value, sources)| moved(value, sources)),
    };
    Some(res.unwrap_or(DefaultValue { value: own, sources: &[] }))
}

/// Positions, in tokens, that are fewer than text modes take by default.
const SHORT_POSITIONS: f64 = 2048.0;

/// What a model says of a parameter, if the parameter accepts it.
pub fn stated_by(model: &Model, id: Id) -> Option<Value> {
    let spec = id.spec();
    if let Some(list) = List::of_parameter(id) {
        // Of a known architecture an empty list says that there is none.
        let entries = model.is_known().then(|| model.architecture.list(list));
        return entries.map(|it| Value::List(it.to_vec().into()));
    }
    let number = match id {
        Id::Layout if model.is_known() => model.architecture.layout as usize as f64,
        Id::ModelSize => model.total_parameters / spec.unit.factor(),
        // As long as the positions that the model has learned, where these are fewer than any mode's own default asks
        // for; RoBERTa keeps two rows that stand for none (`create_position_ids_from_input_ids`).
        Id::SequenceLength => {
            let rows =
                model.architecture.get(Fact::LearnedPositions).filter(|it| *it > 0.0 && *it < SHORT_POSITIONS)?;
            if model.context_length > 0.0 { rows.min(model.context_length) } else { rows }
        }
        _ => {
            let fact = Fact::of_parameter(id)?;
            // A model without experts is a mixture of one. What a known architecture does not state it has not: 0 or
            // no, where the parameter accepts that.
            let lacking = if matches!(fact, Fact::NumExperts | Fact::NumActiveExperts) { 1.0 } else { 0.0 };
            model.architecture.get(fact).or_else(|| model.is_known().then_some(lacking))?
        }
    };
    spec.check(spec.kind.value(number)).ok()
}

/// What an architecture says of a fact; 0, no, or the first of the list where it says nothing.
fn stated_in(id: Id, architecture: &Architecture) -> Value {
    let number = match Fact::of_parameter(id) {
        Some(fact) => architecture.number(fact),
        // The layout is no number of the architecture, but what its numbers hang on.
        None => architecture.layout as usize as f64,
    };
    id.spec().kind.value(number)
}

/// The same in the model that runs, whose layers of several kinds follow each other as the architecture's do.
fn stated_fact(id: Id, architecture: &Architecture, values: &Values) -> DefaultValue {
    let own = stated_in(id, architecture);
    let spec = id.spec();
    let fact = Fact::of_parameter(id).filter(|_| spec.follows == Follows::Layers);
    let of_kind = fact.and_then(|fact| layers_of_kind(architecture, fact, values.number(Id::NumLayers)));
    match of_kind.map(|it| spec.kind.value(it)).filter(|it| *it != own) {
        Some(value) => DefaultValue { value, sources: spec.follows.sources() },
        // Not moved by anything: the architecture is what it is.
        None => DefaultValue { value: own, sources: &[] },
    }
}

/// What an architecture says of a list, in the model that runs.
fn stated_list(list: List, architecture: &Architecture, values: &Values) -> DefaultValue {
    let running = |fact: Fact| fact.parameter().map_or(0.0, |id| values.number(id));
    let entries = list.stated_in(architecture, values.choice::<Layout>(Id::Layout), &running);
    let is_moved = !entries.is_empty() && *entries != *architecture.list(list);
    let sources = if is_moved { list.parameter().spec().follows.sources() } else { &[] };
    DefaultValue { value: Value::List(entries.into_owned().into()), sources }
}

/// What decides which parameters a run trains, and with them how, where the precision has no say.
const TRAINED_BY: &[Id] = &[Id::Task, Id::FinetuneMethod];

/// What would have something converted, if anything were not FP32.
const CONVERTED_BY: &[Id] =
    &[Id::Task, Id::Trainer, Id::TensorParallel, Id::DataParallel, Id::FinetuneMethod, Id::Precision];

/// What decides how many GPUs read sequences of their own, where none has a part of a sequence.
const PARTS_OF_REPLICA: &[Id] = &[Id::GpuCount, Id::PipelineParallel, Id::TensorParallel];

/// The same where some have.
const PARTS_OF_SEQUENCES: &[Id] = &[Id::GpuCount, Id::PipelineParallel, Id::TensorParallel, Id::ContextParallel];

/// What decides whether a run is sharded, and by what.
const SPREAD_BY: &[Id] = &[Id::Trainer, Id::DataParallel, Id::OffloadOptimizer, Id::OffloadParameters];

/// Memory of the GPU of which vLLM makes its pool where none was chosen, in GiB: that of the usual server's.
const ASSUMED_GPU: f64 = 80.0;

/// The version of vLLM that runs; `None` where the choice is of another engine, which `support` refuses.
fn vllm(values: &Values) -> Option<VllmVersion> {
    VersionRules::of(values.choice(Id::EngineVersion)).vllm
}

/// The largest step of a server on the run's GPU. Of Ampere only A100 have as much as a large one, and a GB10 has the
/// memory of one alone.
fn batch(version: VllmVersion, values: &Values) -> Batch {
    let size = values.number(Id::GpuMemory);
    let family = values.choice::<GpuFamily>(Id::GpuFamily);
    let is_gb10 = version.knows_gb10 && family == GpuFamily::Blackwell && (GB10..HUGE_GPU).contains(&size);
    if size >= HUGE_GPU {
        version.huge
    } else if size >= LARGE_GPU && family != GpuFamily::Ampere && !is_gb10 {
        version.large
    } else {
        version.usual
    }
}

/// Ranks of FSDP2 that have different experts.
fn experts_of_shards(values: &Values) -> f64 {
    let is_sharded = values.choice::<Trainer>(Id::Trainer) == Trainer::Fsdp2;
    if is_sharded { values.number(Id::ExpertParallel) } else { 1.0 }
}

/// Whether all parameters are trained, and no adapters beside them.
fn is_whole_model(mode: Mode, values: &Values) -> bool {
    mode == Mode::Cnn || values.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Full
}

/// What stands behind the layers.
fn head(mode: Mode, model: Option<&Model>, values: &Values) -> (f64, &'static [Id]) {
    let is_headless = model.is_some_and(|it| it.is_headless);
    let sources = if is_headless { &[Id::Model] } else { Follows::Layout.sources() };
    (head_in(mode, values.choice(Id::Layout), is_headless) as usize as f64, sources)
}

/// The format of a model that vLLM serves as it is published, and which parts that leaves in 16 bits.
fn published(id: Id, model: &Model, values: &Values) -> Option<(Value, &'static [Id])> {
    if values.choice::<Engine>(Id::Engine) != Engine::Vllm {
        return None;
    }
    let it = published_format(model)?;
    let parse = |id: Id, text: &str| id.spec().parse(text, &Catalog::default()).ok();
    let format = parse(Id::Quantization, it.format)?;
    let value = if id == Id::Quantization {
        format
    } else {
        // Beside another format it would be said of another checkpoint.
        let is_so = Id::Quantization.spec().kind.place_of(&format) == Some(values.number(Id::Quantization) as usize);
        parse(id, it.whole.filter(|_| is_so)?)?
    };
    Some((value, id.spec().follows.sources()))
}

/// What a rule makes of the values before it, and those that it reads; `None` where the mode's own default holds.
fn follow(rule: Follows, mode: Mode, values: &Values) -> Option<(f64, &'static [Id])> {
    let number = |id| values.number(id);
    match rule {
        // The tower's is a rule about lists, which are no numbers, those of layers, heads and checkpoints about what a
        // model states.
        Follows::Nothing
        | Follows::CountedShape
        | Follows::Tower
        | Follows::Layers
        | Follows::Layout
        | Follows::Published => None,
        Follows::Heads => Some((number(Id::NumAttentionHeads), rule.sources())),
        // A head is whole where the width does not divide: `hidden_size // num_attention_heads` in Transformers'
        // configurations.
        Follows::HeadsShareWidth => {
            let shared = (number(Id::HiddenSize) / number(Id::NumAttentionHeads)).floor().max(1.0);
            Some((shared, rule.sources()))
        }
        Follows::ExpertsShareModel => {
            let (hidden, layers) = (number(Id::HiddenSize), number(Id::NumLayers));
            let (heads, key_heads) = (number(Id::NumAttentionHeads), number(Id::NumKeyValueHeads));
            let attention = layers * 2.0 * hidden * number(Id::HeadDim) * (heads + key_heads);
            let left = number(Id::ModelSize) * Id::ModelSize.spec().unit.factor()
                - attention
                - 2.0 * number(Id::VocabSize) * hidden;
            let matrices = if values.is_on(Id::GatedMlp) { 3.0 } else { 2.0 };
            let experts = matrices * layers * number(Id::NumExperts) * hidden;
            Some(((left / experts).floor().max(1.0), rule.sources()))
        }
        Follows::Keys => {
            let keys = values.choice::<KvPrecision>(Id::KvPrecision);
            Some((keys as usize as f64, rule.sources()))
        }
        Follows::Device => {
            let device = Gpu::at(values.number(Id::Gpu) as usize).device();
            let fills = mode == Mode::Inference && values.choice::<Engine>(Id::Engine) == Engine::Vllm
                || mode == Mode::Grpo && values.choice::<Rollout>(Id::Rollout) == Rollout::VllmColocated;
            match device {
                Some(it) => Some((it.usable_gib(), &[Id::Gpu])),
                None => fills.then_some((ASSUMED_GPU, &[Id::Rollout, Id::Engine])),
            }
        }
        Follows::DeviceGeneration => {
            let device = Gpu::at(values.number(Id::Gpu) as usize).device()?;
            Some((GpuFamily::of(device.generation?)? as usize as f64, rule.sources()))
        }
        Follows::Devices => Some((ChoiceIds::several_at(values.number(Id::Gpu) as usize)? as f64, rule.sources())),
        Follows::EngineVersion => Some((vllm(values)?.utilization, rule.sources())),
        Follows::BatchedTokens => Some((batch(vllm(values)?, values).tokens, rule.sources())),
        Follows::BatchedSequences => {
            let of_size = batch(vllm(values)?, values).sequences;
            Some((number(Id::MaxBatchedTokens).min(of_size), rule.sources()))
        }
        Follows::Experts => {
            let has_experts = number(Id::NumExperts) != 0.0;
            has_experts.then_some((LoraTargets::Attention as usize as f64, rule.sources()))
        }
        // FSDP2 shards over as many GPUs as have different experts, where nobody says how many there are.
        Follows::Gpus if number(Id::GpuCount) == 1.0 && experts_of_shards(values) > 1.0 => {
            Some((experts_of_shards(values), &[Id::ExpertParallel]))
        }
        // One GPU of each stage, and of each part of divided layers; without either the number of GPUs alone counts.
        Follows::Gpus => {
            let of_replica = values.gpus_of_replica();
            let sources = match of_replica {
                1.0 => &[Id::GpuCount],
                _ if number(Id::ContextParallel) == 1.0 => PARTS_OF_REPLICA,
                _ => PARTS_OF_SEQUENCES,
            };
            Some(((number(Id::GpuCount) / of_replica).floor().max(1.0), sources))
        }
        Follows::Tensor => Some((number(Id::TensorParallel).max(1.0), rule.sources())),
        Follows::Stages => Some((number(Id::PipelineParallel), rule.sources())),
        Follows::LayersAndOutput => Some((number(Id::NumLayers) + 1.0, rule.sources())),
        Follows::WholeSequence => Some((number(Id::SequenceLength), rule.sources())),
        // `DPOTrainer.__init__`, `ref_model`; `GRPOConfig.beta` is 0.
        Follows::Reference => {
            let reference = match (values.choice(Id::Algorithm), values.choice(Id::FinetuneMethod)) {
                (Algorithm::Grpo, _) => ReferenceModel::None,
                (Algorithm::Dpo, FinetuneMethod::Full) => ReferenceModel::Resident,
                (Algorithm::Dpo, FinetuneMethod::Lora | FinetuneMethod::Qlora | FinetuneMethod::Prefix) => {
                    ReferenceModel::AdapterOff
                }
            };
            Some((reference as usize as f64, rule.sources()))
        }
        Follows::LossOfPairs => {
            let has_pairs = mode == Mode::Grpo && values.choice::<Algorithm>(Id::Algorithm) == Algorithm::Dpo;
            has_pairs.then_some((Loss::Chunked as usize as f64, rule.sources()))
        }
        // Networks for images have no such trainers.
        Follows::TrainersFormat if mode == Mode::Cnn => None,
        Follows::TrainersFormat => {
            let is_bf16 = match values.choice::<Trainer>(Id::Trainer) {
                // On one GPU it does nothing.
                Trainer::Megatron => values.gpus_of_degrees() > 1.0,
                Trainer::Fsdp2 => values.choice::<FinetuneMethod>(Id::FinetuneMethod) == FinetuneMethod::Qlora,
                Trainer::None | Trainer::Ddp | Trainer::DeepSpeed | Trainer::Transformers | Trainer::Torch => false,
            };
            is_bf16.then_some((Precision::Bf16 as usize as f64, rule.sources()))
        }
        Follows::TrainedParameters => {
            // accelerate makes trained parameters FP32 and sets the policy (`fsdp2_prepare_model`,
            // `set_mixed_precision`). DeepSpeed casts the model to 16 bits and updates FP32 copies.
            let recipe = match values.choice::<Trainer>(Id::Trainer) {
                Trainer::Fsdp2 => Some(Recipe::Policy),
                Trainer::DeepSpeed | Trainer::Megatron => Some(Recipe::Master),
                Trainer::None | Trainer::Ddp | Trainer::Transformers | Trainer::Torch => None,
            };
            // Transformers loads a model in its checkpoint's format (`dtype="auto"`), whichever that is, and divides
            // its layers as they are.
            let is_divided =
                values.choice::<Trainer>(Id::Trainer) == Trainer::Transformers && number(Id::TensorParallel) > 1.0;
            if is_divided && is_whole_model(mode, values) {
                return Some((Recipe::Pure as usize as f64, &[Id::Trainer, Id::TensorParallel]));
            }
            let is_mixed = values.choice::<Precision>(Id::Precision) != Precision::Fp32;
            // Its optimizer keeps FP32 copies on one GPU of data as well.
            let is_of_megatron =
                values.choice::<Trainer>(Id::Trainer) == Trainer::Megatron && values.gpus_of_replica() > 1.0;
            let is_spread = is_of_megatron || number(Id::DataParallel) > 1.0 || values.offloads();
            if let Some(recipe) = recipe.filter(|_| is_mixed && is_spread) {
                return Some((recipe as usize as f64, SPREAD_BY));
            }
            if is_mixed && !is_whole_model(mode, values) {
                Some((Recipe::Autocast as usize as f64, TRAINED_BY))
            } else if values.choice::<Precision>(Id::Precision) == Precision::Fp32 {
                // Vision models are trained in FP32 unless told otherwise.
                Some((Recipe::Pure as usize as f64, CONVERTED_BY))
            } else {
                None
            }
        }
    }
}

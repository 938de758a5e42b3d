//! How many tokens' keys and values an engine has room for, and in which number format; and the states of layers that
//! keep none. It knows neither what a token leaves in a layer, which blocks say, nor any activation.

use crate::estimator::architecture::{Fact, Layout, ends_in_full_layer};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::kernel::windowed_layers;
use crate::estimator::methods::calibrated::blocks::{attention, latent_attention, linear_attention, mamba2};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::cells::{self, padded};
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKind, LayerKinds, are_alike};
use crate::estimator::methods::calibrated::serving::offload::Offload;
use crate::estimator::methods::calibrated::serving::portions::Portion;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::{HALF, times};
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Engine, KvPrecision};
use crate::estimator::parameters::engine_versions::VersionRules;
use crate::estimator::quantity::Quantity;
use crate::estimator::reader::Reader;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Tokens of a block of vLLM's cache (`block_size`).
const BLOCK: f64 = 16.0;
/// Elements that share a scale and a zero point, both FP16, in the quantized cache of Transformers.
const SHARED_BY: f64 = 64.0;

/// Which layers' keys and values grow with the sequence.
enum Growing {
    /// Every layer's, those with a window as far as it reaches.
    Every,
    /// Those of so many layers; the others hold a state, which takes so much of a sequence.
    Some(Expr<Count>, fn(&ServingRun) -> Expr<Memory>),
    /// Not served: `support` refuses them before anybody asks, because there are no formulas or nothing is generated.
    Never,
}

fn growing(run: &ServingRun) -> Growing {
    let some = |state| Growing::Some(run.fact(Fact::NumFullAttentionLayers), state);
    match run.layout() {
        Layout::Decoder | Layout::CrossAttentionDecoder | Layout::TwoHeadWidths => Growing::Every,
        Layout::GatedDeltaHybrid => some(linear_attention::gated_delta_state),
        Layout::LightningHybrid => some(linear_attention::lightning_state),
        Layout::Mamba2Hybrid => some(mamba2::state),
        Layout::Unknown
        | Layout::Encoder
        | Layout::EncoderDecoder
        | Layout::Speech
        | Layout::Contrastive
        | Layout::VisionTransformer
        | Layout::ResNet
        | Layout::Vgg
        | Layout::DenseNet
        | Layout::EfficientNet
        | Layout::RegNet
        | Layout::EfficientNetV2
        | Layout::MobileNet
        | Layout::MnasNet
        | Layout::Swin
        | Layout::MaxVit
        | Layout::ConvNext => Growing::Never,
    }
}

/// The cache at its largest, with a drafter's, or `None` for models that need none.
pub fn cache(run: &ServingRun) -> Option<Expr<Memory>> {
    // Each layer's is where the layer is.
    let own = of_model(run, run.portion)?;
    let own = match in_host(run).filter(|_| run.portion.is_none()) {
        Some(in_host) => own - in_host,
        None => own,
    };
    Some(if run.drafts_by_layer() { own + of_drafter(run) } else { own })
}

/// The part of it that is in the host's memory, with its layers; nothing where all are on the GPU.
pub fn in_host(run: &ServingRun) -> Option<Expr<Memory>> {
    let offload = Offload::of(run.shape)?;
    let share = offload.share_in_host()?;
    if are_alike(run.shape) {
        return Some(share * of_model(run, None)?);
    }
    let end = offload.in_host.value();
    of_model(run, Some(Portion { first: 0.0, end, is_first: true, has_output: false, is_pipelined: false }))
}

/// The cache of a drafter's one layer. It looks back over the whole sequence, and its blocks are those of the model's
/// layers that do (`validate_same_kv_cache_group` in vLLM's `v1/spec_decode/llm_base_proposer.py`).
fn of_drafter(run: &ServingRun) -> Expr<Memory> {
    tokens(run) * of_full_token(run)
}

/// The cache of all layers, or of those that a GPU has.
fn of_model(run: &ServingRun, portion: Option<Portion>) -> Option<Expr<Memory>> {
    match growing(run) {
        Growing::Every => {}
        Growing::Some(growing, state) => {
            let growing = portion.map_or(growing, |it| it.layers(run.shape, LayerKind::Full));
            let (others, state) = (layers(run, portion) - growing.clone(), state(run));
            // A state for each token that may have to be taken back (`MambaSpec.max_memory_usage_bytes`).
            let others = match run.drafted() {
                Some(drafted) => (times(1.0) + drafted) * others,
                None => others,
            };
            if let Some(block) = unified_block(run, &state) {
                let blocks = growing * (run.sequence.clone() / block.clone()).ceil() + others;
                return Some(run.leaf(Id::BatchSize) * blocks * block * of_token(run));
            }
            return Some(growing * tokens(run) * of_token(run) + states(run) * others * state);
        }
        Growing::Never => return None,
    }
    let windowed = windowed(run, portion);
    let layers = layers(run, portion);
    let growing = match &windowed {
        None => Some(layers),
        Some(it) if it.value() < layers.value() => Some(layers - it.clone()),
        Some(_) => None,
    };
    let growing = growing.map(|it| it * tokens(run) * of_full_token(run));
    let windowed = windowed.map(|it| it * windowed_tokens(run) * of_token(run));
    match (growing, windowed) {
        (Some(growing), Some(windowed)) => Some(growing + windowed),
        (growing, windowed) => growing.or(windowed),
    }
}

/// What one more token leaves in all layers that take it: the cache's own rule, so that it grows by what it holds.
pub fn of_token_in_all(run: &ServingRun) -> Expr<Memory> {
    if let Growing::Some(growing, _) = growing(run) {
        return run.portion.map_or(growing, |it| it.layers(run.shape, LayerKind::Full)) * of_token(run);
    }
    let layers = layers(run, run.portion);
    // Only where heads differ does it matter which of the layers have a window.
    let has_two_widths = run.layout() == Layout::TwoHeadWidths;
    match windowed(run, run.portion).filter(|it| has_two_widths && it.value() < layers.value()) {
        Some(windowed) => windowed.clone() * of_token(run) + (layers - windowed) * of_full_token(run),
        None => layers * of_token(run),
    }
}

/// What a decode step of Transformers joins anew in one layer: keys or values for all tokens, whichever is wider.
pub fn joined_in_step(run: &ServingRun) -> Cached {
    let source = "cache_utils.py, DynamicLayer.update";
    Cached::new("keys", run.tokens.clone() * key_width(run), of_element(run), source)
}

/// What the last layer leaves in the cache where it has no window while the layers before it have one: while their
/// masks are made it is not there yet. Full layers end each group of layers where the groups are even.
pub fn of_last_full_layer(run: &ServingRun) -> Option<Expr<Memory>> {
    if let Some(portion) = run.portion {
        let is_last = LayerKinds::of(run.shape)?.ends_in_full(portion.range());
        return is_last.then(|| run.tokens.clone() * of_full_token(run));
    }
    let layers = run.leaf(Id::NumLayers).value();
    let n_full = layers - windowed(run, None)?.value();
    let reader = run.shape.reader;
    let is_stated = reader.inputs().is_default(Id::NumSlidingLayers);
    let by_pattern = ends_in_full_layer(reader.architecture(), layers).filter(|_| is_stated);
    let is_last = n_full > 0.0 && by_pattern.unwrap_or(layers % n_full == 0.0);
    is_last.then(|| run.tokens.clone() * of_full_token(run))
}

/// What the cache does not hold yet inside the last layer of the gated delta rule or of state space: what softmax
/// attention leaves in the layer that ends each group of the former. `None` where there is no such layer. Attention
/// stands inside the groups of the latter, so that one of its layers is the model's last.
pub fn of_last_behind_linear(run: &ServingRun) -> Option<Expr<Memory>> {
    let full = run.fact(Fact::NumFullAttentionLayers);
    let is_delta = run.layout() == Layout::GatedDeltaHybrid;
    let has_some = is_delta || run.layout() == Layout::Mamba2Hybrid;
    let (is_any, is_behind) = match run.portion.zip(LayerKinds::of(run.shape)) {
        Some((it, kinds)) => (
            kinds.number(LayerKind::Other, it.range()) > 0.0,
            kinds.number(LayerKind::Full, [it.end - 1.0, it.end]) > 0.0,
        ),
        None => (full.value() < run.leaf(Id::NumLayers).value(), is_delta && full.value() > 0.0),
    };
    let is_any = has_some && is_any;
    is_any.then(|| if is_behind { run.tokens.clone() * of_token(run) } else { Expr::number(0.0) })
}

/// Whether any layer on the GPU is of softmax attention over the whole sequence, in models of which some are.
pub fn has_full_layers(run: &ServingRun) -> bool {
    run.portion.is_none_or(|it| it.layers(run.shape, LayerKind::Full).value() > 0.0)
}

/// All layers, or those that a GPU has.
fn layers(run: &ServingRun, portion: Option<Portion>) -> Expr<Count> {
    portion.map_or_else(|| run.leaf(Id::NumLayers), |it| it.layers(run.shape, LayerKind::Any))
}

/// Layers that look back no further than the window; none if there is no window.
///
/// llama.cpp knows windows of models alone that have layers of both kinds (`set_swa_pattern`): its code for Mistral's
/// and StarCoder2's has none, and that for Phi-3 switches it off (`load_arch_hparams` in `src/models/llama.cpp`,
/// `phi3.cpp`).
fn windowed(run: &ServingRun, portion: Option<Portion>) -> Option<Expr<Count>> {
    let all = run.leaf(Id::NumLayers).value();
    let has_some = windowed_layers(run.shape, all) < all;
    if !has_some && run.shape.reader.choice::<Engine>(Id::Engine) == Engine::LlamaCpp {
        return None;
    }
    let windowed = match portion {
        Some(it) if has_some => layers(run, portion) - it.layers(run.shape, LayerKind::Full),
        None if has_some => run.fact(Fact::NumSlidingLayers),
        Some(_) | None => layers(run, portion),
    };
    run.shape.is(Fact::SlidingWindow).then_some(windowed)
}

/// Tokens for which a layer without a window has room.
fn tokens(run: &ServingRun) -> Expr<Count> {
    let (batch, sequence) = (run.leaf(Id::BatchSize), run.sequence.clone());
    match run.shape.reader.choice::<Engine>(Id::Engine) {
        Engine::Transformers => run.tokens.clone(),
        // A rank keeps every so many tokens of a sequence (`FullAttentionSpec.max_memory_usage_bytes`).
        Engine::Vllm if run.shape.reader.number(Id::DecodeContextParallel) > 1.0 => {
            batch * padded(sequence / run.leaf(Id::DecodeContextParallel), BLOCK)
        }
        Engine::Vllm => batch * padded(sequence, BLOCK),
        Engine::LlamaCpp => cells::all(run),
    }
}

/// Tokens of a block in vLLM where state spaces share the pool: as many as keys and values need to take what a state
/// does, which is then filled up to that (`Platform.update_block_size_for_backend`, `mamba_page_size_padded`). Without
/// prefix caching a sequence has one block in each layer of state space (`MambaSpec.max_memory_usage_bytes`).
fn unified_block(run: &ServingRun, state: &Expr<Memory>) -> Option<Expr<Count>> {
    let engine = run.shape.reader.choice::<Engine>(Id::Engine);
    let is_unified = engine == Engine::Vllm && run.layout() == Layout::Mamba2Hybrid;
    is_unified.then(|| (state.clone() / (times(BLOCK) * of_token(run))).ceil() * times(BLOCK))
}

/// Tokens for which a layer with a window has room.
///
/// Transformers cuts a layer's tensors only at the next step: while the prompt runs they are whole. vLLM keeps the
/// window and the tokens of one step (`SlidingWindowManager`).
fn windowed_tokens(run: &ServingRun) -> Expr<Count> {
    let window = || run.fact(Fact::SlidingWindow);
    match run.shape.reader.choice::<Engine>(Id::Engine) {
        Engine::Transformers => run.tokens.clone(),
        Engine::Vllm => {
            let kept = window() - times(1.0) + run.leaf(Id::MaxBatchedTokens);
            run.leaf(Id::BatchSize) * padded(run.sequence.clone().min(kept), BLOCK)
        }
        Engine::LlamaCpp => cells::windowed(run),
    }
}

/// Cells of layers with a window that a token of llama.cpp's micro-batch may look at; `None` where there are none.
pub fn windowed_positions(run: &ServingRun) -> Option<Expr<Count>> {
    windowed(run, run.portion).filter(|it| it.value() > 0.0)?;
    Some(cells::windowed_positions(run))
}

/// What one token leaves in one layer.
fn of_token(run: &ServingRun) -> Expr<Memory> {
    if run.shape.is(Fact::KvLoraRank) {
        latent_attention::cached(run.shape, &of_element(run))
    } else {
        attention::cached(Quantity::CachedOfToken, key_width(run), of_element(run), of_value(run))
    }
}

/// The same for a layer without a window, whose heads may differ.
fn of_full_token(run: &ServingRun) -> Expr<Memory> {
    if run.layout() != Layout::TwoHeadWidths {
        return of_token(run);
    }
    let heads =
        if run.shape.is(Fact::GlobalNumKeyValueHeads) { Fact::GlobalNumKeyValueHeads } else { Fact::NumKeyValueHeads };
    attention::cached(
        Quantity::CachedOfTokenInFull,
        run.fact(heads) * run.fact(Fact::GlobalHeadDim),
        of_element(run),
        of_value(run),
    )
}

/// Bytes of an element of a format in an engine's cache, with its share of scales; `None` where the engine has no such
/// cache.
fn bytes_of(engine: Engine, kind: KvPrecision, same: f64, head: f64) -> Option<f64> {
    let ggml = |it: Type| (engine == Engine::LlamaCpp).then_some(it.bytes());
    match (engine, kind) {
        (Engine::LlamaCpp, KvPrecision::Same) | (_, KvPrecision::Fp16) => Some(HALF),
        (Engine::Transformers | Engine::Vllm, KvPrecision::Same) => Some(same),
        (Engine::LlamaCpp, KvPrecision::Int8) | (_, KvPrecision::Q8) => ggml(Type::Q8_0),
        (Engine::LlamaCpp, KvPrecision::Int4) | (_, KvPrecision::Q4) => ggml(Type::Q4_0),
        (_, KvPrecision::Q51) => ggml(Type::Q5_1),
        (_, KvPrecision::Q50) => ggml(Type::Q5_0),
        (_, KvPrecision::Q41) => ggml(Type::Q4_1),
        (_, KvPrecision::Iq4Nl) => ggml(Type::IQ4_NL),
        // The quantized cache of Transformers has integers alone (`cache_utils.py`, `QuantizedCache`), and so have
        // llama.cpp's types (`kv_cache_types` in `common/arg.cpp`).
        (Engine::Transformers | Engine::LlamaCpp, KvPrecision::Fp8) => None,
        (Engine::Vllm, KvPrecision::Fp8) => Some(1.0),
        (Engine::Vllm, KvPrecision::Int8) => Some(1.0 + 4.0 / head),
        (Engine::Vllm, KvPrecision::Int4) => Some(0.5 + 4.0 / head),
        (Engine::Transformers, KvPrecision::Int8) => Some(1.0 + 4.0 / SHARED_BY),
        (Engine::Transformers, KvPrecision::Int4) => Some(0.5 + 4.0 / SHARED_BY),
    }
}

/// Whether the engine has caches in the chosen formats. llama.cpp quantizes values for flash attention only
/// (`llama_init_from_model`).
pub fn has_cache(reader: &Reader) -> bool {
    let bytes = |id| bytes_of(reader.choice(Id::Engine), reader.choice(id), HALF, 1.0);
    let is_read = !reader.has_effect(Id::KvPrecisionValues)
        || reader.is_on(Id::FlashAttention) && bytes(Id::KvPrecisionValues).is_some()
        || bytes(Id::KvPrecisionValues) == Some(HALF);
    let version = VersionRules::of(reader.choice(Id::EngineVersion)).vllm;
    let is_of_version = reader.choice::<Engine>(Id::Engine) != Engine::Vllm
        || !matches!(reader.choice(Id::KvPrecision), KvPrecision::Int8 | KvPrecision::Int4)
        || version.is_some_and(|it| it.has_integer_caches);
    is_read && is_of_version && bytes(Id::KvPrecision).is_some()
}

/// Bytes of an element of a key.
fn of_element(run: &ServingRun) -> Expr<BytesPerElement> {
    of_parameter(run, Id::KvPrecision)
}

/// The same of a value, which in llama.cpp may have a format of its own (`--cache-type-v`).
fn of_value(run: &ServingRun) -> Expr<BytesPerElement> {
    let of = |id| run.shape.reader.choice::<KvPrecision>(id);
    let has_own = run.shape.reader.has_effect(Id::KvPrecisionValues);
    let is_own = has_own && of(Id::KvPrecisionValues) != of(Id::KvPrecision);
    of_parameter(run, if is_own { Id::KvPrecisionValues } else { Id::KvPrecision })
}

fn of_parameter(run: &ServingRun, id: Id) -> Expr<BytesPerElement> {
    let reader = run.shape.reader;
    let (engine, kind) = (reader.choice::<Engine>(Id::Engine), reader.choice::<KvPrecision>(id));
    if kind == KvPrecision::Same && engine != Engine::LlamaCpp {
        return run.element.clone();
    }
    // `support` refuses what an engine does not have before anybody asks.
    let head = run.shape.number(Fact::HeadDim).max(1.0);
    reader.parameter(id, id.spec().symbol, bytes_of(engine, kind, run.bytes(), head).unwrap_or(0.0))
}

/// Width of all keys of a token in the cache. That of Transformers takes them as the model's code makes them.
fn key_width(run: &ServingRun) -> Expr<Count> {
    let is_as_made = EngineTraits::of(run.shape.reader.choice(Id::Engine)).caches_as_made;
    if is_as_made && run.shape.is(Fact::ExpandedKeys) { run.query.clone() } else { run.key.clone() }
}

/// Sequences for which a layer without keys and values has a state: in llama.cpp one for each slot (`n_seq_max`).
fn states(run: &ServingRun) -> Expr<Count> {
    match run.shape.reader.choice::<Engine>(Id::Engine) {
        Engine::Transformers | Engine::Vllm => run.leaf(Id::BatchSize),
        Engine::LlamaCpp => cells::slots(run),
    }
}

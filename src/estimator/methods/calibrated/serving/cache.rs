//! How many tokens' keys and values an engine has room for, and in which number format; and the states of layers that
//! keep none. It knows neither what a token leaves in a layer, which blocks say, nor any activation.

use crate::estimator::architecture::{Fact, Layout, ends_in_full_layer};
use crate::estimator::divide::divides_evenly;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::kernel::windowed_layers;
use crate::estimator::methods::calibrated::blocks::{
    attention, latent_attention, linear_attention, mamba, mamba2, short_conv,
};
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::cache_formats::{has_scales, of_element, of_value};
use crate::estimator::methods::calibrated::serving::cells;
use crate::estimator::methods::calibrated::serving::engine::EngineTraits;
use crate::estimator::methods::calibrated::serving::kinds::{LayerKind, LayerKinds, are_alike};
use crate::estimator::methods::calibrated::serving::offload::Offload;
use crate::estimator::methods::calibrated::serving::paged;
use crate::estimator::methods::calibrated::serving::portions::Portion;
use crate::estimator::methods::calibrated::tensors::cached::Cached;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Engine;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{Count, Memory};

/// Which layers' keys and values grow with the sequence.
enum Growing {
    /// Every layer's, those with a window as far as it reaches.
    Every,
    /// Those of so many layers; the others hold a state, which takes so much of a sequence.
    Some(Expr<Count>, fn(&ServingRun) -> Expr<Memory>),
    /// Every layer's, which hold a state besides, that takes so much of a sequence.
    Both(fn(&ServingRun) -> Expr<Memory>),
    /// None: each holds a state, which takes so much of a sequence.
    None(fn(&ServingRun) -> Expr<Memory>),
    /// Not served: `support` refuses them before anybody asks, because there are no formulas or nothing is generated.
    Never,
}

fn growing(run: &ServingRun) -> Growing {
    let some = |state| Growing::Some(run.fact(Fact::NumFullAttentionLayers), state);
    match run.layout() {
        Layout::Decoder | Layout::CrossAttentionDecoder | Layout::TwoHeadWidths => Growing::Every,
        Layout::GatedDeltaHybrid => some(linear_attention::gated_delta_state),
        Layout::LightningHybrid => some(linear_attention::lightning_state),
        Layout::Mamba2Hybrid | Layout::SingleMixerHybrid => some(mamba2::state),
        Layout::ShortConvHybrid => some(short_conv::state),
        Layout::Mamba => Growing::None(mamba::state),
        Layout::ParallelHybrid => Growing::Both(mamba2::state),
        Layout::Mamba2 => Growing::None(mamba2::state),
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
    Some(own)
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

/// The cache of all layers, or of those that a GPU has.
fn of_model(run: &ServingRun, portion: Option<Portion>) -> Option<Expr<Memory>> {
    match growing(run) {
        Growing::Every => of_windows(run, portion),
        Growing::Some(growing, state) => Some(of_states(run, portion, growing, state(run))),
        Growing::Both(state) => Some(of_states(run, portion, layers(run, portion), state(run))),
        // vLLM keeps no beginnings of sequences where nothing attends (`ModelConfig.attn_type`).
        Growing::None(state) => Some(run.leaf(Id::BatchSize) * layers(run, portion) * state(run)),
        Growing::Never => None,
    }
}

/// Where all layers keep keys and values, some or all as far as a window reaches.
fn of_windows(run: &ServingRun, portion: Option<Portion>) -> Option<Expr<Memory>> {
    let without_window = |windowed: Option<Expr<Count>>, of: Option<Portion>| {
        let layers = layers(run, of);
        let own = match windowed {
            None => Some(layers),
            Some(it) if it.value() < layers.value() => Some(layers - it),
            Some(_) => None,
        };
        with_drafter(run, of, own)
    };
    let mut windowed = windowed(run, portion);
    let mut growing = without_window(windowed.clone(), portion);
    if let (true, Some(of_window), Some(whole)) = (is_paged(run), &windowed, &growing) {
        let all_of_window = self::windowed(run, None)?;
        let all_whole = without_window(Some(all_of_window.clone()), None)?;
        let [of_whole, of_windows] =
            paged::grouped(run, [whole.clone(), of_window.clone()], [all_whole, all_of_window]);
        (growing, windowed) = (Some(of_whole), Some(of_windows));
    }
    let growing = growing.map(|it| it * tokens(run) * of_full_token(run));
    let by_indexers = of_indexers(run, portion).map(|it| tokens(run) * it);
    let growing = Expr::sum_of_any(growing, by_indexers);
    let windowed = windowed.map(|it| it * windowed_tokens(run) * of_token(run));
    match (growing, windowed) {
        (Some(growing), Some(windowed)) => Some(growing + windowed),
        (growing, windowed) => growing.or(windowed),
    }
}

/// Where `growing` of all layers keep keys and values, and each of the others a `state` of a sequence.
fn of_states(run: &ServingRun, portion: Option<Portion>, growing: Expr<Count>, state: Expr<Memory>) -> Expr<Memory> {
    let kinds = |of: Option<Portion>| {
        let own = of.map_or(growing.clone(), |it| it.layers(run.shape, LayerKind::Full));
        // Layers of one mixer each stand on one GPU, or are divided by it.
        let others = match run.layout() {
            Layout::SingleMixerHybrid => mamba2::layers(run.shape),
            Layout::ParallelHybrid => own.clone(),
            _ => layers(run, of) - own.clone(),
        };
        [with_drafter(run, of, Some(own.clone())).unwrap_or(own), others]
    };
    let here = kinds(portion);
    if is_paged(run) {
        let [growing, others] = paged::grouped(run, here, kinds(None));
        let block = paged::unified_block(run, &state, of_token(run));
        let all = growing * paged::blocks(run, &block) + others * paged::states(run);
        return run.leaf(Id::BatchSize) * all * block * of_token(run);
    }
    let [growing, others] = here;
    // A state for each token that may have to be taken back.
    let others = match run.drafted() {
        Some(drafted) => (times(1.0) + drafted) * others,
        None => others,
    };
    growing * tokens(run) * of_token(run) + states(run) * others * state
}

/// What a token leaves in the layers that have an indexer, where others have none; nothing elsewhere. A stage of a
/// pipeline counts as many of them as its part of all layers. A layer that predicts a further token has one, too
/// (`is_mtp_layer` in vLLM's `deepseek_v2.py`).
fn of_indexers(run: &ServingRun, portion: Option<Portion>) -> Option<Expr<Memory>> {
    let of_one = latent_attention::cached_by_indexer(run.shape, &of_element(run))?;
    let all = run.fact(Fact::NumIndexerLayers);
    let own = match portion {
        Some(_) => all * (layers(run, portion) / run.leaf(Id::NumLayers)),
        None => all,
    };
    Some(with_drafter(run, portion, Some(own.clone())).unwrap_or(own) * of_one)
}

/// With a drafter's one layer, where the GPU has it: it looks back over the whole sequence, and its blocks are those of
/// the model's layers that do (`validate_same_kv_cache_group` in vLLM's `v1/spec_decode/llm_base_proposer.py`).
fn with_drafter(run: &ServingRun, portion: Option<Portion>, layers: Option<Expr<Count>>) -> Option<Expr<Count>> {
    if !run.drafts_by_layer() || portion.is_some_and(|it| !it.has_output) {
        return layers;
    }
    Some(layers.map_or(times(1.0), |it| it + times(1.0)))
}

/// Whether the engine keeps blocks of layers in groups.
fn is_paged(run: &ServingRun) -> bool {
    run.shape.reader.choice::<Engine>(Id::Engine) == Engine::Vllm
}

/// What one more token leaves in all layers that take it: the cache's own rule, so that it grows by what it holds.
pub fn of_token_in_all(run: &ServingRun) -> Expr<Memory> {
    let growing = growing(run);
    if let Growing::None(_) = growing {
        return Expr::number(0.0);
    }
    if let Growing::Some(growing, _) = growing {
        return run.portion.map_or(growing, |it| it.layers(run.shape, LayerKind::Full)) * of_token(run);
    }
    let layers = layers(run, run.portion);
    // Only where heads differ does it matter which of the layers have a window.
    let has_two_widths = run.layout() == Layout::TwoHeadWidths;
    match windowed(run, run.portion).filter(|it| has_two_widths && it.value() < layers.value()) {
        Some(windowed) => windowed.clone() * of_token(run) + (layers - windowed) * of_full_token(run),
        None => {
            let of_layers = layers * of_token(run);
            match of_indexers(run, run.portion) {
                Some(of_indexers) => of_layers + of_indexers,
                None => of_layers,
            }
        }
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
    let is_last = n_full > 0.0 && by_pattern.unwrap_or(divides_evenly(n_full, layers));
    is_last.then(|| run.tokens.clone() * of_full_token(run))
}

/// What the cache does not hold yet inside the last layer of the gated delta rule, of state space or of a short
/// convolution: what softmax attention leaves in the layer that ends each group of the first. `None` where there is no
/// such layer. Attention stands inside the groups of the others, so that one of theirs is the model's last.
pub fn of_last_behind_linear(run: &ServingRun) -> Option<Expr<Memory>> {
    let full = run.fact(Fact::NumFullAttentionLayers);
    let is_delta = run.layout() == Layout::GatedDeltaHybrid;
    if run.layout() == Layout::ParallelHybrid {
        return Some(run.tokens.clone() * of_token(run));
    }
    let has_some =
        is_delta || matches!(run.layout(), Layout::Mamba2Hybrid | Layout::SingleMixerHybrid | Layout::ShortConvHybrid);
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
    match run.shape.reader.choice::<Engine>(Id::Engine) {
        Engine::Transformers => run.tokens.clone(),
        Engine::Vllm => paged::whole(run),
        Engine::LlamaCpp => cells::all(run),
    }
}

/// Tokens for which a layer with a window has room.
///
/// Transformers cuts a layer's tensors only at the next step: while the prompt runs they are whole.
fn windowed_tokens(run: &ServingRun) -> Expr<Count> {
    match run.shape.reader.choice::<Engine>(Id::Engine) {
        Engine::Transformers => run.tokens.clone(),
        Engine::Vllm => paged::windowed(run),
        Engine::LlamaCpp => cells::windowed(run),
    }
}

/// Cells of layers with a window that a token of llama.cpp's micro-batch may look at; `None` where there are none.
pub fn windowed_positions(run: &ServingRun) -> Option<Expr<Count>> {
    windowed(run, run.portion).filter(|it| it.value() > 0.0)?;
    Some(cells::windowed_positions(run))
}

/// Elements of the keys of all cells in the layer on the GPU that has most of them; in latent attention of what is
/// compressed, with the key beside it.
pub fn widest_layer(run: &ServingRun) -> Expr<Count> {
    let of_token = if run.shape.is(Fact::KvLoraRank) {
        run.fact(Fact::KvLoraRank) + run.fact(Fact::QkRopeHeadDim)
    } else {
        key_width(run)
    };
    let windowed = windowed(run, run.portion).map_or(0.0, |it| it.value());
    let has_whole = windowed < layers(run, run.portion).value();
    match run.layout() {
        Layout::TwoHeadWidths if has_whole => {
            tokens(run) * run.fact(heads_of_full(run)) * run.fact(Fact::GlobalHeadDim)
        }
        _ if has_whole => tokens(run) * of_token,
        _ => windowed_tokens(run) * of_token,
    }
}

/// What one token leaves in one layer.
pub fn of_token(run: &ServingRun) -> Expr<Memory> {
    if run.shape.is(Fact::KvLoraRank) {
        latent_attention::cached(run.shape, &of_element(run))
    } else {
        let formats = [of_element(run), of_value(run)];
        attention::cached(Quantity::CachedOfToken, key_width(run), formats, scaled(run, Fact::NumKeyValueHeads))
    }
}

/// The same for a layer without a window, whose heads may differ.
fn of_full_token(run: &ServingRun) -> Expr<Memory> {
    if run.layout() != Layout::TwoHeadWidths {
        return of_token(run);
    }
    let heads = heads_of_full(run);
    attention::cached(
        Quantity::CachedOfTokenInFull,
        run.fact(heads) * run.fact(Fact::GlobalHeadDim),
        [of_element(run), of_value(run)],
        scaled(run, heads),
    )
}

/// Heads of keys in a layer without a window, where these differ.
fn heads_of_full(run: &ServingRun) -> Fact {
    let has_own = run.shape.is(Fact::GlobalNumKeyValueHeads);
    if has_own { Fact::GlobalNumKeyValueHeads } else { Fact::NumKeyValueHeads }
}

/// Heads whose keys and values have a scale each: those of vLLM's caches of integers (`int8_per_token_head`).
fn scaled(run: &ServingRun, heads: Fact) -> Option<Expr<Count>> {
    has_scales(&run.shape.reader).then(|| run.fact(heads))
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

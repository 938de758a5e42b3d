//! llama.cpp: its buffers are made once, before the first token. It knows which blocks a
//! micro-batch's graph has at once, and the tensors of none: `blocks` list them; and no file format.

use crate::estimator::architecture::Fact;
use crate::estimator::component::Component::{KvCache, Temporaries, Weights};
use crate::estimator::estimate::{Lines, Moment, put_any};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{
    attention_prompt, experts_prompt, feed_forward_prompt, logits, stream,
};
use crate::estimator::methods::calibrated::model::widths::Widths;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::cache::{in_host, widest_layer, windowed_positions};
use crate::estimator::methods::calibrated::serving::cache_formats;
use crate::estimator::methods::calibrated::serving::cells::{self, positions, slots};
use crate::estimator::methods::calibrated::serving::files::{self, PlacedFile};
use crate::estimator::methods::calibrated::serving::kinds::LayerKind;
use crate::estimator::methods::calibrated::serving::mixes::file;
use crate::estimator::methods::calibrated::serving::moment::Held;
use crate::estimator::methods::calibrated::tensors::alive::{bytes, fullest, listed};
use crate::estimator::methods::calibrated::tensors::dtype::{FP32, HALF, element, times};
use crate::estimator::methods::calibrated::tensors::list::Tensor;
use crate::estimator::moment::MomentId;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::engine_versions::{LlamaCppVersion, OutputRows, VersionRules};
use crate::estimator::quantity::Quantity;
use crate::estimator::units::{BytesPerElement, Count, Memory};

/// Tokens of a batch from which on the GPU computes with copies of weights in the host's memory (`min_batch_size`).
const LEAST_OFFLOADED: f64 = 32.0;

/// Weights, cache and the compute buffer; nothing where llama.cpp makes no such file, for which there is no answer.
pub fn moments(run: &ServingRun) -> Vec<Moment> {
    let of_file = |it| {
        let on_gpu = files::weights(run, it);
        let buffer = compute_buffer(run, &on_gpu);
        let held = Held::with_weights(run, on_gpu.weights);
        held.moment(MomentId::Serving, vec![(Temporaries, buffer)])
    };
    file(run.shape).map(of_file).into_iter().collect()
}

/// What is in the host's memory: weights that are not on the GPU, and the cache of their layers (with `--mmap`, the
/// default, the system may drop the weights and read them again).
pub fn host(run: &ServingRun) -> Lines {
    let Some(file) = file(run.shape) else { return Lines::new() };
    let mut res = vec![(Weights, files::weights(run, file).in_host)];
    put_any(&mut res, KvCache, in_host(run));
    res
}

/// How often a GPU has each input where micro-batches follow each other over several: the next ones are sent while it
/// computes (`GGML_SCHED_MAX_COPIES` in `ggml-backend.cpp`, 4; measured for the mask in unslothai/unsloth pull request
/// 7637).
const COPIES: f64 = 4.0;

/// The largest part of one micro-batch's graph: attention or the feed-forward block, both with the masks of the cache's
/// cells, or the logits.
fn compute_buffer(run: &ServingRun, file: &PlacedFile) -> Expr<Memory> {
    let is_flash = run.shape.reader.is_on(Id::FlashAttention);
    let widths = Widths::of_engine(run.shape, &positions(run));
    let [attention, scores] = attention_prompt::in_llama_cpp(is_flash);
    let (experts, dense) = (experts_prompt::IN_LLAMA_CPP, feed_forward_prompt::IN_LLAMA_CPP);
    let is_mixture = run.shape.is(Fact::NumExperts);
    let is_here = |kind| run.portion.is_none_or(|it| it.layers(run.shape, kind).value() > 0.0);
    let has_dense = !is_mixture || run.shape.is(Fact::NumDenseLayers) && is_here(LayerKind::Dense);
    let blocks = [experts.only_if(is_mixture && is_here(LayerKind::Mixed)), dense.only_if(has_dense)]
        .map(|it| [it, Tensor::NONE]);
    let attention = [attention, scores];
    let others = fullest(&[&blocks[0], &blocks[1]], &widths);
    let copies_of_cache = copied_for_flash(run);
    let copied = copies_of_cache.as_ref().map_or(0.0, Expr::value);
    let is_attention = batch(run).value() * (bytes(&attention, &widths) - bytes(&others, &widths)) + copied >= 0.0;
    let inside = if is_attention { attention } else { others };
    let is_pipelined = run.portion.is_some_and(|it| it.is_pipelined);
    let copies = if is_pipelined { COPIES } else { 1.0 };
    let mask = attention_prompt::mask_in_llama_cpp(is_flash);
    let masks = if is_pipelined && is_flash && rules(run).is_some_and(|it| it.sends_wide_masks) {
        [mask, attention_prompt::mask_in_llama_cpp(false).times(copies)]
    } else {
        [mask.times(copies), Tensor::NONE]
    };
    let handed = [stream::HANDED_IN_LLAMA_CPP.times(copies).only_if(is_pipelined)];
    let layer = listed(&[&stream::IN_LLAMA_CPP, &inside, &masks, &handed], Quantity::InsidePass, &widths);
    let layer = match windowed_positions(run) {
        Some(windowed) => batch(run) * (layer + windowed * windowed_mask(is_flash, copies)),
        None => batch(run) * layer,
    };
    let output = listed(&[&[stream::LAST_IN_LLAMA_CPP]], Quantity::ModelOutput, &widths);
    // Smaller batches are computed where the weights are (`ggml_backend_cuda_device_offload_op`).
    let is_offloaded = batch(run).value() >= LEAST_OFFLOADED;
    let beside = |it: Expr<Memory>, copy: &Option<Expr<Memory>>| match copy {
        Some(copy) if is_offloaded => it + copy.clone(),
        _ => it,
    };
    let layer = match copies_of_cache {
        Some(copies) if is_attention => layer + copies,
        _ => layer,
    };
    let layer = beside(layer, &file.of_layers);
    // Another GPU has the output projection.
    if run.portion.is_some_and(|it| !it.has_output) && file.of_output.is_none() {
        return layer;
    }
    let output = outputs(run) * (logits::in_llama_cpp(run) + output);
    layer.max(beside(output, &file.of_output))
}

/// The copies in FP16 that flash attention makes of a layer's keys and values where the cache has other formats: they
/// are part of what the graph reserves for the operation's result (`ggml_cuda_flash_attn_ext_get_alloc_size`). Up to
/// two tokens at once go to a kernel that reads the cache as it is. Latent attention has one copy, of which values are
/// a view.
fn copied_for_flash(run: &ServingRun) -> Option<Expr<Memory>> {
    let is_flash = run.shape.reader.is_on(Id::FlashAttention) && batch(run).value() > 2.0;
    if !is_flash || rules(run).is_none_or(|it| !it.reserves_copies) {
        return None;
    }
    let formats = cache_formats::formats(run);
    let of_values = if run.shape.is(Fact::KvLoraRank) { 0 } else { 1 };
    let n_copied = formats[..=of_values].iter().filter(|it| it.value() != HALF).count();
    let elements = widest_layer(run);
    (n_copied > 0).then(|| times(n_copied as f64) * elements * element(HALF))
}

/// Bytes of a cell in the mask of layers with a window, which is made beside the other (`self_kq_mask_swa` in
/// `build_attn_inp_kv_iswa`).
fn windowed_mask(is_flash: bool, copies: f64) -> Expr<BytesPerElement> {
    element(copies * if is_flash { HALF } else { FP32 })
}

/// Tokens of a micro-batch: no more than the context has (`llama_context::llama_context`, `n_ubatch`).
fn batch(run: &ServingRun) -> Expr<Count> {
    run.leaf(Id::Ubatch).min(cells::all(run))
}

/// Rows of logits that the graph is reserved for, no more than a micro-batch has tokens.
fn outputs(run: &ServingRun) -> Expr<Count> {
    match rules(run).map(|it| it.output_rows) {
        Some(OutputRows::EachToken) => batch(run),
        // Of a draft each token has one, and the token before it (`common_speculative_get_output_limits`).
        Some(OutputRows::EachSequence) | None => batch(run).min(match run.drafted() {
            Some(drafted) => slots(run) * (Expr::<Count>::number(1.0) + drafted),
            None => slots(run),
        }),
    }
}

/// The rules of the version that was chosen: `support` refuses one of another engine before anybody asks.
fn rules(run: &ServingRun) -> Option<LlamaCppVersion> {
    VersionRules::of(run.shape.reader.choice(Id::EngineVersion)).llama_cpp
}

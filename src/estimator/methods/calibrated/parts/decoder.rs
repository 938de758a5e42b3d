//! Which blocks a decoder of text has, and how many of each. It knows no block's weights.

use crate::estimator::architecture::{Fact, Part, Tower};
use crate::estimator::architecture::{Layout, MultiTokenPrediction, NormPlacement, Residual};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{
    attention, embedding, experts, feed_forward, head, latent_attention, linear_attention, mamba, mamba2, norm,
    short_conv,
};
use crate::estimator::methods::calibrated::parts::counter::Counter;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::parameters::choices::Draft;
use crate::estimator::units::Count;

const GEMMA: &str = "modeling_gemma4.py, Gemma4TextDecoderLayer";

/// Counts a decoder with all that stands before and behind its layers.
pub fn decoder(counter: &mut Counter) {
    embedding::weights(counter);
    layers(counter);
    head::weights(counter);
    counter.vision();
    multi_token_prediction(counter);
}

fn layers(counter: &mut Counter) {
    let layers: Expr<Count> = counter.leaf(Fact::NumLayers);
    match counter.shape.layout() {
        Layout::GatedDeltaHybrid => {
            let (full, linear) = shares(counter, Fact::NumFullAttentionLayers, &layers);
            self_attention(counter, &full);
            linear_attention::gated_delta_weights(counter, &linear);
        }
        Layout::LightningHybrid => {
            let (full, linear) = shares(counter, Fact::NumFullAttentionLayers, &layers);
            self_attention(counter, &full);
            linear_attention::lightning_weights(counter, &linear);
        }
        Layout::Mamba2Hybrid => {
            let (full, others) = shares(counter, Fact::NumFullAttentionLayers, &layers);
            self_attention(counter, &full);
            mamba2::weights(counter, &others);
        }
        Layout::SingleMixerHybrid => {
            self_attention(counter, &counter.leaf(Fact::NumFullAttentionLayers));
            mamba2::weights(counter, &mamba2::layers(counter.shape));
            norm::weights(counter, "norm", layers);
            return feed_forward_blocks(counter, &counter.leaf(Fact::NumFeedForwardLayers));
        }
        Layout::ShortConvHybrid => {
            let (full, others) = shares(counter, Fact::NumFullAttentionLayers, &layers);
            self_attention(counter, &full);
            short_conv::weights(counter, &others);
        }
        Layout::ParallelHybrid => {
            self_attention(counter, &layers);
            mamba2::weights(counter, &layers);
        }
        Layout::Mamba | Layout::Mamba2 => {
            if counter.shape.layout() == Layout::Mamba {
                mamba::weights(counter, &layers);
            } else {
                mamba2::weights(counter, &layers);
            }
            return norm::weights(counter, "norm", layers);
        }
        Layout::TwoHeadWidths => {
            let (full, windowed) = shares(counter, Fact::NumFullAttentionLayers, &layers);
            self_attention(counter, &windowed);
            attention::wide_weights(counter, &full);
            counter.count(Part::Norms, "layer_scalar", layers.clone(), GEMMA);
        }
        Layout::CrossAttentionDecoder => {
            let (crossing, of_text) = shares(counter, Fact::NumCrossAttentionLayers, &layers);
            self_attention(counter, &of_text);
            attention::projections(counter, Part::CrossAttention, &crossing);
            let source = "modeling_mllama.py, MllamaCrossAttentionDecoderLayer";
            let head = counter.leaf(Fact::HeadDim);
            counter.count(Part::Norms, "cross_attn.q_norm, k_norm", crossing.clone() * times(2.0) * head, source);
            counter.count(Part::Norms, "cross_attn_attn_gate, cross_attn_mlp_gate", crossing * times(2.0), source);
        }
        Layout::Decoder => self_attention(counter, &layers),
        // No decoders: `count` gives these to `encoder`, to `contrastive` and to the walk of networks, or to nobody.
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
        | Layout::ConvNext => {}
    }
    norms_of_layers(counter, &layers);
    feed_forward_blocks(counter, &layers);
}

/// Layers of a kind, and the others: the facts that run have no more of a kind than there are layers.
fn shares(counter: &Counter, of_kind: Fact, layers: &Expr<Count>) -> (Expr<Count>, Expr<Count>) {
    let some: Expr<Count> = counter.leaf(of_kind);
    (some.clone(), layers.clone() - some)
}

fn norms_of_layers(counter: &mut Counter, layers: &Expr<Count>) {
    let residual = Residual::of(counter.n(Fact::Residual));
    let placement = NormPlacement::of(counter.n(Fact::NormPlacement));
    norm::weights(counter, "input_layernorm", layers.clone());
    match (residual, placement) {
        (Residual::ParallelSharedNorm, _) => return,
        (
            Residual::Sequential | Residual::Parallel,
            NormPlacement::Before | NormPlacement::After | NormPlacement::Around | NormPlacement::AfterSum,
        ) => norm::weights(counter, "post_attention_layernorm", layers.clone()),
    }
    if placement == NormPlacement::Around {
        norm::weights(counter, "pre_feedforward_layernorm", layers.clone());
        norm::weights(counter, "post_feedforward_layernorm", layers.clone());
    }
}

fn self_attention(counter: &mut Counter, layers: &Expr<Count>) {
    if counter.is(Fact::KvLoraRank) {
        latent_attention::weights(counter, layers);
    } else {
        attention::weights(counter, Part::Attention, layers);
    }
}

fn feed_forward_blocks(counter: &mut Counter, layers: &Expr<Count>) {
    if !counter.is(Fact::NumExperts) {
        return feed_forward::weights(counter, layers);
    }
    if counter.shape.layout() == Layout::TwoHeadWidths {
        // Experts run beside the dense block: three more norms, and the router's scales of inputs and experts.
        let width = counter.leaf(Fact::HiddenSize);
        feed_forward::weights(counter, layers);
        let norms = layers.clone() * times(3.0) * width.clone();
        counter.count(Part::Norms, "pre_feedforward_layernorm_2, post_feedforward_layernorm_1, _2", norms, GEMMA);
        counter.count(Part::Norms, "router.scale", layers.clone() * width, GEMMA);
        counter.count(Part::Norms, "router.per_expert_scale", layers.clone() * counter.leaf(Fact::NumExperts), GEMMA);
        return experts::weights(counter, layers);
    }
    if !counter.is(Fact::NumDenseLayers) {
        return experts::weights(counter, layers);
    }
    let (dense, mixed) = shares(counter, Fact::NumDenseLayers, layers);
    feed_forward::weights(counter, &dense);
    experts::weights(counter, &mixed);
}

/// The block that predicts a further token, as the checkpoint stores it.
fn multi_token_prediction(counter: &mut Counter) {
    let kind = MultiTokenPrediction::of(counter.n(Fact::MultiTokenPrediction));
    if kind == MultiTokenPrediction::None {
        return;
    }
    counter.tower = Tower::MultiTokenPrediction;
    further_token(counter);
    if kind == MultiTokenPrediction::OwnEmbedding {
        embedding::rows(counter, "embed_tokens", Fact::VocabSize);
        head::projection(counter, "shared_head.head");
    }
    counter.tower = Tower::Main;
}

/// Counts what proposes tokens in vLLM, which reads the model's own embedding and output projection
/// (`_maybe_share_embeddings` and `_maybe_share_lm_head` in `v1/spec_decode/llm_base_proposer.py`).
pub fn drafter(counter: &mut Counter, kind: Draft) {
    match kind {
        // A model that drafts is counted as one of its own.
        Draft::None | Draft::Model => {}
        Draft::Mtp => further_token(counter),
        Draft::Eagle => eagle(counter),
    }
}

/// One layer behind a projection of the embedding and the model's last output; its first norm is left out.
fn eagle(counter: &mut Counter) {
    let source = "vLLM models/llama_eagle.py, LlamaModel";
    let one = Expr::number(1.0);
    let width: Expr<Count> = counter.leaf(Fact::HiddenSize);
    attention::weights(counter, Part::Attention, &one);
    feed_forward::weights(counter, &one);
    counter.count(Part::Projector, "fc", times(2.0) * width.clone() * width, source);
    norm::weights(counter, "post_attention_layernorm", one);
}

/// One layer behind a projection of two streams.
fn further_token(counter: &mut Counter) {
    let kind = MultiTokenPrediction::of(counter.n(Fact::MultiTokenPrediction));
    let one = Expr::number(1.0);
    let width: Expr<Count> = counter.leaf(Fact::HiddenSize);
    self_attention(counter, &one);
    if kind != MultiTokenPrediction::Dense && counter.is(Fact::NumExperts) {
        experts::weights(counter, &one);
    } else {
        feed_forward::weights(counter, &one);
    }
    let source = "vLLM models/deepseek_mtp.py";
    // The stream and the next token's embedding are joined.
    counter.count(Part::Projector, "eh_proj", times(2.0) * width.clone() * width.clone(), source);
    let norms = "enorm, hnorm, norm, input_layernorm, post_attention_layernorm";
    counter.count(Part::Norms, norms, times(5.0) * width, source);
}

//! Which blocks encoders of text, encoder-decoders and the encoder-decoder of speech have, and how many of each. It
//! knows no block's weights but those that no other layout has.

use crate::estimator::architecture::{Fact, Part, Tower};
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::blocks::{embedding, feed_forward, head, norm};
use crate::estimator::methods::calibrated::parts::counter::{Counter, Linear};
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::units::Count;

/// Buckets of relative distances in an encoder-decoder with relative positions (T5, arXiv 1910.10683).
const RELATIVE_BUCKETS: f64 = 32.0;

const BERT: &str = "modeling_bert.py, BertSelfAttention";
const T5: &str = "modeling_t5.py, T5Attention";
const WHISPER: &str = "modeling_whisper.py";

/// Counts an encoder of text.
pub fn encoder(counter: &mut Counter) {
    embedding::rows(counter, "word_embeddings", Fact::VocabSize);
    embedding::positions(counter);
    embedding::rows(counter, "token_type_embeddings", Fact::TokenTypes);
    encoder_layers(counter);
    norm::weights_of_one(counter, "embeddings.LayerNorm");
    if counter.is(Fact::FinalNorm) {
        norm::weights_of_one(counter, "final_norm");
    }
    if counter.is(Fact::Pooler) {
        let width = counter.leaf(Fact::HiddenSize);
        let pooler = Linear::new(&width, &width, true);
        counter.linear(Part::Head, "pooler.dense", &Expr::number(1.0), pooler, "modeling_bert.py, BertPooler");
    }
}

/// Counts layers of attention and feed-forward.
pub fn encoder_layers(counter: &mut Counter) {
    let (width, layers) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::NumLayers));
    let (has_bias, output_has_bias) = (counter.is(Fact::QkvBias), counter.is(Fact::OutputBias));
    let head = counter.leaf(Fact::HeadDim);
    let queries = counter.leaf(Fact::NumAttentionHeads) * head.clone();
    let keys = counter.leaf(Fact::NumKeyValueHeads) * head;
    for (name, to) in [("query", &queries), ("key", &keys), ("value", &keys)] {
        counter.linear(Part::Attention, name, &layers, Linear::new(&width, to, has_bias), BERT);
    }
    let output = Linear::new(&queries, &width, output_has_bias);
    counter.linear(Part::Attention, "attention.output.dense", &layers, output, BERT);
    feed_forward::weights(counter, &layers);
    let one = Expr::number(1.0);
    let is_identity = counter.is(Fact::FirstNormIsIdentity);
    let normed = if is_identity { layers.clone() - one } else { layers.clone() };
    norm::weights(counter, "attention.output.LayerNorm", normed);
    norm::weights(counter, "output.LayerNorm", layers);
}

/// The two stacks of an encoder-decoder, and how many layers each has.
const STACKS: [(Tower, Fact); 2] = [(Tower::Main, Fact::NumLayers), (Tower::Decoder, Fact::NumDecoderLayers)];

/// Counts an encoder and a decoder of text with relative positions and no biases.
pub fn encoder_decoder(counter: &mut Counter) {
    embedding::rows(counter, "shared", Fact::VocabSize);
    for (tower, number) in STACKS {
        counter.tower = tower;
        let layers: Expr<Count> = counter.leaf(number);
        let biases = times(RELATIVE_BUCKETS) * counter.leaf(Fact::NumAttentionHeads);
        counter.count(Part::Embedding, "relative_attention_bias", biases, T5);
        relative_attention(counter, Part::Attention, &layers);
        feed_forward::weights(counter, &layers);
        norm::weights(counter, "layer_norm", layers.clone() * times(2.0));
        norm::weights_of_one(counter, "final_layer_norm");
        if tower == Tower::Decoder {
            relative_attention(counter, Part::CrossAttention, &layers);
            norm::weights(counter, "layer_norm of EncDecAttention", layers);
        }
    }
    if !counter.is(Fact::TieWordEmbeddings) {
        head::projection(counter, "lm_head");
    }
    counter.tower = Tower::Main;
}

fn relative_attention(counter: &mut Counter, part: Part, layers: &Expr<Count>) {
    let width = counter.leaf(Fact::HiddenSize);
    let inner = counter.leaf(Fact::NumAttentionHeads) * counter.leaf(Fact::HeadDim);
    for name in ["q", "k", "v"] {
        counter.linear(part, name, layers, Linear::new(&width, &inner, false), T5);
    }
    counter.linear(part, "o", layers, Linear::new(&inner, &width, false), T5);
}

/// Counts an encoder of spectrograms behind two convolutions, and a decoder of text (Whisper, arXiv 2212.04356).
pub fn speech(counter: &mut Counter) {
    let (width, bands) = (counter.leaf(Fact::HiddenSize), counter.leaf(Fact::NumMelBins));
    let one = Expr::number(1.0);
    let (of_bands, of_width) = (times(3.0) * bands, times(3.0) * width.clone());
    counter.linear(Part::Convolutions, "conv1", &one, Linear::new(&of_bands, &width, true), WHISPER);
    counter.linear(Part::Convolutions, "conv2", &one, Linear::new(&of_width, &width, true), WHISPER);
    embedding::rows(counter, "encoder.embed_positions", Fact::NumAudioPositions);
    for (tower, number) in STACKS {
        counter.tower = tower;
        let layers: Expr<Count> = counter.leaf(number);
        if tower == Tower::Decoder {
            embedding::rows(counter, "decoder.embed_tokens", Fact::VocabSize);
            embedding::positions(counter);
        }
        speech_attention(counter, Part::Attention, &layers);
        feed_forward::weights(counter, &layers);
        norm::weights(counter, "self_attn_layer_norm, final_layer_norm", layers.clone() * times(2.0));
        norm::weights_of_one(counter, "layer_norm");
        if tower == Tower::Decoder {
            speech_attention(counter, Part::CrossAttention, &layers);
            norm::weights(counter, "encoder_attn_layer_norm", layers);
        }
    }
    counter.tower = Tower::Main;
}

/// Keys have no bias.
fn speech_attention(counter: &mut Counter, part: Part, layers: &Expr<Count>) {
    let width = counter.leaf(Fact::HiddenSize);
    for (name, has_bias) in [("q_proj", true), ("k_proj", false), ("v_proj", true), ("out_proj", true)] {
        counter.linear(part, name, layers, Linear::new(&width, &width, has_bias), WHISPER);
    }
}

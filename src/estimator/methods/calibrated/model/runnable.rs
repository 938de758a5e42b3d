//! Which layers run in which mode: what each layout's code was read and traced for. It knows no format and no engine.
//!
//! In serving alone one thing is computed as another: what lives inside a prompt's pass through cross attention,
//! through heads of two widths, and in vLLM and llama.cpp through linear and latent attention and through a state
//! space, is that of plain attention.

use crate::estimator::architecture::{Fact, Layout, Positions};
use crate::estimator::methods::calibrated::blocks::encoder_pass;
use crate::estimator::methods::calibrated::blocks::kernel::{is_eager, shares_keys};
use crate::estimator::methods::calibrated::model::adaptable::{reaches_experts, takes_adapters};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::model::storage::chosen_format;
use crate::estimator::methods::calibrated::model::unsupported::Unsupported;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::ParameterId;
use crate::estimator::parameters::choices::{Algorithm, Engine, FinetuneMethod, LoraTargets, Precision, TowerPlace};

/// What a mode asks of a model's layers.
pub fn runs(it: &Shape, trains: bool) -> Result<(), Unsupported> {
    let mode = it.reader.mode();
    layers(it, mode, trains)?;
    // Without its tower a model of images is one of text (`AutoModelForCausalLM`).
    let is_loaded = it.reader.choice::<TowerPlace>(ParameterId::Vision) != TowerPlace::Absent;
    let reads_images = it.is(Fact::VisionNumLayers) && is_loaded;
    match mode {
        Mode::Multimodal if it.layout() == Layout::Speech => Ok(()),
        Mode::Multimodal | Mode::Vlm if !reads_images => Err(Unsupported::ReadsNoImages),
        Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Moe if reads_images => {
            Err(Unsupported::ReadsImagesToo)
        }
        Mode::Moe if !it.is(Fact::NumExperts) => Err(Unsupported::NoExperts),
        Mode::Inference
        | Mode::Finetune
        | Mode::Train
        | Mode::Grpo
        | Mode::Multimodal
        | Mode::Nlp
        | Mode::Vlm
        | Mode::Moe
        | Mode::Cnn => Ok(()),
    }
}

/// Whether there are formulas for training latent attention: with sparse attention or beside images its code was not
/// traced.
fn trains_latent(it: &Shape, mode: Mode) -> Result<(), Unsupported> {
    if matches!(mode, Mode::Multimodal | Mode::Vlm) || it.is(Fact::IndexerHeadDim) {
        return Err(Unsupported::LatentAttention);
    }
    let has_adapters = takes_adapters(it);
    if has_adapters { Ok(()) } else { Err(Unsupported::OtherAdapters) }
}

/// Whether there are formulas for training gated delta-rule attention beside softmax attention, of which one layer ends
/// each group.
fn trains_gated_delta(it: &Shape) -> Result<(), Unsupported> {
    // Padding clears tokens, images come in between, and pairs are scored inside layers: neither code was read.
    let mode = it.reader.mode();
    let is_of_pairs = mode == Mode::Grpo && it.reader.choice::<Algorithm>(ParameterId::Algorithm) == Algorithm::Dpo;
    if it.reader.is_on(ParameterId::Padding) || is_of_pairs || matches!(mode, Mode::Vlm | Mode::Multimodal) {
        return Err(Unsupported::LinearAttention);
    }
    if takes_adapters(it) { Ok(()) } else { Err(Unsupported::OtherAdapters) }
}

/// Whether there are formulas for training layers of short convolutions or of a state space beside softmax attention:
/// of one kind of feed-forward block, and with adapters in all linear layers or in none.
fn trains_mixers(it: &Shape) -> Result<(), Unsupported> {
    let is_traced = matches!(it.reader.mode(), Mode::Finetune | Mode::Train | Mode::Nlp);
    if it.reader.is_on(ParameterId::Padding) || it.is(Fact::NumExperts) || !is_traced {
        return Err(Unsupported::LinearAttention);
    }
    let is_all = it.reader.choice::<LoraTargets>(ParameterId::LoraTargets) == LoraTargets::AllLinear;
    match it.reader.choice(ParameterId::FinetuneMethod) {
        FinetuneMethod::Full => Ok(()),
        FinetuneMethod::Lora | FinetuneMethod::Qlora if is_all => Ok(()),
        FinetuneMethod::Lora | FinetuneMethod::Qlora | FinetuneMethod::Prefix => Err(Unsupported::OtherAdapters),
    }
}

/// Whether every parameter of the model is trained.
pub fn trains_everything(it: &Shape) -> bool {
    it.reader.choice::<FinetuneMethod>(ParameterId::FinetuneMethod) == FinetuneMethod::Full
}

/// Whether there are formulas for a pass of an encoder that is served: in Transformers, where its layers' code was
/// read.
fn serves_encoder(it: &Shape) -> Result<(), Unsupported> {
    if it.reader.choice::<Engine>(ParameterId::Engine) != Engine::Transformers {
        return Err(Unsupported::EncoderOfOtherEngine);
    }
    if encoder_pass::is_read(it) { Ok(()) } else { Err(Unsupported::OtherEncoder) }
}

/// Whether there are formulas for an encoder with a decoder that is served: in Transformers, with weights as these load
/// them unpacked.
fn serves_stacks(it: &Shape) -> Result<(), Unsupported> {
    if it.reader.choice::<Engine>(ParameterId::Engine) != Engine::Transformers {
        return Err(Unsupported::EncoderOfOtherEngine);
    }
    if is_packed(it) { Err(Unsupported::PackedStacks) } else { Ok(()) }
}

fn is_packed(it: &Shape) -> bool {
    chosen_format(it).is_some() || it.reader.choice::<Precision>(ParameterId::Precision).is_packed()
}

/// Whether there are formulas for layers of one mixer each that are served: in Transformers and vLLM, whose code for
/// them was read.
fn serves_single_mixers(it: &Shape) -> Result<(), Unsupported> {
    match it.reader.choice(ParameterId::Engine) {
        Engine::Transformers | Engine::Vllm => Ok(()),
        Engine::LlamaCpp => Err(Unsupported::MixersOfOtherEngine),
    }
}

/// Whether there are formulas for a model's layers.
fn layers(it: &Shape, mode: Mode, trains: bool) -> Result<(), Unsupported> {
    let unless_served = |reason| if trains { Err(reason) } else { Ok(()) };
    match it.layout() {
        Layout::Unknown => Err(Unsupported::LayersUnknown),
        Layout::VisionTransformer
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
        | Layout::ConvNext => {
            if mode == Mode::Cnn {
                Ok(())
            } else {
                Err(Unsupported::ReadsImagesOnly)
            }
        }
        _ if mode == Mode::Cnn => Err(Unsupported::NoImageClassifier),
        Layout::Decoder if it.is(Fact::KvLoraRank) && trains => trains_latent(it, mode),
        Layout::Decoder if trains && reaches_experts(it) => Err(Unsupported::OtherAdapters),
        Layout::Decoder => Ok(()),
        Layout::GatedDeltaHybrid if trains => trains_gated_delta(it),
        Layout::GatedDeltaHybrid => Ok(()),
        Layout::LightningHybrid => unless_served(Unsupported::LinearAttention),
        Layout::Mamba2Hybrid if trains => trains_mixers(it),
        Layout::Mamba2Hybrid => Ok(()),
        Layout::SingleMixerHybrid if trains => Err(Unsupported::LinearAttention),
        Layout::SingleMixerHybrid => serves_single_mixers(it),
        Layout::ShortConvHybrid if trains => trains_mixers(it),
        Layout::ShortConvHybrid => serves_single_mixers(it),
        Layout::ParallelHybrid | Layout::Mamba | Layout::Mamba2 if trains => Err(Unsupported::LinearAttention),
        // Neither engine's code packs what makes time steps: Transformers multiplies by its weight itself, and vLLM's
        // mixer has no formats.
        Layout::Mamba if is_packed(it) => Err(Unsupported::PackedStacks),
        Layout::ParallelHybrid | Layout::Mamba | Layout::Mamba2 => serves_single_mixers(it),
        Layout::TwoHeadWidths => unless_served(Unsupported::TwoHeadWidths),
        // Prompts of text alone are served; images need layers that nobody has transcribed.
        Layout::CrossAttentionDecoder if mode == Mode::Inference => Ok(()),
        Layout::CrossAttentionDecoder => Err(Unsupported::CrossAttention),
        Layout::Encoder if it.is(Fact::NumExperts) => Err(Unsupported::ExpertsOfEncoder),
        Layout::Encoder if it.is(Fact::KvLoraRank) => Err(Unsupported::LatentAttention),
        Layout::Encoder => match mode {
            Mode::Finetune | Mode::Train | Mode::Nlp => Ok(()),
            Mode::Multimodal | Mode::Vlm => Err(Unsupported::ReadsNoImages),
            Mode::Inference => serves_encoder(it),
            Mode::Grpo | Mode::Moe | Mode::Cnn => Err(Unsupported::GeneratesNothing),
        },
        // Positions of another kind, shared keys and blocks side by side are in no encoder-decoder whose code was read.
        Layout::EncoderDecoder
            if Positions::of(it.number(Fact::Positions)) != Positions::Relative
                || shares_keys(it)
                || it.is(Fact::Residual) =>
        {
            Err(Unsupported::EncoderDecoder)
        }
        Layout::EncoderDecoder => match mode {
            Mode::Finetune | Mode::Train | Mode::Nlp if trains_everything(it) => Ok(()),
            Mode::Finetune | Mode::Train | Mode::Nlp => Err(Unsupported::PartsOfTwoStacks),
            Mode::Inference => serves_stacks(it),
            Mode::Grpo | Mode::Multimodal | Mode::Vlm | Mode::Moe | Mode::Cnn => Err(Unsupported::EncoderDecoder),
        },
        Layout::Speech if mode == Mode::Inference && !shares_keys(it) && !it.is(Fact::Residual) => serves_stacks(it),
        Layout::Speech if mode != Mode::Multimodal || !trains => Err(Unsupported::Speech),
        Layout::Speech if trains_everything(it) => Ok(()),
        Layout::Speech => Err(Unsupported::PartsOfTwoStacks),
        Layout::Contrastive if mode != Mode::Vlm || it.is(Fact::SigmoidPairs) || is_eager(it) => {
            Err(Unsupported::Contrastive)
        }
        Layout::Contrastive if trains_everything(it) && !it.reader.is_on(ParameterId::FreezeVision) => Ok(()),
        Layout::Contrastive => Err(Unsupported::PartsOfTwoStacks),
    }
}

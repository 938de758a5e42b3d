//! English explanations: constants and quantities of formulas, and why methods differ. It knows no
//! number of the current estimate.

use crate::estimator::{ComponentGroup, ConstantId, Mode};
use crate::locale::later::{DetailTexts, ListingTexts};

pub(super) const DETAIL: DetailTexts = DetailTexts {
    symbols: "Where",
    why: "Why they differ:",
    not_counted: |method| format!("{method} does not count this."),
    counted_under: |method, row| format!("{method} counts this under {row}."),
    not_at_peak: |method, moment, amount| {
        format!("{method}: nothing of it lives at the peak; most of it does at another moment: {moment}, {amount}.")
    },
    go_to: |label| format!("Go to the slider {label}"),
    decides: "decides the formula",
    at_moment: |moment| format!("at the peak: {moment}"),
    source: "What it is:",
    listing: ListingTexts {
        name: "Name",
        elements: "Elements",
        bytes_of_element: "Bytes each",
        bytes: "Bytes",
        parameters: "Parameters",
        source: "Source",
    },
};

pub(super) fn constant(id: ConstantId) -> &'static str {
    match id {
        ConstantId::KeysAndValues => "keys and values (document, inference)",
        ConstantId::InferenceActivations => "inference keeps 10 % of the activations (document, inference)",
        ConstantId::CheckpointedActivations => "checkpointing removes 70 % (document, training)",
        ConstantId::OptimizerState => "bytes of an FP32 state (document, training)",
        ConstantId::GrpoWeight => "bytes of an INT4 weight, which the document assumes for GRPO",
        ConstantId::PeftShare => "1 % of the parameters is trained (document, PEFT)",
        ConstantId::LoraMatrices => "matrices A and B (document, LoRA)",
        ConstantId::DpoSequences => "a chosen and a rejected completion (document, GRPO)",
        ConstantId::AudioToken => "ms of audio per token (document, multimodal)",
        ConstantId::ColourChannels => "colour channels",
        ConstantId::Reserved => "1 GiB reserved (document)",
        ConstantId::ReservedLarge => "2 GiB reserved (the document's application)",
        ConstantId::VisionShare => "at least 30 % for vision (document)",
        ConstantId::TextShare => "at least 50 % for text (document)",
        ConstantId::EncoderLayers => "layers of the encoder (document)",
        ConstantId::AttentionMatrices => "query, key, value and output",
        ConstantId::TextVocabulary => "vocabulary of the text encoder (document)",
        ConstantId::TextWidth => "width of the text encoder (document)",
        ConstantId::ConvolutionShare => "80 % of the parameters (document, CNN)",
        ConstantId::FullyConnectedShare => "20 % of the parameters (document, CNN)",
        ConstantId::FirstFilters => "channels (document, CNN)",
        ConstantId::WidestChannels => "channels at most (document, CNN)",
        ConstantId::FeatureLayers => "layers (document, CNN)",
        ConstantId::Fp32Element => "bytes of FP32, by which the application converts",
        ConstantId::FeedForwardMatrices => "up and down projection (application)",
        ConstantId::LayerTensors => "tensors kept per layer (application)",
        ConstantId::AdaptedModules => "modules with an adapter (application)",
        ConstantId::AdapterSides => "input and output side of an adapter",
        ConstantId::OverheadShare => "10 % of the counted weights (application)",
        ConstantId::ImageCopies => "copies of each image (application)",
        ConstantId::VlmAdapter => "parameters of the adapter (application)",
        ConstantId::FixedOptimizerStates => "bytes of state per parameter, whatever the optimizer (application)",
        ConstantId::NormalizationTensors => "scale, shift, mean and variance",
        ConstantId::ContextTuring => {
            "254 MiB: CUDA context with lazily loaded kernels (PyTorch pull request 86509; the GPU is not named)"
        }
        ConstantId::ContextAmpere => "256 MiB: CUDA context of an RTX 3090, PyTorch 2.7.1 (InvokeAI issue 9413)",
        ConstantId::ContextAda => {
            "426 MiB: CUDA context of an RTX 6000 Ada, PyTorch 2.10 (unsloth-zoo pull request 1053)"
        }
        ConstantId::ContextHopper => {
            "616 MiB: CUDA context on a server with eight GPUs (LMCache issue 4019; the GPU is not named)"
        }
        ConstantId::CublasWorkspace => "8.125 MiB: cuBLAS workspace, PyTorch's default :4096:2:16:8",
        ConstantId::CublasWorkspaceHopper => "32 MiB: cuBLAS workspace since Hopper, PyTorch's default",
        ConstantId::AllocatorSlack => {
            "22 MiB: one part-filled segment of each kind, 20 MiB and 2 MiB (PyTorch's caching allocator)"
        }
        ConstantId::VllmOutsideTorch => {
            "0.14 GiB: what vLLM's profile run finds outside PyTorch on one GPU (logs of vLLM 0.11 on H100)"
        }
        ConstantId::GraphOfLayer => {
            "0.2 MiB: a layer in one CUDA graph of vLLM (logs: 0.17 GiB for 35 graphs of 28 layers, 0.22 GiB for 36 layers)"
        }
        ConstantId::SampledLogit => {
            "38 bytes of a logit in vLLM's sampler: 16-bit 2, FP32 4, sorted 4, index 8, and 8 + 12 that the sort takes (PyTorch, SortStable.cu)"
        }
        ConstantId::SampledLogitOfFew => {
            "50 bytes of a logit where fewer than 128 rows are sorted: 2, 4, 4, 8, and 16 + 4 + 12 that this sort takes (PyTorch, SortStable.cu)"
        }
        ConstantId::BlockwiseState => "an 8-bit state and its share of a scale for 256 (bitsandbytes)",
        ConstantId::PrefixTokens => "vectors of a prefix (PEFT's example)",
    }
}

pub(super) fn quantity(symbol: &str) -> &'static str {
    match symbol {
        "P_train" => "trained parameters",
        "P_expert" => "parameters of one expert",
        "P_active" => "parameters of the active experts",
        "P_vision" => "parameters of the vision encoder",
        "P_text" => "parameters of the text encoder",
        "P_fusion" => "parameters of the fusion layers",
        "P_all" => "parameters of encoders and fusion",
        "P_emb" => "parameters of the embedding",
        "P_att" => "parameters of attention",
        "P_ffn" => "parameters of the feed-forward blocks",
        "n_patches" => "patches of one image",
        "S_total" => "tokens of the whole sequence",
        "s" => "bytes of state per parameter",
        "m" => "the wider of both encoders",
        "E" => "elements of one image's feature maps",
        "s_i" => "edge of the feature map of layer i",
        "c_i" => "channels of layer i",
        "P" => "parameters of the model, counted from its shape",
        "P_16" => "parameters that stay in 16 bits: token embedding, output projection, norms, routers, vision tower",
        "P_q" => "parameters of the layers' projections and of experts, which are quantized",
        "P_head" => "parameters of the output projection, or of the token embedding that serves as one",
        "P_layers" => "parameters of the layers' projections",
        "P_32" => "parameters of norms and routers, which stay in FP32",
        "P_tower" => "parameters of the vision tower and its projector",
        "t" => "tokens of all sequences",
        "q" => "width of a token's queries",
        "kv" => "width of a token's keys, and of its values",
        "s_pos" => "cosines and sines of all positions, or the learned positions",
        "P_linear" => "parameters of the layers' linear projections, experts included",
        "P_rest" => "parameters of the model without its experts",
        "P_experts" => "parameters of all experts",
        "P_a" => "parameters of the adapters: matrices A and B of every adapted projection",
        "P_prefix" => "parameters of the prefixes: keys and values for every layer",
        "n_io" => "input and output widths of the adapted projections of one layer, added up",
        "n_states" => "states of the optimizer: two for each trained parameter",
        "b_p" => "bytes of a parameter",
        "b_g" => "bytes of a gradient",
        "b_s" => "bytes of a state, which has the format of what the optimizer updates",
        "b_a" => "bytes of an adapter's parameter",
        "b_r" => "bytes of an element of the residual stream",
        "s_layer" => {
            "bytes that one layer keeps for the backward pass, per token: inputs of linear layers, FP32 inputs of norms, queries, keys, values, attention's result, and the feed-forward block's inner tensors"
        }
        "s_window" => "the same for a layer whose window cuts the sequence, so that attention needs a mask",
        "s_dense" => "the same for a layer without experts in a mixture",
        "s_head" => {
            "bytes that the model's end and the embedding's dropout keep for the backward pass, per token: the last norm and the output projection's input"
        }
        "s_output" => "bytes of what the model returns beside logits, per token",
        "s_input" => "bytes of a layer's input, per token: all that checkpointing keeps of the layer",
        "s_idle" => {
            "bytes per token that the first layer does not keep, because nothing before the first adapter needs a gradient"
        }
        "s_inside" => "bytes per token that the layer whose backward pass runs has kept and not let go by then",
        "g_inside" => "bytes per token of the gradients of activations, and of what that instant's operation reads",
        "s_scored" => "bytes per token of the residual stream before and after its last norm",
        "s_kv" => "bytes that one token leaves in the cache of one layer",
        "s_kv_full" => "the same in a layer without a window, whose heads are wider",
        "s_state" => "bytes that one sequence leaves in a layer of linear attention, whatever its length",
        "P_attention" => "parameters of attention's projections",
        "P_dense" => "parameters of the feed-forward blocks of layers without experts",
        "P_mixture" => "parameters of experts, routers and shared experts",
        "P_converted" => {
            "parameters that autocast converts: experts are multiplied in the format in which they are stored"
        }
        "n_seq" => "sequences that run together: completions of all prompts",
        "T_c" => "completion tokens of all sequences",
        "P_lm" => "parameters of the language model",
        "P_v" => "parameters of the vision tower that get gradients; layers whose output nobody reads get none",
        "P_v_layer" => "parameters of one layer of the vision tower",
        "P_v_linear" => "parameters of the linear layers of vision tower and projector",
        "P_projector" => "parameters of the projector from the vision tower to the text",
        "t_image" => "tokens of the text that one image becomes, as the model's processor makes them of a square image",
        "t_frame" => "tokens that the video frames become which share a patch",
        "p_image" => "patches of one image that run through the vision tower, in all its tiles",
        "p_frame" => "the same of video frames that share a patch",
        "px_image" => "patches of one image that come of pixels",
        "px_frame" => "the same of video frames that share a patch",
        "f_image" => "features that the projector makes of one image",
        "f_frame" => "the same of video frames that share a patch",
        "k_image" => "features of one image that are packed for the text",
        "k_frame" => "the same of video frames that share a patch",
        "n_windows" => "windows of 30 s of sound",
        "n_v" => "patches of the whole batch that run through the vision tower",
        "n_px" => "patches of the whole batch that come of pixels, which are inputs in FP32",
        "n_f" => "features of the whole batch that the projector makes",
        "n_p" => "features of the whole batch that are packed for the text",
        "s_v" => {
            "bytes that the vision tower keeps for the backward pass, per patch; with checkpointing each layer's input"
        }
        "s_v_layer" => {
            "bytes that one layer of the vision tower keeps, per patch: inputs of norms and linear layers, queries, keys, values, attention's result, and the feed-forward block's inner tensors"
        }
        "s_v_gradients" => {
            "bytes of the gradients inside a layer of the vision tower, per patch, less what the layer has let go of by then"
        }
        "s_projector" => "bytes that the projectors from the vision tower to the text keep, per feature",
        "s_deep" => "the same of the projectors of deep features alone",
        "n_graphs" => "batch sizes for which vLLM records CUDA graphs",
        "n_cells" => "tokens for which llama.cpp makes room, a multiple of 256 for each slot",
        "s_image" => "bytes of one image and its label",
        "s_1" => "bytes that the first stage of the network, its stem, keeps of one image for the backward pass",
        "s_2" => "the same for the second stage",
        "s_3" => "the same for the third stage",
        "s_4" => "the same for the fourth stage",
        "s_5" => "the same for the fifth stage",
        "s_6" => "the same for the sixth stage",
        "s_7" => "the same for the seventh stage",
        "s_8" => "the same for the eighth stage",
        "s_9" => "the same for the ninth stage",
        "s_freed" => "bytes of them that the backward pass has freed when most memory is in use",
        "s_gradients" => "bytes of the gradients of feature maps that live then, for one image",
        "M_norms" => "mean and deviation of each channel of the batch, which normalizations keep in FP32",
        "M_norms_left" => "those of them that have not been freed then",
        "M_statistics" => "running mean and variance of each channel, and a counter for each normalization",
        "P_copied" => "weights of convolutions and matrix products, which autocast copies to 16 bits",
        "P_copied_left" => "those of them whose copies have not been freed then",
        "P_done" => "parameters that have their gradient then",
        "P_made" => "parameters whose gradients are just being made or converted",
        "n_cells_W" => "tokens for which a layer with a window has room in llama.cpp",
        _ => "",
    }
}

pub(super) fn why_methods_differ(mode: Mode, group: ComponentGroup) -> Option<&'static str> {
    Some(match (mode, group) {
        (Mode::Nlp, ComponentGroup::Weights) => {
            "Documented charges the model size; Verified adds up embedding, attention and feed-forward from the shape and ignores the model size here."
        }
        (Mode::Nlp, ComponentGroup::Adapter) => {
            "Only Verified adds LoRA adapters, although every parameter is trained as well."
        }
        (Mode::Nlp | Mode::Vlm, ComponentGroup::Optimizer) => {
            "Verified converts 4-byte states by 4/b although they are FP32 already; in NLP it also multiplies by 1 + g/B. A 16-bit run then pays at least twice what the document's text charges."
        }
        (Mode::Nlp, ComponentGroup::Gradients) => {
            "Verified multiplies gradients by the accumulation steps; gradients are added up in place, so one copy is what a run keeps."
        }
        (Mode::Nlp, ComponentGroup::Activations) => {
            "Documented counts one tensor of width H per layer; Verified counts six, and the attention scores of every head besides."
        }
        (Mode::Nlp, ComponentGroup::Overhead) => "Verified adds a tenth of the counted weights to the reserved 1 GiB.",
        (Mode::Nlp, ComponentGroup::Other) => "Only Verified counts the position encoding.",
        (Mode::Vlm, ComponentGroup::Weights) => {
            "Documented multiplies the alignment weight by the hidden size, a few kilobytes; Verified counts real projection matrices."
        }
        (Mode::Vlm, ComponentGroup::Gradients) => "Verified also trains the fusion layers.",
        (Mode::Vlm, ComponentGroup::Activations) => {
            "Documented keeps one tensor per layer for all tokens; Verified keeps the encoders' outputs and one layer of cross-modal scores."
        }
        (Mode::Vlm, ComponentGroup::Adapter) => "Only Verified adds an adapter of a million parameters.",
        (Mode::Vlm | Mode::Cnn, ComponentGroup::Other) => "Only Verified counts the images while they are prepared.",
        (Mode::Vlm | Mode::Moe | Mode::Cnn, ComponentGroup::Overhead) => {
            "Verified reserves a round figure here; Documented reserves nothing."
        }
        (Mode::Moe, ComponentGroup::Activations) => "Only Documented multiplies the assignment by the capacity factor.",
        (Mode::Moe | Mode::Cnn, ComponentGroup::Optimizer) => {
            "Verified charges 8 bytes per parameter for every optimizer; Documented charges 4 bytes per state, so they differ with SGD."
        }
        (Mode::Cnn, ComponentGroup::Weights) => {
            "Documented adds the first convolution's filters; Verified adds batch normalization."
        }
        _ => return None,
    })
}

//! Kinds of decoders with experts. The code is that of Transformers 5.24 (`models/*/modeling_*.py`), the keys and
//! defaults those of its classes (`models/*/configuration_*.py`). It knows no number of any model.

use crate::estimator::architecture::Layout;
use crate::import::config::families::row::Quirk::{
    Experts, Interleaved, Latent, NormsIfUsed, PartlyRotated, Predicts, SharedIndexers, TwoHeadWidths, WideExperts,
    WindowBut, WindowIfUsed, WindowInAll,
};
use crate::import::config::families::row::{ModelKind, family};

/// One row a kind.
pub const MIXTURES: &[ModelKind] = &[
    family(
        "qwen3_moe qwen3_vl_moe_text",
        "gatedMlp activation:hidden_act=silu norm=rms qkNorm=per_head router=narrow \
         tieWordEmbeddings:tie_word_embeddings=false qkvBias:attention_bias outputBias:attention_bias \
         attentionDropout:attention_dropout slidingWindow:sliding_window",
        &[WindowIfUsed, Experts],
    ),
    family(
        "qwen2_moe",
        "gatedMlp activation:hidden_act=silu norm=rms qkvBias:qkv_bias=true router=narrow sharedExpertGate \
         tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout slidingWindow:sliding_window",
        &[WindowIfUsed, Experts],
    ),
    family(
        "mixtral",
        "gatedMlp activation:hidden_act=silu norm=rms tieWordEmbeddings:tie_word_embeddings=false \
         attentionDropout:attention_dropout slidingWindow:sliding_window",
        &[WindowInAll, WideExperts],
    ),
    // Norms of queries and keys have no weights.
    family(
        "llama4_text",
        "gatedMlp activation:hidden_act=silu norm=rms router=every_expert headDim:head_dim=128 \
         tieWordEmbeddings:tie_word_embeddings=false ?attention_bias=false attentionDropout:attention_dropout \
         slidingWindow:attention_chunk_size=8192",
        &[Interleaved],
    )
    .or("vocab_size=202048 hidden_size=5120 intermediate_size=8192 num_hidden_layers=48 num_attention_heads=40 \
         num_key_value_heads=8"),
    family(
        "phimoe",
        "gatedMlp activation:hidden_act=silu norm=layer qkvBias:attention_bias outputBias:attention_bias \
         lmHeadBias:lm_head_bias tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout slidingWindow:sliding_window",
        &[WindowInAll, WideExperts],
    ),
    family(
        "olmoe",
        "gatedMlp activation:hidden_act=silu norm=rms qkNorm=full router=narrow tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout",
        &[WideExperts],
    ),
    family(
        "granitemoe",
        "gatedMlp activation:hidden_act=silu norm=rms scaledLogits scaledStream router=narrow \
         tieWordEmbeddings:tie_word_embeddings=false ?attention_bias=false attentionDropout:attention_dropout",
        &[WideExperts],
    ),
    family(
        "deepseek_v2",
        "gatedMlp activation:hidden_act=silu norm=rms router=wide_product tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=0",
        &[Latent, Experts],
    ),
    family(
        "deepseek_v3 kimi_k2",
        "gatedMlp activation:hidden_act=silu norm=rms router=wide_product routerCorrection \
         tieWordEmbeddings:tie_word_embeddings=false ?attention_bias=false \
         attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=3",
        &[Latent, Experts, Predicts("own_embedding")],
    ),
    family(
        "mistral4",
        "gatedMlp activation:hidden_act=silu norm=rms router=narrow tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=0",
        &[Latent, Experts],
    ),
    family(
        "gemma4_text",
        "gatedMlp activation:hidden_activation=gelu_tanh norm=rms_scaled_wide normPlacement=around qkNorm=per_head \
         finalSoftCap:final_logit_softcapping headDim:head_dim=256 globalHeadDim:global_head_dim=512 \
         tieWordEmbeddings:tie_word_embeddings=true ?attention_bias=false ?num_kv_shared_layers=0 \
         ?use_bidirectional_attention=vision attentionDropout:attention_dropout slidingWindow:sliding_window=512",
        &[WindowBut(6), TwoHeadWidths],
    )
    .with(Layout::TwoHeadWidths),
    family(
        "deepseek_v32",
        "gatedMlp activation:hidden_act=silu norm=rms router=wide_product routerCorrection indexerHeads:index_n_heads=64 \
         indexerHeadDim:index_head_dim=128 tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=3",
        &[Latent, Experts, Predicts("own_embedding")],
    ),
    family(
        "glm_moe_dsa",
        "gatedMlp activation:hidden_act=silu norm=rms router=wide_product routerCorrection indexerHeads:index_n_heads=32 \
         indexerHeadDim:index_head_dim=128 tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=3",
        &[Latent, SharedIndexers, Experts, Predicts("shared_embedding")],
    ),
    family(
        "glm4_moe_lite",
        "gatedMlp activation:hidden_act=silu norm=rms router=wide_product routerCorrection \
         tieWordEmbeddings:tie_word_embeddings=false ?attention_bias=false \
         attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=1",
        &[Latent, Experts, Predicts("own_embedding")],
    ),
    family(
        "glm4_moe",
        "gatedMlp activation:hidden_act=silu norm=rms router=wide_product routerCorrection qkvBias:attention_bias \
         tieWordEmbeddings:tie_word_embeddings=false \
         attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=1",
        &[PartlyRotated(50), NormsIfUsed("per_head"), Experts, Predicts("own_embedding")],
    ),
    family(
        "dots1",
        "gatedMlp activation:hidden_act=silu norm=rms qkNorm=per_head router=wide_product routerCorrection \
         tieWordEmbeddings:tie_word_embeddings=false ?attention_bias=false ?sliding_window=0 \
         attentionDropout:attention_dropout numDenseLayers:first_k_dense_replace=0",
        &[Experts],
    ),
    // The router is computed in FP32, of scores of all experts, to which a correction is added.
    family(
        "ernie4_5_moe",
        "gatedMlp activation:hidden_act=silu norm=rms rotaryWide router=wide_product routerCorrection \
         tieWordEmbeddings:tie_word_embeddings=true ?use_bias=false ?moe_layer_interval=1 \
         numDenseLayers:moe_layer_start_index=1",
        &[Experts],
    ),
    family(
        "gpt_oss",
        "gatedMlp activation=clamped_swiglu norm=rms_scaled_wide qkvBias:attention_bias=true outputBias:attention_bias=true \
         eagerAttention attentionSinks router=narrow routerBias expertBias headDim:head_dim=64 ?hidden_act=silu \
         tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout slidingWindow:sliding_window=128",
        &[WindowBut(2), WideExperts],
    ),
    family(
        "minimax_m2",
        "gatedMlp activation:hidden_act=silu norm=rms qkNorm=full routerCorrection rotaryDim:rotary_dim=64 \
         headDim:head_dim=128 tieWordEmbeddings:tie_word_embeddings=false ?use_qk_norm=true ?qk_norm_type=per_layer \
         attentionDropout:attention_dropout",
        &[WideExperts],
    ),
];

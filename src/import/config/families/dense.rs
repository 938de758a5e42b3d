//! Kinds of decoders without experts. The code is that of Transformers 5.24 (`models/*/modeling_*.py`), the keys and
//! defaults those of its classes (`models/*/configuration_*.py`). It knows no number of any model.

use crate::import::config::families::row::Quirk::{
    Falcon, FourTimes, NormsIfUsed, PartlyRotated, Predicts, TwoMorePositions, WindowBut, WindowIfUsed, WindowInAll,
};
use crate::import::config::families::row::{ModelKind, family};

const QWEN2: &str = "gatedMlp activation:hidden_act=silu norm=rms qkvBias tieWordEmbeddings:tie_word_embeddings=false \
     attentionDropout:attention_dropout slidingWindow:sliding_window";

/// One row a kind.
pub const DENSE: &[ModelKind] = &[
    family(
        "llama",
        "gatedMlp activation:hidden_act=silu norm=rms tieWordEmbeddings:tie_word_embeddings=false \
         qkvBias:attention_bias outputBias:attention_bias mlpBias:mlp_bias attentionDropout:attention_dropout",
        &[],
    )
    .or("vocab_size=32000 hidden_size=4096 intermediate_size=11008 num_hidden_layers=32 num_attention_heads=32"),
    family(
        "mistral ministral3",
        "gatedMlp activation:hidden_act=silu norm=rms tieWordEmbeddings:tie_word_embeddings=false \
         attentionDropout:attention_dropout slidingWindow:sliding_window=4096",
        &[WindowInAll],
    )
    .or("vocab_size=32000 hidden_size=4096 intermediate_size=14336 num_hidden_layers=32 num_attention_heads=32 \
         num_key_value_heads=8"),
    family("qwen2 qwen2_vl qwen2_vl_text qwen2_5_vl qwen2_5_vl_text", QWEN2, &[WindowIfUsed])
        .or("num_key_value_heads=32"),
    // The publisher's own class is Qwen 2's with blocks that predict further tokens.
    family("mimo", QWEN2, &[WindowIfUsed, Predicts("dense")]),
    family(
        "qwen3 qwen3_vl_text",
        "gatedMlp activation:hidden_act=silu norm=rms qkNorm=per_head tieWordEmbeddings:tie_word_embeddings=false \
         qkvBias:attention_bias outputBias:attention_bias headDim:head_dim=128 attentionDropout:attention_dropout slidingWindow:sliding_window",
        &[WindowIfUsed],
    ),
    family(
        "gemma",
        "gatedMlp activation=gelu_tanh norm=rms_plus_one tieWordEmbeddings:tie_word_embeddings=true headDim:head_dim=256 \
         ?attention_bias=false attentionDropout:attention_dropout",
        &[],
    )
    .or("vocab_size=256000 hidden_size=3072 intermediate_size=24576 num_hidden_layers=28 num_attention_heads=16 \
         num_key_value_heads=16"),
    family(
        "gemma2",
        "gatedMlp activation:hidden_activation|hidden_act=gelu_tanh norm=rms_plus_one normPlacement=around eagerAttention \
         attentionSoftCap:attn_logit_softcapping finalSoftCap:final_logit_softcapping headDim:head_dim=256 \
         tieWordEmbeddings:tie_word_embeddings=true ?attention_bias=false attentionDropout:attention_dropout slidingWindow:sliding_window=4096",
        &[WindowBut(2)],
    ),
    family(
        "gemma3_text",
        "gatedMlp activation:hidden_activation=gelu_tanh norm=rms_plus_one normPlacement=around qkNorm=per_head \
         windowedRotation finalSoftCap:final_logit_softcapping headDim:head_dim=256 \
         tieWordEmbeddings:tie_word_embeddings=true ?attention_bias=false attentionDropout:attention_dropout slidingWindow:sliding_window=4096",
        &[WindowBut(6)],
    )
    .or("vocab_size=262208 hidden_size=2304 intermediate_size=9216 num_hidden_layers=26 num_attention_heads=8 \
         num_key_value_heads=4"),
    family(
        "phi",
        "activation:hidden_act=gelu_new norm=layer residual=parallel_shared_norm gatedMlp=false qkvBias outputBias mlpBias \
         lmHeadBias tieWordEmbeddings:tie_word_embeddings=false residualDropout:resid_pdrop embeddingDropout:embd_pdrop \
         attentionDropout:attention_dropout ?qk_layernorm=false",
        &[PartlyRotated(50)],
    ),
    family(
        "phi3",
        "gatedMlp activation:hidden_act=silu norm=rms fusedQkv fusedGateUp rotaryJoined residualDropout:resid_pdrop \
         tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout slidingWindow:sliding_window",
        &[WindowInAll, PartlyRotated(100)],
    ),
    family(
        "gpt2",
        "activation:activation_function=gelu_new norm=layer gatedMlp=false positions=learned learnedPositions:n_positions|n_ctx \
         qkvBias outputBias mlpBias fusedQkv narrowSoftmax heldAttentionOutput tieWordEmbeddings:tie_word_embeddings=true \
         embeddingDropout:embd_pdrop=0.1 residualDropout:resid_pdrop=0.1 attentionDropout:attn_pdrop=0.1 \
         ?add_cross_attention=false ?reorder_and_upcast_attn=false",
        &[FourTimes],
    ),
    family(
        "gpt_neox",
        "activation:hidden_act=gelu norm=layer gatedMlp=false residual=parallel fusedQkv qkvBias:attention_bias=true \
         outputBias:attention_bias=true mlpBias tieWordEmbeddings:tie_word_embeddings=false \
         embeddingDropout:hidden_dropout residualDropout:hidden_dropout attentionDropout:attention_dropout \
         ?use_parallel_residual=true",
        &[PartlyRotated(25)],
    ),
    family(
        "gptj",
        "activation:activation_function=gelu_new norm=layer gatedMlp=false residual=parallel_shared_norm mlpBias lmHeadBias \
         rotaryDim:rotary_dim=64 eagerAttention wideScores heldLayerResult tieWordEmbeddings:tie_word_embeddings=false \
         embeddingDropout:embd_pdrop residualDropout:resid_pdrop attentionDropout:attn_pdrop",
        &[FourTimes],
    ),
    family(
        "opt",
        "activation:activation_function=relu norm=layer gatedMlp=false positions=learned qkvBias outputBias mlpBias \
         heldAttentionOutput tieWordEmbeddings:tie_word_embeddings=true residualDropout:dropout=0.1 \
         attentionDropout:attention_dropout ?do_layer_norm_before=true ?enable_bias=true ?layer_norm_elementwise_affine=true \
         ?_remove_final_layer_norm=false ?layerdrop=0",
        &[TwoMorePositions],
    ),
    family(
        "bloom",
        "activation=gelu_custom norm=layer gatedMlp=false positions=alibi qkvBias outputBias mlpBias fusedQkv eagerAttention \
         embeddingNorm heldLayerResult heldScores tieWordEmbeddings:tie_word_embeddings=true \
         residualDropout:hidden_dropout attentionDropout:attention_dropout \
         ?apply_residual_connection_post_layernorm=false ?slow_but_exact=false",
        &[FourTimes],
    ),
    family(
        "falcon",
        "activation:activation=gelu norm=layer gatedMlp=false fusedQkv narrowSoftmax rotaryJoined alwaysMasked heldLayerResult \
         heldScores tieWordEmbeddings:tie_word_embeddings=true residualDropout:hidden_dropout \
         attentionDropout:attention_dropout ?bias=false ?alibi=false ?parallel_attn=true",
        &[Falcon, FourTimes],
    ),
    family(
        "cohere",
        "gatedMlp activation:hidden_act=silu norm=layer_wide residual=parallel_shared_norm scaledLogits \
         tieWordEmbeddings:tie_word_embeddings=true ?attention_bias=false attentionDropout:attention_dropout",
        &[NormsIfUsed("full")],
    ),
    family(
        "cohere2",
        "gatedMlp activation:hidden_act=silu norm=layer_wide residual=parallel_shared_norm scaledLogits \
         tieWordEmbeddings:tie_word_embeddings=true ?attention_bias=false attentionDropout:attention_dropout slidingWindow:sliding_window=4096",
        &[WindowBut(4)],
    ),
    family(
        "olmo",
        "gatedMlp activation:hidden_act=silu norm=layer_without_weights tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout",
        &[],
    ),
    family(
        "olmo2",
        "gatedMlp activation:hidden_act=silu norm=rms_scaled_wide normPlacement=after qkNorm=full \
         tieWordEmbeddings:tie_word_embeddings=false ?attention_bias=false attentionDropout:attention_dropout",
        &[],
    ),
    family(
        "olmo3",
        "gatedMlp activation:hidden_act=silu norm=rms_scaled_wide normPlacement=after qkNorm=full \
         tieWordEmbeddings:tie_word_embeddings=false ?attention_bias=false attentionDropout:attention_dropout slidingWindow:sliding_window=4096",
        &[WindowBut(4)],
    ),
    family(
        "granite",
        "gatedMlp activation:hidden_act=silu norm=rms scaledLogits scaledStream tieWordEmbeddings:tie_word_embeddings=false \
         qkvBias:attention_bias outputBias:attention_bias mlpBias:mlp_bias attentionDropout:attention_dropout",
        &[],
    ),
    family(
        "glm",
        "gatedMlp activation:hidden_act=silu norm=rms fusedGateUp qkvBias:attention_bias=true \
         tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout",
        &[PartlyRotated(50)],
    ),
    family(
        "glm4",
        "gatedMlp activation:hidden_act=silu norm=rms normPlacement=around fusedGateUp qkvBias:attention_bias=true \
         tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout",
        &[PartlyRotated(50)],
    ),
    family(
        "stablelm",
        "gatedMlp activation:hidden_act=silu norm=layer qkvBias:use_qkv_bias tieWordEmbeddings:tie_word_embeddings=false \
         residualDropout:hidden_dropout attentionDropout:attention_dropout ?qk_layernorm=false ?use_parallel_residual=false",
        &[PartlyRotated(25)],
    ),
    family(
        "starcoder2",
        "gatedMlp=false activation:hidden_act=gelu_tanh norm=layer qkvBias:use_bias=true outputBias:use_bias=true \
         mlpBias:use_bias=true tieWordEmbeddings:tie_word_embeddings=true residualDropout:residual_dropout \
         embeddingDropout:embedding_dropout attentionDropout:attention_dropout slidingWindow:sliding_window",
        &[WindowInAll],
    ),
    family(
        "nemotron",
        "gatedMlp=false activation:hidden_act=relu2 norm=layer_plus_one qkvBias:attention_bias outputBias:attention_bias \
         mlpBias:mlp_bias tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout",
        &[PartlyRotated(50)],
    ),
    family(
        "exaone4",
        "gatedMlp activation:hidden_act=silu norm=rms normPlacement=after qkNorm=per_head \
         tieWordEmbeddings:tie_word_embeddings=false attentionDropout:attention_dropout slidingWindow:sliding_window=4096",
        &[WindowBut(4)],
    ),
    family(
        "smollm3",
        "gatedMlp activation:hidden_act=silu norm=rms tieWordEmbeddings:tie_word_embeddings=true qkvBias:attention_bias \
         outputBias:attention_bias mlpBias:mlp_bias attentionDropout:attention_dropout ?use_sliding_window=false",
        &[],
    ),
    family(
        "seed_oss",
        "gatedMlp activation:hidden_act=silu norm=rms qkvBias:attention_bias=true outputBias:attention_out_bias \
         mlpBias:mlp_bias residualDropout:residual_dropout=0.1 attentionDropout:attention_dropout=0.1 headDim:head_dim=128 \
         tieWordEmbeddings:tie_word_embeddings=false",
        &[],
    ),
    family(
        "ernie4_5",
        "gatedMlp activation:hidden_act=silu norm=rms rotaryWide headDim:head_dim=128 \
         tieWordEmbeddings:tie_word_embeddings=true ?use_bias=false",
        &[],
    ),
    family(
        "hunyuan_v1_dense",
        "gatedMlp activation:hidden_act=silu norm=rms qkNorm=per_head tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false ?use_qk_norm=true ?use_cla=false attentionDropout:attention_dropout",
        &[],
    ),
    family(
        "arcee",
        "gatedMlp=false activation:hidden_act=relu2 norm=rms tieWordEmbeddings:tie_word_embeddings=false \
         qkvBias:attention_bias outputBias:attention_bias mlpBias:mlp_bias attentionDropout:attention_dropout",
        &[],
    ),
    family(
        "internlm3",
        "gatedMlp activation:hidden_act=silu norm=rms headDim:head_dim=128 tieWordEmbeddings:tie_word_embeddings=false \
         ?qkv_bias=false ?attention_bias=false ?bias=false ?mlp_bias=false attentionDropout:attention_dropout",
        &[],
    ),
];

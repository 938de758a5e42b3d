//! Kinds of hybrids, encoders, and encoders with a decoder. The code is that of Transformers 5.24
//! (`models/*/modeling_*.py`), the keys and defaults those of its classes (`models/*/configuration_*.py`). It knows no
//! number of any model.

use crate::estimator::architecture::Layout;
use crate::import::config::families::row::Quirk::{
    Channels, Experts, LinearBut, LocalAttention, PartlyRotated, PositionsBehindPadding, Predicts, ShortConvs,
    SideBySide, SingleMixers, StateSpace, T5, TwoStacks, WindowButFirst,
};
use crate::import::config::families::row::{ModelKind, family};

/// One row a kind.
pub const OTHERS: &[ModelKind] = &[
    family(
        "granitemoehybrid",
        "gatedMlp activation:hidden_act=silu norm=rms scaledLogits scaledStream tieWordEmbeddings:tie_word_embeddings=false \
         linearConvKernel:mamba_d_conv=4 linearKeyHeadDim:mamba_d_state=256 linearNumKeyHeads:mamba_n_groups=1 \
         linearNumValueHeads:mamba_n_heads=128 ?attention_bias=false attentionDropout:attention_dropout \
         ?mamba_conv_bias=true ?mamba_proj_bias=false",
        &[StateSpace],
    )
    .with(Layout::Mamba2Hybrid),
    family(
        "bamba",
        "gatedMlp activation:hidden_act=silu norm=rms tieWordEmbeddings:tie_word_embeddings=false \
         linearConvKernel:mamba_d_conv=4 linearKeyHeadDim:mamba_d_state=256 linearNumKeyHeads:mamba_n_groups=1 \
         linearNumValueHeads:mamba_n_heads=128 ?attention_bias=false ?mlp_bias=false \
         attentionDropout:attention_dropout ?mamba_conv_bias=true ?mamba_proj_bias=false",
        &[StateSpace, PartlyRotated(50)],
    )
    .with(Layout::Mamba2Hybrid),
    family(
        "falcon_h1",
        "gatedMlp activation:hidden_act=silu norm=rms scaledStream scaledLogits gatedNorm:mamba_rms_norm=false \
         tieWordEmbeddings:tie_word_embeddings=false linearConvKernel:mamba_d_conv=4 linearKeyHeadDim:mamba_d_state=256 \
         linearNumKeyHeads:mamba_n_groups=1 linearNumValueHeads:mamba_n_heads=128 attentionDropout:attention_dropout \
         ?attention_bias=false ?mlp_bias=false ?projectors_bias=false ?mamba_conv_bias=true ?mamba_proj_bias=false \
         ?mamba_chunk_size=256",
        &[SideBySide],
    )
    .with(Layout::ParallelHybrid),
    family(
        "mamba",
        "norm=rms tieWordEmbeddings:tie_word_embeddings=true linearConvKernel:conv_kernel=4 \
         linearKeyHeadDim:state_size=16 linearValueHeadDim=1 linearNumKeyHeads=1 \
         ?use_bias=false ?use_conv_bias=true ?residual_in_fp32=true",
        &[Channels],
    )
    .with(Layout::Mamba),
    family(
        "falcon_mamba",
        "norm=rms stateSpaceNorm tieWordEmbeddings:tie_word_embeddings=true linearConvKernel:conv_kernel=4 \
         linearKeyHeadDim:state_size=16 linearValueHeadDim=1 linearNumKeyHeads=1 \
         ?use_bias=false ?use_conv_bias=true ?residual_in_fp32=true",
        &[Channels],
    )
    .with(Layout::Mamba),
    family(
        "mamba2",
        "norm=rms tieWordEmbeddings:tie_word_embeddings=false linearConvKernel:conv_kernel=4 \
         linearKeyHeadDim:state_size=128 linearValueHeadDim:head_dim=64 linearNumKeyHeads:n_groups=8 \
         linearNumValueHeads:num_heads=128 \
         ?use_bias=false ?use_conv_bias=true ?residual_in_fp32=true ?chunk_size=256",
        &[Channels],
    )
    .with(Layout::Mamba2),
    family(
        "lfm2",
        "gatedMlp activation=silu norm=rms qkNorm=per_head linearConvKernel:conv_L_cache=3 \
         tieWordEmbeddings:tie_word_embeddings|tie_embedding=true ?conv_bias=false",
        &[ShortConvs],
    )
    .with(Layout::ShortConvHybrid),
    family(
        "lfm2_moe",
        "gatedMlp activation=silu norm=rms qkNorm=per_head router=narrow linearConvKernel:conv_L_cache=3 numDenseLayers:num_dense_layers=2 \
         tieWordEmbeddings:tie_word_embeddings|tie_embedding=true ?conv_bias=false",
        &[Experts, ShortConvs],
    )
    .with(Layout::ShortConvHybrid),
    family(
        "nemotron_h",
        "activation:mlp_hidden_act=relu2 gatedMlp=false norm=rms_scaled_wide positions=none \
         tieWordEmbeddings:tie_word_embeddings=false headDim:head_dim=128 linearConvKernel:conv_kernel=4 \
         linearKeyHeadDim:ssm_state_size=128 linearValueHeadDim:mamba_head_dim=64 linearNumKeyHeads:n_groups=8 \
         linearNumValueHeads:mamba_num_heads=128 attentionDropout:attention_dropout ?attention_bias=false ?mlp_bias=false \
         ?use_bias=false ?mamba_proj_bias=false ?use_conv_bias=true",
        &[SingleMixers, Predicts("shared_embedding")],
    )
    .with(Layout::SingleMixerHybrid),
    family(
        "qwen3_next",
        "gatedMlp activation:hidden_act=silu norm=rms_plus_one qkNorm=per_head attentionGate router=narrow sharedExpertGate \
         linearFusedProjections linearConvKernel:linear_conv_kernel_dim=4 linearKeyHeadDim:linear_key_head_dim=128 \
         linearValueHeadDim:linear_value_head_dim=128 linearNumKeyHeads:linear_num_key_heads=16 \
         linearNumValueHeads:linear_num_value_heads=32 headDim:head_dim=256 tieWordEmbeddings:tie_word_embeddings=false \
         multiTokenPrediction=gated_attention ?attention_bias=false attentionDropout:attention_dropout",
        &[PartlyRotated(25), LinearBut(4), Experts],
    )
    .with(Layout::GatedDeltaHybrid),
    family(
        "qwen3_5_text",
        "gatedMlp activation:hidden_act=silu norm=rms_plus_one qkNorm=per_head attentionGate \
         linearConvKernel:linear_conv_kernel_dim=4 linearKeyHeadDim:linear_key_head_dim=128 \
         linearValueHeadDim:linear_value_head_dim=128 linearNumKeyHeads:linear_num_key_heads=16 \
         linearNumValueHeads:linear_num_value_heads=32 headDim:head_dim=256 tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout",
        &[PartlyRotated(25), LinearBut(4), Predicts("gated_attention")],
    )
    .with(Layout::GatedDeltaHybrid)
    .or("vocab_size=248320 hidden_size=4096 intermediate_size=12288 num_hidden_layers=32 num_attention_heads=16 \
         num_key_value_heads=4"),
    family(
        "qwen3_5_moe_text",
        "gatedMlp activation:hidden_act=silu norm=rms_plus_one qkNorm=per_head attentionGate router=narrow sharedExpertGate \
         linearConvKernel:linear_conv_kernel_dim=4 linearKeyHeadDim:linear_key_head_dim=128 \
         linearValueHeadDim:linear_value_head_dim=128 linearNumKeyHeads:linear_num_key_heads=16 \
         linearNumValueHeads:linear_num_value_heads=32 headDim:head_dim=256 tieWordEmbeddings:tie_word_embeddings=false \
         ?attention_bias=false attentionDropout:attention_dropout",
        &[PartlyRotated(25), LinearBut(4), Experts, Predicts("gated_attention")],
    )
    .with(Layout::GatedDeltaHybrid)
    .or("vocab_size=248320 hidden_size=2048 num_hidden_layers=40 num_attention_heads=16 num_key_value_heads=2 \
         moe_intermediate_size=512 shared_expert_intermediate_size=512 num_experts_per_tok=8 num_experts=256"),
    family(
        "bert",
        "activation:hidden_act=gelu gatedMlp=false norm=layer normPlacement=after_sum positions=learned \
         learnedPositions:max_position_embeddings tokenTypes:type_vocab_size=2 qkvBias outputBias mlpBias pooler loss=native \
         narrowSoftmax embeddingDropout:hidden_dropout_prob=0.1 residualDropout:hidden_dropout_prob=0.1 \
         attentionDropout:attention_probs_dropout_prob=0.1 tieWordEmbeddings:tie_word_embeddings=true ?is_decoder=false \
         ?position_embedding_type=absolute ?add_cross_attention=false",
        &[],
    )
    .with(Layout::Encoder),
    family(
        "roberta xlm-roberta camembert",
        "activation:hidden_act=gelu gatedMlp=false norm=layer normPlacement=after_sum positions=learned \
         learnedPositions:max_position_embeddings tokenTypes:type_vocab_size=2 qkvBias outputBias mlpBias loss=native \
         narrowSoftmax embeddingDropout:hidden_dropout_prob=0.1 residualDropout:hidden_dropout_prob=0.1 \
         attentionDropout:attention_probs_dropout_prob=0.1 tieWordEmbeddings:tie_word_embeddings=true ?is_decoder=false \
         ?position_embedding_type=absolute ?add_cross_attention=false",
        &[PositionsBehindPadding],
    )
    .with(Layout::Encoder),
    family(
        "distilbert",
        "activation:activation=gelu gatedMlp=false norm=layer normPlacement=after_sum positions=learned \
         learnedPositions:max_position_embeddings qkvBias outputBias mlpBias loss=native narrowSoftmax undroppedAttention \
         embeddingDropout:dropout=0.1 residualDropout:dropout=0.1 attentionDropout:attention_dropout=0.1 \
         tieWordEmbeddings:tie_word_embeddings=true ?sinusoidal_pos_embds=false",
        &[],
    )
    .with(Layout::Encoder),
    family(
        "modernbert",
        "gatedMlp activation:hidden_activation=gelu norm=layer_without_bias fusedQkv fusedGateUp finalNorm firstNormIsIdentity \
         tieWordEmbeddings:tie_word_embeddings=true ?norm_bias=false ?attention_bias=false ?mlp_bias=false \
         embeddingDropout:embedding_dropout attentionDropout:attention_dropout ?mlp_dropout=0",
        &[LocalAttention, WindowButFirst(3)],
    )
    .with(Layout::Encoder),
    family(
        "clip_text_model",
        "activation:hidden_act=quick_gelu gatedMlp=false norm=layer positions=learned \
         learnedPositions:max_position_embeddings=77 qkvBias outputBias mlpBias tieWordEmbeddings=false \
         attentionDropout:attention_dropout",
        &[],
    )
    .with(Layout::Contrastive)
    .or("vocab_size=49408 hidden_size=512 intermediate_size=2048 num_hidden_layers=12 num_attention_heads=8"),
    family(
        "siglip_text_model",
        "activation:hidden_act=gelu_tanh gatedMlp=false norm=layer positions=learned \
         learnedPositions:max_position_embeddings=64 qkvBias outputBias mlpBias tieWordEmbeddings=false \
         attentionDropout:attention_dropout",
        &[],
    )
    .with(Layout::Contrastive)
    .or("vocab_size=32000 hidden_size=768 intermediate_size=3072 num_hidden_layers=12 num_attention_heads=12"),
    family(
        "t5",
        "norm=rms positions=relative narrowSoftmax loss=native embeddingDropout:dropout_rate=0.1 \
         residualDropout:dropout_rate=0.1 attentionDropout:dropout_rate=0.1 activationDropout:dropout_rate=0.1 \
         tieWordEmbeddings:tie_word_embeddings=true headDim:d_kv=64",
        &[T5("relu")],
    )
    .with(Layout::EncoderDecoder),
    family(
        "mt5",
        "norm=rms positions=relative narrowSoftmax loss=native embeddingDropout:dropout_rate=0.1 \
         residualDropout:dropout_rate=0.1 attentionDropout:dropout_rate=0.1 activationDropout:dropout_rate=0.1 \
         tieWordEmbeddings:tie_word_embeddings=false headDim:d_kv=64",
        &[T5("gated-gelu")],
    )
    .with(Layout::EncoderDecoder),
    family(
        "whisper",
        "activation:activation_function=gelu gatedMlp=false norm=layer positions=learned \
         learnedPositions:max_target_positions=448 numAudioPositions:max_source_positions=1500 numMelBins:num_mel_bins=80 \
         qkvBias outputBias mlpBias narrowSoftmax loss=native tieWordEmbeddings:tie_word_embeddings=true \
         embeddingDropout:dropout residualDropout:dropout attentionDropout:attention_dropout \
         activationDropout:activation_dropout",
        &[TwoStacks],
    )
    .with(Layout::Speech),
];

//! The kinds of vision towers whose layers the estimator knows, and what leads from them to the text, by the name of
//! the whole model. The code is that of Transformers 5.24 (`models/*/modeling_*.py`), the keys and defaults those of
//! its classes. It knows no number of any model.

use crate::estimator::architecture::{Activation, Norm};
use crate::estimator::{ChoiceValue, ParameterId as Id};
use crate::import::config::config_part::ConfigPart;
use crate::import::config::joints::{read_joint, shuffled};
use crate::import::config::sheet::{Origin, Sheet};
use crate::import::config::words::read_words;
use crate::import::imported::{NotTaken, Whose};

/// A kind of model with a tower.
#[derive(Debug)]
pub struct TowerRow {
    /// Its names in `model_type`, parted by spaces.
    pub types: &'static str,
    /// The kind of its text where the text's own object names none.
    pub text: &'static str,
    /// The kinds of towers of which the code was read; empty where the file need not name one.
    pub towers: &'static [&'static str],
    /// What the tower's object states.
    pub words: &'static str,
    /// What the whole states.
    pub whole: &'static str,
    /// Widths from the tower to the text, the last of them being the text's.
    pub projector: Projection,
}

/// What leads from a tower to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// One matrix.
    One,
    /// Two matrices, as wide as the text between them.
    Two,
    /// Two matrices over all patches that merge, as wide as those between them.
    Merging,
    /// A matrix that merges patches, and two behind it.
    MergingAndTwo,
    /// One matrix over all patches that merge.
    MergingInOne,
    /// Two matrices over all patches that merge, as wide as the text between them.
    MergingToText,
    /// Two matrices inside the tower over all patches that merge, and one behind it.
    Shuffled,
    /// None: text and images meet in scores.
    Nothing,
}

/// CLIP's tower.
const CLIP: &str = "visionFeatureDim:hidden_size=768 visionNumLayers:num_hidden_layers=12 visionNumHeads:num_attention_heads=12 \
     visionIntermediateSize:intermediate_size=3072 patchSize:patch_size=32 imageResolution:image_size=224 \
     visionActivation:hidden_act=quick_gelu visionNorm=layer visionOuterNorms=2 visionAttentionBias visionMlpBias classTokens=1";

/// Every kind.
const TOWERS: &[TowerRow] = &[
    TowerRow {
        types: "gemma3",
        text: "gemma3_text",
        towers: &["siglip_vision_model"],
        words: "visionFeatureDim:hidden_size=768 visionNumLayers:num_hidden_layers=12 visionNumHeads:num_attention_heads=12 \
                visionIntermediateSize:intermediate_size=3072 patchSize:patch_size=16 imageResolution:image_size=224 \
                visionActivation:hidden_act=gelu_tanh visionNorm=layer visionOuterNorms=1 visionAttentionBias visionMlpBias \
                patchBias ?vision_use_head=false",
        whole: "tokensPerImage:mm_tokens_per_image=256 projectorNorm=rms bidirectionalImages",
        projector: Projection::One,
    },
    TowerRow {
        types: "paligemma",
        text: "gemma",
        towers: &["siglip_vision_model"],
        words: "visionFeatureDim:hidden_size=768 visionNumLayers:num_hidden_layers=12 visionNumHeads:num_attention_heads=12 \
                visionIntermediateSize:intermediate_size=3072 patchSize:patch_size=16 imageResolution:image_size=224 \
                visionActivation:hidden_act=gelu_tanh visionNorm=layer visionOuterNorms=1 visionAttentionBias visionMlpBias \
                patchBias ?vision_use_head=false",
        whole: "projectorBiases=1 bidirectionalImages",
        projector: Projection::One,
    },
    TowerRow {
        types: "llava",
        text: "llama",
        towers: &["clip_vision_model"],
        words: CLIP,
        whole: "projectorActivation:projector_hidden_act=gelu projectorBiases=2 visionIdleLayers=1 ?vision_feature_layer=-2 \
                ?multimodal_projector_bias=true ?vision_feature_select_strategy=default",
        projector: Projection::Two,
    },
    TowerRow {
        types: "llava_next",
        text: "llama",
        towers: &["clip_vision_model"],
        words: CLIP,
        whole: "projectorActivation:projector_hidden_act=gelu projectorBiases=2 visionIdleLayers=1 imageNewline \
                ?vision_feature_layer=-2 ?multimodal_projector_bias=true ?vision_feature_select_strategy=default",
        projector: Projection::Two,
    },
    TowerRow {
        types: "clip",
        text: "clip_text_model",
        towers: &["clip_vision_model"],
        words: CLIP,
        whole: "projectionDim:projection_dim=512",
        projector: Projection::Nothing,
    },
    TowerRow {
        types: "siglip",
        text: "siglip_text_model",
        towers: &["siglip_vision_model"],
        words: "visionFeatureDim:hidden_size=768 visionNumLayers:num_hidden_layers=12 visionNumHeads:num_attention_heads=12 \
                visionIntermediateSize:intermediate_size=3072 patchSize:patch_size=16 imageResolution:image_size=224 \
                visionActivation:hidden_act=gelu_tanh visionNorm=layer visionOuterNorms=1 visionAttentionBias visionMlpBias \
                patchBias ?vision_use_head=true",
        whole: "sigmoidPairs",
        projector: Projection::Nothing,
    },
    TowerRow {
        types: "idefics3 smolvlm",
        text: "llama",
        towers: &["idefics3", "idefics3_vision", "smolvlm", "smolvlm_vision"],
        // How an image is cut is the processor's, by default in four by four beside the whole
        // (`image_processing_idefics3.py`).
        words: "visionFeatureDim:hidden_size=1152 visionNumLayers:num_hidden_layers=12 visionNumHeads:num_attention_heads=16 \
                visionIntermediateSize:intermediate_size=3072 patchSize:patch_size=32 imageResolution:image_size=224 \
                visionActivation:hidden_act=gelu_tanh visionNorm=layer visionOuterNorms=1 visionAttentionBias visionMlpBias \
                patchBias maxTiles=17",
        whole: "spatialMerge:scale_factor=2",
        projector: Projection::MergingInOne,
    },
    TowerRow {
        types: "internvl",
        text: "qwen2",
        towers: &["internvl_vision"],
        // Twelve tiles and the whole are the processor's (`image_processing_got_ocr2.py`).
        words: "visionFeatureDim:hidden_size=1024 visionNumLayers:num_hidden_layers=24 visionNumHeads:num_attention_heads=16 \
                visionIntermediateSize:intermediate_size=4096 patchSize:patch_size=14 imageResolution:image_size=448 \
                visionActivation:hidden_act=gelu visionNorm=layer visionAttentionBias:attention_bias=false visionMlpBias patchBias \
                classTokens=1 visionLayerScale maxTiles=13 ?norm_type=layer_norm ?use_qk_norm=false ?use_mask_token=false \
                ?use_absolute_position_embeddings=true ?use_mean_pooling=true",
        whole: "projectorActivation:projector_hidden_act=gelu projectorBiases=2 projectorNorm=merged_layer \
                ?vision_feature_layer=-1 ?vision_feature_select_strategy=default",
        projector: Projection::MergingToText,
    },
    TowerRow {
        types: "internvl_chat",
        text: "",
        towers: &["intern_vit_6b"],
        words: "visionFeatureDim:hidden_size=3200 visionNumLayers:num_hidden_layers=48 visionNumHeads:num_attention_heads=25 \
                visionIntermediateSize:intermediate_size=12800 patchSize:patch_size=14 imageResolution:image_size=224 \
                visionActivation:hidden_act=gelu visionNorm=layer visionFusedQkv visionAttentionBias visionMlpBias patchBias \
                classTokens=1 visionLayerScale",
        whole: "projectorActivation=gelu projectorBiases=2 projectorNorm=merged_layer ?select_layer=-1 ?use_backbone_lora=0 \
                ?use_llm_lora=0",
        projector: Projection::MergingToText,
    },
    TowerRow {
        types: "llama4",
        text: "llama4_text",
        towers: &["llama4_vision_model"],
        // Sixteen tiles and the whole are the processor's (`image_processing_llama4.py`).
        words: "visionFeatureDim:hidden_size=768 visionNumLayers:num_hidden_layers=34 visionNumHeads:num_attention_heads=16 \
                visionIntermediateSize:intermediate_size=5632 patchSize:patch_size=14 imageResolution:image_size=448 \
                visionActivation:hidden_act=gelu visionNorm=layer visionOuterNorms=2 visionAttentionBias visionMlpBias \
                classTokens=1 visionRotary maxTiles=17 ?vision_feature_select_strategy=default ?multi_modal_projector_bias=false",
        whole: "projectorActivation=gelu",
        projector: Projection::Shuffled,
    },
    TowerRow {
        types: "gemma4",
        text: "gemma4_text",
        towers: &["gemma4_vision"],
        words: "visionFeatureDim:hidden_size=768 visionNumLayers:num_hidden_layers=16 visionNumHeads:num_attention_heads=12 \
                visionIntermediateSize:intermediate_size=3072 patchSize:patch_size=16 poolingKernel:pooling_kernel_size=3 \
                visionActivation:hidden_activation=gelu_tanh visionGatedMlp visionNorm=rms_scaled_wide visionNormPlacement=around \
                visionQkNorm=per_head visionOuterNorms=2 visionRotary ?attention_bias=false ?use_clipped_linears=false",
        whole: "tokensPerImage:vision_soft_tokens_per_image=280 ?audio_config",
        projector: Projection::One,
    },
    TowerRow {
        types: "kimi_k25",
        text: "deepseek_v3",
        towers: &["kimi_k25_vision"],
        // The publisher's own class has names that begin with `vt_`.
        words: "visionFeatureDim:hidden_size|vt_hidden_size=1152 visionNumLayers:num_hidden_layers|vt_num_hidden_layers=27 \
                visionNumHeads:num_attention_heads|vt_num_attention_heads=16 \
                visionIntermediateSize:intermediate_size|vt_intermediate_size=4304 patchSize:patch_size=14 \
                spatialMerge:merge_kernel_size=2 visionActivation:hidden_act=gelu_tanh visionNorm=layer visionOuterNorms=1 \
                visionAttentionBias visionMlpBias patchBias visionRotary",
        whole: "projectorBiases=2 projectorNorm=layer projectorActivation=gelu",
        projector: Projection::Merging,
    },
    TowerRow {
        types: "mistral3",
        text: "mistral",
        towers: &["pixtral"],
        words: "visionFeatureDim:hidden_size=1024 visionNumLayers:num_hidden_layers=24 visionNumHeads:num_attention_heads=16 \
                visionIntermediateSize:intermediate_size=4096 patchSize:patch_size=16 imageResolution:image_size=1024 \
                visionActivation:hidden_act=gelu visionGatedMlp visionOuterNorms=1 visionFrontNorm visionRotary",
        whole: "projectorNorm=rms projectorActivation:projector_hidden_act=gelu rowBreaks joinedImages \
                spatialMerge:spatial_merge_size=2 ?multimodal_projector_bias=false ?vision_feature_layer=-1",
        projector: Projection::MergingAndTwo,
    },
    TowerRow {
        types: "qwen2_vl",
        text: "qwen2_vl_text",
        towers: &["qwen2_vl", "qwen2_vl_vision"],
        words: "visionFeatureDim:embed_dim=1280 visionNumLayers:depth=32 visionNumHeads:num_heads=16 patchSize:patch_size=14 \
                temporalPatchSize:temporal_patch_size=2 spatialMerge:spatial_merge_size=2 visionActivation:hidden_act=quick_gelu \
                visionNorm=layer visionFusedQkv visionAttentionBias visionMlpBias visionRotary",
        whole: "projectorBiases=2 projectorNorm=layer projectorActivation=gelu projectorInTower",
        projector: Projection::Merging,
    },
    TowerRow {
        types: "qwen2_5_vl",
        text: "qwen2_5_vl_text",
        towers: &["qwen2_5_vl", "qwen2_5_vl_vision"],
        words: "visionFeatureDim:hidden_size=1280 visionNumLayers:depth=32 visionNumHeads:num_heads=16 \
                visionIntermediateSize:intermediate_size=3420 patchSize:patch_size=14 temporalPatchSize:temporal_patch_size=2 \
                spatialMerge:spatial_merge_size=2 visionActivation:hidden_act=silu visionGatedMlp visionFusedQkv \
                visionAttentionBias visionMlpBias visionRotary",
        whole: "projectorBiases=2 projectorNorm=rms projectorActivation=gelu projectorInTower",
        projector: Projection::Merging,
    },
    TowerRow {
        types: "qwen3_vl qwen3_vl_moe",
        text: "",
        towers: &["qwen3_vl", "qwen3_vl_vision", "qwen3_vl_moe", "qwen3_vl_moe_vision"],
        words: "visionFeatureDim:hidden_size=1152 visionNumLayers:depth=27 visionNumHeads:num_heads=16 \
                visionIntermediateSize:intermediate_size=4304 patchSize:patch_size=16 temporalPatchSize:temporal_patch_size=2 \
                spatialMerge:spatial_merge_size=2 visionPositions:num_position_embeddings=2304 \
                visionActivation:hidden_act=gelu_tanh deepstackLayers:deepstack_visual_indexes=3 visionNorm=layer visionFusedQkv \
                visionAttentionBias visionMlpBias patchBias visionRotary",
        whole: "projectorBiases=2 projectorNorm=layer projectorActivation=gelu projectorInTower hiddenPatchEmbedding",
        projector: Projection::Merging,
    },
    TowerRow {
        types: "qwen3_5 qwen3_5_moe",
        text: "",
        towers: &["qwen3_5", "qwen3_5_vision", "qwen3_5_moe", "qwen3_5_moe_vision"],
        words: "visionFeatureDim:hidden_size=1152 visionNumLayers:depth=27 visionNumHeads:num_heads=16 \
                visionIntermediateSize:intermediate_size=4304 patchSize:patch_size=16 temporalPatchSize:temporal_patch_size=2 \
                spatialMerge:spatial_merge_size=2 visionPositions:num_position_embeddings=2304 \
                visionActivation:hidden_act=gelu_tanh visionNorm=layer visionFusedQkv visionAttentionBias visionMlpBias patchBias \
                visionRotary",
        whole: "projectorBiases=2 projectorNorm=layer projectorActivation=gelu projectorInTower hiddenPatchEmbedding",
        projector: Projection::Merging,
    },
];

/// What the tower that a mode assumes has and others need not have, with the value of one without it.
const WITHOUT: &[(Id, &str)] = &[
    (Id::VisionNorm, Norm::IDS[0]),
    (Id::ProjectorActivation, Activation::IDS[0]),
    (Id::VisionAttentionBias, "false"),
    (Id::VisionMlpBias, "false"),
    (Id::ProjectorBiases, "0"),
    (Id::VisionIdleLayers, "0"),
    (Id::VisionOuterNorms, "0"),
    (Id::ClassTokens, "0"),
];

/// The kind of that name.
pub fn tower_of(model_type: &str) -> Option<&'static TowerRow> {
    TOWERS.iter().find(|it| it.types.split(' ').any(|name| name == model_type))
}

/// Reads a tower, and what leads from it to the text.
pub fn read_tower(row: &TowerRow, tower: &ConfigPart, whole: &ConfigPart, sheet: &mut Sheet) {
    if let Some(other) = tower.text("model_type").filter(|it| !row.towers.contains(it)) {
        return sheet.out.leave(&tower.place("model_type"), other, NotTaken::NoFormula);
    }
    read_words(row.words, tower, sheet);
    read_words(row.whole, whole, sheet);
    let (width, patch) = (sheet.number(Id::VisionFeatureDim), sheet.number(Id::PatchSize).max(1.0));
    let edge = sheet.number(Id::ImageResolution);
    let patches = (edge / patch).floor().powi(2);
    match row.types {
        // One vector for each patch of the image that the tower was made for, and one for a class where there is one.
        "gemma3" | "paligemma" | "llava" | "llava_next" | "clip" | "siglip" | "idefics3 smolvlm" | "internvl"
        | "internvl_chat" | "llama4" => {
            let positions = patches + sheet.number(Id::ClassTokens);
            sheet.follow(Id::VisionPositions, positions, "vision_config.image_size / patch_size");
        }
        "gemma4" => {
            let of_axis = tower.size(["position_embedding_size"]);
            let of_axis = sheet.found(of_axis).map_or(10240.0, |it| it.number);
            sheet.follow(Id::VisionPositions, 2.0 * of_axis, "2 · vision_config.position_embedding_size");
            // The two vectors behind the tower.
            if !tower.is_on("standardize", false) {
                sheet.out.leave(&tower.place("standardize"), "false", NotTaken::NoFormula);
            }
        }
        "kimi_k25" => {
            let mut edge = |keys: [&str; 2]| {
                let stated = tower.size(keys);
                sheet.found(stated).map_or(64.0, |it| it.number)
            };
            let grid = edge(["pos_emb_height", "init_pos_emb_height"]) * edge(["pos_emb_width", "init_pos_emb_width"]);
            sheet.follow(Id::VisionPositions, grid, "vision_config.pos_emb_height · pos_emb_width");
        }
        "qwen2_vl" => {
            let ratio = tower.size(["mlp_ratio"]);
            let ratio = sheet.found(ratio).map_or(4.0, |it| it.number);
            sheet.follow(Id::VisionIntermediateSize, width * ratio, "vision_config.embed_dim · mlp_ratio");
        }
        _ => {}
    }
    read_joint(row.types, patches, tower, whole, sheet);
    let is_of_pair = row.projector == Projection::Nothing;
    let of_text = [Id::ProjectorActivation, Id::ProjectorBiases, Id::VisionIdleLayers];
    let is_absent = |id: Id, sheet: &Sheet| !(sheet.has(id) || is_of_pair && of_text.contains(&id));
    for (id, none) in WITHOUT.iter().filter(|it| is_absent(it.0, sheet)).collect::<Vec<_>>() {
        sheet.code(*id, none);
    }
    let merged = width * sheet.number(Id::SpatialMerge).max(1.0).powi(2);
    let widths = match row.projector {
        Projection::One => vec![width, 0.0],
        Projection::Two => vec![width, 0.0, 0.0],
        Projection::Merging => vec![merged, merged, 0.0],
        Projection::MergingAndTwo => vec![merged, width, 0.0, 0.0],
        Projection::MergingInOne => vec![merged, 0.0],
        Projection::MergingToText => vec![merged, 0.0, 0.0],
        Projection::Shuffled => shuffled(width, tower, sheet),
        Projection::Nothing => return,
    };
    let written: Vec<_> = widths.iter().map(f64::to_string).collect();
    sheet.put(Id::Projector, &written.join(","), Origin::Whose(Whose::CodeOf(sheet.model_type.clone())));
}

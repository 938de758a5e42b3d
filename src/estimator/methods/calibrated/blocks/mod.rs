//! What models are made of, one file a block: its weights, its tensors in training and serving, each with the code it comes
//! from. It knows no moment of a run.

pub mod activation;
pub mod adapters;
pub mod attention;
pub mod dense;
pub mod embedding;
pub mod experts;
pub mod feed_forward;
pub mod head;
pub mod image_transformer;
pub mod inverted;
pub mod kernel;
pub mod latent_attention;
pub mod layer;
pub mod linear_attention;
pub mod logits;
pub mod masks;
pub mod networks;
pub mod norm;
pub mod plain;
pub mod pointwise;
pub mod primitives;
pub mod projector;
pub mod residual;
pub mod rotation;
pub mod vision;
pub mod vision_layer;
pub mod vision_operations;
pub mod vision_patches;
pub mod vision_prompt;
pub mod vision_tensors;
pub mod vision_tower;
pub mod walk;
pub mod walk_back;
pub mod walk_names;

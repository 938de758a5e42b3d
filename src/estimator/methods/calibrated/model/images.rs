//! How many patches a vision tower makes of an image or a video frame, and how many tokens of them the text gets: the
//! rules of Transformers' processors, for square images. It knows no byte.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::parameters::ParameterId as Id;

/// Multiple to which cross-attended tiles are padded (`modeling_mllama.py`: "pad to multiple of 8").
const TILE_MULTIPLE: f64 = 8.0;

/// What becomes of one image.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// Patches that run through the tower, tokens that stand for a whole image among them.
    pub patches: f64,
    /// Patches that come of pixels.
    pub of_pixels: f64,
    /// Features that the projector makes.
    pub features: f64,
    /// Features that are packed for the text: tiles of a cut image are put together, with a vector after each row.
    pub packed: f64,
    /// Tokens of the text for them.
    pub tokens: f64,
}

impl Seen {
    /// The same for several tiles.
    fn times(self, n_tiles: f64) -> Self {
        Self {
            patches: self.patches * n_tiles,
            of_pixels: self.of_pixels * n_tiles,
            features: self.features * n_tiles,
            packed: self.packed * n_tiles,
            tokens: self.tokens * n_tiles,
        }
    }
}

/// An image of `resolution²` pixels.
pub fn image(shape: &Shape, resolution: f64) -> Seen {
    let tile = tile(shape, resolution);
    let edge = tile_edge(shape).unwrap_or(resolution).max(1.0);
    if shape.layout() == Layout::CrossAttentionDecoder {
        // Images are padded with empty tiles; their features do not join the text.
        let padded = (tile.patches / TILE_MULTIPLE).ceil() * TILE_MULTIPLE;
        let n_tiles = shape.number(Fact::MaxTiles).max(1.0);
        return Seen { tokens: 0.0, patches: padded * n_tiles, ..tile.times(n_tiles) };
    }
    if shape.is(Fact::ImageNewline) {
        // Cut in an aspect of its own: an image up to the tower's edge into the smallest grid, a larger square one into
        // the largest (`select_best_resolution` over LLaVA-NeXT's `image_grid_pinpoints`).
        let of_grid = if resolution <= edge { Fact::MinTiles } else { Fact::MaxTiles };
        let n_tiles = shape.number(of_grid).max(1.0);
        // A square image fills one tile of a grid of two, or all four. A learned vector ends each row of patches.
        let row = tile.tokens.sqrt() * if resolution <= edge { 1.0 } else { 2.0 };
        let packed = tile.tokens + row * row + row;
        return Seen { packed, tokens: packed, ..tile.times(n_tiles) };
    }
    let most = shape.number(Fact::MaxTiles).max(1.0);
    let n_cut = (resolution / edge).ceil().max(1.0).powi(2);
    // Beside the tiles of a cut image there is a small copy of the whole.
    let n_tiles = if n_cut > 1.0 { (n_cut + 1.0).min(most) } else { 1.0 };
    tile.times(n_tiles)
}

/// Edge of a tile, in pixels: that of the images that the tower was made for, unless another is stated.
fn tile_edge(shape: &Shape) -> Option<f64> {
    let stated = shape.get(Fact::TileResolution).filter(|edge| *edge > 0.0);
    stated.or_else(|| shape.reader.architecture().get(Fact::ImageResolution))
}

/// Features of the largest image that Qwen's processors make: 12,845,056 pixels in squares of 28, or 16,777,216 in
/// squares of 32 (`longest_edge` of their `preprocessor_config.json`).
const LARGEST_OF_QWEN: f64 = 16_384.0;
/// Pairs of frames of the largest video that vLLM makes up for Qwen2-VL and Qwen2.5-VL (`_MAX_FRAMES_PER_VIDEO`, 14).
const MOST_PAIRS_OF_FRAMES: f64 = 7.0;

/// The largest item that vLLM's profile run shows to a tower (`MultiModalBudget.get_modality_with_max_tokens`), where
/// sequences have so many tokens; nothing where that was not read: of towers that gather patches outside
/// (InternVL and others, which read videos of any length), that pool them (Gemma 4, whose largest item is a video),
/// that rotate fixed positions (Llama 4), and of images that no token stands for.
pub fn largest_in_vllm(shape: &Shape, sequence: f64) -> Option<Seen> {
    let merged = shape.number(Fact::SpatialMerge).max(1.0).powi(2);
    if shape.is(Fact::ProjectorInTower) {
        // Without positions of its own it is Qwen2-VL's or Qwen2.5-VL's, of whose videos every pair of frames may be as
        // large as an image (`Qwen2VLProcessingInfo.get_max_video_tokens`); later ones bound the whole video below it.
        let grows = !shape.is(Fact::VisionPositions);
        let pairs = if grows { (sequence / LARGEST_OF_QWEN).floor().clamp(1.0, MOST_PAIRS_OF_FRAMES) } else { 1.0 };
        let features = pairs * LARGEST_OF_QWEN;
        let patches = features * merged;
        return Some(Seen { patches, of_pixels: patches, features, packed: features, tokens: features });
    }
    let has_breaks = shape.is(Fact::RowBreaks);
    let is_read = has_breaks || merged == 1.0 && !shape.is(Fact::PoolingKernel) && !shape.is(Fact::VisionRotary);
    if !is_read || shape.layout() == Layout::CrossAttentionDecoder {
        return None;
    }
    let edge = shape.reader.architecture().get(Fact::ImageResolution).filter(|edge| *edge > 0.0)?;
    // Larger than any image that is cut into tiles.
    let is_cut = shape.number(Fact::MaxTiles) > 1.0;
    Some(image(shape, if is_cut { edge * shape.number(Fact::MaxTiles) } else { edge }))
}

/// A frame of a video, which is not cut into tiles. Several frames may make one.
pub fn frame(shape: &Shape, resolution: f64) -> Seen {
    let res = tile(shape, resolution);
    if shape.layout() == Layout::CrossAttentionDecoder { Seen { tokens: 0.0, ..res } } else { res }
}

fn tile(shape: &Shape, resolution: f64) -> Seen {
    let n_classes = shape.number(Fact::ClassTokens);
    let merged = shape.number(Fact::SpatialMerge).max(1.0);
    let positions = shape.number(Fact::VisionPositions);
    let stated = shape.number(Fact::TokensPerImage);
    let pooled = shape.number(Fact::PoolingKernel).max(1.0);
    // Positions that are resampled or rotated fit any image.
    let is_fixed = positions > 0.0 && (n_classes > 0.0 || !shape.is(Fact::VisionRotary));
    if is_fixed || stated > 0.0 {
        // A tower made up by somebody may have fewer positions than tokens beside its patches.
        let grid = if is_fixed { (positions - n_classes).max(0.0) } else { stated * pooled * pooled };
        let tokens = if stated > 0.0 { stated } else { grid / (merged * merged) };
        return Seen { patches: grid + n_classes, of_pixels: grid, features: tokens, packed: tokens, tokens };
    }
    // A model that reads no images is given patches of the size that the link says.
    let patch = shape.get(Fact::PatchSize).unwrap_or_else(|| shape.reader.number(Id::PatchSize));
    let cell = patch.max(1.0) * merged;
    let edge = resolution / cell;
    let has_breaks = shape.is(Fact::RowBreaks);
    // Qwen's processor rounds the edges of an image, Pixtral's rounds them up, a plain convolution cuts the rest off.
    let edge = if has_breaks {
        edge.ceil()
    } else if merged > 1.0 {
        edge.round()
    } else {
        edge.floor()
    };
    let edge = edge.max(1.0);
    let (features, grid) = (edge * edge, edge * edge * merged * merged);
    let tokens = if has_breaks { features + edge } else { features };
    Seen { patches: grid + n_classes, of_pixels: grid, features, packed: features, tokens }
}

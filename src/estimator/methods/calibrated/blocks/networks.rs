//! Which file walks which network, once for all that is asked of it: what it keeps, and its weights. It knows no layer.

use crate::estimator::architecture::{Fact, Layout};
use crate::estimator::methods::calibrated::blocks::walk::{Walk, WalkBytes};
use crate::estimator::methods::calibrated::blocks::{
    dense, factorized, image_transformer, inverted, mobile, multi_axis, plain, pointwise, residual, shifted,
};
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::parameters::ParameterId as Id;

/// Walks through a shape's network. A layout that is none has no operation and no weight: `support` refuses to train it
/// here.
pub fn walk(shape: &Shape, formats: WalkBytes) -> Walk {
    let begun = |source| Walk::new(formats, shape.reader.is_telling().then_some(source));
    let image = image_edge(shape);
    let walked = |source, network: fn(&mut Walk, &Shape, f64)| {
        let mut res = begun(source);
        network(&mut res, shape, image);
        res
    };
    match shape.layout() {
        Layout::ResNet => walked(residual::SOURCE, residual::walk),
        Layout::RegNet => walked(residual::REGULAR_SOURCE, residual::walk_regular),
        Layout::Vgg => walked(plain::SOURCE, plain::walk),
        Layout::DenseNet => walked(dense::SOURCE, dense::walk),
        Layout::EfficientNet => walked(inverted::SOURCE, inverted::walk),
        Layout::EfficientNetV2 => walked(inverted::SOURCE, inverted::walk_second),
        Layout::MobileNet => walked(mobile::SOURCE, mobile::walk),
        Layout::MnasNet => walked(factorized::SOURCE, factorized::walk),
        Layout::Swin => walked(shifted::SOURCE, shifted::walk),
        Layout::MaxVit => walked(multi_axis::SOURCE, multi_axis::walk),
        Layout::ConvNext => walked(pointwise::SOURCE, pointwise::walk),
        Layout::VisionTransformer => walked(image_transformer::SOURCE, image_transformer::walk),
        Layout::Unknown
        | Layout::Decoder
        | Layout::CrossAttentionDecoder
        | Layout::GatedDeltaHybrid
        | Layout::LightningHybrid
        | Layout::Mamba2Hybrid
        | Layout::SingleMixerHybrid
        | Layout::ParallelHybrid
        | Layout::ShortConvHybrid
        | Layout::Mamba
        | Layout::Mamba2
        | Layout::TwoHeadWidths
        | Layout::Encoder
        | Layout::EncoderDecoder
        | Layout::Speech
        | Layout::Contrastive => Walk::new(formats, None),
    }
}

/// Edge of the image that runs, or for which the model was made.
fn image_edge(shape: &Shape) -> f64 {
    let id = Id::InputImageSize;
    if shape.reader.has_effect(id) { shape.reader.number(id) } else { shape.number(Fact::InputImageSize) }
}

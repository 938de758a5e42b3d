//! Colours and lengths as style sheets and canvases want them. It knows no parameter and no state.

use crate::estimator::ComponentGroup;
use plotters::prelude::RGBColor;

/// The class that gives an element the colour of a group.
pub fn group_class(group: ComponentGroup) -> &'static str {
    match group {
        ComponentGroup::Weights => "c-weights",
        ComponentGroup::Vision => "c-vision",
        ComponentGroup::Text => "c-text",
        ComponentGroup::Experts => "c-experts",
        ComponentGroup::Adapter => "c-adapter",
        ComponentGroup::Optimizer => "c-optimizer",
        ComponentGroup::Gradients => "c-gradients",
        ComponentGroup::Activations => "c-activations",
        ComponentGroup::Logits => "c-logits",
        ComponentGroup::KvCache => "c-kv",
        ComponentGroup::Temporaries => "c-temporaries",
        ComponentGroup::Other => "c-other",
        ComponentGroup::Overhead => "c-overhead",
    }
}

/// A share as a length in CSS.
pub fn percent(share: f64) -> String {
    format!("{:.3}%", 100.0 * share)
}

/// `#rrggbb` or `#rgb`, to which style sheets are shortened; anything else is a grey that can be seen on
/// every ground.
pub fn parse_colour(text: &str) -> RGBColor {
    let digits: Option<Vec<u8>> =
        text.strip_prefix('#').and_then(|hex| hex.chars().map(|it| it.to_digit(16).map(|it| it as u8)).collect());
    match digits.as_deref() {
        Some([r, g, b]) => RGBColor(17 * r, 17 * g, 17 * b),
        Some([r1, r2, g1, g2, b1, b2]) => RGBColor(16 * r1 + r2, 16 * g1 + g2, 16 * b1 + b2),
        _ => RGBColor(128, 128, 128),
    }
}

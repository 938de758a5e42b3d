//! Names of tensors as Transformers' models have them: in which layer a tensor stands, and what it is there. It knows
//! no size.

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedPlace<'a> {
    /// Of the text, outside of its layers: the name without what is in front of the text.
    Outside(&'a str),
    /// Of one of the text's layers: its number, and the rest of the name.
    Layer(u32, &'a str),
    /// Of a tower for images or sound.
    Tower,
}

/// What stands in front of a text's tensors, the longest first.
const FRONTS: &[&str] =
    &["model.language_model.", "language_model.model.", "language_model.", "model.", "transformer."];

/// Pieces of names of which one at least is in each of a tower's.
const OF_TOWERS: &[&str] = &["vision", "visual", "audio", "multi_modal_projector", "image_newline"];

/// What a name says.
pub fn place_of(name: &str) -> NamedPlace<'_> {
    let own = FRONTS.iter().find_map(|front| name.strip_prefix(front)).unwrap_or(name);
    let in_layer = own.strip_prefix("layers.").and_then(|rest| rest.split_once('.'));
    match in_layer.and_then(|(number, rest)| Some((number.parse().ok()?, rest))) {
        Some((number, rest)) => NamedPlace::Layer(number, rest),
        None if OF_TOWERS.iter().any(|piece| name.contains(piece)) => NamedPlace::Tower,
        None => NamedPlace::Outside(own),
    }
}

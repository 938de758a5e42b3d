//! Other names of presets, of `data/models.json`: models that have the shape of one, vocabulary and all. It knows no
//! format.

/// All of them: `preset|name`, and a third field where a model is made for another context.
const ALIASES: &str = include_str!(concat!(env!("OUT_DIR"), "/aliases.txt"));

/// A model with a preset's shape.
pub struct Alias {
    /// The preset.
    pub preset: &'static str,
    /// Tokens that it is made for (`max_position_embeddings`), where the preset is made for another number.
    pub context: Option<f64>,
}

/// The one of a name, without its publisher.
pub fn alias_of(name: &str) -> Option<Alias> {
    ALIASES.lines().find_map(|line| {
        let (preset, rest) = line.split_once('|')?;
        let (own, context) = rest.split_once('|').map_or((rest, None), |(own, context)| (own, context.parse().ok()));
        own.eq_ignore_ascii_case(name).then_some(Alias { preset, context })
    })
}

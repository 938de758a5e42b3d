//! In which format of few bits some models are published: whoever downloads one of these has it so. It knows no engine.

use crate::estimator::catalog::model::Model;

/// The format of a published checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedFormat {
    /// Its id among number formats.
    pub format: &'static str,
    /// Which parts it leaves in 16 bits, as a link names them, where these are others than most leave.
    pub whole: Option<&'static str>,
}

/// Of models of `data/models.json` whose checkpoint has one format of fewer bits than 16: `id|format|whole` a line.
const PUBLISHED: &str = include_str!(concat!(env!("OUT_DIR"), "/published.txt"));

/// The format in which a model is published; `None` where that has 16 bits or more, or several formats, or nobody has
/// looked.
pub fn published_format(model: &Model) -> Option<PublishedFormat> {
    let told = PUBLISHED.lines().find_map(|it| it.strip_prefix(&*model.id)?.strip_prefix('|'))?;
    let (format, whole) = told.split_once('|').map_or((told, None), |(format, whole)| (format, Some(whole)));
    Some(PublishedFormat { format, whole })
}

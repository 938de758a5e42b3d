//! One adapted linear layer, and which layers of a model have it. It knows no tensor.

use crate::estimator::methods::calibrated::blocks::site::Site;
use crate::estimator::methods::calibrated::tensors::width::Width;

/// Which layers of a model have an adapter's linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// All.
    All,
    /// Those with softmax attention, where others have linear attention.
    Full,
    /// Those with linear attention.
    Linear,
}

/// One adapted linear layer.
#[derive(Clone, Copy, Debug)]
pub struct Adapter {
    /// The linear layer.
    pub name: &'static str,
    /// Where it reads its input.
    pub site: Site,
    /// Width of its input.
    pub input: Width,
    /// Widths of what it puts out.
    pub outputs: &'static [Width],
}

impl Adapter {
    /// Which layers have it.
    pub const fn among(&self, is_hybrid: bool) -> Among {
        match self.site {
            Site::LinearProjections | Site::LinearOutput => Among::Linear,
            Site::Projections | Site::Expansions | Site::Output if is_hybrid => Among::Full,
            Site::Projections | Site::Expansions | Site::Output | Site::FeedForward | Site::Down => Among::All,
        }
    }
}

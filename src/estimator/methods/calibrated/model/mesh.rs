//! How a run is spread over GPUs: the degrees, and which ranks there are. It knows no tensor, and is asked at few places: what a
//! rank holds of gradients, which ranks hold the same, and whether there are formulas at all.

use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::Trainer;
use crate::estimator::rank::RankKind;
use crate::estimator::reader::Reader;

/// The GPUs of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mesh {
    trainer: Trainer,
    data: f64,
}

impl Mesh {
    /// That of some inputs.
    pub fn of(reader: &Reader) -> Self {
        Self { trainer: reader.choice(Id::Trainer), data: reader.number(Id::DataParallel) }
    }

    /// What spreads the run: nothing where there is one rank, of which accelerate wraps no model.
    pub fn trainer(&self) -> Trainer {
        if self.data > 1.0 { self.trainer } else { Trainer::None }
    }

    /// Which ranks there are, by what they hold.
    pub fn kind(&self) -> RankKind {
        match self.trainer() {
            Trainer::None => RankKind::Only,
            Trainer::Ddp => RankKind::Replica,
        }
    }

    /// How many ranks there are.
    pub fn count(&self) -> usize {
        match self.trainer() {
            Trainer::None => 1,
            Trainer::Ddp => self.data as usize,
        }
    }
}

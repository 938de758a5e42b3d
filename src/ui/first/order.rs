//! The order in which the parts of the page come when it is opened, after the totals: bars above them, sliders, chart,
//! the rest. It knows the parts by their names only.

/// Rows of parameters that come at once: on a slow machine few enough to leave no picture waiting.
pub const ROWS_AT_ONCE: usize = 4;

/// A part that comes in its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagePart {
    /// What stands in the top bar and the row of modes; their places are kept from the start.
    Bars,
    /// The head of the parameter column, with what was wrong with the link.
    ColumnHead,
    /// The chart with its legend.
    Chart,
    /// The rows of parameters, some at a time; the first ones come before the chart.
    Row(usize),
    /// The component table.
    Table,
    /// The moments of one run, and what else stands between chart and table.
    Timeline,
    /// The models and GPUs to choose from.
    LongLists,
}

/// Steps that the rows take: more than any mode has need of.
const ROW_STEPS: usize = 12;

impl PagePart {
    /// How many turns there are.
    pub const COUNT: usize = Self::LongLists.turn();

    /// When it comes, the first being 1.
    pub const fn turn(self) -> usize {
        match self {
            Self::Bars => 1,
            Self::ColumnHead => 2,
            Self::Row(at) if at < ROWS_AT_ONCE => 2,
            Self::Chart => 3,
            Self::Row(at) => {
                let step = at / ROWS_AT_ONCE;
                3 + if step < ROW_STEPS { step } else { ROW_STEPS }
            }
            Self::Timeline => 4 + ROW_STEPS,
            Self::Table => 5 + ROW_STEPS,
            Self::LongLists => 6 + ROW_STEPS,
        }
    }
}

//! The list of texts about what is opened below the chart, which the page fetches then. It holds no text.

use crate::estimator::ParameterId;
use crate::estimator::evidence::Evidence;
use crate::estimator::plan::traffic::Traffic;
use crate::locale::compare::CompareTexts;

/// The texts of one language that are fetched when something is opened below the chart.
pub struct WorkbenchTexts {
    /// Memory over the values of a parameter.
    pub sweep: SweepTexts,
    /// Ways to spread a run over its GPUs.
    pub plans: PlanTexts,
    /// The run on each GPU of the catalogue.
    pub devices: DeviceListTexts,
    /// Configurations held against each other, and those kept under names.
    pub compare: CompareTexts,
}

/// Memory over the values of a parameter.
pub struct SweepTexts {
    /// Before the select of the parameter.
    pub over: &'static str,
    /// How the chart is used.
    pub drag: &'static str,
    /// The handle's name: it is the slider of the parameter with this name.
    pub handle: fn(&str) -> String,
    /// Where today's value stands, and what the run comes to there.
    pub today: fn(&str, &str) -> String,
    /// Where the run starts to fit.
    pub fits_from: fn(&str) -> String,
    /// From where a run is tight, where nothing fits.
    pub tight_from: fn(&str) -> String,
    /// Where the device ends, if the parameter moves that: from where to where.
    pub capacity_moves: fn(&str, &str) -> String,
    /// How many values have no answer, and why the first of them has none.
    pub unanswered: fn(usize, &str) -> String,
    /// What is the fullest at the left end.
    pub first_peak: fn(&str) -> String,
    /// From which value another is, after that.
    pub turn: fn(&str, &str) -> String,
    /// What the marks on the chart are, before these words.
    pub marks: &'static str,
    /// A value, what the run comes to there, and the verdict in a word.
    pub at: fn(&str, &str, &str) -> String,
    /// Said of a value for which there is no answer.
    pub no_answer: &'static str,
    /// Said where the selected method has none at all.
    pub no_chart: &'static str,
    /// The values in words.
    pub table: &'static str,
    /// Head of the column that says when memory peaks.
    pub peak: &'static str,
    /// Head of the column that says whether a value fits.
    pub fits: &'static str,
}

/// Ways to spread a run over its GPUs.
pub struct PlanTexts {
    /// What the rows are, and what is held fixed.
    pub note: &'static str,
    /// What to choose where there is one GPU.
    pub one_gpu: &'static str,
    /// The same where nothing can spread the run.
    pub nothing: &'static str,
    /// So many GPUs are more than are tried.
    pub too_many: fn(usize, usize) -> String,
    /// Name of the switch of the order.
    pub ranked: &'static str,
    /// What leaves most first.
    pub by_spare: &'static str,
    /// What sends least first.
    pub by_traffic: &'static str,
    /// What is shared out, above its select.
    pub zero: &'static str,
    /// Said of a select that lets everything through.
    pub any: &'static str,
    /// What the selects are for.
    pub filter: &'static str,
    /// How many of how many a filter lets through.
    pub filtered: fn(usize, usize) -> String,
    /// How many fit, how many of these tightly, and how many there are.
    pub summary: fn(usize, usize, usize) -> String,
    /// How many there are, where no device is chosen.
    pub count: fn(usize) -> String,
    /// A degree in two letters.
    pub degree: fn(ParameterId) -> &'static str,
    /// Heads of the columns: what spreads the run, what the fullest GPU takes, what is left, what is sent, how it is
    /// known.
    pub way: &'static str,
    /// What the fullest GPU takes.
    pub fullest: &'static str,
    /// What is left of it.
    pub spare: &'static str,
    /// What GPUs send each other.
    pub traffic: &'static str,
    /// How it is known.
    pub evidence: &'static str,
    /// A kind of traffic.
    pub traffic_of: fn(Traffic) -> &'static str,
    /// Said where nothing is sent.
    pub no_traffic: &'static str,
    /// A kind of evidence in a word.
    pub evidence_of: fn(Evidence) -> &'static str,
    /// The way that is shown already.
    pub now: &'static str,
    /// Opens a way.
    pub open: &'static str,
    /// Shows the rest, all so many.
    pub more: fn(usize) -> String,
    /// Those that do not fit: how many, and the least and the most that one of them takes.
    pub unfit: fn(usize, &str, &str) -> String,
    /// How many cannot be answered.
    pub refused: fn(usize) -> String,
    /// How many of a trainer cannot be answered, and why the first of them cannot.
    pub reason: fn(&str, usize, &str) -> String,
}

/// The run on each GPU of the catalogue, as a list.
pub struct DeviceListTexts {
    /// The field that filters it.
    pub filter: &'static str,
    /// Leaves out what holds the run neither alone nor as several.
    pub only_fitting: &'static str,
    /// How many of how many hold the run.
    pub summary: fn(usize, usize) -> String,
    /// What the figures mean.
    pub note: &'static str,
    /// Heads of the columns: which GPU, the memory that programs can use, the verdict.
    pub gpu: &'static str,
    /// Memory that programs can use.
    pub memory: &'static str,
    /// Today's run there.
    pub today: &'static str,
    /// How many of it are enough, where one is not.
    pub needed: fn(&str) -> String,
    /// What is said of so many of a GPU.
    pub over: fn(usize, &str) -> String,
    /// What choosing a GPU does besides, where the run can be shared out.
    pub shared: &'static str,
    /// Chooses a GPU.
    pub choose: &'static str,
    /// The same for who does not see which; takes its name.
    pub choose_one: fn(&str) -> String,
}

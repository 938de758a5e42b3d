//! How many cells llama.cpp's cache has, and how many of them a token may look at. It knows neither what a cell holds,
//! nor in which layers.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::tensors::dtype::times;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::quantity::Quantity;
use crate::estimator::units::Count;

/// Cells by which llama.cpp pads its cache (`GGML_PAD(…, 256)` in `llama_kv_cache`).
const CELLS: f64 = 256.0;

/// The next multiple of `to`.
pub fn padded(it: Expr<Count>, to: f64) -> Expr<Count> {
    (it / times(to)).ceil() * times(to)
}

/// Slots: as many as were asked for, and one for each sequence at least.
pub fn slots(run: &ServingRun) -> Expr<Count> {
    run.leaf(Id::ParallelSlots).max(run.leaf(Id::BatchSize))
}

/// Slots each of which has cells of its own (`n_stream` in `llama_kv_cache`); `None` where all share them.
fn separate_slots(run: &ServingRun) -> Option<Expr<Count>> {
    Some(slots(run)).filter(|it| it.value() > 1.0 && !run.shape.reader.is_on(Id::KvUnified))
}

/// Cells of a slot that has some for itself: its part of the context (`n_ctx_seq` in `llama_context`).
fn of_slot(run: &ServingRun, slots: Expr<Count>) -> Expr<Count> {
    padded(run.tokens.clone() / slots, CELLS)
}

/// All cells: the whole context (`n_ctx`).
pub fn all(run: &ServingRun) -> Expr<Count> {
    let all = match separate_slots(run) {
        Some(slots) => slots.clone() * of_slot(run, slots),
        None => padded(run.tokens.clone(), CELLS),
    };
    all.named(Quantity::Cells)
}

/// Cells that a token may look at: all, or those of its slot (`n_kv` of a mask in `llama-graph.cpp`).
pub fn positions(run: &ServingRun) -> Expr<Count> {
    separate_slots(run).map_or_else(|| all(run), |slots| of_slot(run, slots))
}

/// All cells of a layer with a window.
pub fn windowed(run: &ServingRun) -> Expr<Count> {
    let own = kept_of_window(run);
    separate_slots(run).map_or(own.clone(), |slots| slots * own).named(Quantity::WindowedCells)
}

/// Cells of a layer with a window that a token may look at.
pub fn windowed_positions(run: &ServingRun) -> Expr<Count> {
    if separate_slots(run).is_some() { kept_of_window(run) } else { windowed(run) }
}

/// Cells of a layer with a window that slots share, or that each has: a window for each of its sequences and the tokens
/// of a micro-batch, but no more than other layers have, or as many (`llama_kv_cache_iswa`: `size_swa`, `swa_full`).
fn kept_of_window(run: &ServingRun) -> Expr<Count> {
    if run.shape.reader.is_on(Id::SwaFull) {
        return positions(run);
    }
    let window = run.fact(Fact::SlidingWindow);
    let windows = if separate_slots(run).is_some() { window } else { window * slots(run) };
    positions(run).min(padded(windows + run.leaf(Id::Ubatch), CELLS))
}

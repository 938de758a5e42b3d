//! What the chart says of a part that is pointed at. It places nothing.

use crate::estimator::Bytes;
use crate::locale::Texts;
use crate::present::numbers;
use crate::ui::state::State;

/// "Weights: 16.3 GiB, 12 % of Documented"
pub fn tell_part(state: State, part: &str, bytes: Bytes, total: Bytes, method: &str, texts: &Texts) -> String {
    let share = numbers::percent(bytes.count() / total.count().max(1.0));
    (texts.chart.segment)(part, &numbers::amount(bytes, state.unit()), &share, method)
}

//! What every answer must be, whatever was asked. It knows no formula.

use vram_estimator::estimator::Estimate;

/// Why an answer is unsound, if it is: a line that is no amount, parts that do not make the whole, a moment above the
/// peak, or one below what is resident all the time. A part of a moment was once compared with the moment itself.
pub fn fault(estimate: &Estimate, resident: f64) -> Option<String> {
    let total = estimate.total().count();
    for moment in estimate.moments() {
        let amounts = moment.lines().iter().map(|line| (line.component, line.formula.bytes().count()));
        if let Some(line) = amounts.clone().find(|(_, bytes)| !bytes.is_finite() || *bytes < 0.0) {
            return Some(format!("{:?} has {line:?}", moment.id()));
        }
        let sum: f64 = amounts.clone().map(|it| it.1).sum();
        let whole = moment.total().count();
        if (sum - whole).abs() > 1e-12 * sum || whole > total {
            return Some(format!("{:?}: parts {sum}, whole {whole}, peak {total}", moment.id()));
        }
        if whole < resident * (1.0 - 1e-9) - 1.0 {
            return Some(format!("{:?} holds {whole}, and {resident} are resident", moment.id()));
        }
    }
    (!total.is_finite()).then(|| format!("the total is {total}"))
}

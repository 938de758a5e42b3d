//! What stands below a parameter's help: its symbol, and what its box accepts. It knows no place.

use crate::estimator::ParameterId;
use crate::estimator::parameters::{ParameterGroup, ParameterKind};
use crate::present::formula::mathml_symbol;
use crate::ui::kit::element::{El, el};
use crate::ui::second::texts::later_texts;
use crate::ui::state::State;

/// Its symbol, and what its box accepts. Formulas show the symbols of numbers; a parameter without effect stands in
/// none, and neither does a list.
pub fn help_facts(state: State, id: ParameterId) -> Vec<El> {
    let spec = id.spec();
    let is_list = matches!(spec.kind, ParameterKind::List { .. } | ParameterKind::Set { .. });
    if !is_list && !matches!(spec.kind, ParameterKind::Number { .. }) {
        return vec![];
    }
    let symbol = || {
        let symbol = el("span").class("math").markup(mathml_symbol(spec.symbol));
        el("span").text(format!("{} ", later_texts(state).symbol)).child(symbol)
    };
    let symbol = (spec.group != ParameterGroup::WithoutEffect && !is_list).then(symbol);
    symbol.into_iter().chain([el("span").text((later_texts(state).box_accepts)(id))]).collect()
}

//! `docs/parameters.md`, from the parameter table and the texts. A test compares the committed page.

use crate::estimator::expr::exact;
use crate::estimator::parameters::{Allowed, ParameterSpec, ParameterUse, Scale, Value};
use crate::estimator::{Mode, ParameterId};
use crate::locale::{LaterTexts, Texts};
use std::fmt::Write;

/// The whole page.
pub fn parameters_page(texts: &Texts, later: &LaterTexts) -> String {
    let mut out = String::from(
        "# Parameters\n\n\
         Generated from the parameter table; `make docs` writes it anew, and a test compares.\n\
         Keys are the link's. A slider covers a range, a number box accepts whatever is physically possible.\n\
         \"Effect\" is how much the parameter moves the total there: the document's word where it gives one.\n",
    );
    for &id in ParameterId::ALL {
        let spec = id.spec();
        let (label, help) = ((texts.parameter)(id), (later.help)(id));
        let unit = (texts.parameter_unit)(spec.unit);
        // Writing to a string cannot fail.
        let _ = write!(out, "\n## `{}`: {}\n\n{}\n\n", spec.key, label, help);
        let unit = if unit.is_empty() { String::new() } else { format!(", in {unit}") };
        let _ = write!(out, "Symbol {}{unit}. Accepts {}.\n\n", spec.symbol, accepted(spec.allowed()));
        out.push_str("| modes | default | slider | effect |\n|---|---|---|---|\n");
        for it in spec.uses {
            let modes: Vec<_> = it.modes.iter().map(|mode| mode.id()).collect();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} |",
                modes.join(", "),
                spec.write(&it.default.value()),
                slider(spec, it),
                effect(spec, it, texts)
            );
        }
    }
    out
}

/// One word where it is the same in all modes of a use, else a word for each.
fn effect(spec: &ParameterSpec, it: &ParameterUse, texts: &Texts) -> String {
    let word = |mode: &Mode| spec.impact_in(*mode).map_or("–", |it| (texts.impact)(it));
    match it.modes {
        [first, rest @ ..] if rest.iter().all(|mode| word(mode) == word(first)) => word(first).to_owned(),
        modes => modes.iter().map(|mode| format!("{} {}", mode.id(), word(mode))).collect::<Vec<_>>().join(", "),
    }
}

fn accepted(allowed: Allowed) -> String {
    match allowed {
        Allowed::Numbers { min, max, whole } => {
            format!("{} from {} to {}", if whole { "whole numbers" } else { "numbers" }, exact(min), exact(max))
        }
        Allowed::OneOf(ids) => ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "),
        Allowed::Model => "`none`, or the id of a model preset of `data/models.json`".to_owned(),
    }
}

fn slider(spec: &ParameterSpec, it: &ParameterUse) -> String {
    let Some(slider) = it.slider else { return "–".to_owned() };
    let write = |value| spec.write(&Value::Number(value));
    let (min, max, step) = (write(slider.min), write(slider.max), write(slider.step));
    match slider.scale {
        Scale::Linear => format!("{min} – {max}, step {step}"),
        Scale::Logarithmic => format!("{min} – {max}, logarithmic, finest step {step}"),
    }
}

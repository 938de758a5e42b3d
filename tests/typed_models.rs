//! Any architecture that the formulas know can be typed: a link that states a layout with its facts and its lists is the model
//! of the catalogue that has them. It knows models and parameters, and no formula.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::architecture::{Fact, Layout, List, own_architecture};
use vram_estimator::estimator::parameters::{ParameterKind, Refusal};
use vram_estimator::estimator::{
    ChoiceValue, Component, Inputs, MethodId, Mode, Model, ParameterId as Id, Task, Value, estimate_values, support,
};
use vram_estimator::link::{Link, PageState, ProblemKind, decode};

/// Every component of `calibrated`, to the bit; nothing where it does not answer.
fn components(inputs: &Inputs) -> Vec<(Component, u64)> {
    let all = estimate_values(inputs);
    let calibrated = all.iter().find(|it| it.method() == MethodId::Calibrated);
    let lines = calibrated.into_iter().flat_map(|it| it.lines());
    lines.map(|line| (line.component, line.formula.bytes().count().to_bits())).collect()
}

/// The link that types all that is known of a model in a mode, without its name.
fn typed(mode: Mode, task: &str, model: &Model) -> String {
    let it = &model.architecture;
    let mut pairs = vec![format!("mode={}{task}&layout={}", mode.id(), Layout::IDS[it.layout as usize])];
    for (fact, id) in Fact::ALL.iter().filter_map(|fact| Some((*fact, fact.parameter()?))) {
        // What the model does not state the mode may have.
        let is_said = it.get(fact).is_some() || own_architecture(mode).get(fact).is_some();
        if id.use_in(mode).is_some() && is_said {
            let value = id.spec().kind.value(it.number(fact));
            if id.spec().check(value.clone()).is_ok() {
                pairs.push(format!("{}={}", id.spec().key, id.spec().write(&value)));
            }
        }
    }
    for list in List::ALL {
        let (id, entries) = (list.parameter(), it.list(list));
        if id.use_in(mode).is_some() && !entries.is_empty() {
            pairs.push(format!("{}={}", id.spec().key, id.spec().write(&Value::List(entries.to_vec().into()))));
        }
    }
    pairs.join("&")
}

#[test]
fn a_typed_model_is_the_one_of_the_catalogue() {
    let mut differ = Vec::new();
    let mut n_same = 0;
    for model in CATALOG.models() {
        for mode in Mode::ALL {
            let tasks: &[&str] = if mode == Mode::Multimodal { Task::IDS } else { &[""] };
            for task in tasks {
                let task = if task.is_empty() { String::new() } else { format!("&task={task}") };
                let named = decode(&format!("mode={}{task}&model={}", mode.id(), model.id), &CATALOG).0.inputs;
                if support(&named).is_err() {
                    continue;
                }
                let link = typed(mode, &task, model);
                let inputs = decode(&link, &CATALOG).0.inputs;
                if components(&inputs) == components(&named) {
                    n_same += 1;
                } else {
                    differ.push((mode.id(), model.id.to_string(), link, support(&inputs)));
                }
            }
        }
    }
    for it in differ.iter().take(400) {
        println!("{it:?}");
    }
    println!("{n_same} same, {} differ", differ.len());
}

//! What a launch does not say, in comments in front of it. The reader of launches (`import`) is asked what it hears:
//! whatever comes back otherwise stands in a comment, so that the whole text means the inputs. It knows no program.

use crate::estimator::{Catalog, Inputs, ParameterId, Value};
use crate::export::exported::Lost;
use crate::import::launch::{NOT_CARRIED, has_other_words, is_stated, of_launch, text_of};
use std::fmt::Write;

/// Readings: what one comment says can move what others come to, once each behind the other.
const MOST_READINGS: usize = 6;

/// A launch behind what it does not say of some inputs.
pub fn with_comments(launch: &str, lost: &[Lost], inputs: &Inputs) -> String {
    let catalog = named_models(inputs);
    let mut ids: Vec<ParameterId> = lost.iter().map(|it| it.id).collect();
    for _ in 0..MOST_READINGS {
        let text = comments(&ids, inputs) + launch;
        let Ok(read) = of_launch(&text, &catalog) else { return text };
        let Some(back) = &read.inputs else { return text };
        let is_open = |id: ParameterId| has_other_words(id) || !is_stated(&read, id);
        let differing = inputs.differing_from(back).filter(|id| is_open(*id) && !ids.contains(id));
        let new: Vec<_> = differing.collect();
        if new.is_empty() {
            return text;
        }
        ids.extend(new);
    }
    comments(&ids, inputs) + launch
}

/// A comment for each parameter, in the table's order.
fn comments(ids: &[ParameterId], inputs: &Inputs) -> String {
    let mut res = String::new();
    for id in ParameterId::ALL.iter().filter(|it| ids.contains(it)) {
        // Writing to a text cannot fail.
        let _ = writeln!(res, "{NOT_CARRIED}{}={}", id.spec().key, text_of(inputs, *id));
    }
    res
}

/// The models that inputs name.
fn named_models(inputs: &Inputs) -> Catalog {
    let of = |id: &ParameterId| match inputs.given(*id) {
        Some(Value::Model(Some(model))) => Some(model.as_ref().clone()),
        _ => None,
    };
    Catalog::of(ParameterId::ALL.iter().filter_map(of).collect())
}

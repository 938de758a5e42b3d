//! The widths along the projector of the model that runs: no link states them, but those on the tower's side follow the tower
//! that a link states. It knows no tensor.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::model::shape::Shape;
use std::borrow::Cow;

/// The widths along the projector, the first being its input; 0 stands for the text's hidden size.
///
/// The input is as wide as the tower, or as all patches that merge; hidden layers as wide as it are so for the same reason.
pub fn widths<'a>(shape: &Shape<'a>) -> Cow<'a, [f64]> {
    let architecture = shape.architecture();
    let stated: &'a [f64] = &architecture.projector;
    let own = |fact| architecture.number(fact).max(1.0);
    let grown = |fact| if shape.is(fact) { shape.number(fact) / own(fact) } else { 1.0 };
    let Some(&input) = stated.first() else { return Cow::Borrowed(stated) };
    let merges = input == own(Fact::VisionHiddenSize) * own(Fact::SpatialMerge).powi(2);
    let merged = if merges { grown(Fact::SpatialMerge).powi(2) } else { 1.0 };
    let factor = grown(Fact::VisionHiddenSize) * merged;
    if factor == 1.0 {
        return Cow::Borrowed(stated);
    }
    Cow::Owned(stated.iter().map(|it| if *it == input { it * factor } else { *it }).collect())
}

#[cfg(test)]
mod tests {
    use super::widths;
    use crate::estimator::catalog::Catalog;
    use crate::estimator::inputs::Inputs;
    use crate::estimator::methods::calibrated::model::shape::Shape;
    use crate::estimator::mode::Mode;
    use crate::estimator::parameters::{ParameterId, Value};
    use crate::estimator::reader::{Reader, Telling};

    #[track_caller]
    fn check(model: Option<&str>, typed: &[(ParameterId, f64)], expected: &[f64]) {
        let model = model.map(|id| Catalog::built_in().model(id).expect("a model").clone());
        let begun = Inputs::defaults(Mode::Vlm).with_model(model);
        let inputs = typed.iter().fold(begun, |inputs, (id, number)| {
            inputs.with(*id, Value::Number(*number)).expect("a number is accepted")
        });
        assert_eq!(widths(&Shape::new(Reader::new(&inputs, Telling::Values))), expected);
    }

    /// The projector kept the input of the tower that the mode assumes, or the model has: behind a tower of 820 elements a
    /// feature was made of one and a quarter patches.
    #[test]
    fn a_typed_tower_leads_into_its_projector() {
        use ParameterId::{SpatialMerge, VisionFeatureDim};
        check(None, &[], &[1024.0, 0.0, 0.0]);
        check(None, &[(VisionFeatureDim, 820.0)], &[820.0, 0.0, 0.0]);
        check(Some("qwen2-vl-7b-instruct"), &[], &[5120.0, 5120.0, 0.0]);
        check(Some("qwen2-vl-7b-instruct"), &[(VisionFeatureDim, 640.0)], &[2560.0, 2560.0, 0.0]);
        check(Some("qwen2-vl-7b-instruct"), &[(SpatialMerge, 4.0)], &[20480.0, 20480.0, 0.0]);
    }
}

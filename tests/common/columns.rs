//! The columns of the matrix of models and modes: every mode, and what runs multimodal once for each task. It knows no
//! model and no reason.

use std::sync::Arc;
use vram_estimator::estimator::{ChoiceValue, Inputs, Mode, Model, ParameterId, Task, Value};

/// A mode, and the task of those that have several.
pub type Column = (Mode, Option<Task>);

/// The columns: every mode, and what runs multimodal once for each task.
pub fn columns() -> Vec<Column> {
    let of_mode = |mode: Mode| match mode {
        Mode::Multimodal => Task::ALL.iter().map(|task| (mode, Some(*task))).collect(),
        Mode::Inference | Mode::Finetune | Mode::Train | Mode::Grpo | Mode::Nlp | Mode::Vlm | Mode::Moe | Mode::Cnn => {
            vec![(mode, None)]
        }
    };
    Mode::ALL.into_iter().flat_map(of_mode).collect()
}

/// What a column is called in the table.
pub fn head((mode, task): Column) -> String {
    task.map_or(mode.id().to_owned(), |task| format!("{}:{}", mode.id(), Task::IDS[task as usize]))
}

/// The inputs of a column with a model, or with none.
pub fn inputs((mode, task): Column, model: Option<&Arc<Model>>) -> Inputs {
    let inputs = Inputs::defaults(mode).with_model(model.cloned());
    let Some(task) = task else { return inputs };
    inputs.with(ParameterId::Task, Value::Choice(task as usize)).expect("the task is offered")
}

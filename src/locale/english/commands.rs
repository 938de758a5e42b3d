//! English texts about launches that are taken away. Names of programs and flags are theirs.

use crate::locale::commands::CommandTexts;

/// What is said of launches.
pub static COMMANDS: CommandTexts = CommandTexts {
    no_tool: |tool, tools| format!("There are no commands for {tool}, only for {}.", tools.join(", ")),
    other_mode: |tool, mode| format!("{tool} is not for the mode {mode}."),
    no_model: |tool| format!("{tool} needs a model by name, and none is chosen."),
    no_shape: |tool| format!("{tool} has no arguments for a model of this shape."),
    unpublished: |tool, model| format!("No repository of the model {model} is known, from which {tool} could load it."),
    wants: |tool, what| format!("{tool} can do this only with {what}."),
    title: "Commands that run",
    note: "The run that is shown, as programs are started with it.",
    on_each: |machines, gpus| {
        format!(
            "It runs on {machines} machines with {gpus} GPUs each: start it on each of them, with its number from 0 on as \
             NODE_RANK and the address of the first as MASTER_ADDR."
        )
    },
    on_one: |machines, gpus| {
        format!(
            "It runs on {machines} machines with {gpus} GPUs each: put their names in the hostfile and start it on one of them."
        )
    },
    back: "Pasted under “Paste what you run”, it leads back here.",
    programs: "Programs",
    copy: "Copy",
    copied: "Copied",
    copy_failed: "Copying is not allowed here: select the text",
    save: "Save as file",
    run_by: |line| format!("Runs with {line}"),
    lost: |tool| format!("{tool} cannot be told"),
    lost_note: "What counts is the program's own value, and whatever GPU is there. The text has these as comments.",
    none: "No program that is known here runs this as it stands.",
    refused: "Not as it stands",
    set: |what| format!("Set {what}"),
};

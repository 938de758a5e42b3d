//! The list of texts that a language must have for launches that are taken away: why there is none, which the command
//! line says too, and the sheet on the page. It holds no text.

/// What is said of launches. Programs, modes and values come as whoever says it calls them: by key, or by name.
pub struct CommandTexts {
    /// There is no such program: its name, and those that there are.
    pub no_tool: fn(&str, &[&str]) -> String,
    /// A program does something else than the mode: program, mode.
    pub other_mode: fn(&str, &str) -> String,
    /// A program needs a model.
    pub no_model: fn(&str) -> String,
    /// A program has no arguments for the model's shape.
    pub no_shape: fn(&str) -> String,
    /// A program has no model of that name: program, model.
    pub unpublished: fn(&str, &str) -> String,
    /// A program needs another value: program, parameter with that value.
    pub wants: fn(&str, &str) -> String,
    /// Heading of the sheet.
    pub title: &'static str,
    /// What stands there.
    pub note: &'static str,
    /// That a launch is started on each of several machines, which say by variables which they are: their number, the
    /// GPUs of each.
    pub on_each: fn(u64, u64) -> String,
    /// That it is started on one of them, which reaches the others by a list: the same.
    pub on_one: fn(u64, u64) -> String,
    /// What a text can do.
    pub back: &'static str,
    /// The list of programs.
    pub programs: &'static str,
    /// Copies the launch.
    pub copy: &'static str,
    /// Said when it was copied.
    pub copied: &'static str,
    /// Said where the browser lets nobody copy.
    pub copy_failed: &'static str,
    /// Saves the launch.
    pub save: &'static str,
    /// What runs a file: its line.
    pub run_by: fn(&str) -> String,
    /// Heading of what a program cannot be told: its name.
    pub lost: fn(&str) -> String,
    /// What counts in its place.
    pub lost_note: &'static str,
    /// That no program runs it.
    pub none: &'static str,
    /// Heading of the programs that do not.
    pub refused: &'static str,
    /// Takes over what a program needs: parameters with their values.
    pub set: fn(&str) -> String,
}

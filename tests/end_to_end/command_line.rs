//! The command line's answers to links and imports: what the page must show too.

use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

/// Bytes by method, or by method and component.
pub type Amounts = BTreeMap<String, f64>;

/// The answer to one link, as text: a query with or without `?`, or a whole address.
#[track_caller]
pub fn answer(link: &str) -> Json {
    answer_with(&[], link)
}

/// The answer to one link with options.
#[track_caller]
pub fn answer_with(options: &[&str], link: &str) -> Json {
    // After `--` no link is taken for an option; and an empty query is a link as well.
    let mut command = Command::new(env!("CARGO_BIN_EXE_estimate"));
    let output = command.args(options).args(["--", link]).output().expect("the command line runs");
    assert!(output.status.success(), "estimate {link}: {}", output.status);
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// The answer to what another program is told or wrote.
#[track_caller]
pub fn imported(text: &str) -> Json {
    let mut command = Command::new(env!("CARGO_BIN_EXE_estimate"));
    let command = command.args(["--import", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().expect("the command line runs");
    process.stdin.take().expect("its standard input").write_all(text.as_bytes()).expect("it reads");
    let output = process.wait_with_output().expect("an answer");
    assert!(output.status.success(), "estimate --import: {}", output.status);
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// Each method's total for a link.
#[track_caller]
pub fn totals(link: &str) -> Amounts {
    let answer = answer(link);
    let estimates = answer["estimates"].as_array().expect("a list of estimates");
    estimates.iter().map(|it| (name(&it["method"]), bytes(&it["total_bytes"]))).collect()
}

/// Each method's components for a link, named `METHOD-COMPONENT`.
#[track_caller]
pub fn components(link: &str) -> Amounts {
    let answer = answer(link);
    let mut res = Amounts::new();
    for estimate in answer["estimates"].as_array().expect("a list of estimates") {
        for it in estimate["components"].as_array().expect("a list of components") {
            res.insert(format!("{}-{}", name(&estimate["method"]), name(&it["component"])), bytes(&it["bytes"]));
        }
    }
    res
}

fn name(json: &Json) -> String {
    json.as_str().expect("a name").to_owned()
}

fn bytes(json: &Json) -> f64 {
    json.as_f64().expect("a number of bytes")
}

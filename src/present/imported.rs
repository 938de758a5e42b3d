//! The command line's answer to what another program wrote or is told, as JSON. Other programs read it: names and shapes are a contract.

use crate::estimator::{Capacity, Catalog, Estimate, Line, MethodId, capacity, values_of};
use crate::import::launch::LaunchRefusal;
use crate::import::{ImportRefusal, Imported, Measured, MeasuredFigure, Omitted};
use crate::link::{Language, Link, decode};
use crate::locale::{CommandLineTexts, later_texts};
use crate::present::answer::{Asked, answer_with};
use serde_json::{Value as Json, json};

/// The answer to the link that was imported, with what was taken, assumed and left out, and figures beside those of the estimate; without
/// an estimate where something is left out without which nothing is known.
pub fn answer_imported(imported: &Imported, asked: Asked, told: &CommandLineTexts, catalog: &Catalog) -> Json {
    let mut res = json!({ "problems": [], "estimates": [] });
    let (mut estimated, mut room) = (None, None);
    if let Some(inputs) = &imported.inputs {
        let link = Link { inputs: inputs.clone(), ..Link::default() };
        let (link, problems) = decode(&link.encode(), catalog);
        res = answer_with(&link, &problems, later_texts(Language::default()), asked);
        estimated = values_of(MethodId::Calibrated, &link.inputs);
        room = capacity(&link.inputs);
    }
    let is_problem = |it: &&Omitted| it.why.is_problem();
    let own = imported.left_out.iter().filter(is_problem);
    let own = own.map(|it| json!({ "key": it.name, "value": it.value, "message": (told.not_taken)(it) }));
    if let Some(problems) = res["problems"].as_array_mut() {
        problems.splice(0..0, own);
    }
    let taken = imported
        .taken
        .iter()
        .map(|it| json!({ "key": it.id.spec().key, "value": it.value, "name": it.name, "line": it.line }));
    let assumed = imported
        .assumed
        .iter()
        .map(|it| json!({ "key": it.id.spec().key, "value": it.value, "source": (told.whose)(&it.whose) }));
    let ignored = imported.left_out.iter().filter(|it| !is_problem(it));
    let ignored = ignored
        .map(|it| json!({ "name": it.name, "value": it.value, "line": it.line, "message": (told.not_taken)(it) }));
    res["imported"] = json!({
        "tool": imported.tool,
        "taken": taken.collect::<Vec<_>>(),
        "assumed": assumed.collect::<Vec<_>>(),
        "ignored": ignored.collect::<Vec<_>>(),
        "measured": imported.measured.iter().map(|it| measured(it, estimated.as_ref(), room.as_ref())).collect::<Vec<_>>(),
    });
    res
}

/// A figure beside those of the estimate's fullest rank that hold the same bytes, or beside what it has room for.
fn measured(it: &Measured, estimated: Option<&Estimate>, room: Option<&Capacity>) -> Json {
    let kind = if it.figure.is_bytes() { "bytes" } else { "number" };
    let mut res = json!({ "figure": it.figure.id(), kind: it.amount, "name": it.name, "line": it.line });
    if let Some(device) = &it.device {
        res["device"] = json!(device);
    }
    match (it.figure, room) {
        (MeasuredFigure::KvPool, Some(room)) => res["estimated_bytes"] = json!(room.pool.value()),
        (MeasuredFigure::KvTokens, Some(room)) => res["estimated_number"] = json!(room.tokens.value().floor()),
        (MeasuredFigure::Concurrency, Some(room)) => res["estimated_number"] = json!(room.sequences.value()),
        _ => {}
    }
    if let (Some(estimate), [_, ..]) = (estimated, it.figure.groups()) {
        let is_like = |line: &&Line| it.figure.groups().contains(&line.component.group());
        let lines: Vec<_> = estimate.peak().lines().iter().filter(is_like).collect();
        res["components"] = lines.iter().map(|it| it.component.id()).collect();
        res["estimated_bytes"] = json!(lines.iter().map(|it| it.formula.bytes().count()).sum::<f64>());
    }
    res
}

/// The answer to a launch that means nothing here.
pub fn answer_refusal(refusal: &LaunchRefusal, told: &CommandLineTexts) -> Json {
    let (key, value, message) = match refusal {
        LaunchRefusal::Unparsed(at) => ("", "", (told.unparsed)(&at.why, at.line)),
        LaunchRefusal::Uncovered(program) => ("", "", (told.uncovered)(program)),
        LaunchRefusal::Megatron(ImportRefusal::Unread { key, value }) => {
            (key.as_str(), value.as_str(), (told.unread_argument)(key, value))
        }
        LaunchRefusal::Megatron(ImportRefusal::Missing(key)) => (*key, "", (told.missing_argument)(key)),
        LaunchRefusal::Megatron(ImportRefusal::NotArguments) => ("", "", told.not_arguments.to_owned()),
    };
    json!({ "problems": [{ "key": key, "value": value, "message": message }], "estimates": [] })
}

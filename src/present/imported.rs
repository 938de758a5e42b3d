//! The command line's answer to what another program wrote or is told, as JSON. Other programs read it: names and
//! shapes are a contract.

use crate::estimator::{Capacity, Catalog, Estimate, MethodId, capacity_values, values_of};
use crate::import::launch::LaunchRefusal;
use crate::import::{ImportRefusal, Imported, Measured, Omitted};
use crate::link::{Language, Link, ProblemKind, decode};
use crate::locale::{ImportTexts, later_texts};
use crate::present::answer::{Asked, answer_with};
use crate::present::brought::{assumed_memory, refused};
use crate::present::measured::counterpart;
use serde_json::{Value as Json, json};

/// The answer to the link that was imported, with what was taken, assumed and left out, and figures beside those of the
/// estimate; without an estimate where something is left out without which nothing is known.
pub fn answer_imported(imported: &Imported, asked: Asked, told: &ImportTexts, catalog: &Catalog) -> Json {
    let mut res = json!({ "problems": [], "estimates": [] });
    let (mut estimated, mut room, mut memory) = (None, None, None);
    if let Some(inputs) = &imported.inputs {
        let link = Link { inputs: inputs.clone(), ..Link::default() };
        let (link, mut problems) = decode(&link.encode(), catalog);
        // What nobody has said, and has no effect, is no problem of theirs.
        let is_said = |key: &str| imported.taken.iter().any(|it| it.id.spec().key == key);
        problems.retain(|it| !matches!(it.kind, ProblemKind::NoEffect(..)) || is_said(&it.key));
        res = answer_with(&link, &problems, later_texts(Language::default()), asked);
        estimated = values_of(MethodId::Calibrated, &link.inputs);
        memory = assumed_memory(&link.inputs);
        room = capacity_values(&link.inputs).filter(|_| memory.is_none());
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
        .chain(&memory)
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
    if let Some(it) = &imported.script {
        res["imported"]["script"] = json!({ "name": it.name, "message": (told.sheet.by_name)(&it.name, it.trainer) });
    }
    res
}

/// A figure beside what the estimate says of the same.
fn measured(it: &Measured, estimated: Option<&Estimate>, room: Option<&Capacity>) -> Json {
    let kind = if it.figure.is_bytes() { "bytes" } else { "number" };
    let mut res = json!({ "figure": it.figure.id(), kind: it.amount, "name": it.name, "line": it.line });
    if it.figure.is_least() {
        res["at_least"] = json!(true);
    }
    if let Some(device) = &it.device {
        res["device"] = json!(device);
    }
    if let Some(like) = counterpart(it, estimated, room) {
        res[format!("estimated_{kind}")] = json!(like.amount);
        if it.figure.is_least() {
            res["holds"] = json!(like.amount >= it.amount);
        }
        if let Some(components) = like.components {
            res["components"] = components.iter().map(|it| it.id()).collect();
        }
    }
    res
}

/// The answer to a launch that means nothing here.
pub fn answer_refusal(refusal: &LaunchRefusal, told: &ImportTexts) -> Json {
    let problem = |one: &LaunchRefusal| {
        let (key, value) = match one {
            LaunchRefusal::Megatron(ImportRefusal::Unread { key, value }) => (key.as_str(), value.as_str()),
            LaunchRefusal::Megatron(ImportRefusal::Missing(key)) => (*key, ""),
            _ => ("", ""),
        };
        json!({ "key": key, "value": value, "message": refused(one, told).concat() })
    };
    let problems: Vec<Json> = match refusal {
        LaunchRefusal::Megatron(ImportRefusal::Several(all)) => {
            all.iter().map(|it| problem(&LaunchRefusal::Megatron(it.clone()))).collect()
        }
        one => vec![problem(one)],
    };
    json!({ "problems": problems, "estimates": [] })
}

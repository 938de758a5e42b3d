//! The command line's answer to a sweep: columns, of which each has an entry for every value. Names and shapes are a
//! contract.

use crate::estimator::plan::solve::Solved;
use crate::estimator::plan::sweep::{Sweep, SweepAnswer, Unanswered, sweep};
use crate::estimator::plan::sweep_request::SweepRequest;
use crate::estimator::{Bytes, Inputs, MethodId};
use crate::locale::{CommandLineTexts, LaterTexts};
use crate::present::json::{solved, value};
use serde_json::{Value as Json, json};

/// What the run comes to over the values of a parameter; where there is none, why.
pub(super) fn swept(
    method: MethodId,
    inputs: &Inputs,
    request: &SweepRequest,
    texts: &LaterTexts,
    told: &CommandLineTexts,
    at: impl Fn(Inputs) -> String,
) -> Json {
    let key = request.id().spec().key;
    match sweep(method, inputs, request) {
        Ok(it) => columns(&it, inputs, texts, told, at),
        Err(refusal) => {
            let own = request.id().spec().write(&inputs.value(request.id()));
            let problem = json!({ "key": key, "value": own, "message": (told.no_sweep)(&refusal) });
            json!({ "parameter": key, "problems": [problem] })
        }
    }
}

fn columns(
    it: &Sweep,
    inputs: &Inputs,
    texts: &LaterTexts,
    told: &CommandLineTexts,
    at: impl Fn(Inputs) -> String,
) -> Json {
    // Where there is no answer there is no number, not even 0.
    let column = |of: &dyn Fn(&SweepAnswer) -> Json| {
        it.points.iter().map(|it| it.answer.as_ref().map_or(Json::Null, of)).collect::<Vec<_>>()
    };
    let components = it.components().into_iter().map(|component| {
        let bytes = column(&|it| json!(it.bytes(component).map_or(0.0, Bytes::count)));
        json!({ "component": component.id(), "bytes": bytes })
    });
    let refused = it.points.iter().filter_map(|point| {
        let message = match point.answer {
            Err(Unanswered::Run(reason)) => (texts.unsupported)(reason),
            Err(Unanswered::Mode) => told.not_covered.to_owned(),
            Ok(_) => return None,
        };
        Some(json!({ "value": value(it.id, &point.value), "message": message }))
    });
    // Each is a value that fits, or where none does is tight, beside one that is not.
    let edges =
        it.edges.iter().map(|edge| json!({ "value": edge.value, "is_most": edge.is_most, "verdict": edge.kind.id() }));
    json!({
        "parameter": it.id.spec().key,
        "method": it.method.id(),
        "values": it.points.iter().map(|point| value(it.id, &point.value)).collect::<Vec<_>>(),
        "components": components.collect::<Vec<_>>(),
        "total_bytes": column(&|it| json!(it.total.count())),
        "ranks": column(&|it| json!(it.rank.to_string())),
        "moments": column(&|it| json!(it.moment.id())),
        "verdicts": column(&|it| json!(it.verdict.id())),
        "capacity_bytes": it.points.iter().map(|it| json!(it.capacity.map(Bytes::count))).collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
        "edges": edges.collect::<Vec<_>>(),
        "crossing": it.crossing.map(|kind| solved(&Solved { id: it.id, kind }, inputs, at)),
    })
}

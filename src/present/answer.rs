//! The command line's answer to a link as JSON. Other programs read it: names and shapes are a contract.

use crate::estimator::evidence::readings;
use crate::estimator::parameters::ParameterGroup;
use crate::estimator::plan::advice::{Advice, advise};
use crate::estimator::plan::fit::{smallest_that_fits, verdict};
use crate::estimator::plan::piles::piles;
use crate::estimator::plan::solve::solve;
use crate::estimator::plan::spreads::{asks_for_cheapest, plans};
use crate::estimator::plan::sweep_request::SweepRequest;
use crate::estimator::plan::ways::ways_out;
use crate::estimator::{
    Bytes, Estimate, Followed, Inputs, Line, Moment, ParameterId, Rank, Value, capacity, estimate_values, support,
    told_followed, told_value, unlike_devices, usable, values_of,
};
use crate::link::{Link, Problem};
use crate::locale::{LaterTexts, command_line_texts, texts as texts_of};
use crate::present::device_answer::devices;
use crate::present::json::{solved, value};
use crate::present::plan_answer::{not_planned, planned};
use crate::present::problems::said as said_of;
use crate::present::sweep_answer::swept;
use crate::present::verdict::said;
use serde_json::{Map, Value as Json, json};
use std::cell::LazyCell;

/// What is told beside the answer, which takes many estimates.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// How much fits.
    pub solves: bool,
    /// What to change.
    pub advises: bool,
    /// A parameter over its values.
    pub sweeps: Option<SweepRequest>,
    /// Every way to spread the run over its GPUs.
    pub plans: bool,
    /// The run on every device of the catalogue.
    pub judges_devices: bool,
}

/// [`answer`] with what was asked for beside it.
pub fn answer_with(link: &Link, problems: &[Problem], texts: &LaterTexts, asked: Asked) -> Json {
    let mut res = answer(link, problems, texts);
    let method = link.page.selected;
    let at = |inputs: Inputs| Link { inputs, ..link.clone() }.encode();
    // Two answers rest on them: found once, and only where one of these is asked for.
    let all = LazyCell::new(|| plans(method, &link.inputs));
    if asked.solves {
        res["answers"] = solve(method, &link.inputs).iter().map(|it| solved(it, &link.inputs, at)).collect();
        // Where nobody can say what fits, nobody can say how.
        if asks_for_cheapest(&link.inputs) && res["answers"].as_array().is_some_and(|it| !it.is_empty()) {
            res["sharding"] = json!(all.cheapest().map(|it| planned(it, &link.inputs, at)));
        }
    }
    if asked.advises {
        res["advice"] = advise(method, &link.inputs).iter().map(|it| advised(it, at)).collect();
        if values_of(method, &link.inputs).is_none() {
            res["ways"] = ways_out(&link.inputs).into_iter().map(|it| way(&link.inputs, it, at)).collect();
        }
    }
    let told = command_line_texts(link.page.language.unwrap_or_default());
    if let Some(request) = asked.sweeps {
        res["sweep"] = swept(method, &link.inputs, &request, texts, told, at);
    }
    if asked.plans {
        res["plan"] = all.plans.iter().map(|it| planned(it, &link.inputs, at)).collect();
        res["not_planned"] = not_planned(&all, texts, told);
    }
    if asked.judges_devices {
        res["devices"] = devices(&link.inputs, method);
    }
    res
}

/// What to choose where there is no answer.
fn way(from: &Inputs, to: Inputs, at: impl Fn(Inputs) -> String) -> Json {
    let changed: Vec<_> = to.differing_from(from).map(|id| change(&(id, to.value(id)))).collect();
    json!({ "changes": changed, "link": at(to) })
}

fn change((id, set): &(ParameterId, Value)) -> Json {
    json!({ "key": id.spec().key, "value": value(*id, set) })
}

/// A change that helps.
fn advised(it: &Advice, at: impl Fn(Inputs) -> String) -> Json {
    json!({
        "changes": it.changed.iter().map(change).collect::<Vec<_>>(),
        "saves_bytes": it.saved,
        "host_bytes": it.in_host,
        "verdict": it.verdict.kind.id(),
        "link": at(it.inputs.clone()),
    })
}

/// One JSON object for one link: the canonical link, the mode, every input of the mode with its effective value, the
/// defaults that other choices have moved, what was wrong with the link, and each method's components in bytes on the
/// fullest rank with their error band and what nvidia-smi will show, and those of each kind of rank; and whether the
/// run fits its device.
pub fn answer(link: &Link, problems: &[Problem], texts: &LaterTexts) -> Json {
    let mut res = json!({
        "link": link.encode(),
        "mode": link.inputs.mode().id(),
        "inputs": inputs(&link.inputs),
        "followed": told_followed(&link.inputs).iter().map(followed).collect::<Vec<_>>(),
        "problems": problems.iter().map(|it| problem(it, &link.inputs, texts)).collect::<Vec<_>>(),
        "estimates": estimate_values(&link.inputs).iter().map(|it| estimate(&link.inputs, it)).collect::<Vec<_>>(),
    });
    res["fits"] = fits(link, texts);
    res
}

/// Whether the run fits its device, by the method that the link selects; with vLLM also what has room there.
fn fits(link: &Link, texts: &LaterTexts) -> Json {
    let inputs = &link.inputs;
    let selected = link.page.selected;
    let Some(estimate) = values_of(selected, inputs) else {
        // Another method's figure is none of what was asked for: no verdict beats a wrong one.
        let reason = support(inputs).err().map(|it| (texts.unsupported)(it));
        return json!({ "verdict": "cannot_say", "method": selected.id(), "reason": reason });
    };
    let verdict = verdict(inputs, &estimate);
    let smallest = verdict.asks_for_another().then(|| smallest_that_fits(estimate.method(), inputs));
    let names = texts_of(link.page.language.unwrap_or_default());
    let said = said(inputs, &verdict, smallest, link.page.unit, names, texts);
    let mut res = json!({
        "verdict": verdict.kind.id(),
        "method": estimate.method().id(),
        "reason": said.sentence,
        "spare_bytes": verdict.spare,
        "capacity_bytes": verdict.capacity.map(Bytes::count),
        "device": verdict.device.map(|it| it.id),
        "smallest": smallest.flatten().map(|it| it.id),
        "fullest": verdict.fullest.map(|it| it.to_string()),
        "largest": verdict.largest.map(|it| it.0.id()),
    });
    if let Some(it) = verdict.rank {
        res["rank"] = json!(it.to_string());
    }
    if let Some(it) = capacity(inputs) {
        res["kv_pool_bytes"] = json!(it.pool.value());
        res["tokens"] = json!(it.tokens.value().floor());
        res["sequences"] = json!(it.sequences.value());
    }
    res
}

fn inputs(inputs: &Inputs) -> Json {
    // What the model states is not told again, fact by fact; what a link states is.
    let is_control = |id: ParameterId| id.group_in(inputs.mode()).is_some_and(|it| it != ParameterGroup::Shape);
    // So is what has followed: whoever is told of a move can look up where it led.
    let followed = told_followed(inputs);
    let has_followed = |id: ParameterId| followed.iter().any(|it| it.id == id);
    let is_shown = |id: ParameterId| is_control(id) || !inputs.is_default(id) || has_followed(id);
    let pairs = ParameterId::ALL.iter().filter(|id| is_shown(**id));
    let pairs = pairs.map(|&id| (id.spec().key.to_owned(), value(id, &told_value(inputs, id))));
    Json::Object(pairs.collect::<Map<_, _>>())
}

/// A default that other choices have moved.
fn followed(it: &Followed) -> Json {
    let because = it.because.iter().map(|id| id.spec().key).collect::<Vec<_>>().join(", ");
    let mut res = json!({ "key": it.id.spec().key, "value": value(it.id, &it.value), "because": because });
    if let Some(only) = it.only {
        res["method"] = json!(only.id());
    }
    res
}

fn problem(problem: &Problem, inputs: &Inputs, texts: &LaterTexts) -> Json {
    json!({ "key": problem.key, "value": problem.value, "message": said_of(problem, inputs, texts) })
}

fn estimate(inputs: &Inputs, estimate: &Estimate) -> Json {
    let readings = readings(inputs, estimate);
    let mut res = json!({
        "method": estimate.method().id(),
        "total_bytes": estimate.total().count(),
        "low_bytes": readings.low.count(),
        "high_bytes": readings.high.count(),
        "evidence": readings.evidence().id(),
        "components": components(estimate.peak()),
        "ranks": estimate.ranks().iter().map(|it| rank(inputs, it)).collect::<Vec<_>>(),
    });
    if let lines @ [_, ..] = estimate.fullest().host() {
        res["host_bytes"] = json!(lines.iter().map(|it| it.formula.bytes().count()).sum::<f64>());
        res["host"] = json!(bytes_of(lines));
    }
    if let Some(it) = readings.reserved {
        res["reserved_bytes"] = json!(it.middle.count());
        res["reserved_low_bytes"] = json!(it.low.count());
        res["reserved_high_bytes"] = json!(it.high.count());
        res["expandable_bytes"] = json!(it.expandable.count());
        res["least_bytes"] = json!(it.least.count());
    }
    res
}

/// Ranks that are alike, each at its own fullest moment.
fn rank(inputs: &Inputs, rank: &Rank) -> Json {
    let mut res = json!({
        "rank": rank.kind().to_string(),
        "count": rank.count(),
        "total_bytes": rank.total().count(),
        "components": components(rank.peak()),
    });
    if let Some(piles) = piles(inputs, rank) {
        res["piles"] = piles.into_iter().map(|(pile, bytes)| (pile.id().to_owned(), json!(bytes.count()))).collect();
    }
    // Where they are of several kinds.
    if let Some(it) = unlike_devices(inputs).get(rank.kind().gpu()) {
        res["device"] = json!(it.id);
        res["capacity_bytes"] = json!(usable(it).count());
    }
    res
}

fn components(moment: &Moment) -> Vec<Json> {
    bytes_of(moment.lines())
}

fn bytes_of(lines: &[Line]) -> Vec<Json> {
    let component = |line: &Line| json!({ "component": line.component.id(), "bytes": line.formula.bytes().count() });
    lines.iter().map(component).collect()
}

//! Puts together what a launch asks for and what its log says has run. It reads neither.

use crate::estimator::{Catalog, Inputs, Mode, ParameterId as Id};
use crate::import::imported::{Imported, NotTaken};
use std::collections::BTreeMap;

/// What a program that is launched is called, and what has printed its log.
const PRINTED: &[(&str, &str)] = &[("vllm", "vllm"), ("llama-server", "llama.cpp")];

fn names_model(it: &Imported) -> bool {
    it.pairs().any(|it| matches!(it.0, Id::Model | Id::NumLayers))
}

/// A run by its log and by the launch beside it: what was printed is what has run, and what only the launch says is
/// true beside it. One of another program is told.
pub fn merged(log: Imported, launch: Imported, catalog: &Catalog) -> Imported {
    if !PRINTED.contains(&(launch.tool, log.tool)) {
        let mut res = log;
        res.leave(launch.tool, "", NotTaken::Another);
        return res;
    }
    let is_named = names_model(&log);
    let parsed = |id: Id, text: &str| id.spec().parse(text, catalog).ok();
    let mut res = Imported { script: launch.script.clone(), ..Imported::of(log.tool) };
    for it in &launch.taken {
        match log.taken.iter().find(|own| own.id == it.id) {
            Some(own) if parsed(own.id, &own.value) != parsed(it.id, &it.value) => {
                res.leave_on(it.line, &it.name, &it.value, NotTaken::Contradicted);
            }
            Some(_) => {}
            // The shape that was loaded is printed.
            None if it.id == Id::Model && is_named => res.leave_on(it.line, &it.name, &it.value, NotTaken::Unused),
            None => res.taken.push(it.clone()),
        }
    }
    res.taken.extend(log.taken.clone());
    // Whoever knows the model knows what follows from it.
    let (first, second) = if is_named { (&log, &launch) } else { (&launch, &log) };
    for it in first.assumed.iter().chain(&second.assumed) {
        if !res.pairs().any(|own| own.0 == it.id) {
            res.assumed.push(it.clone());
        }
    }
    let of_log = log.left_out.iter().map(|it| (it, false));
    for (it, is_of_launch) in of_log.chain(launch.left_out.iter().map(|it| (it, true))) {
        // What a launch lacks, its log may say.
        let is_known = is_named && is_of_launch && matches!(it.why, NotTaken::Model | NotTaken::Missing);
        res.leave_on(it.line, &it.name, &it.value, if is_known { NotTaken::Brought } else { it.why });
    }
    res.measured = log.measured.clone();
    if !res.is_refused() {
        let said: BTreeMap<usize, &str> = res.pairs().map(|it| (it.0 as usize, it.1)).collect();
        let silent = |id: Id| [first, second].iter().find_map(|it| it.inputs.as_ref()?.given(id).cloned());
        let value = |id: Id| said.get(&(id as usize)).and_then(|it| parsed(id, it)).or_else(|| silent(id));
        let inputs = Inputs::collect(Mode::Inference, value);
        res.inputs = Some(inputs);
    }
    res
}

//! Which version of vLLM a text names: in the tag of its image, where it is installed, or in what it has printed. It
//! knows no flag.

use crate::estimator::{Catalog, ChoiceValue, EngineVersion, ParameterId as Id};
use crate::import::imported::Imported;
use crate::import::launch::tools::vllm::VLLM;

/// What stands in front of a version.
const MARKS: &[&str] = &["vllm/vllm-openai:v", "vllm==", "vLLM API server version ", "LLM engine (v"];

/// Takes the version that a text names, where vLLM is what it is of.
pub fn take_version(text: &str, res: &mut Imported, catalog: &Catalog) {
    let id = Id::EngineVersion;
    if res.tool != VLLM.id || res.pairs().any(|it| it.0 == id) {
        return;
    }
    let on_line =
        |line: &str| MARKS.iter().find_map(|mark| Some((*mark, EngineVersion::of_vllm(line.split_once(mark)?.1)?)));
    let found = text.lines().enumerate().find_map(|(at, line)| Some((at + 1, on_line(line)?)));
    let Some((line, (mark, choice))) = found else { return };
    let choice = EngineVersion::IDS[choice as usize];
    res.take_on(Some(line), id, choice, mark.trim_end_matches(['v', ':', '=', '(', ' ']));
    if let Ok(value) = id.spec().parse(choice, catalog)
        && let Some(Ok(inputs)) = res.inputs.clone().map(|it| it.with(id, value))
    {
        res.inputs = Some(inputs);
    }
}

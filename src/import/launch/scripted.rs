//! What a script of Python means that calls known libraries, with the files and the launch that stand beside it. It
//! knows no call.

use crate::estimator::{Catalog, ParameterId};
use crate::import::imported::{Imported, NotTaken};
use crate::import::launch::asked::gpus_of_cloud;
use crate::import::launch::concluded::concluded;
use crate::import::launch::documents::{Document, take_objects, yaml_documents};
use crate::import::launch::environment::Surroundings;
use crate::import::launch::field::Tool;
use crate::import::launch::files::read_yaml;
use crate::import::launch::flags::read_flags;
use crate::import::launch::program::{Program, Started, program_of};
use crate::import::launch::scripts::{ScriptRefusal, calls_known, run_of_script};
use crate::import::launch::setting::Setting;
use crate::import::launch::shell::{SpokenWord, read_script};
use crate::import::launch::told_files::with_files;
use crate::import::launch::tools::scripts::{LLM_CLASS, tokens_of_class};

/// Texts that are brought together.
const MOST_PARTS: usize = 32;

/// Whether a text is a script of Python that calls a known library, and no script of a shell that starts one.
pub fn is_script(text: &str) -> bool {
    calls_known(text) && !launched(text).is_some_and(|(words, started, _)| started.is_told_of_model(&words))
}

/// What the script of a text means; `None` where none stands in it.
pub fn of_python(text: &str, shape: Option<&Imported>, catalog: &Catalog) -> Option<Result<Imported, ScriptRefusal>> {
    let parts = parts_of(text);
    if parts.len() > MOST_PARTS {
        return None;
    }
    let (script, first) = parts.iter().find(|it| is_script(&it.0))?;
    // Lines keep their numbers.
    let numbered = |part: &str, line: usize| "\n".repeat(line - 1) + part;
    let others: Vec<String> = parts.iter().filter(|it| it.1 != *first).map(|it| numbered(&it.0, it.1)).collect();
    let launches: Vec<_> = others.iter().map(|it| launched(it)).collect();
    let launch = launches.iter().flatten().next();
    let launchers: Vec<&'static Tool> = launch.iter().flat_map(|it| it.1.tools.iter().skip(1).copied()).collect();
    let behind = launch.and_then(|it| it.0.get(it.1.from..)).unwrap_or(&[]);
    let flags = read_flags(behind, |name| launchers.iter().find_map(|it| it.field(name))).0;
    let mut run = match run_of_script(&numbered(script, *first), &flags)? {
        Ok(run) => run,
        Err(refusal) => return Some(Err(refusal)),
    };
    let mut program = run.kind.tool();
    if run.is_parsed && launch.is_some() {
        program = run.kind.parsed_by();
        // What the script takes of the command line stands there.
        run.said.retain(|it| !it.value.starts_with('(') || !it.value.contains("args"));
        run.missing.retain(|it| it.name != "peft_config");
    }
    let mut tools: Vec<&'static Tool> = [vec![program], launchers].concat();
    // What no library knows is the script's own, which has read it.
    let known = flags.into_iter().filter(|it| tools.iter().any(|tool| tool.field(&it.name).is_some()));
    let said = run.said.into_iter().chain(known).collect();
    let files = others.iter().zip(&launches).filter(|it| it.1.is_none());
    let documents = files.flat_map(|it| documents_of(it.0));
    let documents = run.documents.into_iter().chain(documents).collect();
    let gpus = launch.and_then(|it| it.2.gpus_of(tools[0]));
    let mut told = with_files(&mut tools, said, documents);
    told.published.splice(0..0, run.implied);
    told.gpus = gpus.or_else(|| gpus_of_cloud(text));
    let mut res = concluded(&tools, told, shape, catalog);
    run.refused.iter().for_each(|it| res.leave_setting(it, NotTaken::NoFormula));
    run.missing.iter().for_each(|it| res.leave_setting(it, NotTaken::Missing));
    run.others.iter().for_each(|it| res.leave_setting(it, NotTaken::Another));
    run.unread.iter().for_each(|it| res.leave_setting(it, NotTaken::Unread));
    run.unused.iter().for_each(|it| res.leave_setting(it, NotTaken::Unused));
    if launch.is_none() {
        run.unsaid.iter().for_each(|it| res.leave_setting(it, NotTaken::Unsaid));
    }
    res.inputs = res.inputs.take().filter(|_| !res.is_refused());
    Some(Ok(res))
}

/// Texts that were brought together, each with its first line. A line that parts them may stand within a text of the
/// script, whose quotes are open there.
fn parts_of(text: &str) -> Vec<(String, usize)> {
    let is_whole = text.matches("\"\"\"").count() + text.matches("'''").count() > 0 && is_script(text);
    let parts = yaml_documents(text);
    let is_cut = |it: &(String, usize)| it.0.matches("\"\"\"").count() % 2 == 1 || it.0.matches("'''").count() % 2 == 1;
    if is_whole && parts.iter().any(is_cut) { vec![(text.to_owned(), 1)] } else { parts }
}

/// The command that launches a script: its words, its program, and what stands around it.
fn launched(text: &str) -> Option<(Vec<SpokenWord>, Started, Surroundings)> {
    let script = read_script(text).ok()?;
    let found = script.commands.iter().find_map(|words| match program_of(words) {
        Some(Program::Known(started)) => Some((words.clone(), started)),
        Some(Program::Megatron(_) | Program::Uncovered(_)) | None => None,
    });
    let (words, started) = found?;
    let mut around = Surroundings { variables: script.variables, ..Surroundings::default() };
    around.take_front(words.get(..started.from).unwrap_or(&[]));
    Some((words, started, around))
}

/// Files that stand in a text.
fn documents_of(text: &str) -> Vec<Document> {
    let mut rest = text.to_owned();
    let mut res = take_objects(&mut rest);
    let said: Option<Vec<Setting>> = read_yaml(&rest, 1).ok().filter(|it| !it.is_empty());
    res.extend(said.map(|it| {
        let line = it[0].line;
        Document::of(it, line)
    }));
    res
}

/// Settles the largest step of vLLM's class once it is known for which GPU a script asks.
pub fn settle_step(res: &mut Imported, catalog: &Catalog) {
    let id = ParameterId::MaxBatchedTokens;
    let Some(inputs) = res.inputs.as_ref().filter(|_| res.tool == LLM_CLASS.id) else { return };
    let Some(tokens) = tokens_of_class(inputs) else { return };
    let Some(assumed) = res.assumed.iter_mut().find(|it| it.id == id && it.value != tokens) else { return };
    if let Ok(value) = id.spec().parse(&tokens, catalog)
        && let Ok(inputs) = inputs.clone().with(id, value)
    {
        assumed.value = tokens;
        res.inputs = Some(inputs);
    }
}

//! Which run a script starts, and what its calls say of it, as settings. It knows no parameter.

use crate::import::launch::documents::Document;
use crate::import::launch::field::FlagMeaning;
use crate::import::launch::scripts::known::{CallKind, ScriptKind, is_of_labels, kind_in};
use crate::import::launch::scripts::literals::{PythonValue, ValueReader};
use crate::import::launch::scripts::parsed::{Argument, PythonCall, PythonOutline};
use crate::import::launch::scripts::reached::ReachOfCalls;
use crate::import::launch::scripts::said::{flatten, head_of, inline_file, name_of, named};
use crate::import::launch::setting::{MOST_SETTINGS, Setting};
use crate::import::launch::tools::scripts::{
    LOADED_WIDE, MODEL_OF_SCRIPT, OF_CHECKPOINT, PLAIN_ARGUMENTS, PUBLISHED_WIDE, UNCHECKPOINTED, UNSLOTH_ADAPTERS,
    UNSLOTH_LOADING,
};
use crate::import::own_source::OwnSource;

/// What a script means.
#[derive(Debug)]
pub struct ScriptedRun {
    /// What it does.
    pub kind: ScriptKind,
    /// What its calls say.
    pub said: Vec<Setting>,
    /// What they leave to their own defaults, with the source of each.
    pub implied: Vec<(Setting, OwnSource)>,
    /// Files that stand in it.
    pub documents: Vec<Document>,
    /// Another model that it loads, or another run that it starts.
    pub others: Vec<Setting>,
    /// What has no formula.
    pub refused: Vec<Setting>,
    /// What decides the run, and is made elsewhere.
    pub missing: Vec<Setting>,
    /// What the script is told by whoever launches it.
    pub unsaid: Vec<Setting>,
    /// What changes memory, and has no formula.
    pub unread: Vec<Setting>,
    /// What is made, and not used.
    pub unused: Vec<Setting>,
    /// Whether TRL's own functions make of the command line what trains.
    pub is_parsed: bool,
}

/// Why a script means nothing here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptRefusal {
    /// There are no formulas for what trains.
    Uncovered(&'static str),
    /// It steps through its training itself, on a line, and no call says how.
    OwnLoop(usize),
}

/// Arguments that hold others of the same call.
const HOLDING: &[&str] = &["model_init_kwargs", "model_kwargs", "quantization_config", "**"];

/// Arguments of `generate` that say something of memory.
const OF_GENERATION: &[&str] = &["max_new_tokens", "cache_implementation"];

/// Arguments of trainers that say something of memory; all but the model's name earlier versions took.
const OF_TRAINERS: &[&str] = &[
    MODEL_OF_SCRIPT,
    "ref_model",
    "max_seq_length",
    "max_length",
    "max_prompt_length",
    "model_init_kwargs",
    "precompute_ref_log_probs",
];

/// Bindings that are followed to what a trainer trains.
const MOST_BINDINGS: usize = 8;

/// Lengths that may be said to be none, which is no default.
const LENGTHS: &[&str] = &["max_length", "max_seq_length"];

/// Whether a text calls anything that is known.
pub fn calls_known(text: &str) -> bool {
    // Without a bracket there is no call.
    text.contains('(') && known_calls(&PythonOutline::of(text)).iter().any(|it| it.0.begins())
}

/// The calls that are known, and those of classes that the script makes of known ones.
fn known_calls(outline: &PythonOutline) -> Vec<(CallKind, &PythonCall)> {
    let bases = outline.bases();
    outline.calls.iter().filter_map(|it| Some((kind_in(it, &bases)?, it))).collect()
}

/// What a script starts that is launched with some arguments; `None` where it calls nothing that is known.
pub fn run_of_script(text: &str, told: &[Setting]) -> Option<Result<ScriptedRun, ScriptRefusal>> {
    let outline = PythonOutline::of(text);
    let reader = ValueReader::new(&outline, text, told);
    let reach = ReachOfCalls::of(&outline, &reader);
    let mut calls = known_calls(&outline);
    calls.retain(|it| !reach.is_unreached(it.1.open));
    let has = |kind: CallKind| calls.iter().any(|it| it.0 == kind);
    let uncovered = calls.iter().find_map(|it| if let CallKind::Uncovered(name) = it.0 { Some(name) } else { None });
    if let Some(name) = uncovered {
        return Some(Err(ScriptRefusal::Uncovered(name)));
    }
    let trainer = calls.iter().find_map(|it| if let CallKind::Trainer(kind) = it.0 { Some(kind) } else { None });
    let of_arguments = [ScriptKind::Groups, ScriptKind::Pairs, ScriptKind::Sft, ScriptKind::Trainer];
    let trained = trainer.or_else(|| of_arguments.into_iter().find(|it| has(CallKind::Arguments(*it))));
    let step = calls.iter().find(|it| it.0 == CallKind::Backward);
    let is_adapted = [CallKind::Adapter, CallKind::UnslothAdapter, CallKind::Prepare].into_iter().any(has);
    let kind = match (trained, step) {
        (Some(it), _) => it,
        (None, Some((_, call))) => return Some(Err(ScriptRefusal::OwnLoop(call.line))),
        (None, None) if has(CallKind::Vllm) => ScriptKind::Llm,
        // A part of a script, which does not say what trains.
        (None, None) if is_adapted => ScriptKind::Trainer,
        (None, None) if calls.iter().any(|it| it.0.is_load()) => ScriptKind::Served,
        (None, None) => return None,
    };
    let gatherer = SettingsOfCalls { outline: &outline, reader: &reader, reach: &reach, calls: &calls, kind };
    Some(Ok(gatherer.gather()))
}

/// What makes settings of calls.
pub(super) struct SettingsOfCalls<'a> {
    pub(super) outline: &'a PythonOutline,
    pub(super) reader: &'a ValueReader<'a>,
    pub(super) reach: &'a ReachOfCalls<'a>,
    pub(super) calls: &'a [(CallKind, &'a PythonCall)],
    pub(super) kind: ScriptKind,
}

impl SettingsOfCalls<'_> {
    fn gather(&self) -> ScriptedRun {
        let refused = self.calls.iter().filter(|it| it.0 == CallKind::Refused);
        let mut res = ScriptedRun {
            kind: self.kind,
            said: Vec::new(),
            implied: Vec::new(),
            documents: Vec::new(),
            others: Vec::new(),
            refused: refused.map(|it| named(&it.1.path, "", it.1.line)).collect(),
            missing: Vec::new(),
            unsaid: Vec::new(),
            unread: Vec::new(),
            unused: Vec::new(),
            is_parsed: self.is_parsed(),
        };
        let own_trainer = self.own_trainer().map(|it| it.open);
        let arguments = self.own_arguments();
        let adapters = self.used_adapters();
        let longest = self.longest_text();
        let held = self.held_beside();
        res.refused.extend(held.iter().map(|it| it.1.clone()));
        res.missing.extend(self.doubted(adapters.as_deref()));
        res.missing.extend(self.unmade_adapters());
        let trained = self.trained();
        let mut others: Vec<Setting> = Vec::new();
        let mut loaded: Option<(CallKind, String)> = None;
        for (kind, call) in self.calls.iter().filter(|it| self.is_of_run(it.0)) {
            let is_passed = match kind {
                CallKind::Arguments(_) => arguments.is_some_and(|it| it != call.open),
                CallKind::Adapter => adapters.as_ref().is_some_and(|it| !it.contains(&call.open)),
                CallKind::Trainer(_) => own_trainer != Some(call.open),
                CallKind::Tokenize => is_of_labels(call) || longest.is_some_and(|it| it != call.open),
                CallKind::Bits | CallKind::UnslothAdapter => self.doubt(call).is_some(),
                CallKind::Prepare | CallKind::Checkpoint => {
                    res.unread.extend(self.doubt(call));
                    self.doubt(call).is_some()
                }
                _ => false,
            };
            if *kind == CallKind::Adapter && is_passed {
                res.unused.push(named(&call.path, "", call.line));
            }
            if is_passed || held.iter().any(|it| it.0 == call.open) {
                continue;
            }
            let own = self.settings_of(*kind, call);
            if kind.is_load() && trained.is_some_and(|it| it != call.open) {
                let name = own.iter().find(|it| it.name == MODEL_OF_SCRIPT);
                others.extend(name.map(|it| named(&call.path, &it.value, call.line)));
                continue;
            }
            if kind.is_load() {
                let model = own.iter().find(|it| it.name == MODEL_OF_SCRIPT).map(|it| it.value.clone());
                match (&loaded, model) {
                    (None, model) => {
                        loaded = Some((*kind, model.unwrap_or_default()));
                        res.missing.extend(self.doubt(call));
                    }
                    // What is loaded again, as a reference or for other work, says nothing more.
                    (Some((_, first)), Some(model)) if *first != model => {
                        res.others.push(named(&call.path, &model, call.line));
                        continue;
                    }
                    (Some(_), _) => continue,
                }
            }
            res.said.extend(own);
            res.said.truncate(MOST_SETTINGS);
        }
        // What is loaded again says nothing more.
        let first = loaded.as_ref().map(|it| it.1.clone()).unwrap_or_default();
        res.others.extend(others.into_iter().filter(|it| it.value != first));
        res.others.extend(self.others());
        res.others.extend(self.other_trainers());
        let is_told = self.calls.iter().any(|it| matches!(it.0, CallKind::Arguments(_)));
        let has_adapter = self.calls.iter().any(|it| it.0 == CallKind::Adapter);
        let is_adapted = adapters.as_ref().map_or(has_adapter, |it| !it.is_empty())
            || self.calls.iter().any(|it| it.0 == CallKind::UnslothAdapter);
        res.unread.extend(self.unread_changes(is_adapted));
        res.missing.extend(self.unread_argument("peft_config", has_adapter));
        res.unsaid.extend(self.unread_argument("args", is_told));
        res.documents.extend(inline_file(&mut res.said));
        // Without autocast a run computes in what its weights were loaded in.
        let is_plain = |it: &Setting| it.name == "bf16" && it.value == "false";
        let is_uncast = loaded.is_some() && res.said.extract_if(.., |it| is_plain(it)).count() > 0;
        if is_uncast {
            res.implied.push((named("bf16", "false", 0), PLAIN_ARGUMENTS));
        }
        let implied = self.implied(loaded.map(|it| it.0), &res.said);
        res.implied.extend(implied);
        res
    }

    /// Whether a call says something of the run.
    fn is_of_run(&self, kind: CallKind) -> bool {
        match kind {
            CallKind::Vllm => self.kind == ScriptKind::Llm,
            CallKind::Tokenize => self.kind == ScriptKind::Trainer,
            CallKind::Load | CallKind::UnslothLoad | CallKind::Bits => self.kind != ScriptKind::Llm,
            CallKind::Pipeline | CallKind::Generate => self.kind == ScriptKind::Served,
            CallKind::Arguments(of) => of == self.kind || of == ScriptKind::Trainer && self.kind.trains(),
            CallKind::Trainer(of) => of == self.kind,
            CallKind::Adapter | CallKind::UnslothAdapter | CallKind::Prepare | CallKind::Checkpoint => {
                self.kind.trains()
            }
            CallKind::Backward | CallKind::Uncovered(_) | CallKind::Refused => false,
        }
    }

    /// The call that loads what a trainer is given; `None` where that cannot be followed.
    pub(super) fn trained(&self) -> Option<usize> {
        let given = self
            .own_trainer()
            .into_iter()
            .flat_map(|it| &it.arguments)
            .find(|it| matches!(it.name.as_deref(), None | Some("model")))?;
        let mut range = given.value.clone();
        for _ in 0..MOST_BINDINGS {
            let is_inside = |it: &&(CallKind, &PythonCall)| it.0.is_load() && range.contains(&it.1.open);
            if let Some((_, call)) = self.calls.iter().find(is_inside) {
                return Some(call.open);
            }
            // What was loaded may have been wrapped since: `model = get_peft_model(model, …)`.
            let tokens = &self.outline.tokens[range.clone()];
            let at = range.start + tokens.iter().rposition(|it| it.is_name("model")).unwrap_or(0);
            let (name, _) = self.outline.path(at);
            let before = self.outline.binding(&name, at)?.value.clone()?;
            range = Some(before).filter(|it| it.end <= range.start)?;
        }
        None
    }

    /// Runs beside the one that is read.
    fn others(&self) -> Vec<Setting> {
        let others = self.calls.iter().filter(|it| it.0 == CallKind::Vllm && self.kind != ScriptKind::Llm);
        others.map(|it| named(&it.1.path, "", it.1.line)).collect()
    }

    /// What a trainer is given by a name, and no call of the script makes.
    fn unread_argument(&self, name: &str, is_made: bool) -> Option<Setting> {
        let trainer = self.own_trainer().filter(|_| !is_made)?;
        let given = trainer.arguments.iter().find(|it| it.name.as_deref() == Some(name))?;
        let is_nothing = self.reader.value(given.value.clone()) == PythonValue::Nothing;
        let line = self.outline.tokens.get(given.value.start).map_or(1, |it| it.line);
        (!is_nothing).then(|| named(name, &self.reader.written(given.value.clone()), line))
    }

    /// What a call says.
    pub(super) fn settings_of(&self, kind: CallKind, call: &PythonCall) -> Vec<Setting> {
        let mut res = Vec::new();
        let mut place = 0;
        for argument in &call.arguments {
            place += usize::from(argument.name.is_none());
            let Some(name) = name_of(kind, argument, place) else { continue };
            self.add(kind, call, name, argument, &mut res);
        }
        match kind {
            CallKind::Adapter => res.insert(0, named("LoraConfig", "true", call.line)),
            CallKind::UnslothAdapter => res.insert(0, named("get_peft_model", "true", call.line)),
            CallKind::Prepare => {
                let is_off = res.iter().any(|it| it.name == "use_gradient_checkpointing" && it.value == "false");
                let value = if is_off { "without" } else { "true" };
                res = vec![named("prepare_model_for_kbit_training", value, call.line)];
            }
            CallKind::Checkpoint => res = vec![named("gradient_checkpointing", "true", call.line)],
            CallKind::UnslothLoad => res.push(named("unsloth", &call.path, call.line)),
            CallKind::Load => res.extend(head_of(call)),
            _ => {}
        }
        res
    }

    /// Adds what an argument says.
    fn add(&self, kind: CallKind, call: &PythonCall, name: &str, argument: &Argument, out: &mut Vec<Setting>) {
        let line = self.outline.tokens.get(argument.value.start).map_or(call.line, |it| it.line);
        let value = self.reader.value(argument.value.clone());
        let is_unread = value == PythonValue::Unread;
        let is_text = matches!(value, PythonValue::Text(_));
        let is_left = match kind {
            // A model that was loaded elsewhere in the script.
            CallKind::Trainer(_) | CallKind::Pipeline if name == MODEL_OF_SCRIPT => !is_text,
            CallKind::Trainer(_) => !OF_TRAINERS.contains(&name),
            CallKind::Tokenize => name != "max_length",
            CallKind::Generate => !OF_GENERATION.contains(&name),
            // Its own call says what it holds.
            _ => name == "quantization_config" && is_unread && self.has_formats(),
        };
        if is_left {
            return;
        }
        if name == "ref_model" {
            return out.push(named(name, if value == PythonValue::Nothing { "none" } else { "model" }, line));
        }
        if value == PythonValue::Nothing && LENGTHS.contains(&name) && kind != CallKind::UnslothLoad {
            return out.push(named(name, "None", line));
        }
        let written = self.reader.written(argument.value.clone());
        // A map that changes nothing is told as it is written.
        let is_idle = || self.kind.tool().field(name).is_some_and(|it| matches!(it.meaning, FlagMeaning::Idle));
        if matches!(value, PythonValue::Map(_)) && is_idle() {
            return out.push(named(name, &written, line));
        }
        let inner = if HOLDING.contains(&name) { "" } else { name };
        flatten(value, inner.to_owned(), &named(name, &written, line), out);
    }

    fn has_formats(&self) -> bool {
        self.calls.iter().any(|it| matches!(it.0, CallKind::Bits | CallKind::Refused))
    }

    /// What the calls do where nothing is said.
    fn implied(&self, loaded: Option<CallKind>, said: &[Setting]) -> Vec<(Setting, OwnSource)> {
        let has = |kind: CallKind| self.calls.iter().any(|it| it.0 == kind);
        let is_said = |name: &str| said.iter().any(|it| it.name == name);
        let mut res: Vec<(&str, &str, OwnSource)> = Vec::new();
        let has_own_arguments = has(CallKind::Arguments(self.kind));
        if self.kind.is_of_trl() && has(CallKind::Arguments(ScriptKind::Trainer)) && !has_own_arguments {
            res.push(("bf16", "false", PLAIN_ARGUMENTS));
            // Checkpointing may have been enabled of the model itself.
            let enabling = [CallKind::Checkpoint, CallKind::Prepare, CallKind::UnslothAdapter];
            if !enabling.into_iter().any(has) {
                res.push(("gradient_checkpointing", "false", UNCHECKPOINTED));
            }
        }
        if loaded == Some(CallKind::UnslothLoad) {
            let other = ["load_in_8bit", "load_in_16bit", "load_in_fp8", "full_finetuning"];
            let is_other = said.iter().any(|it| other.contains(&it.name.as_str()) && it.value == "true");
            let is_packed = if is_other { "false" } else { "true" };
            res.extend([("load_in_4bit", is_packed, UNSLOTH_LOADING), ("max_seq_length", "2048", UNSLOTH_LOADING)]);
            let is_packed = !is_other && !said.iter().any(|it| it.name == "load_in_4bit" && it.value == "false");
            let format = [("bnb_4bit_quant_type", "nf4"), ("bnb_4bit_use_double_quant", "true")];
            res.extend(format.into_iter().filter(|_| is_packed).map(|it| (it.0, it.1, UNSLOTH_LOADING)));
        }
        if has(CallKind::UnslothAdapter) {
            let all = "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj";
            let own = [("r", "16"), ("target_modules", all), ("use_gradient_checkpointing", "unsloth")];
            res.extend(own.map(|(name, value)| (name, value, UNSLOTH_ADAPTERS)));
        }
        if self.kind != ScriptKind::Llm && !is_said("dtype") && !is_said("torch_dtype") {
            let model = said.iter().find(|it| it.name == MODEL_OF_SCRIPT).map(|it| it.value.to_ascii_lowercase());
            let wide = PUBLISHED_WIDE.iter().find(|it| model.as_ref().is_some_and(|model| model.contains(it.0)));
            let own = match (loaded, wide) {
                (Some(_), Some(wide)) => Some(("dtype", "float32", wide.1)),
                (Some(_), None) => Some(("dtype", "bfloat16", OF_CHECKPOINT)),
                // The trainer is told a name, and loads by it.
                (None, _) => self.kind.is_of_trl().then_some(("dtype", "float32", LOADED_WIDE)),
            };
            res.extend(own);
        }
        let own = res.into_iter().filter(|it| !is_said(it.0));
        own.map(|(name, value, source)| (named(name, value, 0), source)).collect()
    }
}

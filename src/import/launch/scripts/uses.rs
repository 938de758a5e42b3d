//! What of a script's calls the run that is read is given: its trainer, that one's arguments, adapters and other
//! models. It knows no parameter.

use crate::import::launch::scripts::known::{CallKind, ScriptKind, is_of_labels};
use crate::import::launch::scripts::literals::PythonValue;
use crate::import::launch::scripts::parsed::{Argument, PythonCall};
use crate::import::launch::scripts::reached::ValueOrigin;
use crate::import::launch::scripts::runs::SettingsOfCalls;
use crate::import::launch::scripts::said::named;
use crate::import::launch::scripts::tokens::PythonToken;
use crate::import::launch::setting::Setting;
use crate::import::launch::tools::scripts::MODEL_OF_SCRIPT;

/// Calls that wrap a model in the adapters that they are given.
const WRAPPING: &[&str] = &["get_peft_model", "add_adapter", "inject_adapter_in_model", "PeftModel", "LoraModel"];

/// Calls that change what loaded weights are stored in.
const CASTING: &[&str] = &["float", "half", "bfloat16", "double"];

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

impl SettingsOfCalls<'_> {
    /// The trainer whose run is read: the first of its kind.
    pub(super) fn own_trainer(&self) -> Option<&PythonCall> {
        self.calls.iter().find(|it| it.0 == CallKind::Trainer(self.kind)).map(|it| it.1)
    }

    /// Trainers of other runs.
    pub(super) fn other_trainers(&self) -> Vec<Setting> {
        let own = self.own_trainer().map(|it| it.open);
        let others = self.calls.iter().filter(|it| matches!(it.0, CallKind::Trainer(_)) && Some(it.1.open) != own);
        others.map(|it| named(&it.1.path, "", it.1.line)).collect()
    }

    /// What the trainer is given by a name or in a place.
    fn given(&self, name: &str, place: usize) -> Option<&Argument> {
        let all = &self.own_trainer()?.arguments;
        let in_place = || all.get(place).filter(|it| it.name.is_none());
        all.iter().find(|it| it.name.as_deref() == Some(name)).or_else(in_place)
    }

    /// The call that makes the trainer's arguments; `None` where that cannot be followed.
    pub(super) fn own_arguments(&self) -> Option<usize> {
        let ValueOrigin::Call(open) = self.reach.origin(self.given("args", 1)?.value.clone()) else { return None };
        let is_it = |it: &&(CallKind, &PythonCall)| matches!(it.0, CallKind::Arguments(_)) && it.1.open == open;
        self.calls.iter().find(is_it).map(|it| it.1.open)
    }

    /// Whether TRL's own functions make adapters of what the command line says, and nothing else makes any.
    pub(super) fn is_parsed(&self) -> bool {
        let parses = |it: &PythonCall| last(&it.path) == "get_peft_config" && !self.reach.is_unreached(it.open);
        let is_own = |it: CallKind| {
            let makes = [CallKind::Adapter, CallKind::UnslothAdapter, CallKind::UnslothLoad, CallKind::Bits];
            makes.contains(&it) || matches!(it, CallKind::Arguments(_) | CallKind::Refused)
        };
        self.kind.is_of_trl() && self.outline.calls.iter().any(parses) && !self.calls.iter().any(|it| is_own(it.0))
    }

    /// Calls that wrap a model and are reached.
    fn wrapping(&self) -> impl Iterator<Item = &PythonCall> {
        let all = self.outline.calls.iter().filter(|it| WRAPPING.contains(&last(&it.path)));
        let is_known = |call: &PythonCall| self.calls.iter().any(|it| it.1.open == call.open);
        all.filter(move |it| !is_known(it) && !self.reach.is_unreached(it.open))
    }

    /// The adapters that a trainer or a model is given; `None` where that cannot be followed, and all count.
    pub(super) fn used_adapters(&self) -> Option<Vec<usize>> {
        let is_made = |open: usize| self.calls.iter().any(|it| it.0 == CallKind::Adapter && it.1.open == open);
        let trainer = self.own_trainer()?;
        let mut res = Vec::new();
        for argument in &trainer.arguments {
            match (argument.name.as_deref(), self.reach.origin(argument.value.clone())) {
                (Some("peft_config" | "**"), ValueOrigin::Call(open)) if is_made(open) => res.push(open),
                (Some("peft_config"), ValueOrigin::Nothing) => {}
                (Some("peft_config" | "**"), _) => return None,
                _ => {}
            }
        }
        for call in self.wrapping() {
            let origins = call.arguments.iter().map(|it| self.reach.origin(it.value.clone()));
            let made = origins.filter_map(|it| if let ValueOrigin::Call(open) = it { Some(open) } else { None });
            res.push(made.into_iter().find(|it| is_made(*it))?);
        }
        Some(res)
    }

    /// What decides the run's method or what its weights are stored in, and stands under a condition of which nobody
    /// knows whether it holds.
    pub(super) fn doubted(&self, used: Option<&[usize]>) -> Vec<Setting> {
        let own = self.own_trainer().map(|it| it.open);
        let is_used = |it: &PythonCall| used.is_none_or(|used| used.contains(&it.open));
        let made = self.calls.iter().filter(|it| match it.0 {
            CallKind::Adapter => self.kind.trains() && is_used(it.1),
            CallKind::UnslothAdapter => self.kind.trains(),
            CallKind::Bits => self.kind != ScriptKind::Llm,
            _ => false,
        });
        let wraps = self.wrapping().filter(|_| self.kind.trains());
        let all = made.map(|it| it.1).chain(wraps);
        all.filter_map(|it| Some(named(&it.path, &self.reach.doubt(it.open, own)?, it.line))).collect()
    }

    /// Whether it is not known if a call is reached.
    pub(super) fn doubt(&self, call: &PythonCall) -> Option<Setting> {
        let own = self.own_trainer().map(|it| it.open);
        Some(named(&call.path, &self.reach.doubt(call.open, own)?, call.line))
    }

    /// What wraps a model in adapters that no call of the script makes.
    pub(super) fn unmade_adapters(&self) -> Option<Setting> {
        let makes = [CallKind::Adapter, CallKind::UnslothAdapter, CallKind::Refused];
        if !self.kind.trains() || self.calls.iter().any(|it| makes.contains(&it.0)) {
            return None;
        }
        let call = self.wrapping().find(|it| last(&it.path) == "get_peft_model")?;
        let config = call.arguments.last()?;
        Some(named(&call.path, &self.reader.written(config.value.clone()), call.line))
    }

    /// Of texts that are cut at several lengths the call that cuts them at the largest; `None` where there is one call
    /// at most, or a length is not known.
    pub(super) fn longest_text(&self) -> Option<usize> {
        let length = |call: &PythonCall| {
            let own = call.arguments.iter().find(|it| it.name.as_deref() == Some("max_length"))?;
            Some((self.reader.value(own.value.clone()), call.open))
        };
        let all = self.calls.iter().filter(|it| it.0 == CallKind::Tokenize && !is_of_labels(it.1));
        let all: Vec<_> = all.filter_map(|it| length(it.1)).collect();
        let mut res: Option<(f64, usize)> = None;
        for (value, open) in all {
            match value {
                PythonValue::Number(it) if res.is_none_or(|res| res.0 < it) => res = Some((it, open)),
                PythonValue::Number(_) => {}
                // It is told as what it is.
                _ => return Some(open),
            }
        }
        res.map(|it| it.1)
    }

    /// Other models that a run holds beside its own: the calls that load them, or names, by what they are given as.
    pub(super) fn held_beside(&self) -> Vec<(usize, Setting)> {
        let mut res = Vec::new();
        let loaded = || self.given("model", 0).and_then(|it| self.model_of(it)).map(|it| it.1);
        let own = self.trained().and_then(|it| self.model_at(it)).or_else(loaded);
        let reference = self.given("ref_model", usize::MAX).filter(|_| self.kind == ScriptKind::Pairs);
        if let Some(it) = reference
            && let Some((open, model)) = self.model_of(it)
            && own.is_some_and(|own| own != model)
        {
            res.push((open, named("ref_model", &model, self.line_of(it))));
        }
        let rewards = self.given("reward_funcs", 1).filter(|_| self.kind == ScriptKind::Groups);
        if let Some(it) = rewards
            && let Some(value) = self.reach.bound(it.value.clone())
        {
            let is_list = self.outline.is_sign(value.start, "[") || self.outline.is_sign(value.start, "(");
            let parts = if is_list { self.outline.parts(self.outline.inside(value.start)) } else { vec![value] };
            for part in parts {
                let one = Argument { name: None, value: part };
                let found =
                    self.model_of(&one).map(|model| (model.0, named("reward_funcs", &model.1, self.line_of(it))));
                res.extend(found);
            }
        }
        res
    }

    fn line_of(&self, argument: &Argument) -> usize {
        self.outline.tokens.get(argument.value.start).map_or(1, |it| it.line)
    }

    /// The model that an argument is, with the call that loads it, if there is one.
    fn model_of(&self, argument: &Argument) -> Option<(usize, String)> {
        if let PythonValue::Text(name) = self.reader.value(argument.value.clone()) {
            return Some((usize::MAX, name));
        }
        let ValueOrigin::Call(open) = self.reach.origin(argument.value.clone()) else { return None };
        Some((open, self.model_at(open)?))
    }

    /// The name of what a call loads, or what stands for it.
    fn model_at(&self, open: usize) -> Option<String> {
        let (kind, call) = self.calls.iter().find(|it| it.0.is_load() && it.1.open == open)?;
        let own = self.settings_of(*kind, call);
        own.into_iter().find(|it| it.name == MODEL_OF_SCRIPT).map(|it| it.value)
    }

    /// What changes a model once it is loaded, and has no formula.
    pub(super) fn unread_changes(&self, is_adapted: bool) -> Vec<Setting> {
        let tokens = &self.outline.tokens;
        let has = |all: &[PythonToken], name: &str| all.iter().any(|it| it.is_name(name));
        let is_type = |all: &[PythonToken]| has(all, "torch") && !has(all, "device");
        let mut res = Vec::new();
        for call in self.outline.calls.iter().filter(|it| !self.reach.is_unreached(it.open)) {
            let name = last(&call.path);
            let is_wide = |it: &Argument| is_type(&tokens[it.value.clone()]);
            let casts = CASTING.contains(&name) && call.arguments.is_empty()
                || name == "to" && call.arguments.iter().any(is_wide);
            let frees = self.kind.trains() && !is_adapted && name == "requires_grad_";
            if name == "resize_token_embeddings" || frees || casts && self.is_of_model(call) {
                let written =
                    call.arguments.first().map_or_else(String::new, |it| self.reader.written(it.value.clone()));
                res.push(named(name, &written, call.line));
            }
        }
        let assigned = tokens.windows(3).enumerate().filter(|(at, it)| {
            let is_it = it[0].is_name("requires_grad") && it[1].is_sign("=") && it[2].is_name("False");
            is_it && *at > 0 && tokens[*at - 1].is_sign(".") && !self.reach.is_unreached(*at)
        });
        let assigned = assigned.map(|it| named("requires_grad", "False", it.1[0].line)).next();
        res.extend(assigned.filter(|_| self.kind.trains() && !is_adapted));
        res
    }

    /// Whether a call is one of a model that was loaded, or of what a load returns.
    fn is_of_model(&self, call: &PythonCall) -> bool {
        let start = call.open.saturating_sub(2 * call.path.matches('.').count() + 1);
        let is_load = |open: usize| self.calls.iter().any(|it| it.0.is_load() && it.1.open == open);
        let Some((owner, _)) = call.path.rsplit_once('.') else {
            // `Class.from_pretrained(…).float()`
            let Some(dot) = start.checked_sub(1).filter(|it| self.outline.is_sign(*it, ".")) else { return false };
            return self.calls.iter().any(|it| it.0.is_load() && self.outline.behind(it.1.open) == dot);
        };
        let bound = self.outline.binding(owner, start).and_then(|it| it.value.clone());
        let is_bound = bound.is_some_and(|it| matches!(self.reach.origin(it), ValueOrigin::Call(it) if is_load(it)));
        is_bound || last(owner) == "model"
    }
}

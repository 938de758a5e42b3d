//! `docs/parameters.md`, from the parameter table and the texts. A test compares the committed page.

use crate::estimator::architecture::{BESIDE, Layout};
use crate::estimator::expr::exact;
use crate::estimator::parameters::gpu_kinds::SEVERAL_KINDS;
use crate::estimator::parameters::{
    Allowed, Controls, MOST_DEVICES, Only, ParameterGroup, ParameterSpec, ParameterUse, Scale, TableValue, Value,
};
use crate::estimator::{
    Algorithm, ChoiceValue, Draft, Engine, FinetuneMethod, Mode, Optimizer, ParameterId, Rollout, Task, TaskHead,
    Trainer, ZeroStage,
};
use crate::locale::{Guide, Texts};
use std::fmt::Write;

/// The whole page.
pub fn parameters_page(texts: &Texts, guide: &Guide) -> String {
    let mut out = String::from(
        "# Parameters\n\n\
         Generated from the parameter table; `make docs` writes it anew, and a test compares.\n\
         Keys are the link's. A slider covers a range, a number box accepts whatever is physically possible.\n\
         \"Effect\" is how much the parameter moves the total there: the document's word where it gives one. \"Has an\n\
         effect\" says under which choices: under all others the value is kept and told, and no formula reads it.\n",
    );
    for &id in ParameterId::ALL {
        let spec = id.spec();
        let (label, help) = ((texts.parameter)(id), (guide.help)(id));
        let unit = (texts.parameter_unit)(spec.unit);
        // Writing to a string cannot fail.
        let _ = write!(out, "\n## `{}`: {}\n\n{}\n\n", spec.key, label, help);
        let unit = if unit.is_empty() { String::new() } else { format!(", in {unit}") };
        let _ = write!(out, "Symbol {}{unit}. Accepts {}.\n\n", spec.symbol, accepted(spec.allowed()));
        out.push_str("| modes | default | slider | effect | has an effect |\n|---|---|---|---|---|\n");
        for it in spec.uses {
            let modes: Vec<_> = it.modes.iter().map(|mode| mode.id()).collect();
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                modes.join(", "),
                default(spec, it),
                slider(spec, it),
                effect(spec, it, texts),
                has_effect(id, it, texts)
            );
        }
    }
    out
}

/// What holds where nobody says anything; a fact of an architecture is whatever the model states, and of what none
/// states there is nothing.
fn default(spec: &ParameterSpec, it: &ParameterUse) -> String {
    match it.default {
        TableValue::Stated if spec.group != ParameterGroup::Shape => "–".to_owned(),
        TableValue::Stated => "the model's".to_owned(),
        TableValue::Number(_) | TableValue::Choice(_) | TableValue::Toggle(_) | TableValue::NoModel => {
            spec.write(&spec.kind.table_value(it.default))
        }
    }
}

/// One word where it is the same in all modes of a use, else a word for each.
fn effect(spec: &ParameterSpec, it: &ParameterUse, texts: &Texts) -> String {
    let word = |mode: &Mode| spec.impact_in(*mode).map_or("–", |it| (texts.impact)(it));
    match it.modes {
        [first, rest @ ..] if rest.iter().all(|mode| word(mode) == word(first)) => word(first).to_owned(),
        modes => modes.iter().map(|mode| format!("{} {}", mode.id(), word(mode))).collect::<Vec<_>>().join(", "),
    }
}

/// Under which choices a use has an effect; for each mode where they differ.
fn has_effect(id: ParameterId, it: &ParameterUse, texts: &Texts) -> String {
    let beside =
        BESIDE.iter().filter(|row| !matches!(it.default, TableValue::Number(_)) && row.dependents.contains(&id));
    let beside: String = beside.map(|row| format!(", `{}` not {}", row.control.key(), row.control.nothing())).collect();
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for mode in it.modes {
        let when = when(it.only, *mode, texts) + &beside;
        match told.iter_mut().find(|known| known.0 == when) {
            Some(known) => known.1.push(mode.id()),
            None => told.push((when, vec![mode.id()])),
        }
    }
    match told.as_slice() {
        [(when, _)] => when.clone(),
        several => {
            several.iter().map(|(when, modes)| format!("{}: {when}", modes.join(", "))).collect::<Vec<_>>().join("; ")
        }
    }
}

/// The choices of one mode under which a rule gives an effect: found by trying them all, so that no rule is told twice.
fn when(only: Only, mode: Mode, texts: &Texts) -> String {
    let all = every_controls(mode);
    let n_tried = all.len();
    let with_effect: Vec<Controls> = all.into_iter().filter(|it| only.taken_away_by(it).is_none()).collect();
    if with_effect.len() == n_tried {
        return "always".to_owned();
    }
    let told = [
        choices(ParameterId::Task, mode, texts, |it: Task| with_effect.iter().any(|known| known.task == it)),
        choices(ParameterId::Algorithm, mode, texts, |it: Algorithm| {
            with_effect.iter().any(|known| known.algorithm == it)
        }),
        choices(ParameterId::Rollout, mode, texts, |it: Rollout| with_effect.iter().any(|known| known.rollout == it)),
        choices(ParameterId::FinetuneMethod, mode, texts, |it: FinetuneMethod| {
            with_effect.iter().any(|known| known.method == it)
        }),
        choices(ParameterId::Engine, mode, texts, |it: Engine| with_effect.iter().any(|known| known.engine == it)),
        choices(ParameterId::Draft, mode, texts, |it: Draft| with_effect.iter().any(|known| known.draft == it)),
        choices(ParameterId::Trainer, mode, texts, |it: Trainer| with_effect.iter().any(|known| known.trainer == it)),
        choices(ParameterId::TaskHead, mode, texts, |it: TaskHead| with_effect.iter().any(|known| known.head == it)),
        choices(ParameterId::Optimizer, mode, texts, |it: Optimizer| {
            with_effect.iter().any(|known| known.optimizer == it)
        }),
        choices(ParameterId::Layout, mode, texts, |it: Layout| with_effect.iter().any(|known| known.layout == it)),
    ];
    let is_of_packed = with_effect.iter().all(|it| it.is_packed).then(|| "quantized weights".to_owned());
    let told: Vec<_> = told.into_iter().flatten().chain(is_of_packed).collect();
    if with_effect.is_empty() { "never".to_owned() } else { told.join(", ") }
}

/// All choices that a mode offers of those that decide which others have an effect, each with each.
fn every_controls(mode: Mode) -> Vec<Controls> {
    /// The same with each of some values in a place.
    fn with_each<T: Copy>(all: &[Controls], values: &[T], put: fn(&mut Controls, T)) -> Vec<Controls> {
        let changed = |it: &Controls, value: T| {
            let mut res = *it;
            put(&mut res, value);
            res
        };
        all.iter().flat_map(|it| values.iter().map(move |value| changed(it, *value))).collect()
    }
    let first = Controls {
        mode,
        task: Task::ALL[0],
        algorithm: Algorithm::ALL[0],
        rollout: Rollout::ALL[0],
        method: FinetuneMethod::ALL[0],
        engine: Engine::ALL[0],
        draft: Draft::ALL[0],
        trainer: Trainer::ALL[0],
        zero_stage: ZeroStage::ALL[0],
        optimizer: Optimizer::ALL[0],
        layout: Layout::ALL[0],
        head: TaskHead::ALL[0],
        is_packed: false,
        has_unlike_gpus: false,
    };
    let all = with_each(&[first], offered(ParameterId::Task, mode), |it, value| it.task = value);
    let all = with_each(&all, offered(ParameterId::Algorithm, mode), |it, value| it.algorithm = value);
    let all = with_each(&all, offered(ParameterId::Rollout, mode), |it, value| it.rollout = value);
    let all = with_each(&all, offered(ParameterId::FinetuneMethod, mode), |it, value| it.method = value);
    let all = with_each(&all, offered(ParameterId::Engine, mode), |it, value| it.engine = value);
    let all = with_each(&all, offered(ParameterId::Draft, mode), |it, value| it.draft = value);
    let all = with_each(&all, offered(ParameterId::Trainer, mode), |it, value| it.trainer = value);
    let all = with_each(&all, offered(ParameterId::ZeroStage, mode), |it, value| it.zero_stage = value);
    let all: Vec<_> = all.into_iter().filter(Controls::tells_stage).collect();
    let all = with_each(&all, offered(ParameterId::Optimizer, mode), |it, value| it.optimizer = value);
    let all = with_each(&all, offered(ParameterId::Layout, mode), |it, value| it.layout = value);
    let all = with_each(&all, offered(ParameterId::TaskHead, mode), |it, value| it.head = value);
    with_each(&all, &[false, true], |it, value| it.is_packed = value)
}

/// The values of a choice in a mode; where the mode has no such choice, the one that rules are then given.
fn offered<T: ChoiceValue>(id: ParameterId, mode: Mode) -> &'static [T] {
    if id.use_in(mode).is_some() { T::ALL } else { &T::ALL[..1] }
}

/// Of longer lists than this the one value that is not in it is told instead.
const LONG: usize = 8;

/// "Method `LoRA` or `QLoRA`", unless every value of the choice will do.
fn choices<T: ChoiceValue>(id: ParameterId, mode: Mode, texts: &Texts, keep: impl Fn(T) -> bool) -> Option<String> {
    let all = offered::<T>(id, mode);
    let (kept, left): (Vec<_>, Vec<_>) = all.iter().zip(T::IDS).partition(|(it, _)| keep(**it));
    let told = match left.as_slice() {
        [] => return None,
        [(_, only)] if kept.len() > LONG => format!("any but `{only}`"),
        _ => kept.iter().map(|(_, id)| format!("`{id}`")).collect::<Vec<_>>().join(" or "),
    };
    Some(format!("{} {told}", (texts.parameter)(id)))
}

fn accepted(allowed: Allowed) -> String {
    match allowed {
        Allowed::Numbers { min, max, whole } => {
            format!("{} from {} to {}", if whole { "whole numbers" } else { "numbers" }, exact(min), exact(max))
        }
        Allowed::OneOf(ids) => ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "),
        Allowed::Devices(ids) => format!(
            "{}; or up to {MOST_DEVICES} GPUs of several kinds, with their numbers: `{SEVERAL_KINDS}`",
            accepted(Allowed::OneOf(ids))
        ),
        Allowed::OneOfOrModel(ids) => {
            format!("{}, or the id of a model preset of `data/models.json`", accepted(Allowed::OneOf(ids)))
        }
        Allowed::Lists { most, min, max } => {
            format!("up to {most} whole numbers from {} to {}, commas between them", exact(min), exact(max))
        }
        Allowed::SomeOf(words) => {
            let words: Vec<_> = words.iter().map(|it| format!("`{it}`")).collect();
            format!("any of {}, with `_` between them", words.join(", "))
        }
        Allowed::Model => "`none`, or the id of a model preset of `data/models.json`".to_owned(),
    }
}

fn slider(spec: &ParameterSpec, it: &ParameterUse) -> String {
    let Some(slider) = it.slider else { return "–".to_owned() };
    let write = |value| spec.write(&Value::Number(value));
    let (min, max, step) = (write(slider.min), write(slider.max), write(slider.step));
    match slider.scale {
        Scale::Linear => format!("{min} – {max}, step {step}"),
        Scale::Logarithmic => format!("{min} – {max}, logarithmic, finest step {step}"),
    }
}

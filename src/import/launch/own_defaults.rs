//! What programs do where nothing is said: their own defaults, once all that is said was read. It knows no program but
//! by its rows.

use crate::estimator::{Inputs, ParameterId};
use crate::import::imported::{Assumed, NotTaken, Whose};
use crate::import::launch::field::{Field, FlagMeaning, Tool, ToolDefault};
use crate::import::launch::gathering::Gathering;
use crate::import::launch::postponed::{Postponed, SaidSetting};
use crate::import::launch::values::{has_adapters, number_of, text_of};
use crate::import::own_source::{OwnDefault, OwnSource};

/// A tuned model may be made for another context than the preset.
const OF_TUNED: OwnSource = OwnSource::of(OwnDefault::ContextOfTuned);

/// A list of modules that is none of those that are known.
const OF_OTHER_MODULES: OwnSource = OwnSource::of(OwnDefault::OtherModules);

/// What decides more than most, and which a launch often leaves open: told also where the program's default is ours.
const ALWAYS_TOLD: &[ParameterId] = &[ParameterId::LoraTargets, ParameterId::SequenceLength, ParameterId::Engine];

/// The defaults of some programs, and what decides which of them count.
pub struct OwnDefaults<'a> {
    /// The program, and what launches it.
    pub tools: &'a [&'a Tool],
    /// All that was said.
    pub settings: &'a [SaidSetting<'a>],
    /// The context of a tuned model, where the program takes that.
    pub context: Option<f64>,
    /// Whether the vision tower stays where it is.
    pub keeps_tower: bool,
}

impl OwnDefaults<'_> {
    /// Takes them in their order, in which one may depend on another, each with what had to wait for it.
    pub fn take(&self, postponed: &mut Postponed, all: &mut Gathering) {
        let program = self.tools[0];
        for default in self.tools.iter().flat_map(|it| it.own_defaults()) {
            // What weights are loaded in says something of the recipe once it is known what is trained, and in what.
            if default.id == ParameterId::Recipe {
                postponed.take_loaded(program, all);
            }
            // A name says a format that has no formula: none is taken in its place.
            let is_other = default.id == ParameterId::Quantization && all.names_other_format();
            let is_kept = default.id == ParameterId::Vision && self.keeps_tower;
            if all.is_given(default.id) || is_other || is_kept {
                continue;
            }
            let inputs = all.inputs(program);
            // A sequence is prompt and completion, whose length is known once its own default is.
            if let Some(setting) = postponed.prompt.filter(|_| default.id == ParameterId::SequenceLength) {
                all.take_prompt(setting, number_of(&inputs, ParameterId::CompletionLength));
                continue;
            }
            let Some((text, source)) = self.value(default, &inputs) else {
                // PEFT refuses to guess.
                if default.source.default == Some(OwnDefault::TargetModules) && has_adapters(&inputs) {
                    let row = program.rows().find(|it| carries(it, default.id));
                    all.res.leave(row.map_or("target_modules", |it| it.names[0]), "", NotTaken::Missing);
                }
                continue;
            };
            if let Ok(value) = default.id.spec().parse(&text, all.catalog) {
                if inputs.value(default.id) != value || ALWAYS_TOLD.contains(&default.id) {
                    let whose = Whose::ProgramsOwn(source);
                    all.res.assumed.push(Assumed { id: default.id, value: text, whose });
                }
                all.given.push((default.id, value));
            }
        }
    }

    /// The value of a default beside what is known, and where it was read; `None` where it is ours.
    fn value(&self, default: &ToolDefault, inputs: &Inputs) -> Option<(String, OwnSource)> {
        if let Some(context) = self.context.filter(|_| default.id == ParameterId::SequenceLength) {
            return Some((context.to_string(), OF_TUNED));
        }
        // What was listed was not taken, and is not what the program has by itself.
        let field_of = |it: &SaidSetting| self.tools.iter().find_map(|tool| tool.field(&it.0.name));
        let is_listed = default.id == ParameterId::LoraTargets
            && self.settings.iter().any(|it| field_of(it).is_some_and(|it| carries(it, default.id)));
        if is_listed {
            return Some((text_of(inputs, default.id), OF_OTHER_MODULES));
        }
        Some(((default.of)(inputs)?, default.source))
    }
}

/// Whether a row carries a parameter.
pub fn carries(field: &Field, id: ParameterId) -> bool {
    match field.meaning {
        FlagMeaning::Model => id == ParameterId::Model,
        FlagMeaning::Number(it)
        | FlagMeaning::List(it)
        | FlagMeaning::Devices(it)
        | FlagMeaning::NumberUnless(it, _)
        | FlagMeaning::OfWidth(it, _)
        | FlagMeaning::Switch(it, _) => it == id,
        FlagMeaning::Words(words) | FlagMeaning::OneOf(words) | FlagMeaning::Heard(words) => {
            words.iter().any(|word| word.pairs.iter().any(|it| it.0 == id))
        }
        FlagMeaning::Gpus | FlagMeaning::Slots | FlagMeaning::Shards => id == ParameterId::GpuCount,
        FlagMeaning::Loaded => matches!(id, ParameterId::Recipe | ParameterId::KbitPreparation),
        FlagMeaning::Computes => id == ParameterId::Precision,
        FlagMeaning::ReferenceWeight => id == ParameterId::ReferenceModel,
        FlagMeaning::PromptLength => id == ParameterId::SequenceLength,
        FlagMeaning::DraftModel => id == ParameterId::Draft,
        FlagMeaning::Modality | FlagMeaning::Projector(_) => id == ParameterId::Vision,
        FlagMeaning::Idle
        | FlagMeaning::Bound(..)
        | FlagMeaning::Experts
        | FlagMeaning::RepositoryFile
        | FlagMeaning::File(_)
        | FlagMeaning::Unread(_)
        | FlagMeaning::Refused(_) => false,
    }
}

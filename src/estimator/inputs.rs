//! What an estimate is computed from: a mode and a value for every parameter. It knows no formula.

use crate::estimator::architecture::{Fact, Layout, Preset};
use crate::estimator::choices::{ChoiceValue, FinetuneMethod, Precision, Recipe};
use crate::estimator::expr::Expr;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{PARAMETERS, ParameterId, ParameterKind, Refusal, Value};
use crate::estimator::units::{BytesPerElement, Unit};

/// A mode and a value for every parameter, each of its parameter's kind and inside its hard limits.
///
/// *Invariant:* what stands at the mode's default is not given, so equal inputs compare equal however they
/// were made. A parameter that the mode does not use has no default there: given, it is kept as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    mode: Mode,
    given: Vec<Option<Value>>,
}

/// Two parameters that contradict each other although each is allowed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// A token would visit more experts than there are.
    MoreActiveThanExperts,
    /// A patch would be larger than the image.
    PatchLargerThanImage,
    /// The width of the model is no multiple of its heads.
    HeadsDoNotDivide,
    /// The heads are no multiple of the key-value heads.
    KeyValueHeadsDoNotDivide,
    /// Keys and values would have more heads than queries.
    MoreKeyValueHeadsThanHeads,
    /// The completion would be longer than the sequence.
    CompletionLongerThanSequence,
    /// Nothing is known of the model's layers but how many parameters they have.
    LayersUnknown,
    /// The mode runs language models and the model is one for images, or the reverse.
    ModelOfOtherMode,
}

impl Conflict {
    /// The parameter beside which the page explains the conflict.
    pub const fn parameter(self) -> ParameterId {
        match self {
            Self::MoreActiveThanExperts => ParameterId::NumActiveExperts,
            Self::PatchLargerThanImage => ParameterId::PatchSize,
            Self::HeadsDoNotDivide => ParameterId::NumAttentionHeads,
            Self::KeyValueHeadsDoNotDivide | Self::MoreKeyValueHeadsThanHeads => ParameterId::NumKeyValueHeads,
            Self::CompletionLongerThanSequence => ParameterId::CompletionLength,
            Self::LayersUnknown | Self::ModelOfOtherMode => ParameterId::Model,
        }
    }
}

/// Whether a mode runs such models: networks for images in one, language models in the others. Of a model whose layers
/// are not known nobody can tell.
pub(super) fn runs(mode: Mode, preset: &Preset) -> bool {
    let layout = preset.architecture.layout;
    layout == Layout::Unknown || layout.is_of_images() == (mode == Mode::Cnn)
}

impl Inputs {
    /// The mode with the defaults of the document.
    pub fn defaults(mode: Mode) -> Self {
        Self { mode, given: vec![None; PARAMETERS.len()] }
    }

    /// A mode with values from elsewhere; a value that its parameter does not accept stays at the default.
    pub fn collect(mode: Mode, given: impl Fn(ParameterId) -> Option<Value>) -> Self {
        let mut res = Self::defaults(mode);
        // In the table's order, in which a default never depends on a later parameter.
        for &id in ParameterId::ALL {
            if let Some(value) = given(id).and_then(|value| id.spec().check(value).ok()) {
                res.given[id as usize] = (res.default_of(id) != Some(value)).then_some(value);
            }
        }
        res
    }

    /// The mode.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The model preset, if one was chosen.
    pub fn preset(&self) -> Option<&'static Preset> {
        match self.given(ParameterId::Model) {
            Some(Value::Model(preset)) => preset,
            _ => None,
        }
    }

    /// What was given for a parameter in place of its default.
    pub fn given(&self, id: ParameterId) -> Option<Value> {
        self.given[id as usize]
    }

    /// A parameter's default in these inputs, or `None` where the mode does not use it: the preset's fact, else
    /// what follows from other parameters, else the mode's own.
    pub fn default_of(&self, id: ParameterId) -> Option<Value> {
        let own = id.spec().use_in(self.mode)?.default;
        Some(self.fact_of(id).or_else(|| self.derived_default(id)).unwrap_or(own))
    }

    /// What the preset says of a parameter, if the parameter accepts it.
    fn fact_of(&self, id: ParameterId) -> Option<Value> {
        let preset = self.preset()?;
        let spec = id.spec();
        let value = match id {
            ParameterId::ModelSize => Value::Number(preset.total_parameters / spec.unit.factor()),
            _ => {
                let fact = Fact::of_parameter(id)?;
                // What a known architecture does not state it has not: 0 or no, where the parameter accepts that.
                let is_known = preset.architecture.layout != Layout::Unknown;
                // A model without experts is a mixture of one.
                let lacking = if matches!(fact, Fact::NumExperts | Fact::NumActiveExperts) { 1.0 } else { 0.0 };
                let fact = preset.architecture.get(fact).or_else(|| is_known.then_some(lacking))?;
                match spec.kind {
                    ParameterKind::Toggle => Value::Toggle(fact != 0.0),
                    ParameterKind::Choice { .. } => Value::Choice(fact as usize),
                    ParameterKind::Number { .. } | ParameterKind::Model => Value::Number(fact),
                }
            }
        };
        spec.check(value).ok()
    }

    /// Defaults that follow from other parameters. Each depends only on parameters before it in the table.
    fn derived_default(&self, id: ParameterId) -> Option<Value> {
        let number = |id| self.value(id).number();
        let value = match id {
            // Without groups every head has its own keys.
            ParameterId::NumKeyValueHeads => self.value(ParameterId::NumAttentionHeads),
            // The heads share the width of the model.
            ParameterId::HeadDim => {
                Value::Number((number(ParameterId::HiddenSize) / number(ParameterId::NumAttentionHeads)).max(1.0))
            }
            // The experts share what attention and embeddings leave of the model.
            ParameterId::MoeIntermediateSize => {
                let (hidden, layers) = (number(ParameterId::HiddenSize), number(ParameterId::NumLayers));
                let (heads, kv_heads) = (number(ParameterId::NumAttentionHeads), number(ParameterId::NumKeyValueHeads));
                let attention = layers * 2.0 * hidden * number(ParameterId::HeadDim) * (heads + kv_heads);
                let left = number(ParameterId::ModelSize) * ParameterId::ModelSize.spec().unit.factor()
                    - attention
                    - 2.0 * number(ParameterId::VocabSize) * hidden;
                let matrices = if self.is_on(ParameterId::GatedMlp) { 3.0 } else { 2.0 };
                let experts = matrices * layers * number(ParameterId::NumExperts) * hidden;
                Value::Number((left / experts).floor().max(1.0))
            }
            // A sequence without a prompt: the largest that the completion can be.
            ParameterId::CompletionLength => self.value(ParameterId::SequenceLength),
            ParameterId::Recipe if self.trains_adapters() => Value::Choice(Recipe::Autocast as usize),
            // Vision models are trained in FP32 unless told otherwise.
            ParameterId::Recipe if self.choice::<Precision>(ParameterId::Precision) == Precision::Fp32 => {
                Value::Choice(Recipe::Pure as usize)
            }
            _ => return None,
        };
        Some(value)
    }

    /// Whether the run trains adapters or prefixes beside frozen weights.
    fn trains_adapters(&self) -> bool {
        let id = ParameterId::FinetuneMethod;
        id.spec().use_in(self.mode).is_some() && self.choice::<FinetuneMethod>(id) != FinetuneMethod::Full
    }

    /// A parameter's value; parameters that the mode does not use have one too.
    pub fn value(&self, id: ParameterId) -> Value {
        self.given(id).or_else(|| self.default_of(id)).unwrap_or_else(|| id.spec().uses[0].default)
    }

    /// Whether a parameter stands at its default.
    pub fn is_default(&self, id: ParameterId) -> bool {
        self.given(id).is_none()
    }

    /// The same inputs with one value changed.
    ///
    /// # Errors
    /// Refuses a value of the wrong kind or outside the hard limits.
    pub fn with(self, id: ParameterId, value: Value) -> Result<Self, Refusal> {
        let value = id.spec().check(value)?;
        // Collected anew: other values may now stand at their defaults.
        Ok(Self::collect(self.mode, |other| if other == id { Some(value) } else { self.given(other) }))
    }

    /// The same workload with another model: what the model states replaces what was given.
    pub fn with_model(&self, model: Option<&'static Preset>) -> Self {
        let with = |keep: &dyn Fn(ParameterId) -> bool| {
            Self::collect(self.mode, |id| match id {
                ParameterId::Model => Some(Value::Model(model)),
                _ => self.given(id).filter(|_| keep(id)),
            })
        };
        let bare = with(&|_| true);
        with(&|id| bare.fact_of(id).is_none())
    }

    /// The same values in another mode, also those that stand at this mode's defaults.
    pub fn seen_as(&self, mode: Mode) -> Self {
        let is_shared = |id: ParameterId| [self.mode, mode].iter().all(|mode| id.spec().use_in(*mode).is_some());
        Self::collect(mode, |id| is_shared(id).then(|| self.value(id)))
    }

    /// The choice of a parameter whose list is that of `T`.
    pub fn choice<T: ChoiceValue>(&self, id: ParameterId) -> T {
        match self.value(id) {
            Value::Choice(at) => T::ALL[at.min(T::ALL.len() - 1)],
            Value::Number(_) | Value::Toggle(_) | Value::Model(_) => T::ALL[0],
        }
    }

    /// Whether a toggle is on.
    pub fn is_on(&self, id: ParameterId) -> bool {
        self.value(id) == Value::Toggle(true)
    }

    /// A number as a leaf of a formula, in the formula's unit.
    pub fn leaf<U: Unit>(&self, id: ParameterId) -> Expr<U> {
        let spec = id.spec();
        Expr::parameter(id, spec.symbol, self.value(id).number() * spec.unit.factor())
    }

    /// The bytes of one element in the run's precision, as a leaf of a formula.
    pub fn element_bytes(&self) -> Expr<BytesPerElement> {
        let id = ParameterId::Precision;
        Expr::parameter(id, id.spec().symbol, self.choice::<Precision>(id).bytes())
    }

    /// Parameters of the mode that contradict each other. The formulas are computed as they stand.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let number = |id| self.value(id).number();
        let uses = |id: ParameterId| id.spec().use_in(self.mode).is_some();
        let mut res = Vec::new();
        if let Some(preset) = self.preset() {
            let layout = preset.architecture.layout;
            if layout == Layout::Unknown {
                res.push(Conflict::LayersUnknown);
            } else if !runs(self.mode, preset) {
                res.push(Conflict::ModelOfOtherMode);
            }
        }
        if uses(ParameterId::NumExperts) && number(ParameterId::NumActiveExperts) > number(ParameterId::NumExperts) {
            res.push(Conflict::MoreActiveThanExperts);
        }
        if uses(ParameterId::PatchSize) && number(ParameterId::PatchSize) > number(ParameterId::ImageResolution) {
            res.push(Conflict::PatchLargerThanImage);
        }
        if uses(ParameterId::NumKeyValueHeads) {
            let heads = number(ParameterId::NumAttentionHeads);
            let kv_heads = number(ParameterId::NumKeyValueHeads);
            // The document's own defaults of `vlm` do not divide; only what somebody chose is refused.
            let is_chosen = !self.is_default(ParameterId::NumAttentionHeads)
                || self.mode != Mode::Vlm && !self.is_default(ParameterId::HiddenSize);
            if is_chosen && self.is_default(ParameterId::HeadDim) && number(ParameterId::HiddenSize) % heads != 0.0 {
                res.push(Conflict::HeadsDoNotDivide);
            }
            if kv_heads > heads {
                res.push(Conflict::MoreKeyValueHeadsThanHeads);
            } else if heads % kv_heads != 0.0 {
                res.push(Conflict::KeyValueHeadsDoNotDivide);
            }
        }
        let sequence = number(ParameterId::SequenceLength);
        if uses(ParameterId::CompletionLength) && number(ParameterId::CompletionLength) > sequence {
            res.push(Conflict::CompletionLongerThanSequence);
        }
        res
    }
}

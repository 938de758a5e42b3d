//! What somebody asks a sweep for: a parameter, and from where to where, read from outside text. It knows no estimate
//! and no language.

use crate::estimator::catalog::Catalog;
use crate::estimator::inputs::Inputs;
use crate::estimator::mode::Mode;
use crate::estimator::parameters::{Control, ParameterId as Id, ParameterKind, Refusal, Scale, Slider, Value};

/// The most points of a range: as many as a chart has columns to tell apart.
pub const MOST_POINTS: usize = 256;

/// A parameter, and which of its values are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepRequest {
    /// The parameter: a number, a choice or a switch.
    id: Id,
    /// From where to where, in the parameter's unit; `None` for its slider. Of a choice nobody gives it.
    range: Option<(f64, f64)>,
    /// How many points at most, from 2 to [`MOST_POINTS`].
    n_points: usize,
}

/// Why there is no sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepRefusal {
    /// No parameter has this key.
    UnknownKey(String),
    /// A model, a set or a list: nothing lies between two of them.
    NoValues(Id),
    /// A range was given of a choice or a switch, which takes each of its values.
    NoRange(Id),
    /// No range, as it stands there: two ends with `..` between them.
    Unreadable(Id, String),
    /// An end of the range is no value of the parameter.
    End(Id, String, Refusal),
    /// The range ends where it starts, or before.
    Backwards(Id, String),
    /// No number of points.
    Points(Id, String),
    /// Other choices take the parameter's effect away.
    NoEffect(Id, Control, Mode),
}

/// The keys of all parameters that have a sweep, in the table's order.
pub fn swept_keys() -> Vec<&'static str> {
    Id::ALL.iter().filter(|it| is_swept(**it)).map(|it| it.spec().key).collect()
}

/// Whether a parameter has a sweep: something lies between two of its values, or they are few.
pub fn is_swept(id: Id) -> bool {
    SweepRequest::new(id).is_ok()
}

impl SweepRequest {
    /// All of a parameter's values, or those of its slider.
    ///
    /// # Errors
    /// Refuses a parameter that is neither a number nor a choice nor a switch.
    pub fn new(id: Id) -> Result<Self, SweepRefusal> {
        match id.spec().kind {
            ParameterKind::Number { .. } | ParameterKind::Choice { .. } | ParameterKind::Toggle => {
                Ok(Self { id, range: None, n_points: MOST_POINTS })
            }
            ParameterKind::Set { .. } | ParameterKind::Model | ParameterKind::List { .. } => {
                Err(SweepRefusal::NoValues(id))
            }
        }
    }

    /// The same around today's value where it is told apart by ratios: from a quarter of it to four times as much, so
    /// that what is near can be read, and as far as where the run stops fitting if that is near.
    ///
    /// # Errors
    /// Refuses what [`Self::new`] refuses.
    pub fn around_today(id: Id, inputs: &Inputs, crossing: Option<f64>) -> Result<Self, SweepRefusal> {
        /// Times as much as the end of the range a crossing may be for the range to reach it.
        const NEAR: f64 = 8.0;
        /// Steps of the slider that there are at least.
        const FEWEST_STEPS: f64 = 15.0;
        let mut res = Self::new(id)?;
        if let (ParameterKind::Number { min, max, whole }, Some(slider)) = (id.spec().kind, res.slider(inputs))
            && slider.scale == Scale::Logarithmic
        {
            let own = inputs.values().number(id);
            let (least, most) = res.own_range(inputs, min, max);
            let (mut from, mut to) = (own / 4.0, own * 4.0);
            if let Some(it) = crossing.filter(|it| (from / NEAR..to * NEAR).contains(it)) {
                (from, to) = (from.min(it / 2.0), to.max(it * 2.0));
            }
            let from = if whole { from.floor() } else { from }.max(least);
            let to = if whole { to.ceil() } else { to }.max(from + FEWEST_STEPS * slider.step).min(most);
            res.range = (from < to).then_some((from, to));
        }
        Ok(res)
    }

    /// Whether today's value lies inside the range that was asked for; of what has none, always.
    pub fn holds(&self, inputs: &Inputs) -> bool {
        self.range.is_none_or(|(from, to)| {
            let own = inputs.values().number(self.id);
            from < own && own < to
        })
    }

    /// Reads `KEY`, `KEY=FROM..TO` or `KEY=FROM..TO:POINTS`; numbers as people type them.
    ///
    /// # Errors
    /// Says why the text asks for no sweep.
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, SweepRefusal> {
        let (key, range) = text.split_once('=').map_or((text, None), |(key, range)| (key, Some(range)));
        let id = Id::from_key(key.trim()).ok_or_else(|| SweepRefusal::UnknownKey(key.to_owned()))?;
        let mut res = Self::new(id)?;
        let Some(range) = range else { return Ok(res) };
        if !matches!(id.spec().kind, ParameterKind::Number { .. }) {
            return Err(SweepRefusal::NoRange(id));
        }
        let (range, points) = range.split_once(':').map_or((range, None), |(range, points)| (range, Some(points)));
        let (from, to) = range.split_once("..").ok_or_else(|| SweepRefusal::Unreadable(id, range.to_owned()))?;
        let end = |text: &str| {
            let refused = |it| SweepRefusal::End(id, text.to_owned(), it);
            id.parse_typed(text, catalog).map(|it| it.number()).map_err(refused)
        };
        let (from, to) = (end(from)?, end(to)?);
        if from >= to {
            return Err(SweepRefusal::Backwards(id, range.to_owned()));
        }
        res.range = Some((from, to));
        if let Some(text) = points {
            let read = text.trim().parse().ok().filter(|it| (2..=MOST_POINTS).contains(it));
            res.n_points = read.ok_or_else(|| SweepRefusal::Points(id, text.to_owned()))?;
        }
        Ok(res)
    }

    /// The parameter.
    pub const fn id(&self) -> Id {
        self.id
    }

    /// How the values are spaced in some inputs, as the parameter's slider is.
    pub fn scale(&self, inputs: &Inputs) -> Scale {
        self.slider(inputs).map_or(Scale::Linear, |it| it.scale)
    }

    /// The slider of the mode, or else of any that has one.
    fn slider(&self, inputs: &Inputs) -> Option<Slider> {
        let of_mode = self.id.use_in(inputs.mode()).and_then(|it| it.slider);
        of_mode.or_else(|| self.id.spec().uses.iter().find_map(|it| it.slider))
    }

    /// What lies between two values at least, in the parameter's unit: 1 where it is whole, else a step of its slider,
    /// 0 without one.
    pub(super) fn step(&self, inputs: &Inputs) -> f64 {
        match self.id.spec().kind {
            ParameterKind::Number { whole: true, .. } => 1.0,
            _ => self.slider(inputs).map_or(0.0, |it| it.step),
        }
    }

    /// The values in some inputs, in their order, each once: of a choice all, of a number from end to end, in even
    /// steps or in even ratios. Where a whole number has no more values than points these are all of them.
    ///
    /// # Errors
    /// Refuses a parameter that has no effect.
    pub fn values(&self, inputs: &Inputs) -> Result<Vec<Value>, SweepRefusal> {
        if let Some(control) = inputs.taken_away_by(self.id) {
            return Err(SweepRefusal::NoEffect(self.id, control, inputs.mode()));
        }
        Ok(match self.id.spec().kind {
            ParameterKind::Choice { ids } => (0..ids.all().len()).map(Value::Choice).collect(),
            ParameterKind::Toggle => [false, true].map(Value::Toggle).to_vec(),
            ParameterKind::Number { min, max, whole } => {
                let (from, to) = self.range.unwrap_or_else(|| self.own_range(inputs, min, max));
                self.numbers(inputs, from, to, whole).into_iter().map(Value::Number).collect()
            }
            ParameterKind::Set { .. } | ParameterKind::Model | ParameterKind::List { .. } => Vec::new(),
        })
    }

    /// The range of a number's slider, as far as the parameter goes, and to where it stands today if that is beyond. A
    /// fact of a model has no slider: then from a quarter of today's to four times as much, or to 16.
    fn own_range(&self, inputs: &Inputs, min: f64, max: f64) -> (f64, f64) {
        let own = inputs.values().number(self.id);
        let (from, to) = match self.slider(inputs) {
            Some(it) => (it.min.min(own), it.max.max(own)),
            None => ((own / 4.0).floor(), (4.0 * own).max(16.0)),
        };
        (from.clamp(min, max), to.clamp(min, max))
    }

    fn numbers(&self, inputs: &Inputs, from: f64, to: f64, whole: bool) -> Vec<f64> {
        let n_gaps = (self.n_points - 1) as f64;
        if whole && to - from <= n_gaps {
            return (0..=(to - from) as usize).map(|it| from + it as f64).collect();
        }
        let step = self.step(inputs);
        // No ratio leads away from 0: what follows it is one step.
        let is_even = self.scale(inputs) == Scale::Linear;
        let first = if from > 0.0 { from } else { step.max(to / 1e6) };
        let at = |n: f64| {
            let share = n / n_gaps;
            if is_even { from + (to - from) * share } else { first * (to / first).powf(share) }
        };
        let between = (1..self.n_points - 1).map(|n| on_grid(at(n as f64), step)).filter(|it| *it > from && *it < to);
        let mut res: Vec<f64> = std::iter::once(from).chain(between).chain([to]).collect();
        res.dedup();
        res
    }
}

/// The multiple of a step that is nearest to a number, or the number itself where there is no step.
pub(super) fn on_grid(it: f64, step: f64) -> f64 {
    // Decimal steps bring noise: 24 × 0.0025 is 0.06.
    const DIGITS: f64 = 1e9;
    let res = if step > 0.0 { (it / step).round() * step } else { it };
    if res.abs() < 1e6 { (res * DIGITS).round() / DIGITS } else { res }
}

//! What is read of a file that another program wrote: values for parameters, each with the place that says it, and what was read
//! of it that is no parameter. It knows no kind of file, no formula and no language.

use crate::estimator::{Catalog, Component, Inputs, Mode, ParameterId};

/// What a file tells of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// The mode in which what was taken means something; `None` where nothing decides it.
    pub mode: Option<Mode>,
    /// Values that the file states.
    pub taken: Vec<Taken>,
    /// Values that it leaves to whoever reads it.
    pub assumed: Vec<Assumed>,
    /// What was not taken.
    pub ignored: Vec<Ignored>,
    /// Figures of memory and of what it holds.
    pub measured: Vec<Measured>,
    /// What could not be taken as it stands. Where there is one, what was taken is not a whole run.
    pub problems: Vec<ImportProblem>,
}

/// A value that a file states.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The parameter's key in links.
    pub key: &'static str,
    /// Its value as links write it.
    pub value: String,
    /// Where it stands: the path of a key, the name of a tensor, the number of a line.
    pub place: String,
}

/// A value that a file does not state.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumed {
    /// The parameter's key in links.
    pub key: &'static str,
    /// Its value as links write it.
    pub value: String,
    /// Who decides it.
    pub whose: Whose,
}

/// Who decides what a file does not state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The default of the class that reads the file, for a key that is absent.
    DefaultOf(String),
    /// The code of a kind of model, which knows no key for it.
    CodeOf(String),
    /// It follows from others, by the rule of the program that reads the file: their places.
    FollowsFrom(String),
}

/// What was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// Where it stands.
    pub place: String,
    /// What stands there; long ones are cut.
    pub value: String,
    /// Why.
    pub why: IgnoredBecause,
}

/// Why something was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoredBecause {
    /// It was checked to change no byte.
    WithoutBytes,
    /// Nobody has read what it changes.
    Unread,
    /// The program that reads the file does not use it, beside what else is stated.
    Unused,
}

/// A figure of a run that took place, or of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// What it is a figure of.
    pub figure: MeasuredFigure,
    /// The part of an estimate to which it is like, if there is one.
    pub component: Option<Component>,
    /// The device, where the text names one.
    pub device: Option<String>,
    /// How much: bytes, or as many as the figure counts.
    pub amount: f64,
    /// Where it stands.
    pub place: String,
}

macro_rules! figures {
    ($( $(#[$doc:meta])* $id:ident = $name:literal, $in_bytes:literal; )*) => {
        /// What a figure is one of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum MeasuredFigure { $( $(#[$doc])* $id ),* }

        impl MeasuredFigure {
            /// Every figure.
            pub const ALL: &[Self] = &[ $( Self::$id ),* ];

            /// Its name for other programs.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$id => $name ),* }
            }

            /// Whether it is one of bytes.
            pub const fn is_bytes(self) -> bool {
                match self { $( Self::$id => $in_bytes ),* }
            }
        }
    };
}

figures! {
    /// Bytes of all tensors of a file, or that a program has loaded.
    Weights = "weights", true;
    /// Elements of all tensors.
    Parameters = "parameters", false;
    /// The key-value cache.
    KvCache = "kv-cache", true;
    /// Tokens for which the cache has room.
    KvTokens = "kv-tokens", false;
    /// Sequences of full length for which the cache has room.
    Concurrency = "concurrency", false;
    /// States of layers that cache no keys.
    RecurrentState = "recurrent-state", true;
    /// What a forward pass holds.
    Activations = "activations", true;
    /// Recorded graphs.
    Graphs = "graphs", true;
    /// What is allocated beside PyTorch.
    OutsideTorch = "outside-torch", true;
    /// Buffers for the logits that a program hands out.
    Outputs = "outputs", true;
    /// What PyTorch had allocated.
    Allocated = "allocated", true;
    /// What PyTorch's allocator held beyond that.
    ReservedUnused = "reserved-unused", true;
    /// What one process held of the device.
    Process = "process", true;
    /// What was asked for in vain.
    Refused = "refused", true;
    /// What all processes held of the device.
    Used = "used", true;
    /// What was free.
    Free = "free", true;
    /// What programs or the driver see of the device in all.
    Capacity = "capacity", true;
}

/// What could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportProblem {
    /// Where: the path of a key, the name of a tensor, an offset; empty for the whole file.
    pub place: String,
    /// What stands there; long ones are cut.
    pub value: String,
    /// What is wrong.
    pub kind: ImportProblemKind,
}

/// What is wrong with a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportProblemKind {
    /// No kind of file that is known begins so.
    UnknownFile,
    /// No JSON, from the place on.
    NotJson,
    /// Objects or lists are nested too deeply.
    TooDeep,
    /// More than is read.
    TooLarge,
    /// The file ends before what it announces.
    Truncated,
    /// Not what the format allows there.
    Malformed,
    /// A kind of model, or of anything, whose formulas nobody has read.
    Unread,
    /// It is needed and not there.
    Missing,
    /// It is no number, text, list or object where one is needed.
    WrongType,
    /// Its parameter does not take it.
    Refused,
    /// It contradicts what stands elsewhere.
    Contradicts,
}

/// Entries of a list that are told; a hostile file may hold millions.
const TOLD_ENTRIES: usize = 200;

/// Characters of a place or value that are repeated.
const TOLD_CHARACTERS: usize = 120;

impl Imported {
    /// States a value. One that its parameter does not take is a problem.
    pub fn take(&mut self, id: ParameterId, value: impl Into<String>, place: &str) {
        let value = value.into();
        if self.is_taken_by(id, &value, place) {
            self.taken.push(Taken { key: id.spec().key, value, place: cut(place) });
        }
    }

    /// States a value that the file leaves open.
    pub fn assume(&mut self, id: ParameterId, value: impl Into<String>, whose: Whose) {
        let value = value.into();
        let place = match &whose {
            Whose::DefaultOf(it) | Whose::CodeOf(it) | Whose::FollowsFrom(it) => it.clone(),
        };
        if self.is_taken_by(id, &value, &place) {
            self.assumed.push(Assumed { key: id.spec().key, value, whose });
        }
    }

    fn is_taken_by(&mut self, id: ParameterId, value: &str, place: &str) -> bool {
        // Names of models are those of whichever catalogue reads the pairs.
        let is_taken = id == ParameterId::Model || id.spec().parse(value, &Catalog::default()).is_ok();
        if !is_taken {
            self.problem(place, value, ImportProblemKind::Refused);
        }
        is_taken
    }

    /// Tells what was not taken.
    pub fn ignore(&mut self, place: &str, value: &str, why: IgnoredBecause) {
        if self.ignored.len() < TOLD_ENTRIES {
            self.ignored.push(Ignored { place: cut(place), value: cut(value), why });
        }
    }

    /// Tells a figure.
    pub fn measure(&mut self, figure: MeasuredFigure, component: Option<Component>, amount: f64, place: &str) {
        self.measure_on(None, figure, component, amount, place);
    }

    /// Tells a figure of one device.
    pub fn measure_on(
        &mut self,
        device: Option<&str>,
        figure: MeasuredFigure,
        component: Option<Component>,
        amount: f64,
        place: &str,
    ) {
        if self.measured.len() < TOLD_ENTRIES && amount.is_finite() {
            let device = device.map(cut);
            self.measured.push(Measured { figure, component, device, amount, place: cut(place) });
        }
    }

    /// Tells what is wrong.
    pub fn problem(&mut self, place: &str, value: &str, kind: ImportProblemKind) {
        if self.problems.len() < TOLD_ENTRIES {
            self.problems.push(ImportProblem { place: cut(place), value: cut(value), kind });
        }
    }

    /// Nothing but a problem.
    pub fn refused(place: &str, value: &str, kind: ImportProblemKind) -> Self {
        let mut res = Self::default();
        res.problem(place, value, kind);
        res
    }

    /// The values as pairs of a link. What was stated later counts, and what was stated counts before what was assumed.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let assumed = self.assumed.iter().map(|it| (it.key, it.value.as_str()));
        assumed.chain(self.taken.iter().map(|it| (it.key, it.value.as_str())))
    }

    /// The inputs that the values mean, in the mode that they are for.
    pub fn inputs(&self, catalog: &Catalog) -> Inputs {
        let mut given: Vec<Option<&str>> = vec![None; ParameterId::ALL.len()];
        for (key, value) in self.pairs() {
            if let Some(id) = ParameterId::from_key(key) {
                given[id as usize] = Some(value);
            }
        }
        Inputs::collect(self.mode.unwrap_or(Mode::Inference), |id| id.spec().parse(given[id as usize]?, catalog).ok())
    }

    /// Adds what another file of the same run tells.
    pub fn join(&mut self, other: Self) {
        self.mode = self.mode.or(other.mode);
        self.taken.extend(other.taken);
        self.assumed.extend(other.assumed);
        self.ignored.extend(other.ignored);
        self.measured.extend(other.measured);
        self.problems.extend(other.problems);
    }
}

/// The beginning of a text that may be long.
pub fn cut(text: &str) -> String {
    let mut characters = text.chars();
    let mut res: String = characters.by_ref().take(TOLD_CHARACTERS).collect();
    if characters.next().is_some() {
        res.push('…');
    }
    res
}

//! What is read of what other programs wrote or are told: values for parameters, each with the place that says it, what
//! was not taken and why, and figures that are no parameter. It knows no kind of file, no formula and no language.

use crate::estimator::architecture::Layout;
use crate::estimator::{Catalog, Inputs, Mode, ParameterId, told_followed};
use crate::import::cut::cut;
use crate::import::launch::setting::Setting;
use crate::import::measured::{Measured, MeasuredFigure};
use crate::import::own_source::{OwnDefault, OwnSource};

/// What a launch or a file tells of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// The program that was launched, or the kind of file.
    pub tool: &'static str,
    /// A script that is taken for one of the program's own.
    pub script: Option<NamedScript>,
    /// What they mean together; `None` where something is left out without which nothing is known.
    pub inputs: Option<Inputs>,
    /// Parameters whose values are what it means to run the program.
    pub decided: Vec<ParameterId>,
    /// Values that are stated.
    pub taken: Vec<Taken>,
    /// Values that are left to whoever reads it.
    pub assumed: Vec<Assumed>,
    /// What was not taken.
    pub left_out: Vec<Omitted>,
    /// Figures of memory and of what it holds.
    pub measured: Vec<Measured>,
}

/// A script that is taken for a program's own by its name: its arguments are read as that one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedScript {
    /// Its name.
    pub name: String,
    /// What it is taken to train by, as its program calls it.
    pub trainer: &'static str,
}

/// A value that is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The parameter.
    pub id: ParameterId,
    /// Its value, as links write it.
    pub value: String,
    /// What states it: a flag, the path of a key, the name of a tensor.
    pub name: String,
    /// Its line, from 1; `None` where nobody counts lines.
    pub line: Option<usize>,
}

/// A value that is not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// The parameter.
    pub id: ParameterId,
    /// Its value, as links write it.
    pub value: String,
    /// Who decides it.
    pub whose: Whose,
}

/// Who decides what is not stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The program: where its default was read.
    ProgramsOwn(OwnSource),
    /// The default of the class that reads the file, for a key that is absent.
    DefaultOf(String),
    /// The code of a kind of model, which knows no key for it.
    CodeOf(String),
    /// It follows from others, by the rule of the program that reads the file: their places.
    FollowsFrom(String),
}

impl Whose {
    /// Where that stands.
    pub fn source(&self) -> &str {
        match self {
            Self::ProgramsOwn(it) => it.code,
            Self::DefaultOf(it) | Self::CodeOf(it) | Self::FollowsFrom(it) => it,
        }
    }
}

/// Why the memory of a GPU is assumed.
pub const NO_DEVICE: Whose = Whose::ProgramsOwn(OwnSource::of(OwnDefault::NoDevice));

/// What was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omitted {
    /// A flag, the path of a key, the name of a tensor, an offset; empty for the whole file.
    pub name: String,
    /// What stands there; long ones are cut.
    pub value: String,
    /// Its line, from 1; `None` where nobody counts lines.
    pub line: Option<usize>,
    /// Why.
    pub why: NotTaken,
    /// The values that are known, where its own is not.
    pub known: Vec<&'static str>,
    /// The parameter that does not take its number.
    pub refused_by: Option<ParameterId>,
}

impl Omitted {
    /// A file of which nothing was taken, from a place on.
    pub const fn whole(name: String, why: NotTaken) -> Self {
        Self { name, value: String::new(), line: None, why, known: Vec::new(), refused_by: None }
    }

    fn of(line: Option<usize>, name: &str, value: &str, why: NotTaken) -> Self {
        Self { value: cut(value), line, ..Self::whole(cut(name), why) }
    }

    fn of_setting(it: &Setting, why: NotTaken) -> Self {
        // What nobody has said stands on no line.
        Self::of(Some(it.line).filter(|it| *it > 0), &it.name, &it.value, why)
    }
}

/// Why something that was said is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It changes no byte.
    Idle,
    /// It leaves the default as it is.
    AsByDefault,
    /// The same stands again behind it, and that counts.
    SaidAgain,
    /// The program does not use it, beside what else is stated.
    Unused,
    /// A key of a file in which most say nothing of memory: nobody looked whether this does.
    Unlooked,
    /// It changes memory, and there is no formula for what it does.
    Unread,
    /// It is not in the table: nobody looked whether it changes memory.
    Unknown,
    /// Its value is none that is known.
    Value,
    /// No preset has this name.
    Model,
    /// It is not said, and stays at its default.
    Unsaid,
    /// It is not said, and what the program then does changes memory in a way for which there is no formula.
    UnreadDefault,
    /// What a program has printed does not name it.
    NoModel,
    /// An engine whose own memory has no formulas: what else is said is true of any.
    Engine,
    /// A file that decides bytes, and was not brought.
    Unbrought,
    /// It is read from a file that was brought, or from the text that stands beside it.
    Brought,
    /// Another launch beside the one that was read.
    Another,
    /// Something else that counts says otherwise.
    Contradicted,
    /// FSDP's first version, in whose place the second is estimated.
    OldSharding,
    /// It belongs to an adapter, which is no model by itself.
    Adapter,
    /// A kind of model, or of something in it, for which there are no formulas.
    NoFormula,
    /// It is needed and not there.
    Missing,
    /// It is no number, text, list or object where one is needed.
    WrongType,
    /// A parameter does not take it.
    Refused,
    /// It contradicts what stands elsewhere, and nothing says which counts.
    Contradicts,
    /// No kind of file that is known begins so.
    UnknownFile,
    /// It is no JSON, from there on.
    NotJson,
    /// Objects or lists are nested too deeply.
    TooDeep,
    /// It is more than is read.
    TooLarge,
    /// The file ends before what it announces.
    Truncated,
    /// The format does not allow it there.
    Malformed,
}

impl NotTaken {
    /// Whether the estimate may be another than that of the run.
    pub const fn is_problem(self) -> bool {
        !matches!(
            self,
            Self::Idle | Self::AsByDefault | Self::SaidAgain | Self::Unused | Self::Unlooked | Self::Brought
        )
    }

    /// Whether there can be no estimate.
    pub const fn is_refusal(self) -> bool {
        self.is_problem()
            && !matches!(
                self,
                Self::Unread
                    | Self::UnreadDefault
                    | Self::Unknown
                    | Self::Value
                    | Self::Unsaid
                    | Self::Contradicted
                    | Self::OldSharding
                    | Self::Another
            )
    }
}

/// What is told of a launch that names no model, and what the programs are called whose files name none.
pub(super) const MODEL: &str = "model";
pub const DEEPSPEED: &str = "deepspeed";
pub const ACCELERATE: &str = "accelerate";

/// Entries of a list that are told; a hostile file may hold millions.
const TOLD_ENTRIES: usize = 200;

impl Imported {
    /// Nothing yet, of a kind of file or a program.
    pub fn of(tool: &'static str) -> Self {
        Self { tool, ..Self::default() }
    }

    /// States a value. One that its parameter does not take is left out.
    pub fn take(&mut self, id: ParameterId, value: impl Into<String>, name: &str) {
        self.take_on(None, id, value, name);
    }

    /// States a value that stands on a line.
    pub fn take_on(&mut self, line: Option<usize>, id: ParameterId, value: impl Into<String>, name: &str) {
        let value = value.into();
        if self.is_taken_by(id, &value, name) {
            self.taken.push(Taken { id, value, name: cut(name), line });
        }
    }

    /// States a value that the file leaves open.
    pub fn assume(&mut self, id: ParameterId, value: impl Into<String>, whose: Whose) {
        let value = value.into();
        if self.is_taken_by(id, &value, whose.source()) {
            self.assumed.push(Assumed { id, value, whose });
        }
    }

    fn is_taken_by(&mut self, id: ParameterId, value: &str, name: &str) -> bool {
        // Names of models are those of whichever catalogue reads the pairs.
        let is_taken = id == ParameterId::Model || id.spec().parse(value, &Catalog::default()).is_ok();
        if !is_taken {
            self.leave(name, value, NotTaken::Refused);
        }
        is_taken
    }

    /// Tells what was not taken, and why.
    pub fn leave(&mut self, name: &str, value: &str, why: NotTaken) {
        self.leave_on(None, name, value, why);
    }

    /// Tells what was not taken of a line, and why.
    pub fn leave_on(&mut self, line: Option<usize>, name: &str, value: &str, why: NotTaken) {
        self.leave_out(Omitted::of(line, name, value, why));
    }

    /// Tells what was not taken of a launch.
    pub fn leave_setting(&mut self, setting: &Setting, why: NotTaken) {
        self.leave_beside(setting, why, Vec::new());
    }

    /// The same of a value that is none of those that are known.
    pub fn leave_beside(&mut self, setting: &Setting, why: NotTaken, known: Vec<&'static str>) {
        self.leave_out(Omitted { known, ..Omitted::of_setting(setting, why) });
    }

    /// The same of a value that its parameter does not take.
    pub fn leave_refused(&mut self, setting: &Setting, id: ParameterId) {
        self.leave_out(Omitted { refused_by: Some(id), ..Omitted::of_setting(setting, NotTaken::Value) });
    }

    fn leave_out(&mut self, it: Omitted) {
        // One that forbids an estimate is never lost behind many that do not.
        if self.left_out.len() < TOLD_ENTRIES || it.why.is_refusal() && !self.is_refused() {
            self.left_out.push(it);
        }
    }

    /// Tells a figure.
    pub fn measure(&mut self, figure: MeasuredFigure, amount: f64, name: &str) {
        self.add_measured(Measured { figure, device: None, amount, name: cut(name), line: None });
    }

    /// Tells a figure that stands on a line, or is of one device.
    pub fn add_measured(&mut self, measured: Measured) {
        if self.measured.len() < TOLD_ENTRIES && measured.amount.is_finite() && measured.amount >= 0.0 {
            self.measured.push(measured);
        }
    }

    /// Nothing but what is wrong.
    pub fn refused(tool: &'static str, name: &str, value: &str, why: NotTaken) -> Self {
        let mut res = Self::of(tool);
        res.leave(name, value, why);
        res
    }

    /// Whether something was left out without which there is no estimate.
    pub fn is_refused(&self) -> bool {
        self.left_out.iter().any(|it| it.why.is_refusal())
    }

    /// Whether all but the model is known that an estimate needs: another run may be of one.
    pub fn lacks_model(&self) -> bool {
        let mut refusals = self.left_out.iter().filter(|it| it.why.is_refusal()).peekable();
        refusals.peek().is_some() && refusals.all(|it| it.why == NotTaken::NoModel)
    }

    /// The run in an engine that has formulas, where nothing is missing but those of its own: what is said is true of
    /// any engine.
    pub fn in_another_engine(&self, catalog: &Catalog) -> Option<Inputs> {
        let mut refusals = self.left_out.iter().filter(|it| it.why.is_refusal()).peekable();
        refusals.peek()?;
        refusals.all(|it| it.why == NotTaken::Engine).then(|| self.collect(Mode::Inference, catalog))
    }

    /// The mode in which a model runs of which nothing but its files is known: a pair of towers is served in none.
    pub fn own_mode(&self, catalog: &Catalog) -> Mode {
        let read = self.collect(Mode::Vlm, catalog);
        let layout = read.model().map_or_else(|| read.choice(ParameterId::Layout), |it| it.architecture.layout);
        if layout == Layout::Contrastive { Mode::Vlm } else { Mode::Inference }
    }

    fn collect(&self, mode: Mode, catalog: &Catalog) -> Inputs {
        let mut given: Vec<Option<&str>> = vec![None; ParameterId::ALL.len()];
        for (id, value) in self.pairs() {
            given[id as usize] = Some(value);
        }
        Inputs::collect(mode, |id| id.spec().parse(given[id as usize]?, catalog).ok())
    }

    /// Whether it is a file that DeepSpeed or Accelerate is told beside a launch, without one: then all that it does
    /// not say is of a run that is there.
    pub fn is_beside_launch(&self) -> bool {
        let is_unsaid = |it: &Omitted| it.name == MODEL && it.why == NotTaken::Unsaid;
        self.inputs.is_some() && [DEEPSPEED, ACCELERATE].contains(&self.tool) && self.left_out.iter().any(is_unsaid)
    }

    /// The values: what was stated later counts, and what was stated counts before what was assumed.
    pub fn pairs(&self) -> impl Iterator<Item = (ParameterId, &str)> {
        let assumed = self.assumed.iter().map(|it| (it.id, it.value.as_str()));
        assumed.chain(self.taken.iter().map(|it| (it.id, it.value.as_str())))
    }

    /// Makes inputs of the values, unless something forbids it.
    pub fn conclude(mut self, mode: Mode, catalog: &Catalog) -> Self {
        if !self.is_refused() {
            self.inputs = Some(self.collect(mode, catalog));
            self.tell_uncounted_size();
        }
        self
    }

    /// Tells that nobody counts how many parameters a shape has, where a run has no formulas: whoever multiplies by
    /// their number takes the default.
    pub fn tell_uncounted_size(&mut self) {
        let id = ParameterId::ModelSize;
        let Some(inputs) = &self.inputs else { return };
        let is_typed = inputs.model().is_none() && inputs.states_shape() && inputs.is_default(id);
        if is_typed && inputs.has_effect(id) && !told_followed(inputs).iter().any(|it| it.id == id) {
            let value = id.spec().write(&inputs.value(id));
            self.leave(id.spec().key, &value, NotTaken::Unsaid);
        }
    }

    /// Adds what another file of the same run tells; nothing is concluded of it.
    pub fn join(&mut self, other: Self) {
        self.decided.extend(other.decided);
        self.taken.extend(other.taken);
        self.assumed.extend(other.assumed);
        self.left_out.extend(other.left_out);
        self.measured.extend(other.measured);
    }
}

//! What a text or a file that was brought means for the page: what it would change, and each thing that it says as a
//! row. It reads no text itself, and changes nothing.

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Bytes, Capacity, Catalog, Estimate, Inputs, MemoryUnit, Mode, ParameterId, Value};
use crate::import::launch::LaunchRefusal;
use crate::import::{Assumed, ImportRefusal, Imported, Measured, NO_DEVICE, NotTaken, Omitted};
use crate::link::{Link, decode};
use crate::locale::{ImportTexts, Texts};
use crate::present::batch::unit_of;
use crate::present::measured::counterpart;
use crate::present::numbers;
use crate::present::value_text::value_text;

/// What says on which device a run is.
const OF_DEVICE: [ParameterId; 3] = [ParameterId::Gpu, ParameterId::GpuMemory, ParameterId::GpuFamily];

/// Where an import leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// The inputs; `None` where something is left out without which nothing is known.
    pub inputs: Option<Inputs>,
    /// How many parameters then have another value that counts.
    pub n_changes: usize,
    /// Whether it names no run, so that all of today's stands but what it says of the device.
    pub is_of_today: bool,
    /// Whether it is the run in an engine that has formulas, which the one that is named has not.
    pub is_of_another_engine: bool,
    /// Whether it names no device, and nothing that today's is not, so that this stands.
    pub keeps_device: bool,
}

/// Where an import leads from today's inputs: to the inputs of the command line's link, on today's device where it
/// names none. What names no model is of today's, and changes what it says.
pub fn proposed(imported: &Imported, today: &Inputs, catalog: &Catalog) -> Proposed {
    let said = |id: ParameterId| imported.pairs().any(|it| it.0 == id);
    let is_of_today = imported.lacks_model()
        || imported.is_beside_launch()
        || imported.inputs.is_some() && imported.pairs().all(|it| is_of_device(it.0));
    let mut keeps_device = false;
    let in_another = imported.in_another_engine(catalog);
    let is_of_another_engine = in_another.is_some();
    let inputs = if is_of_today {
        Some(of_today(imported, today, catalog))
    } else {
        imported.inputs.as_ref().or(in_another.as_ref()).map(|read| {
            // As a link says it.
            let (link, _) = decode(&Link { inputs: read.clone(), ..Link::default() }.encode(), catalog);
            let is_named = said(ParameterId::Gpu) || said(ParameterId::GpuFamily);
            keeps_device = !is_named && names_device(today) && has_same_memory(&link.inputs, today);
            let is_kept = |id| keeps_device && is_of_device(id) && !said(id);
            let given = |id| if is_kept(id) { today.given(id) } else { link.inputs.given(id) };
            Inputs::collect(link.inputs.mode(), |id| given(id).cloned())
        })
    };
    let n_changes = inputs.as_ref().map_or(0, |it| n_changed(today, it));
    Proposed { inputs, n_changes, is_of_today, is_of_another_engine, keeps_device }
}

/// What a file that counts no GPUs leaves to today's run.
fn is_of_gpus(id: ParameterId) -> bool {
    id == ParameterId::GpuCount
}

fn is_of_device(id: ParameterId) -> bool {
    OF_DEVICE.contains(&id)
}

/// Today's run with what is said in its place. What an engine has printed is of its mode, in which today's model runs;
/// what a trainer is told beside a launch is of today's mode where that trains, and says nothing of GPUs unless it
/// counts them.
fn of_today(imported: &Imported, today: &Inputs, catalog: &Catalog) -> Inputs {
    let mut read: Vec<Option<Value>> = vec![None; ParameterId::ALL.len()];
    for (id, value) in imported.pairs() {
        read[id as usize] = id.spec().parse(value, catalog).ok();
    }
    let told_to = imported.inputs.as_ref().filter(|_| imported.is_beside_launch());
    // What only a trainer reads its file decides, also where it says nothing of it: what has an effect by the trainer
    // alone.
    let beside = told_to.map(|it| [it, today].map(|it| (it, it.without(|id| id == ParameterId::Trainer))));
    let of_trainer = |id: ParameterId| {
        let is_of_one = |(it, bare): &(&Inputs, Inputs)| it.has_effect(id) && !bare.has_effect(id);
        id != ParameterId::Trainer && !is_of_gpus(id) && beside.iter().flatten().any(is_of_one)
    };
    if let Some(it) = told_to {
        // The kind of file says which trainer it is of, or that there is none.
        read[ParameterId::Trainer as usize] = Some(it.value(ParameterId::Trainer));
        imported.assumed.iter().filter(|it| is_of_gpus(it.id)).for_each(|it| read[it.id as usize] = None);
    }
    let said = |id: ParameterId| read[id as usize].clone();
    let mode = match told_to {
        Some(it) if ParameterId::Trainer.use_in(today.mode()).is_none() => it.mode(),
        None if said(ParameterId::Engine).is_some() => Mode::Inference,
        _ => today.mode(),
    };
    // Of how many GPUs are counted, as many are replicas as the other degrees leave.
    let is_counted = |id| id == ParameterId::DataParallel && said(ParameterId::GpuCount).is_some();
    let is_of_model = |id: ParameterId| matches!(id.spec().group, ParameterGroup::Model | ParameterGroup::Architecture);
    let stays = |id: ParameterId| mode == today.mode() || is_of_model(id) || is_of_device(id);
    // A device that is named is there with its own memory.
    let is_another = |id| is_of_device(id) && said(ParameterId::Gpu).is_some();
    let inputs = Inputs::collect(mode, |id| {
        said(id).or_else(|| {
            today.given(id).filter(|_| stays(id) && !is_another(id) && !is_counted(id) && !of_trainer(id)).cloned()
        })
    });
    decode(&Link { inputs, ..Link::default() }.encode(), catalog).0.inputs
}

/// The memory of a GPU that nobody names, where the run takes a share of it: what has room there is of no run that took
/// place.
pub fn assumed_memory(inputs: &Inputs) -> Option<Assumed> {
    let id = ParameterId::GpuMemory;
    let is_counted = matches!(inputs.value(id), Value::Number(it) if it > 0.0);
    let value = || id.spec().write(&inputs.value(id));
    (is_counted && !names_device(inputs)).then(|| Assumed { id, value: value(), whose: NO_DEVICE })
}

fn names_device(inputs: &Inputs) -> bool {
    [ParameterId::Gpu, ParameterId::GpuMemory].into_iter().any(|id| counted(inputs, id).is_some())
}

/// The share by which drivers and boards leave more or less of one kind of card to programs.
const SAME_CARD: f64 = 0.02;

/// Whether what an import says of the device's memory can be what today's has, or it says nothing of it.
fn has_same_memory(read: &Inputs, today: &Inputs) -> bool {
    let gib = |inputs: &Inputs| if let Value::Number(it) = inputs.value(ParameterId::GpuMemory) { it } else { 0.0 };
    counted(read, ParameterId::GpuMemory).is_none() || (gib(read) - gib(today)).abs() < SAME_CARD * gib(today)
}

/// What was given for a parameter, unless that is its default.
fn counted(inputs: &Inputs, id: ParameterId) -> Option<&Value> {
    inputs.given(id).filter(|_| !inputs.is_default(id))
}

/// How many keys of the links differ, the mode's among them. What the new mode does not know is no change.
fn n_changed(today: &Inputs, next: &Inputs) -> usize {
    let is_used = |id: ParameterId| id.use_in(next.mode()).is_some();
    let all = ParameterId::ALL.iter().filter(|id| is_used(**id));
    let n = all.filter(|id| counted(today, **id) != counted(next, **id)).count();
    n + usize::from(today.mode() != next.mode())
}

/// A value that was taken or assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroughtRow {
    /// The parameter.
    pub name: &'static str,
    /// Its value, with its unit.
    pub value: String,
    /// What states it and where, or whose default it is.
    pub why: String,
}

/// A figure beside the estimate's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureRow {
    /// What it is a figure of.
    pub name: String,
    /// The rows of the estimate that hold the same bytes, by name; empty where none does, or one of that name.
    pub like: String,
    /// What was measured, with a sign where it is the least.
    pub measured: String,
    /// What the estimate says; empty where it has nothing of the kind.
    pub estimated: String,
    /// By how much the first is more; of what is the least that it is no less, unless it is.
    pub difference: String,
}

/// All that is shown of what was brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brought {
    /// What was read, in a line; why nothing was, where that is so.
    pub said: String,
    /// Where it leads; `None` where nothing can be applied.
    pub inputs: Option<Inputs>,
    /// How many parameters change then.
    pub n_changes: usize,
    /// What is to be known before that.
    pub notes: Vec<String>,
    /// Values that are stated.
    pub taken: Vec<BroughtRow>,
    /// Values that are not.
    pub assumed: Vec<BroughtRow>,
    /// What changes nothing.
    pub ignored: Vec<String>,
    /// What may change something, and was not taken.
    pub problems: Vec<String>,
    /// Figures.
    pub measured: Vec<FigureRow>,
}

/// What the figures are held against.
#[derive(Clone, Copy)]
pub struct BesideIt<'a> {
    /// The estimate of where it leads.
    pub estimated: Option<&'a Estimate>,
    /// What has room there.
    pub room: Option<&'a Capacity>,
    /// The unit of memory.
    pub unit: MemoryUnit,
}

/// What an import says, row by row.
pub fn brought(
    imported: &Imported,
    (proposed, today): (Proposed, &Inputs),
    beside: BesideIt,
    (told, texts): (&ImportTexts, &Texts),
    catalog: &Catalog,
) -> Brought {
    let words = &told.sheet;
    let run = proposed.inputs.clone().unwrap_or_else(|| Inputs::defaults(Mode::Inference));
    let mode = run.mode();
    let row = |id: ParameterId, value: &str, why| BroughtRow {
        name: (texts.parameter_in_mode)(id, mode),
        value: shown(id, value, &run, texts, catalog),
        why,
    };
    let is_beside = imported.is_beside_launch();
    // Figures of a run of which nobody has named the model are not those of the page's default.
    let is_of_nothing = proposed.is_of_today && today.is_default(ParameterId::Model);
    // What it does not say is no default, but today's.
    let is_of_todays = |why| is_beside && why == NotTaken::Unsaid || !is_of_nothing && why == NotTaken::NoModel;
    let told_out = imported.left_out.iter().filter(|it| !(proposed.is_of_today && is_of_todays(it.why)));
    let (problems, ignored): (Vec<_>, Vec<_>) = told_out.partition(|it| it.why.is_problem());
    let memory = proposed.inputs.as_ref().and_then(assumed_memory);
    let beside = BesideIt {
        estimated: beside.estimated.filter(|_| !is_of_nothing),
        room: beside.room.filter(|_| memory.is_none() && !is_of_nothing),
        ..beside
    };
    let assumed = imported.assumed.iter().filter(|it| !(is_beside && is_of_gpus(it.id))).chain(&memory);
    let sentences = |all: Vec<&Omitted>| all.into_iter().map(|it| (told.not_taken)(it)).collect::<Vec<_>>();
    let mut notes = Vec::new();
    if proposed.inputs.is_none() {
        notes.push(words.no_run.to_owned());
    } else if proposed.is_of_another_engine {
        notes.push((words.of_another_engine)(imported.tool));
    } else if is_beside {
        notes.push(words.of_rest.to_owned());
    } else if proposed.is_of_today && !is_of_nothing {
        notes.push(words.of_today.to_owned());
    }
    if let Some(it) = &imported.script {
        notes.push((words.by_name)(&it.name, it.trainer));
    }
    if proposed.inputs.is_some() && mode != today.mode() {
        notes.push((words.opens_mode)((texts.mode)(mode).label));
    }
    if proposed.keeps_device {
        notes.push((words.gpu_stays)(&device(today, texts)));
    }
    let n_assumed = imported.assumed.len() + usize::from(memory.is_some());
    let said = (words.read)(imported.tool, imported.taken.len(), n_assumed, ignored.len());
    Brought {
        said: if imported.tool.is_empty() { String::new() } else { said },
        n_changes: proposed.n_changes,
        inputs: proposed.inputs,
        notes,
        taken: imported.taken.iter().map(|it| row(it.id, &it.value, (words.place)(&it.name, it.line))).collect(),
        assumed: assumed.map(|it| row(it.id, &it.value, (told.whose)(&it.whose))).collect(),
        ignored: sentences(ignored),
        problems: sentences(problems),
        measured: imported.measured.iter().map(|it| figure(it, beside, told, texts)).collect(),
    }
}

/// Why a text says nothing of a run.
pub fn not_brought(refusal: &LaunchRefusal, told: &ImportTexts, texts: &Texts) -> Brought {
    let sentences = refused(refusal, told);
    let said = (texts.joints.sentences)(&sentences.iter().map(String::as_str).collect::<Vec<_>>());
    Brought { said, notes: vec![told.sheet.no_run.to_owned()], ..Brought::default() }
}

/// A launch that means nothing here, in a sentence for each reason.
pub fn refused(refusal: &LaunchRefusal, told: &ImportTexts) -> Vec<String> {
    match refusal {
        LaunchRefusal::Unparsed(at) => vec![(told.unparsed)(&at.why, at.line)],
        LaunchRefusal::Uncovered(program) => vec![(told.uncovered)(program)],
        LaunchRefusal::Megatron(it) => refused_arguments(it, told),
    }
}

fn refused_arguments(refusal: &ImportRefusal, told: &ImportTexts) -> Vec<String> {
    match refusal {
        ImportRefusal::Unread { key, value } => vec![(told.unread_argument)(key, value)],
        ImportRefusal::Several(all) => all.iter().flat_map(|it| refused_arguments(it, told)).collect(),
        ImportRefusal::Missing(key) => vec![(told.missing_argument)(key)],
        ImportRefusal::NotArguments => vec![told.not_arguments.to_owned()],
    }
}

/// A value of a run as its control shows it, with its unit.
pub fn shown(id: ParameterId, value: &str, run: &Inputs, texts: &Texts, catalog: &Catalog) -> String {
    match id.spec().parse(value, catalog) {
        Ok(it) => (texts.joints.figure)(&value_text(id, &it, run.mode(), texts), &unit_of(id, run, texts)),
        // One that a parameter does not take was told among what was left out.
        Err(_) => value.to_owned(),
    }
}

/// Today's device: its name, or how much memory it has.
fn device(today: &Inputs, texts: &Texts) -> String {
    let id = if counted(today, ParameterId::Gpu).is_some() { ParameterId::Gpu } else { ParameterId::GpuMemory };
    let text = value_text(id, &today.value(id), today.mode(), texts);
    (texts.joints.figure)(&text, (texts.parameter_unit)(id.spec().unit))
}

fn figure(it: &Measured, beside: BesideIt, told: &ImportTexts, texts: &Texts) -> FigureRow {
    let name = (told.figure)(it.figure);
    let amount = |value: f64| {
        if it.figure.is_bytes() { numbers::amount(Bytes::new(value), beside.unit) } else { numbers::count(value) }
    };
    let like = counterpart(it, beside.estimated, beside.room);
    let is_least = it.figure.is_least();
    let difference = |estimated: f64| {
        let more = it.amount - estimated;
        // By how much an estimate is above what is needed at least says nothing of either.
        match more <= 0.0 {
            true if is_least => told.sheet.no_less.to_owned(),
            is_less => format!("{}{}", if is_less { "−" } else { "+" }, amount(more.abs())),
        }
    };
    let names = |all: Vec<_>| {
        let mut names: Vec<_> = all.into_iter().map(texts.component).collect();
        names.dedup();
        (texts.joints.names)(&names)
    };
    FigureRow {
        name: it.device.as_ref().map_or_else(|| name.to_owned(), |device| (texts.joints.in_unit)(name, device)),
        measured: format!("{}{}", if is_least { "≥ " } else { "" }, amount(it.amount)),
        estimated: like.as_ref().map(|it| amount(it.amount)).unwrap_or_default(),
        difference: like.as_ref().map(|it| difference(it.amount)).unwrap_or_default(),
        like: like.and_then(|it| it.components).map(names).filter(|it| it != name).unwrap_or_default(),
    }
}

//! Settings of which it is known what they mean once all others were read: they are kept, in the order in which a
//! launch says them. It knows no default of a program.

use crate::estimator::{Inputs, ParameterId};
use crate::import::imported::NotTaken;
use crate::import::launch::field::{Field, FlagMeaning, NamedFile, Tool};
use crate::import::launch::gathering::Gathering;
use crate::import::launch::own_files::OfFiles;
use crate::import::launch::setting::Setting;
use crate::import::launch::told_files::ToldFiles;
use crate::import::launch::tools::vllm::{AS_CHECKPOINT, VLLM};
use crate::import::launch::values::read_number;
use crate::import::own_source::OwnSource;

/// A setting, and where a published file says it.
pub type SaidSetting<'a> = (&'a Setting, Option<OwnSource>);

/// A switch, and what it sets beside other parameters.
type WaitingSwitch<'a> = (&'a Setting, ParameterId, fn(&Inputs) -> f64);

/// Settings that count once all others do.
#[derive(Default)]
pub struct Postponed<'a> {
    /// How many GPUs there are on all machines, and what says it last.
    gpus: Option<(f64, SaidSetting<'a>)>,
    /// Whether a launcher is told to use every GPU that it sees.
    pub is_on_all: bool,
    /// GPUs among which one copy is shared out.
    shards: Option<&'a Setting>,
    /// Switches that set what other parameters decide.
    switches: Vec<WaitingSwitch<'a>>,
    /// What is said of files.
    pub files: OfFiles<'a>,
    /// Bounds of other numbers.
    bounds: Vec<(ParameterId, f64, Option<&'a Setting>)>,
    /// How many images a prompt may have.
    pub modalities: Vec<&'a Setting>,
    /// The model that drafts.
    pub drafting: Option<&'a Setting>,
    /// What weights are loaded in.
    pub loaded: Option<SaidSetting<'a>>,
    /// Tokens of a prompt.
    pub prompt: Option<&'a Setting>,
    /// What says of a checkpoint that it is quantized, and not how.
    pub as_checkpoint: Option<&'a Setting>,
    /// The weight of the reference in the loss.
    pub weight: Option<&'a Setting>,
}

impl<'a> Postponed<'a> {
    /// Takes what each setting means by its row, and keeps those that have to wait.
    pub fn after_reading(settings: &[SaidSetting<'a>], told: &ToldFiles, tools: &[&Tool], all: &mut Gathering) -> Self {
        let mut res = Self::default();
        let field_of = |setting: &Setting| tools.iter().find_map(|it| it.field(&setting.name));
        let is_model = |field: Option<&Field>| field.is_some_and(|it| matches!(it.meaning, FlagMeaning::Model));
        // What follows from the model's width is known once it is.
        let in_turn = [true, false].into_iter().flat_map(|models| (0..settings.len()).map(move |at| (models, at)));
        for (takes_models, at) in in_turn {
            let (setting, source) = settings[at];
            let field = field_of(setting);
            if is_model(field) != takes_models {
                continue;
            }
            all.published = source;
            if settings[at + 1..].iter().any(|it| says_again(it.0, setting, field)) {
                all.leave(setting, NotTaken::SaidAgain);
                continue;
            }
            match field.map(|it| it.meaning) {
                Some(meaning) => res.read((setting, source), meaning, told, tools[0], all),
                None => all.leave(setting, NotTaken::Unknown),
            }
        }
        all.published = None;
        res
    }

    /// Takes or keeps one.
    fn read(
        &mut self,
        (setting, source): SaidSetting<'a>,
        meaning: FlagMeaning,
        told: &ToldFiles,
        program: &Tool,
        all: &mut Gathering,
    ) {
        match meaning {
            FlagMeaning::Gpus if is_every_gpu(setting) => {
                self.is_on_all = true;
                all.leave(setting, if told.gpus.is_some() { NotTaken::Brought } else { NotTaken::Unsaid });
            }
            FlagMeaning::Gpus | FlagMeaning::Slots => match gpus_of(meaning, &setting.value) {
                Some(number) => {
                    let product = self.gpus.map_or(1.0, |it| it.0) * number;
                    self.gpus = Some((product, (setting, source)));
                }
                None => all.res.leave_refused(setting, ParameterId::GpuCount),
            },
            FlagMeaning::Shards => self.shards = Some(setting),
            FlagMeaning::PromptLength => self.prompt = Some(setting),
            FlagMeaning::ReferenceWeight => self.weight = Some(setting),
            FlagMeaning::Switch(id, of) => self.switches.push((setting, id, of)),
            FlagMeaning::Experts => self.files.experts.push(setting),
            FlagMeaning::Projector(place) => self.files.towers.push((setting, place)),
            FlagMeaning::RepositoryFile => self.files.name = Some(setting),
            FlagMeaning::Devices(_) if setting.value.trim_ascii() == "none" => self.files.no_device = Some(setting),
            FlagMeaning::Loaded => self.loaded = Some((setting, source)),
            FlagMeaning::Words(_) if is_as_checkpoint(program, meaning, setting) => self.as_checkpoint = Some(setting),
            FlagMeaning::DraftModel => self.drafting = Some(setting),
            FlagMeaning::Modality => self.modalities.push(setting),
            FlagMeaning::Bound(id, _) => match read_number(&setting.value) {
                Some(number) => self.bounds.push((id, number, Some(setting))),
                None => all.res.leave_refused(setting, id),
            },
            FlagMeaning::File(_) if told.unbrought.contains(setting) => all.leave(setting, NotTaken::Unbrought),
            FlagMeaning::File(kind) => {
                all.leave(setting, NotTaken::Brought);
                if kind == NamedFile::DeepSpeed {
                    all.put(ParameterId::Trainer, "deepspeed", setting);
                }
            }
            meaning => all.take(setting, meaning),
        }
    }

    /// Takes how many GPUs there are, and what is on or off beside that.
    pub fn take_gpus_and_switches(&mut self, program: &Tool, all: &mut Gathering) {
        match self.gpus.take() {
            // Of how many there are on each machine nothing is known.
            Some((_, (setting, _))) if self.is_on_all => all.leave(setting, NotTaken::Unsaid),
            Some((product, (setting, source))) => {
                all.published = source;
                all.put(ParameterId::GpuCount, &product.to_string(), setting);
                all.published = None;
            }
            None => {}
        }
        if let Some(setting) = self.shards.take() {
            all.take_shards(setting, program);
        }
        for (setting, id, of) in std::mem::take(&mut self.switches) {
            match setting.value.to_ascii_lowercase().as_str() {
                "true" | "1" => all.put(id, &of(&all.inputs(program)).to_string(), setting),
                "false" | "0" => all.leave(setting, NotTaken::AsByDefault),
                _ => all.leave(setting, NotTaken::Value),
            }
        }
    }

    /// Takes bounds, said or the programs' own.
    pub fn take_bounds(&self, tools: &[&Tool], all: &mut Gathering) {
        for field in tools.iter().flat_map(|it| it.rows()) {
            if let FlagMeaning::Bound(id, own) = field.meaning {
                let said = self.bounds.iter().find(|it| it.0 == id).copied();
                all.bound(tools[0], field, said.unwrap_or((id, own, None)));
            }
        }
    }

    /// Takes what weights are loaded in, unless that was done.
    pub fn take_loaded(&mut self, program: &Tool, all: &mut Gathering) {
        if let Some((setting, source)) = self.loaded.take() {
            all.published = source;
            all.take_loaded(setting, program);
            all.published = None;
        }
    }
}

/// Whether a setting says the same again as one before it, whose row is `field`.
fn says_again(later: &Setting, setting: &Setting, field: Option<&Field>) -> bool {
    match field {
        // What is told of names that carry nothing is told of each.
        Some(Field { meaning: FlagMeaning::Idle | FlagMeaning::Unread(_) | FlagMeaning::Refused(_), .. }) => {
            later.is(&setting.name)
        }
        // All patterns count, and all that is said of a tower.
        Some(Field { meaning: FlagMeaning::Experts | FlagMeaning::Projector(_), .. }) | None => false,
        Some(field) => later.is_any(field.names),
    }
}

/// Whether a flag says of a checkpoint that it is quantized, and not in which of several formats.
fn is_as_checkpoint(program: &Tool, meaning: FlagMeaning, setting: &Setting) -> bool {
    let says_format = matches!(meaning, FlagMeaning::Words(it) if it.iter().flat_map(|it| it.pairs).any(|it| it.0 == ParameterId::Quantization));
    program.id == VLLM.id && says_format && AS_CHECKPOINT.contains(&setting.value.as_str())
}

/// Whether a launcher is told to use every GPU that it sees (`torch/distributed/run.py`, `determine_local_world_size`).
fn is_every_gpu(setting: &Setting) -> bool {
    matches!(setting.value.trim_ascii(), "gpu" | "auto")
}

/// How many GPUs a flag names; `None` where it does not say so of each machine (`deepspeed/launcher/runner.py`,
/// `parse_resource_filter`).
fn gpus_of(meaning: FlagMeaning, value: &str) -> Option<f64> {
    if !matches!(meaning, FlagMeaning::Slots) {
        return read_number(value).filter(|it| *it >= 1.0);
    }
    let mut count = 0;
    for host in value.split('@') {
        let slots = host.split_once(':')?.1.split(',').map(str::trim_ascii);
        for slot in slots {
            slot.parse::<u32>().ok()?;
            count += 1;
        }
    }
    Some(f64::from(count))
}

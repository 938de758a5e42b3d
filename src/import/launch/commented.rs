//! What no program is told: exports say it in comments in front, and files of clusters ask for a device. What a launch
//! says itself counts before such a comment.

use crate::estimator::divide::divides_evenly;
use crate::estimator::{Catalog, Inputs, ParameterId, Value};
use crate::import::imported::{Imported, NotTaken, Taken};
use crate::import::launch::asked::asked_device;
use crate::import::launch::names::file_format;
use crate::import::launch::setting::Setting;
use crate::import::launch::values::{number_of, text_of};

/// How a comment begins that tells what a launch does not say: behind it stand a key and its value as in links.
pub const NOT_CARRIED: &str = "# not carried: ";

/// What is told to state such a value.
const COMMENT: &str = "not carried";

/// Lines in front of a launch that are looked at.
const MOST_LINES: usize = 256;

/// What a launch means with what comments in front of it add, and on the device for which it asks a cluster.
pub fn with_comments(mut read: Imported, text: &str, catalog: &Catalog) -> Imported {
    let mut all = Comments::default();
    for (at, line) in text.lines().enumerate().take(MOST_LINES) {
        let Some(told) = line.strip_prefix(NOT_CARRIED) else { continue };
        let (key, value) = told.split_once('=').unwrap_or((told, ""));
        let setting = Setting { name: key.to_owned(), value: value.to_owned(), line: at + 1 };
        match ParameterId::from_key(key) {
            Some(id) => all.add(&mut read, id, setting, catalog),
            None => read.leave_setting(&setting, NotTaken::Unknown),
        }
    }
    if !all.added.is_empty()
        && let Some(inputs) = read.inputs.take()
    {
        read.inputs = Some(all.settle(&mut read, &inputs, catalog));
    }
    if let Some(it) = asked_device(text) {
        take_device(&mut read, ParameterId::Gpu, it.device.id, (&it.name, it.line), catalog);
    }
    read
}

/// Whether a launch says itself what a parameter is.
pub fn is_stated(read: &Imported, id: ParameterId) -> bool {
    read.decided.contains(&id) || read.taken.iter().any(|it| it.id == id && it.line.is_some())
}

/// Whether a launch may say the same of a parameter in other words: a batch of prompts as all completions of them, and
/// weights that are not quantized as the file that holds them.
pub fn has_other_words(id: ParameterId) -> bool {
    matches!(id, ParameterId::BatchUnit | ParameterId::Quantization)
}

/// What comments say that a launch does not.
#[derive(Default)]
struct Comments {
    added: Vec<(ParameterId, Value)>,
    /// What the launch says in other words, or contradicts.
    doubtful: Vec<(ParameterId, Setting)>,
}

impl Comments {
    /// Adds what a comment says, unless the launch or a comment above it says otherwise.
    fn add(&mut self, read: &mut Imported, id: ParameterId, setting: Setting, catalog: &Catalog) {
        let Ok(value) = id.spec().parse(&setting.value, catalog) else { return read.leave_refused(&setting, id) };
        let above = self.added.iter().find(|it| it.0 == id).map(|it| it.1.clone());
        let is_above = above.is_some();
        let stated = || read.inputs.as_ref().filter(|_| is_stated(read, id)).map(|it| it.value(id));
        match above.or_else(stated) {
            Some(known) if known == value => return,
            Some(_) if is_above || !has_other_words(id) => return read.leave_setting(&setting, NotTaken::Contradicted),
            Some(_) => self.doubtful.push((id, setting.clone())),
            None => {}
        }
        read.assumed.retain(|it| it.id != id);
        let name = COMMENT.to_owned();
        read.taken.push(Taken { id, value: id.spec().write(&value), name, line: Some(setting.line) });
        self.added.push((id, value));
    }

    /// What a launch means with what was added.
    fn settle(mut self, read: &mut Imported, inputs: &Inputs, catalog: &Catalog) -> Inputs {
        // Also what stood at a default, which may now be another.
        let said: Vec<_> =
            read.pairs().filter_map(|(id, text)| Some((id, id.spec().parse(text, catalog).ok()?))).collect();
        let of =
            |all: &[(ParameterId, Value)], id: ParameterId| all.iter().rfind(|it| it.0 == id).map(|it| it.1.clone());
        let mut res = Inputs::collect(inputs.mode(), |id| {
            of(&self.added, id).or_else(|| inputs.given(id).cloned()).or_else(|| of(&said, id))
        });
        for (id, setting) in std::mem::take(&mut self.doubtful) {
            let same = match id {
                ParameterId::BatchUnit => in_prompts(read, inputs, &res),
                _ => (file_format(&res) == Some(text_of(inputs, id).as_str())).then(|| res.clone()),
            };
            res = same.unwrap_or_else(|| {
                read.taken.retain(|it| it.id != id || it.line != Some(setting.line));
                read.leave_setting(&setting, NotTaken::Contradicted);
                Inputs::collect(res.mode(), |own| if own == id { inputs.given(id) } else { res.given(own) }.cloned())
            });
        }
        res
    }
}

/// The same batch in prompts, whose completions a launch has said; `None` where it holds parts of a group.
fn in_prompts(read: &mut Imported, inputs: &Inputs, commented: &Inputs) -> Option<Inputs> {
    let id = ParameterId::BatchSize;
    let is_commented = read.taken.iter().any(|it| it.id == id && it.name == COMMENT);
    if is_commented || !commented.has_effect(ParameterId::BatchUnit) {
        return Some(commented.clone());
    }
    let (completions, group) = (number_of(inputs, id), number_of(commented, ParameterId::NumGenerations));
    if group < 1.0 || !divides_evenly(group, completions) {
        return None;
    }
    let prompts = completions / group;
    let res = commented.clone().with(id, Value::Number(prompts)).ok()?;
    read.taken.iter_mut().filter(|it| it.id == id).for_each(|it| it.value = prompts.to_string());
    read.assumed.iter_mut().filter(|it| it.id == id).for_each(|it| it.value = prompts.to_string());
    Some(res)
}

/// Takes what a cluster is asked for, where nothing else says it.
fn take_device(read: &mut Imported, id: ParameterId, value: &str, (name, line): (&str, usize), catalog: &Catalog) {
    if read.pairs().any(|it| it.0 == id) {
        return;
    }
    let Ok(value) = id.spec().parse(value, catalog) else { return };
    let Some(Ok(inputs)) = read.inputs.clone().map(|it| it.with(id, value.clone())) else { return };
    read.taken.push(Taken { id, value: id.spec().write(&value), name: name.to_owned(), line: Some(line) });
    read.inputs = Some(inputs);
}

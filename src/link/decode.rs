//! Reads a link. It refuses nothing: every text of any length gives a link and a list of problems.

use crate::estimator::architecture::is_of_shape;
use crate::estimator::parameters::Allowed;
use crate::estimator::{
    Catalog, Control, Inputs, Mode, ParameterId, Refusal, Value, conflicts, covers, support, told_value,
};
use crate::link::page_state::PageKey;
use crate::link::problem::{Accepted, PinFault, Problem, ProblemKind};
use crate::link::whole::{DEFAULT_MODE, Link, MODE_KEY, MOST_PINS, PIN_KEY};
use std::borrow::Cow;
use std::sync::Arc;

/// Problems that are told one by one; a link of ten megabytes may hold millions.
const TOLD_PROBLEMS: usize = 100;

/// Characters of a key or value that a problem repeats.
const TOLD_CHARACTERS: usize = 120;

/// A key that means something.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    Mode,
    Parameter(ParameterId),
    Page(PageKey),
    Pin,
}

impl Key {
    /// A pinned configuration has no keys of the page, and nothing is pinned inside it.
    fn from_text(key: &str, is_pinned: bool) -> Option<Self> {
        if key == MODE_KEY {
            return Some(Self::Mode);
        }
        let page = || PageKey::ALL.into_iter().find(|it| it.key() == key).map(Self::Page);
        let of_page = || if is_pinned { None } else { page().or((key == PIN_KEY).then_some(Self::Pin)) };
        ParameterId::from_key(key).map(Self::Parameter).or_else(of_page)
    }

    /// A place for each key, so that repeated ones are found without searching.
    fn slot(self) -> usize {
        match self {
            Self::Mode => 0,
            Self::Parameter(id) => 1 + id as usize,
            Self::Page(key) => 1 + ParameterId::ALL.len() + key as usize,
            Self::Pin => Self::N_SLOTS - 1,
        }
    }

    const N_SLOTS: usize = 2 + ParameterId::ALL.len() + PageKey::ALL.len();
}

/// A known key with the values that the link gave it.
struct GivenKey<'a> {
    key: Key,
    name: Cow<'a, str>,
    values: Vec<Cow<'a, str>>,
}

/// Reads a whole URL, a `?query`, or a bare query. Names of models are those of the catalogue.
pub fn decode(text: &str, catalog: &Catalog) -> (Link, Vec<Problem>) {
    let (mut link, mut problems, pins) = read(query_of(text), false, catalog);
    let mut read_pins = Vec::new();
    for (at, text) in pins.iter().enumerate() {
        let fault = if at < MOST_PINS {
            match configuration(text, catalog) {
                Ok(inputs) => {
                    read_pins.push(inputs);
                    continue;
                }
                Err(fault) => fault,
            }
        } else {
            PinFault::TooMany
        };
        problems.push(PIN_KEY, text, ProblemKind::Pin(fault));
    }
    link.pins = Arc::new(read_pins);
    (link, problems.finish())
}

/// Reads a configuration that stands inside of something else, as a bare query: mode and parameters. What has no effect
/// in it or contradicts itself is kept, as in a link.
///
/// # Errors
///
/// Names the first key that is none of a configuration, or whose value could not be taken.
pub fn configuration(query: &str, catalog: &Catalog) -> Result<Inputs, PinFault> {
    let (link, problems, _) = read(query, true, catalog);
    match problems.first_fault {
        Some((key, value)) => Err(PinFault::Inside { key, value }),
        None => Ok(link.inputs),
    }
}

/// Reads a bare query, all but what is pinned in it, whose texts it hands out.
fn read<'a>(query: &'a str, is_pinned: bool, catalog: &Catalog) -> (Link, Problems, Vec<Cow<'a, str>>) {
    let mut problems = Problems::default();
    let mut given: Vec<GivenKey> = Vec::new();
    let mut slots = [None; Key::N_SLOTS];
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(key) = Key::from_text(&name, is_pinned) else {
            problems.push(&name, &value, ProblemKind::UnknownKey);
            continue;
        };
        match slots[key.slot()] {
            None => {
                slots[key.slot()] = Some(given.len());
                given.push(GivenKey { key, name, values: vec![value] });
            }
            Some(at) if given[at].values.len() < TOLD_PROBLEMS => given[at].values.push(value),
            // Repeated either way; more copies would only take memory.
            Some(_) => {}
        }
    }

    // The mode first: it decides the defaults, wherever in the link it stands.
    let mut mode = DEFAULT_MODE;
    if let Some(it) = given.iter().find(|it| it.key == Key::Mode) {
        match it.single().and_then(|value| Mode::from_id(value.trim()).ok_or_else(|| refused_name(value))) {
            Ok(found) => mode = found,
            Err(fault) => problems.push_fault(it, fault, mode_names(), DEFAULT_MODE.id()),
        }
    }
    // All values before any problem is told: a default, which a problem names, may depend on other values.
    let parsed: Vec<_> = given.iter().map(|it| parse_parameter(it, catalog)).collect();
    let value_of = |id: ParameterId| {
        let own = given.iter().zip(&parsed).find_map(|(it, value)| match value {
            Some(Ok(value)) if it.key == Key::Parameter(id) => Some(value.clone()),
            _ => None,
        });
        // A library's name of one value may say another, unless that is given too.
        let is_given = || given.iter().any(|it| it.key == Key::Parameter(id));
        let implied = |it: &GivenKey| match it.key {
            Key::Parameter(by) => id.implied(by, it.single().ok()?),
            Key::Mode | Key::Page(_) | Key::Pin => None,
        };
        own.or_else(|| if is_given() { None } else { given.iter().find_map(implied) })
    };
    let mut link = Link { inputs: Inputs::collect(mode, value_of), ..Link::default() };
    for (it, value) in given.iter().zip(parsed) {
        match (it.key, value) {
            (Key::Parameter(id), Some(Err(fault))) => {
                let spec = id.spec();
                let used = spec.write(&told_value(&link.inputs, id));
                // Many facts are 0 where a model has no such thing, below what can be given of it: the default that
                // stands is no fault.
                if it.single().is_ok_and(|value| value.trim() == used) {
                    continue;
                }
                let allowed = match spec.allowed() {
                    Allowed::Model => Accepted::Model(catalog.models().to_vec()),
                    it => Accepted::Parameter(it),
                };
                problems.push_fault(it, fault, allowed, &used);
            }
            (Key::Parameter(id), _) => {
                // What changes no byte in any mode stands under a heading that says so; a fact of a model stands among
                // others.
                let is_told = |it: &Control| *it != Control::Nothing || is_of_shape(id);
                if let Some(control) = link.inputs.taken_away_by(id).filter(is_told) {
                    problems.push(&it.name, &it.values[0], ProblemKind::NoEffect(control, mode));
                }
            }
            (Key::Page(key), _) => read_page_key(it, key, &mut link, &mut problems),
            (Key::Mode | Key::Pin, _) => {}
        }
    }
    for conflict in conflicts(&link.inputs) {
        let spec = conflict.parameter().spec();
        problems.push(spec.key, &spec.write(&link.inputs.value(conflict.parameter())), ProblemKind::Conflict(conflict));
    }
    if let Err(reason) = support(&link.inputs) {
        let id = reason.parameter(&link.inputs);
        let value = id.spec().write(&link.inputs.value(id));
        problems.push(id.spec().key, &value, ProblemKind::Unsupported(reason, mode));
    }
    let pins = given.into_iter().find(|it| it.key == Key::Pin).map(|it| it.values);
    (link, problems, pins.unwrap_or_default())
}

/// The query of a whole URL, a `?query`, or a bare query; a fragment is cut off.
pub fn query_of(text: &str) -> &str {
    let text = text.trim();
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    match text.split_once('?') {
        // A `?` after the first `=` or `&` is part of a value, unless those stand in the path of an address.
        Some((before, query)) if !before.contains(['=', '&']) || is_address(before) => query,
        None if text.split(':').skip(1).any(|it| it.starts_with("//")) && !text.contains('=') => "",
        _ => text,
    }
}

fn is_address(text: &str) -> bool {
    let (scheme, rest) = text.split_once(':').unwrap_or((text, ""));
    rest.starts_with("//") && scheme.chars().all(|it| it.is_ascii_alphanumeric())
}

/// The value of a parameter's key, or why there is none; `None` for other keys.
fn parse_parameter(it: &GivenKey, catalog: &Catalog) -> Option<Result<Value, Fault>> {
    let Key::Parameter(id) = it.key else { return None };
    Some(it.single().and_then(|value| id.spec().parse(value, catalog).map_err(Fault::Refused)))
}

fn read_page_key(it: &GivenKey, key: PageKey, link: &mut Link, problems: &mut Problems) {
    let used = link.page.id_of(key);
    match it.single() {
        Ok(value) if link.page.set(key, value.trim()) => {
            if key == PageKey::Selected && !covers(link.page.selected, link.inputs.mode()) {
                problems.push(&it.name, value, ProblemKind::NoEffect(Control::Mode, link.inputs.mode()));
            }
        }
        Ok(value) => problems.push_fault(it, refused_name(value), Accepted::OneOf(key.ids()), used),
        Err(fault) => problems.push_fault(it, fault, Accepted::OneOf(key.ids()), used),
    }
}

/// Why a known key could not be taken.
enum Fault {
    Repeated,
    Refused(Refusal),
}

fn refused_name(value: &str) -> Fault {
    Fault::Refused(if value.trim().is_empty() { Refusal::Empty } else { Refusal::NotOffered })
}

fn mode_names() -> Accepted {
    Accepted::OneOf(Mode::ALL.map(Mode::id).to_vec())
}

impl GivenKey<'_> {
    fn single(&self) -> Result<&str, Fault> {
        match self.values.as_slice() {
            [value] => Ok(value),
            _ => Err(Fault::Repeated),
        }
    }
}

#[derive(Default)]
struct Problems {
    told: Vec<Problem>,
    n_untold: usize,
    /// Key and value of the first that was not taken as it stands.
    first_fault: Option<(String, String)>,
}

impl Problems {
    fn push(&mut self, key: &str, value: &str, kind: ProblemKind) {
        let is_taken =
            matches!(kind, ProblemKind::NoEffect(..) | ProblemKind::Unsupported(..) | ProblemKind::Conflict(_));
        if !is_taken && self.first_fault.is_none() {
            self.first_fault = Some((cut(key), cut(value)));
        }
        if self.told.len() < TOLD_PROBLEMS {
            self.told.push(Problem { key: cut(key), value: cut(value), kind });
        } else {
            self.n_untold += 1;
        }
    }

    fn push_fault(&mut self, it: &GivenKey, fault: Fault, allowed: Accepted, used: &str) {
        let used = used.to_owned();
        let kind = match fault {
            Fault::Repeated => ProblemKind::Repeated { allowed, used },
            Fault::Refused(refusal) => ProblemKind::Refused { refusal, allowed, used },
        };
        self.push(&it.name, &it.values.join(", "), kind);
    }

    fn finish(mut self) -> Vec<Problem> {
        if self.n_untold > 0 {
            let kind = ProblemKind::More(self.n_untold);
            self.told.push(Problem { key: String::new(), value: String::new(), kind });
        }
        self.told
    }
}

fn cut(text: &str) -> String {
    let mut characters = text.chars();
    let mut res: String = characters.by_ref().take(TOLD_CHARACTERS).collect();
    if characters.next().is_some() {
        res.push('…');
    }
    res
}

//! DeepSpeed's list of hosts (`launcher/runner.py`, `fetch_hostfile`), as a script writes it beside a launch: how many
//! GPUs its launcher starts processes on. It knows no other file.

use crate::import::launch::setting::Setting;
use crate::import::launch::shell::HereDocument;

/// Names of the list of hosts.
const HOSTFILE: &[&str] = &["hostfile", "H"];

/// What limits the hosts of the list, the first of which count.
const NODES: &str = "num_nodes";

/// What says the GPUs of each host instead of the list.
const GPUS: &[&str] = &["num_gpus", "num_accelerators"];

/// The GPUs of all hosts, by the name of their row among the launcher's.
pub(super) const SLOTS: &str = "hostfile.slots";

/// Puts the GPUs that a list of hosts says in place of what names it; gives back what names one that does not count,
/// because the launch says the same.
pub fn take_hosts(settings: &mut Vec<Setting>, documents: &[HereDocument]) -> Option<Setting> {
    let at = settings.iter().position(|it| it.is_any(HOSTFILE))?;
    let number =
        |names: &[&str]| settings.iter().rfind(|it| it.is_any(names))?.value.trim_ascii().parse::<usize>().ok();
    let (nodes, gpus) = (number(&[NODES]).filter(|it| *it > 0), number(GPUS).filter(|it| *it > 0));
    if nodes.is_some() && gpus.is_some() {
        return Some(settings.remove(at));
    }
    let (hosts, line) = documents.iter().find_map(|it| Some((hosts_of(&it.text)?, it.line)))?;
    let counted = hosts.iter().take(nodes.unwrap_or(hosts.len()));
    let all: f64 = counted.map(|slots| gpus.map_or(*slots, |it| it as f64)).sum();
    settings.retain(|it| !it.is_any(HOSTFILE) && !it.is(NODES) && !it.is_any(GPUS));
    settings.push(Setting { name: SLOTS.to_owned(), value: all.to_string(), line });
    None
}

/// The slots of each host; `None` where a line is of something else.
fn hosts_of(text: &str) -> Option<Vec<f64>> {
    let rows = text.lines().map(|it| it.split('#').next().unwrap_or(it).trim_ascii()).filter(|it| !it.is_empty());
    let slots = |row: &str| {
        let mut words = row.split_ascii_whitespace().skip(1);
        let slots = words.next()?.strip_prefix("slots=")?.parse::<u32>().ok()?;
        words.next().is_none().then_some(f64::from(slots))
    };
    let all: Vec<f64> = rows.map(slots).collect::<Option<_>>()?;
    (!all.is_empty()).then_some(all)
}

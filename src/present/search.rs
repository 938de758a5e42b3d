//! Rows to choose one from, found by parts of their text in any order. It knows neither what the rows are nor how they
//! are shown.

use crate::estimator::plan::fit::VerdictKind;

/// A row to choose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// Its name in links.
    pub value: String,
    /// Its name.
    pub name: String,
    /// What else it is found by.
    pub words: String,
    /// What is said beside the name.
    pub note: String,
    /// What choosing it would mean for the run, in a few words.
    pub verdict: Option<(VerdictKind, String)>,
    /// Under which heading it stands.
    pub heading: usize,
    /// Where it would lead away from what is shown, and whereto: such rows stand back, behind all others.
    pub elsewhere: Option<String>,
}

/// Rows to choose from, and what is said around them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offers {
    /// The rows, in their order.
    pub rows: Vec<Offer>,
    /// Headings, by the places that rows name; without them rows stand in one list.
    pub headings: Vec<String>,
    /// Whether all rows are shown where nothing is typed.
    pub is_whole: bool,
    /// Those that are proposed whatever is typed, by their places.
    pub proposed: Vec<usize>,
    /// Heading of the proposed ones.
    pub proposed_title: &'static str,
    /// Said where no row matches.
    pub nothing: &'static str,
}

/// A row that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundOffer {
    /// Its place among the rows.
    pub at: usize,
    /// Which bytes of its name matched, in order.
    pub matched: Vec<(usize, usize)>,
    /// Whether it stands among the proposed ones.
    pub is_proposed: bool,
}

/// Rows that are shown at most beside the proposed ones, of each heading where not all are shown at first: more than
/// anybody reads through, and few enough to follow every key at once.
const MOST_SHOWN: usize = 40;

/// What a text finds: first what matches, best first, then what is proposed; without a text first what is proposed,
/// then all others. What has one heading stands together, where the best of it is.
pub fn find(offers: &Offers, typed: &str) -> Vec<FoundOffer> {
    let places = matching(&offers.rows, typed);
    let is_empty = typed.trim().is_empty();
    let is_proposed = |at: usize| offers.proposed.contains(&at);
    let most = if is_empty && offers.is_whole { usize::MAX } else { MOST_SHOWN };
    let mut n_shown = vec![0; offers.headings.len().max(1)];
    let is_among_first = |it: &FoundOffer| {
        let list = if offers.is_whole { 0 } else { offers.rows[it.at].heading };
        n_shown[list] += 1;
        n_shown[list] <= most
    };
    let found = places.into_iter().filter(|it| !(is_empty && is_proposed(it.at))).filter(is_among_first);
    let found = together(offers, found);
    let rest = offers.proposed.iter().filter(|at| found.iter().all(|it| it.at != **at));
    let rest: Vec<_> = rest.map(|at| FoundOffer { at: *at, matched: Vec::new(), is_proposed: true }).collect();
    if is_empty { rest.into_iter().chain(found).collect() } else { found.into_iter().chain(rest).collect() }
}

/// The rows with those of one heading behind the first of them.
fn together(offers: &Offers, found: impl Iterator<Item = FoundOffer>) -> Vec<FoundOffer> {
    let mut res: Vec<FoundOffer> = Vec::new();
    for it in found {
        let heading = offers.rows[it.at].heading;
        let last = res.iter().rposition(|other| offers.rows[other.at].heading == heading);
        res.insert(last.map_or(res.len(), |at| at + 1), it);
    }
    res
}

/// The rows in which every part of a text stands; all of them without a text. First those of which the parts are whole
/// words, of these those with the fewest other words in their names; what leads elsewhere last. Parts match where words
/// begin; only where no row has them there, anywhere.
pub fn matching(rows: &[Offer], typed: &str) -> Vec<FoundOffer> {
    // Names of things are in ASCII; tables of all letters would weigh more in the download than the rest of this.
    let typed = typed.to_ascii_lowercase();
    let (whole, parts) = (parts_of(&typed, false), parts_of(&typed, true));
    let by = |parts: &[&str], is_anywhere| {
        let of_row = |(at, row)| Some((at, matched(row, parts, is_anywhere)?));
        rows.iter().enumerate().filter_map(of_row).collect::<Vec<_>>()
    };
    let glued: Vec<_> = parts.iter().flat_map(|it| unglued(it)).collect();
    let first = |all: &[&[&str]]| all.iter().map(|it| by(it, false)).find(|it| !it.is_empty()).unwrap_or_default();
    // Some names have slashes of their own.
    let mut res = first(&[&whole, &parts, &glued]);
    // Of what a checkpoint was tuned from a preset may be there, which has its shape.
    if parts.iter().any(|it| OF_CHECKPOINTS.contains(it)) {
        let [rest, glued] = [&parts, &glued]
            .map(|all| all.iter().copied().filter(|it| !OF_CHECKPOINTS.contains(it)).collect::<Vec<_>>());
        let base = if rest.is_empty() { Vec::new() } else { first(&[&rest, &glued]) };
        let n_whole = res.len();
        for it in base {
            if res[..n_whole].iter().all(|other| other.0 != it.0) {
                res.push(it);
            }
        }
    }
    if res.is_empty() {
        res = by(&parts, true);
    }
    let left = |(at, matched): &(usize, Vec<(usize, usize)>)| {
        let away = if rows[*at].elsewhere.is_some() { AWAY } else { 0 };
        away + if parts.is_empty() { 0 } else { beside(&rows[*at].name, matched) }
    };
    // A pass for each count, of which there are few; what is equal keeps its order. Without a sort, which is more code.
    let counts: Vec<usize> = res.iter().map(left).collect();
    let mut ordered = Vec::with_capacity(res.len());
    let mut next = counts.iter().copied().min();
    while let Some(now) = next {
        let of_count = res.iter_mut().zip(&counts).filter(|it| *it.1 == now);
        ordered.extend(of_count.map(|(it, _)| FoundOffer {
            at: it.0,
            matched: std::mem::take(&mut it.1),
            is_proposed: false,
        }));
        next = counts.iter().copied().filter(|it| *it > now).min();
    }
    ordered
}

/// What a part that is no whole word counts beside words that are left over: more than any name has.
const PART_OF_WORD: usize = 64;

/// What leading elsewhere counts: more than all parts.
const AWAY: usize = 1 << 20;

/// The parts of what was typed, as it stands or without who publishes a checkpoint, which stands before a slash.
fn parts_of(typed: &str, is_named: bool) -> Vec<&str> {
    let named = typed.split_ascii_whitespace().map(|it| match it.rsplit_once('/').filter(|_| is_named) {
        Some((publisher, "")) => publisher,
        Some((_, name)) => name,
        None => it,
    });
    named.flat_map(|it| it.split(['-', ',', ':'])).filter(|it| !it.is_empty()).collect()
}

/// Words in names of checkpoints that say how one was tuned or whose it is, which presets of the same shape may lack.
const OF_CHECKPOINTS: [&str; 6] = ["instruct", "it", "chat", "base", "hf", "meta"];

/// The pieces of a part in which digits are glued to letters: `llama` and `3.3` of `llama3.3`, but `70b` whole.
fn unglued(part: &str) -> Vec<&str> {
    let is_digit = |at: &usize| part.as_bytes()[*at].is_ascii_digit();
    let mut res = Vec::new();
    let mut from = 0;
    for at in starts(part).filter(|at| *at > 0 && is_digit(at)) {
        res.push(&part[from..at]);
        from = at;
    }
    res.push(&part[from..]);
    res
}

/// Where the parts stand in a row's name; `None` where one of them stands nowhere.
fn matched(row: &Offer, parts: &[&str], is_anywhere: bool) -> Option<Vec<(usize, usize)>> {
    let (name, words) = (row.name.to_ascii_lowercase(), row.words.to_ascii_lowercase());
    let place = |text: &str, part: &str| {
        if is_anywhere { text.find(part) } else { starts(text).find(|at| text[*at..].starts_with(part)) }
    };
    let mut res: Vec<(usize, usize)> = Vec::new();
    for part in parts {
        match place(&name, part) {
            Some(at) => {
                let before = res.iter().filter(|it| it.0 <= at).count();
                res.insert(before, (at, at + part.len()));
            }
            None => drop(place(&words, part)?),
        }
    }
    // Of two that overlap the later one begins where the other ends.
    for at in 1..res.len() {
        res[at].0 = res[at].0.max(res[at - 1].1);
        res[at].1 = res[at].1.max(res[at].0);
    }
    Some(res)
}

/// Where words begin: also where letters follow digits, and digits letters.
fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let kind = |it: char| if it.is_ascii_digit() { 2 } else { u8::from(!it.is_ascii_punctuation() && it != ' ') };
    let mut before = 0;
    text.char_indices().filter_map(move |(at, it)| {
        // A point behind digits runs on to those that follow: 5 begins nothing in 1.5.
        let kind = if it == '.' && before == 2 { 2 } else { kind(it) };
        let last = std::mem::replace(&mut before, kind);
        (before != 0 && before != last).then_some(at)
    })
}

/// How far a name is from what was typed: parts of words, and words that are not matched. Numbers do not count, nor how
/// a checkpoint was tuned: versions are read as parts of a name, and the order in which rows stand tells more of them.
fn beside(name: &str, matched: &[(usize, usize)]) -> usize {
    let word = |at: usize| name[at..].split(|it: char| !it.is_ascii_alphabetic()).next().unwrap_or_default();
    let tells = |at: &usize| {
        !name.as_bytes()[*at].is_ascii_digit() && !OF_CHECKPOINTS.iter().any(|it| it.eq_ignore_ascii_case(word(*at)))
    };
    let is_left = |at: &usize| matched.iter().all(|it| *at < it.0 || *at >= it.1);
    // What is named wholly comes before all.
    let has_more = starts(name).any(|at| is_left(&at));
    let left = starts(name).filter(tells).filter(is_left).count() + usize::from(has_more);
    // Letters run on to letters, and digits to digits, also over a point: 7 is a part of 1.7.
    let byte = |at: Option<usize>| at.and_then(|at| name.as_bytes().get(at)).copied().unwrap_or(b' ');
    let runs_on = |at: usize| {
        let [before, last, next, after] = [at.checked_sub(2), at.checked_sub(1), Some(at), Some(at + 1)].map(byte);
        let are_digits = |a: u8, b: u8| a.is_ascii_digit() && b.is_ascii_digit();
        are_digits(last, next)
            || (last.is_ascii_alphabetic() && next.is_ascii_alphabetic())
            || (last == b'.' && are_digits(before, next))
            || (next == b'.' && are_digits(last, after))
    };
    let is_cut = |(from, to): &&(usize, usize)| runs_on(*from) || runs_on(*to);
    left + PART_OF_WORD * matched.iter().filter(is_cut).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers() -> Offers {
        let row = |name: &str| Offer { name: name.to_owned(), words: format!("nvidia {name}"), ..Offer::default() };
        let names = ["RTX 4090 D", "RTX 4090", "RTX 4090 Laptop", "H100 SXM 80 GB", "H100 NVL 94 GB", "L4"];
        Offers { rows: names.map(row).to_vec(), proposed: vec![5], ..Offers::default() }
    }

    #[track_caller]
    fn check(typed: &str, names: &[&str]) {
        let offers = offers();
        let found: Vec<_> = find(&offers, typed).iter().map(|it| offers.rows[it.at].name.clone()).collect();
        assert_eq!(found, names, "{typed}");
    }

    #[test]
    fn parts_match_in_any_order_and_what_fits_follows() {
        check("4090 d", &["RTX 4090 D", "L4"]);
        check("d rtx", &["RTX 4090 D", "L4"]);
        check("h100 nvl", &["H100 NVL 94 GB", "L4"]);
        check("NVL", &["H100 NVL 94 GB", "L4"]);
        check("80", &["H100 SXM 80 GB", "L4"]);
        check("nvidia 4090", &["RTX 4090", "RTX 4090 D", "RTX 4090 Laptop", "L4"]);
    }

    /// "90" begins no word of any row.
    #[test]
    fn what_begins_no_word_is_found_within() {
        check("90 la", &["RTX 4090 Laptop", "L4"]);
        check("zzz", &["L4"]);
        // A word of checkpoints that no row has finds nothing either; it found all.
        check("chat", &["L4"]);
    }

    #[test]
    fn without_a_text_all_rows_follow_what_is_proposed() {
        check(" ", &["L4", "RTX 4090 D", "RTX 4090", "RTX 4090 Laptop", "H100 SXM 80 GB", "H100 NVL 94 GB"]);
    }

    #[test]
    fn what_matched_is_marked() {
        let offers = offers();
        assert_eq!(find(&offers, "rtx 40")[0].matched, [(0, 3), (4, 6)]);
        assert_eq!(find(&offers, "4090 409 d")[0].matched, [(4, 8), (8, 8), (9, 10)]);
        assert_eq!(find(&offers, "409 4090 d")[0].matched, [(4, 7), (7, 8), (9, 10)]);
    }
}

//! Patterns of names, as `std::regex` searches for them: letters, `.`, sets, groups, alternatives, repetitions. What
//! else a pattern may hold is not read. It knows no name.

/// Steps of a search: a hostile pattern tries every way.
const MOST_STEPS: usize = 20_000;
/// Steps inside one another. A tensor's name has a few dozen letters, each a step; a page has a stack of 1 MiB.
const MOST_DEEP: usize = 256;
/// Letters of a pattern.
const LONGEST: usize = 2_048;

/// A pattern.
#[derive(Clone, Debug)]
pub struct NamePattern {
    /// Alternatives, each a row of atoms.
    ways: Vec<Vec<Repeated>>,
}

#[derive(Clone, Debug)]
struct Repeated {
    atom: Atom,
    least: usize,
    most: usize,
}

#[derive(Clone, Debug)]
enum Atom {
    Any,
    Begin,
    End,
    /// Ranges of bytes, and whether the others are meant.
    Set(Vec<(u8, u8)>, bool),
    Group(NamePattern),
}

impl NamePattern {
    /// The pattern of a text; `None` where it holds what is not read here.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut at = 0;
        let res = (bytes.len() <= LONGEST && text.is_ascii()).then(|| parse_ways(bytes, &mut at, 0))??;
        (at == bytes.len()).then_some(res)
    }

    /// Whether it is found in a name; `None` where that took too many steps.
    pub fn finds(&self, name: &str) -> Option<bool> {
        let mut search = Search { n_steps: 0, n_deep: 0, has_ended: false };
        let name = name.as_bytes();
        for from in 0..=name.len() {
            if self.matches(name, from, &mut search, &mut |_, _| true) {
                return Some(true);
            }
            if search.has_ended {
                return None;
            }
        }
        Some(false)
    }

    fn matches(
        &self,
        name: &[u8],
        at: usize,
        search: &mut Search,
        then: &mut dyn FnMut(usize, &mut Search) -> bool,
    ) -> bool {
        self.ways.iter().any(|way| search.goes_into(|search| row_matches(way, 0, name, at, search, then)))
    }
}

/// How far a search has come.
struct Search {
    n_steps: usize,
    n_deep: usize,
    /// Whether it was given up.
    has_ended: bool,
}

impl Search {
    /// One step more, inside the present one; none where there were too many.
    fn goes_into(&mut self, step: impl FnOnce(&mut Self) -> bool) -> bool {
        self.n_steps += 1;
        self.has_ended |= self.n_steps > MOST_STEPS || self.n_deep >= MOST_DEEP;
        if self.has_ended {
            return false;
        }
        self.n_deep += 1;
        let res = step(self);
        self.n_deep -= 1;
        res
    }
}

/// Whether the rest of a row matches from a place on, of whose first atom so many were taken.
fn row_matches(
    row: &[Repeated],
    taken: usize,
    name: &[u8],
    at: usize,
    search: &mut Search,
    then: &mut dyn FnMut(usize, &mut Search) -> bool,
) -> bool {
    let Some(first) = row.first() else { return then(at, search) };
    if taken < first.most {
        let mut again = |to: usize, search: &mut Search| {
            // What takes nothing is not taken again.
            if to == at && taken >= first.least {
                return false;
            }
            search.goes_into(|search| row_matches(row, taken + 1, name, to, search, then))
        };
        let is_matched = match &first.atom {
            Atom::Begin => at == 0 && again(at, search),
            Atom::End => at == name.len() && again(at, search),
            Atom::Any => at < name.len() && again(at + 1, search),
            Atom::Set(ranges, is_inverted) => {
                let has = |it: u8| ranges.iter().any(|(from, to)| (*from..=*to).contains(&it));
                name.get(at).is_some_and(|it| has(*it) != *is_inverted) && again(at + 1, search)
            }
            Atom::Group(inner) => inner.matches(name, at, search, &mut again),
        };
        if is_matched {
            return true;
        }
    }
    taken >= first.least && search.goes_into(|search| row_matches(&row[1..], 0, name, at, search, then))
}

/// Groups in groups.
const MOST_LEVELS: usize = 8;

fn parse_ways(bytes: &[u8], at: &mut usize, level: usize) -> Option<NamePattern> {
    let mut ways = vec![Vec::new()];
    while let Some(byte) = bytes.get(*at).copied() {
        if byte == b')' {
            break;
        }
        *at += 1;
        let atom = match byte {
            b'|' => {
                ways.push(Vec::new());
                continue;
            }
            b'.' => Atom::Any,
            b'^' => Atom::Begin,
            b'$' => Atom::End,
            b'[' => parse_set(bytes, at)?,
            b'(' => {
                if bytes[*at..].starts_with(b"?:") {
                    *at += 2;
                }
                let inner = (level < MOST_LEVELS).then(|| parse_ways(bytes, at, level + 1))??;
                (bytes.get(*at) == Some(&b')')).then(|| *at += 1)?;
                Atom::Group(inner)
            }
            b'\\' => parse_escaped(bytes, at)?,
            b'*' | b'+' | b'?' | b'{' | b'}' | b']' => return None,
            it => Atom::Set(vec![(it, it)], false),
        };
        let (least, most) = parse_count(bytes, at)?;
        ways.last_mut()?.push(Repeated { atom, least, most });
    }
    Some(NamePattern { ways })
}

fn parse_escaped(bytes: &[u8], at: &mut usize) -> Option<Atom> {
    let byte = bytes.get(*at).copied()?;
    *at += 1;
    match byte {
        b'd' => Some(Atom::Set(vec![(b'0', b'9')], false)),
        b'w' => Some(Atom::Set(vec![(b'0', b'9'), (b'a', b'z'), (b'A', b'Z'), (b'_', b'_')], false)),
        it if it.is_ascii_alphanumeric() => None,
        it => Some(Atom::Set(vec![(it, it)], false)),
    }
}

/// What stands behind `[`.
fn parse_set(bytes: &[u8], at: &mut usize) -> Option<Atom> {
    let is_inverted = bytes.get(*at) == Some(&b'^');
    *at += usize::from(is_inverted);
    let mut ranges = Vec::new();
    loop {
        let from = bytes.get(*at).copied()?;
        *at += 1;
        let from = match from {
            b']' => return Some(Atom::Set(ranges, is_inverted)),
            b'[' => return None,
            b'\\' => match parse_escaped(bytes, at)? {
                Atom::Set(own, false) if own.len() == 1 && own[0].0 == own[0].1 => own[0].0,
                Atom::Set(own, false) => {
                    ranges.extend(own);
                    continue;
                }
                Atom::Set(..) | Atom::Any | Atom::Begin | Atom::End | Atom::Group(_) => return None,
            },
            it => it,
        };
        match (bytes.get(*at), bytes.get(*at + 1)) {
            (Some(b'-'), Some(to)) if !matches!(to, b']' | b'\\') => {
                if *to < from {
                    return None;
                }
                ranges.push((from, *to));
                *at += 2;
            }
            _ => ranges.push((from, from)),
        }
    }
}

/// How often an atom stands there.
fn parse_count(bytes: &[u8], at: &mut usize) -> Option<(usize, usize)> {
    let count = match bytes.get(*at) {
        Some(b'*') => (0, usize::MAX),
        Some(b'+') => (1, usize::MAX),
        Some(b'?') => (0, 1),
        Some(b'{') => {
            let end = *at + bytes[*at..].iter().position(|it| *it == b'}')?;
            let inner = std::str::from_utf8(&bytes[*at + 1..end]).ok()?;
            *at = end;
            match inner.split_once(',') {
                None => inner.parse().ok().map(|it| (it, it))?,
                Some((least, "")) => (least.parse().ok()?, usize::MAX),
                Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
            }
        }
        _ => return Some((1, 1)),
    };
    *at += 1;
    // The fewest first finds the same, if not the same part of it.
    if bytes.get(*at) == Some(&b'?') {
        *at += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: Option<bool>) {
        assert_eq!(NamePattern::parse(pattern).and_then(|it| it.finds(name)), expected, "{pattern} in {name}");
    }

    #[test]
    fn patterns_find_what_a_regular_expression_finds() {
        let name = "blk.27.ffn_up_exps.weight";
        check(r"blk\.(2[0-9]|3[0-9])\.ffn_.*_exps\.", name, Some(true));
        check(r"blk\.(2[0-9]|3[0-9])\.ffn_.*_exps\.", "blk.7.ffn_up_exps.weight", Some(false));
        check(r"^blk\.\d+\.ffn_(up|down)_exps", name, Some(true));
        check(r"blk\.[0-9]\.", name, Some(false));
        check(r"blk.(?:[0-9]|2[5-9]){1}\.ffn", name, Some(true));
        check("exps$", name, Some(false));
        check("(a*)*b", name, Some(true));
        check("(a*)*z", name, Some(false));
        check("exps", name, Some(true));
        check("[^b]lk", name, Some(false));
    }

    #[test]
    fn what_is_not_read_is_told() {
        for text in ["(?!a)b", "(a", "a)", "[a", "*", r"\b", "a{2", "a{x}", "[b-a]", &"(".repeat(9), "é"] {
            assert!(NamePattern::parse(text).is_none(), "{text}");
        }
        // It tries every way, and ends.
        check(&format!("({}){{1,}}c", "a*".repeat(40)), &"a".repeat(200), None);
    }

    /// However often nothing is taken, it is within the stack of a page.
    #[test]
    fn no_pattern_goes_deeper_than_the_stack() {
        let of_page = std::thread::Builder::new().stack_size(1 << 20);
        let searches = of_page.spawn(|| {
            for text in ["(a?){9999}=", "(a?){9999}", "((b?){99}){99}", "((((a?){50}){50}){50}){50}"] {
                check(text, "blk.27.ffn_up_exps.weight", None);
            }
            check(&"b?".repeat(400), "blk.27.ffn_up_exps.weight", None);
        });
        searches.expect("a thread").join().expect("no overflow");
    }
}

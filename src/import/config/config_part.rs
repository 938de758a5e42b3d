//! An object of a configuration: its values by key, with the place of each, and which of them were looked at. What is
//! `null`, and a size that is 0, is absent. It knows no key.

use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// An object and where it stands.
pub struct ConfigPart<'a> {
    map: &'a Map<String, Json>,
    /// What stands before a key in the place that is told: empty, or the key of this object with a dot.
    path: &'static str,
    seen: RefCell<BTreeSet<String>>,
}

/// A number with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyNumber {
    /// The number.
    pub number: f64,
    /// The path of its key.
    pub place: String,
}

/// Why a key has no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// No number stands there: place and value.
    WrongType(String, String),
    /// A list whose entries differ: one for each layer, for which there is no parameter.
    Unlike(String, String),
}

impl<'a> ConfigPart<'a> {
    /// An object.
    pub const fn new(map: &'a Map<String, Json>, path: &'static str) -> Self {
        Self { map, path, seen: RefCell::new(BTreeSet::new()) }
    }

    /// Where a key stands.
    pub fn place(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    /// What stands at a key, or at keys of objects within, parted by dots; nothing for `null`.
    pub fn get(&self, key: &str) -> Option<&'a Json> {
        let mut pieces = key.split('.');
        let first = pieces.next()?;
        self.see(first);
        let found = pieces.try_fold(self.map.get(first)?, |it, piece| it.get(piece))?;
        (!found.is_null()).then_some(found)
    }

    /// Marks a key as looked at.
    pub fn see(&self, key: &str) {
        if self.map.contains_key(key) {
            self.seen.borrow_mut().insert(key.to_owned());
        }
    }

    /// Whether a key is there, whatever stands there.
    pub fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// The first of some keys at which something stands.
    pub fn first<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Option<(&'k str, &'a Json)> {
        // All are marked: what stands at the others is another name of the same.
        let mut res = None;
        for key in keys {
            let found = self.get(key);
            if let (None, Some(found)) = (&res, found) {
                res = Some((key, found));
            }
        }
        res
    }

    /// The number at the first of some keys, 0 too. A list of equal ones is one.
    pub fn any_number<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Result<Option<KeyNumber>, KeyFault> {
        let Some((key, found)) = self.first(keys) else { return Ok(None) };
        let place = self.place(key);
        let wrong = || KeyFault::WrongType(place.clone(), found.to_string());
        let number = match found {
            Json::Array(entries) => {
                let first = entries.first().ok_or_else(wrong)?;
                if entries.iter().any(|it| it != first) {
                    return Err(KeyFault::Unlike(place, found.to_string()));
                }
                first.as_f64().ok_or_else(wrong)?
            }
            _ => found.as_f64().ok_or_else(wrong)?,
        };
        Ok(Some(KeyNumber { number, place }))
    }

    /// The size at the first of some keys: 0 means that there is none.
    pub fn size<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Result<Option<KeyNumber>, KeyFault> {
        Ok(self.any_number(keys)?.filter(|it| it.number != 0.0))
    }

    /// A text.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    /// Whether a key says yes; what it is where it says nothing.
    pub fn is_on(&self, key: &str, default: bool) -> bool {
        self.get(key).and_then(Json::as_bool).unwrap_or(default)
    }

    /// A list.
    pub fn list(&self, key: &str) -> Option<&'a [Json]> {
        self.get(key)?.as_array().map(Vec::as_slice)
    }

    /// An object.
    pub fn object(&self, key: &str) -> Option<&'a Map<String, Json>> {
        self.get(key)?.as_object()
    }

    /// What was not looked at: places with values.
    pub fn unseen(&self) -> impl Iterator<Item = (String, &'a str, &'a Json)> + '_ {
        let seen = self.seen.borrow().clone();
        self.map
            .iter()
            .filter(move |it| !seen.contains(it.0))
            .map(|(key, value)| (self.place(key), key.as_str(), value))
    }
}

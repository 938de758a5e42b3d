//! What a sum is made of, where it is made of things with names: tensors, or weights. It knows no layer and no model.

use crate::estimator::digits::short;
use std::fmt;
use std::sync::Arc;

/// Things that add up to a quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The things, in the order in which a run meets them.
    pub entries: Vec<Entry>,
}

/// A thing with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is called in the code that makes it, such as `q_proj.weight`; a contract, not a text.
    pub name: &'static str,
    /// How many elements all such things have, in symbols, such as `3·H`: times [`Self::bytes_of_element`] that is the amount.
    pub elements: String,
    /// Bytes of an element; 0 for parameters, whose format is another matter.
    pub bytes_of_element: f64,
    /// What it adds to the quantity; negative for what has been let go by then.
    pub amount: f64,
    /// The code or paper that says so.
    pub source: &'static str,
}

/// How many elements several things of a width have, in symbols: `3·H`, `−H` for one that has been let go, `H` for one.
pub fn several(count: f64, width: &str) -> String {
    let mut res = String::new();
    if count < 0.0 {
        res.push('−');
    }
    let size = count.abs();
    if size != 1.0 {
        res.push_str(&short(size));
        if width == "1" {
            return res;
        }
        res.push('·');
    }
    // A sum is multiplied, or taken away, as a whole.
    let is_whole = count != 1.0 && width.contains(['+', '-', '−']);
    if is_whole {
        res.push('(');
    }
    res.push_str(width);
    if is_whole {
        res.push(')');
    }
    res
}

/// A list that is made when somebody reads it: its texts cost more than the formula that they explain.
#[derive(Clone)]
pub struct LaterListing(Arc<dyn Fn() -> Listing + Send + Sync>);

impl LaterListing {
    /// A list that `make` makes.
    pub fn new(make: impl Fn() -> Listing + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// The list.
    pub fn listing(&self) -> Listing {
        (self.0)()
    }
}

impl From<Listing> for LaterListing {
    /// A list that is made already.
    fn from(listing: Listing) -> Self {
        Self::new(move || listing.clone())
    }
}

impl fmt::Debug for LaterListing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.listing().fmt(f)
    }
}

impl PartialEq for LaterListing {
    fn eq(&self, other: &Self) -> bool {
        self.listing() == other.listing()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_things_of_a_width_are_counted() {
        for (count, width, told) in [
            (1.0, "H", "H"),
            (3.0, "H", "3·H"),
            (-1.0, "q + kv", "−(q + kv)"),
            (2.0, "q + kv", "2·(q + kv)"),
            (-2.0, "1", "−2"),
        ] {
            assert_eq!(several(count, width), told);
        }
    }
}

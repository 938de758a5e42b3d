//! What a sum is made of, where it is made of things with names: tensors, or weights. It knows no layer and no model.

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
    /// How many elements it has, in symbols, such as `H·I`.
    pub elements: String,
    /// Bytes of an element; 0 for parameters, whose format is another matter.
    pub bytes_of_element: f64,
    /// What it adds to the quantity; negative for what has been let go by then.
    pub amount: f64,
    /// The code or paper that says so.
    pub source: &'static str,
}

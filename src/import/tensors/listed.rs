//! A list of tensors, and what they weigh together. It knows no file and no name.

use crate::import::cut::cut;
use crate::import::imported::{Imported, NotTaken, Omitted};
use crate::import::measured::MeasuredFigure;
use std::collections::BTreeMap;

/// A tensor that a header lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTensor {
    /// Its name.
    pub name: String,
    /// Its type, as the header writes it.
    pub dtype: String,
    /// Its sizes, the outermost first.
    pub shape: Vec<u64>,
    /// Its bytes in the file.
    pub bytes: u64,
}

impl ListedTensor {
    /// How many numbers it has.
    pub fn elements(&self) -> f64 {
        self.shape.iter().map(|it| *it as f64).product()
    }
}

/// What the headers of a model's files list.
#[derive(Clone, Debug, Default)]
pub struct TensorList {
    /// The tensors of all headers that were read.
    pub tensors: Vec<ListedTensor>,
    /// Bytes of all tensors, where an index tells them.
    pub told_bytes: Option<f64>,
    /// Files that an index names.
    pub n_told_files: usize,
    /// Files whose headers were read.
    pub n_read_files: usize,
    /// What could not be read.
    pub left_out: Vec<Omitted>,
}

/// Tensors of a model; those of the largest mixtures with a matrix for each expert are some 200,000.
pub const MOST_TENSORS: usize = 2_000_000;

impl TensorList {
    /// Tells what could not be read.
    pub fn leave(&mut self, name: &str, value: &str, why: NotTaken) {
        if self.left_out.len() < 20 {
            self.left_out.push(Omitted { value: cut(value), ..Omitted::whole(cut(name), why) });
        }
    }

    /// Whether nothing was listed.
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty() && self.told_bytes.is_none()
    }

    /// Whether the headers of all files of an index were read; a file without one is all there is, as far as it tells.
    pub fn has_all_files(&self) -> bool {
        self.n_told_files <= self.n_read_files
    }

    /// Tells what they weigh: together, and those of each type.
    pub fn measure(&self, is_whole: bool, out: &mut Imported) {
        let bytes: f64 = self.tensors.iter().map(|it| it.bytes as f64).sum();
        match self.told_bytes {
            Some(told) => out.measure(MeasuredFigure::Weights, told, "metadata.total_size"),
            None if is_whole => out.measure(MeasuredFigure::Weights, bytes, "all tensors"),
            None => {}
        }
        let mut types: BTreeMap<&str, f64> = BTreeMap::new();
        for it in &self.tensors {
            *types.entry(it.dtype.as_str()).or_default() += it.bytes as f64;
        }
        for (name, bytes) in types {
            out.measure(MeasuredFigure::WeightsOfType, bytes, name);
        }
        if !self.tensors.is_empty() {
            let elements = self.tensors.iter().map(ListedTensor::elements).sum();
            out.measure(MeasuredFigure::Elements, elements, "all tensors");
        }
        self.left_out.iter().for_each(|it| out.leave(&it.name, &it.value, it.why));
    }
}

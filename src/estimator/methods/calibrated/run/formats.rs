//! Number formats of a training run. It knows no tensor.

use crate::estimator::architecture::Fact;
use crate::estimator::methods::calibrated::model::mesh::Mesh;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{AdapterPrecision, FinetuneMethod, Precision, Recipe};
use crate::estimator::parameters::spread::Trainer;
use crate::estimator::reader::Reader;

/// Which parameters a run trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trained {
    /// All.
    Everything,
    /// Low-rank adapters beside frozen weights.
    Adapters,
    /// Prefixes of keys and values.
    Prefixes,
}

/// Bytes of an element of each kind of tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Formats {
    /// What is trained.
    pub trained: Trained,
    /// Whether matrix products convert their operands to 16 bits as they go (`torch.autocast`).
    pub is_autocast: bool,
    /// Whether frozen weights are among these operands: FP32 ones, of which autocast makes a copy for each product,
    /// since it remembers those of trained parameters alone (ATen `autocast_mode.cpp`, `cached_cast`).
    pub converts_frozen: bool,
    /// Of the model's parameters.
    pub parameter: f64,
    /// Of what a matrix product reads and writes.
    pub compute: f64,
    /// Of what a linear layer of a block makes of a normed input: a 4-bit layer of bitsandbytes returns the format that
    /// it reads.
    pub inner: f64,
    /// Of what the embedding puts out.
    pub embedded: f64,
    /// Of the residual stream: that of what the embedding puts out, to which every block's output is added.
    pub stream: f64,
    /// Of adapters.
    pub adapter: f64,
    /// Of a gradient of a trained parameter.
    pub gradient: f64,
    /// Of the FP32 copy that the optimizer updates; 0 where it updates the parameters themselves.
    pub master: f64,
    /// Of an unquantized state of the optimizer, which PyTorch gives the format of what it updates.
    pub state: f64,
}

impl Formats {
    /// The formats that the inputs' recipe means.
    ///
    /// Autograd keeps no tensor narrower than 16 bits: a run in FP8, INT8 or INT4 stores weights so and computes in
    /// 16 bits.
    pub fn of(inputs: &Reader) -> Self {
        // Where everything is trained the choice has no effect, and reads so.
        let method = inputs.choice::<FinetuneMethod>(Id::FinetuneMethod);
        let trained = match method {
            FinetuneMethod::Full => Trained::Everything,
            FinetuneMethod::Lora | FinetuneMethod::Qlora => Trained::Adapters,
            FinetuneMethod::Prefix => Trained::Prefixes,
        };
        let precision = inputs.choice::<Precision>(Id::Precision);
        let recipe = inputs.choice::<Recipe>(Id::Recipe);
        // Of everything that is trained under autocast the parameters are FP32 whatever the precision, and FP32 says
        // that nothing is converted. Beside adapters it is the precision of the frozen weights.
        let is_of_frozen = precision == Precision::Fp32 && method == FinetuneMethod::Lora;
        let is_autocast = recipe == Recipe::Autocast && (precision != Precision::Fp32 || is_of_frozen);
        let converts_frozen = is_autocast && is_of_frozen;
        // Norms and embedding in FP32 (PEFT, `prepare_model_for_kbit_training`) make all that follows from them FP32,
        // but for what autocast converts.
        let half = Precision::Bf16.bytes();
        let narrow = if is_autocast { half } else { precision.bytes().max(half) };
        let inner = if inputs.is_on(Id::KbitPreparation) { Precision::Fp32.bytes() } else { narrow };
        let compute = if is_autocast { narrow } else { inner };
        let is_full = trained == Trained::Everything;
        let parameter = if is_autocast && is_full { Precision::Fp32.bytes() } else { precision.bytes() };
        let is_normed = inputs.fact(Fact::EmbeddingNorm).is_some_and(|it| it != 0.0);
        let embedded = parameter.max(inner);
        let adapter = match inputs.choice::<AdapterPrecision>(Id::AdapterPrecision) {
            AdapterPrecision::Fp32 => Precision::Fp32.bytes(),
            AdapterPrecision::Bf16 => Precision::Bf16.bytes(),
        };
        // FSDP2 casts all parameters of a group as it gathers them.
        // DeepSpeed's engine casts the whole module.
        let is_cast = recipe == Recipe::Policy || Mesh::of(inputs).trainer() == Trainer::DeepSpeed;
        let adapter = if is_cast { narrow } else { adapter };
        let updated = if is_full { parameter } else { adapter };
        let has_master = recipe == Recipe::Master && updated < Precision::Fp32.bytes();
        Self {
            trained,
            is_autocast,
            converts_frozen,
            parameter,
            compute,
            inner,
            embedded,
            // Autocast normalizes in FP32: behind a norm of the embedding's output the stream is so.
            stream: if is_autocast && is_normed { Precision::Fp32.bytes() } else { embedded },
            adapter,
            gradient: updated.max(Precision::Bf16.bytes()),
            master: if has_master { Precision::Fp32.bytes() } else { 0.0 },
            state: if has_master { Precision::Fp32.bytes() } else { updated.max(Precision::Bf16.bytes()) },
        }
    }

    /// Whether autocast converts what a linear layer reads for each layer anew: what an FP32 norm made, not what a
    /// 16-bit one did.
    pub fn converts_inputs(&self) -> bool {
        self.is_autocast && self.trains_everything()
    }

    /// Whether autocast makes 16-bit copies of the model's own weights.
    pub fn converts_weights(&self) -> bool {
        self.converts_frozen || self.is_autocast && self.trains_everything()
    }

    /// Whether the model's own parameters are trained.
    pub fn trains_everything(&self) -> bool {
        self.trained == Trained::Everything
    }
}

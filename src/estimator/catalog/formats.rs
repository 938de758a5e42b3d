//! Number formats of quantized weights, from `data/quantization.json`. It knows no model and no engine.

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Format {
    /// Its name in links.
    pub id: &'static str,
    /// What llama.cpp calls it; empty for formats of other engines.
    pub mix: &'static str,
    /// Bits that a weight takes with its share of scales and zero points.
    pub bits_per_weight: f64,
}

/// Every format whose size is known.
pub static FORMATS: &[Format] = include!(concat!(env!("OUT_DIR"), "/formats.rs"));

/// The format with a name in links.
pub fn format(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|it| it.id == id)
}

/// With which kernels vLLM reads a format, of which it depends how old a GPU may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VllmKernels {
    /// AutoAWQ's, or what reads its files.
    Awq,
    /// Marlin's, which read 8-bit floats, NVFP4 and the packed integers of compressed-tensors.
    Marlin,
    /// Those of MXFP4.
    Mxfp4,
    /// Others, which run on any GPU that vLLM runs on.
    Other,
}

/// What follows from a format, in one place: nothing else asks for its name.
impl Format {
    fn is_any(&self, beginnings: &[&str]) -> bool {
        beginnings.iter().any(|it| self.id.starts_with(it))
    }

    /// Whether it is bitsandbytes' 8-bit format, LLM.int8().
    pub fn is_eight_bit(&self) -> bool {
        self.id == "llm-int8"
    }

    /// Whether it is a 4-bit format of bitsandbytes.
    pub fn is_four_bit(&self) -> bool {
        self.is_nf4() || self.id == "fp4-bnb"
    }

    /// Whether it is NF4, with or without double quantization.
    pub fn is_nf4(&self) -> bool {
        self.is_any(&["nf4"])
    }

    /// The same with constants that are not quantized once more.
    pub fn expanded(&'static self) -> Option<&'static Self> {
        if self.id == "nf4-dq" { format("nf4") } else { Some(self) }
    }

    /// Whether bitsandbytes makes it of linear layers while a model is loaded.
    pub fn is_of_bitsandbytes(&self) -> bool {
        self.is_eight_bit() || self.is_four_bit()
    }

    /// Whether it packs the experts of a mixture alone.
    pub fn is_of_experts(&self) -> bool {
        self.id == "mxfp4"
    }

    /// Whether it is 8-bit floats with a scale for each tensor or block.
    pub fn is_fp8(&self) -> bool {
        self.is_any(&["fp8"])
    }

    /// Whether Transformers loads it packed: files of llama.cpp it expands when it loads them (`integrations/ggml.py`),
    /// those of compressed-tensors with the first forward pass (`quantizers/quantizer_compressed_tensors.py`), and the
    /// others have libraries of their own.
    pub fn is_of_transformers(&self) -> bool {
        !self.is_any(&["gguf", "exl2", "int4-g", "mxfp6", "mxfp8"])
    }

    /// The same of vLLM (`model_executor/layers/quantization/__init__.py`); of llama.cpp's types without those that its
    /// kernels lack (`gguf.py`).
    pub fn is_of_vllm(&self) -> bool {
        !self.is_any(&["exl2", "mxfp6", "gguf-tq", "gguf-q1_0", "gguf-mxfp4", "gguf-nvfp4"])
    }

    /// The same of PEFT, which puts adapters on layers of bitsandbytes, GPTQ, AWQ and HQQ (`tuners/lora/model.py`).
    pub fn is_of_peft(&self) -> bool {
        !self.is_any(&["gguf", "exl2", "int4-g", "mx", "nvfp4", "fp8"])
    }

    /// Whether it packs integers of up to 8 bits in groups, which vLLM's Marlin kernels multiply.
    pub fn is_of_integers(&self) -> bool {
        self.is_any(&["gptq", "awq", "int4-g"])
    }

    /// With which kernels vLLM reads it.
    pub fn vllm_kernels(&self) -> VllmKernels {
        match self.id {
            "awq-4bit-g128" | "awq-4bit-g64" => VllmKernels::Awq,
            "fp8-per-tensor" | "fp8-block128" | "nvfp4" | "int4-g128" | "int4-g32" => VllmKernels::Marlin,
            "mxfp4" => VllmKernels::Mxfp4,
            _ => VllmKernels::Other,
        }
    }
}

//! In which number format an engine caches keys and values. It knows neither how many tokens there are, nor what one of
//! them leaves.

use crate::estimator::architecture::Fact;
use crate::estimator::expr::Expr;
use crate::estimator::methods::calibrated::model::shape::Shape;
use crate::estimator::methods::calibrated::run::serving::ServingRun;
use crate::estimator::methods::calibrated::serving::gguf_types::Type;
use crate::estimator::methods::calibrated::tensors::dtype::HALF;
use crate::estimator::parameters::ParameterId as Id;
use crate::estimator::parameters::choices::{Engine, KvPrecision};
use crate::estimator::parameters::engine_versions::VersionRules;
use crate::estimator::reader::Reader;
use crate::estimator::units::BytesPerElement;

/// Elements that share a scale and a zero point, both FP16, in the quantized cache of Transformers.
const SHARED_BY: f64 = 64.0;

/// Whether keys and values of each head have a scale beside them: those of vLLM's caches of integers
/// (`int8_per_token_head`).
pub fn has_scales(reader: &Reader) -> bool {
    reader.choice::<Engine>(Id::Engine) == Engine::Vllm
        && matches!(reader.choice(Id::KvPrecision), KvPrecision::Int8 | KvPrecision::Int4)
}

/// Whether an engine has caches of a format.
///
/// The quantized cache of Transformers has integers alone (`cache_utils.py`, `QuantizedCache`), and so have llama.cpp's
/// types (`kv_cache_types` in `common/arg.cpp`).
const fn offers(engine: Engine, kind: KvPrecision) -> bool {
    match kind {
        KvPrecision::Same | KvPrecision::Fp16 | KvPrecision::Int8 | KvPrecision::Int4 => true,
        KvPrecision::Fp8 => matches!(engine, Engine::Vllm),
        KvPrecision::Q8
        | KvPrecision::Q51
        | KvPrecision::Q50
        | KvPrecision::Q41
        | KvPrecision::Q4
        | KvPrecision::Iq4Nl => matches!(engine, Engine::LlamaCpp),
    }
}

/// Bytes of an element of a format in an engine's cache, with its share of scales where these do not follow heads.
/// [`has_cache`] says which the engine has: of others it is what the format takes where it is.
const fn bytes_of(engine: Engine, kind: KvPrecision, same: f64) -> f64 {
    match (engine, kind) {
        (Engine::LlamaCpp, KvPrecision::Same) | (_, KvPrecision::Fp16) => HALF,
        (Engine::Transformers | Engine::Vllm, KvPrecision::Same) => same,
        (Engine::LlamaCpp, KvPrecision::Int8) | (_, KvPrecision::Q8) => Type::Q8_0.bytes(),
        (Engine::LlamaCpp, KvPrecision::Int4) | (_, KvPrecision::Q4) => Type::Q4_0.bytes(),
        (_, KvPrecision::Q51) => Type::Q5_1.bytes(),
        (_, KvPrecision::Q50) => Type::Q5_0.bytes(),
        (_, KvPrecision::Q41) => Type::Q4_1.bytes(),
        (_, KvPrecision::Iq4Nl) => Type::IQ4_NL.bytes(),
        (_, KvPrecision::Fp8) | (Engine::Vllm, KvPrecision::Int8) => 1.0,
        (Engine::Vllm, KvPrecision::Int4) => 0.5,
        (Engine::Transformers, KvPrecision::Int8) => 1.0 + 4.0 / SHARED_BY,
        (Engine::Transformers, KvPrecision::Int4) => 0.5 + 4.0 / SHARED_BY,
    }
}

/// Whether the engine has caches in the chosen formats for the model. llama.cpp quantizes values for flash attention
/// only (`llama_init_from_model`). In vLLM one backend reads integers (`TRITON_ATTN`), and none of those for compressed
/// keys (`supported_kv_cache_dtypes`).
pub fn has_cache(shape: &Shape) -> bool {
    let reader = &shape.reader;
    let engine = reader.choice::<Engine>(Id::Engine);
    let values = reader.choice::<KvPrecision>(Id::KvPrecisionValues);
    let is_read = !reader.has_effect(Id::KvPrecisionValues)
        || offers(engine, values) && (reader.is_on(Id::FlashAttention) || bytes_of(engine, values, HALF) == HALF);
    let version = VersionRules::of(reader.choice(Id::EngineVersion)).vllm;
    let has_integers = !shape.is(Fact::KvLoraRank) && version.is_some_and(|it| it.has_integer_caches);
    is_read && offers(engine, reader.choice(Id::KvPrecision)) && (has_integers || !has_scales(reader))
}

/// Bytes of an element of a key, and of a value.
pub fn formats(run: &ServingRun) -> [Expr<BytesPerElement>; 2] {
    [of_element(run), of_value(run)]
}

/// Bytes of an element of a key.
pub fn of_element(run: &ServingRun) -> Expr<BytesPerElement> {
    of_parameter(run, Id::KvPrecision)
}

/// The same of a value, which in llama.cpp may have a format of its own (`--cache-type-v`).
pub fn of_value(run: &ServingRun) -> Expr<BytesPerElement> {
    let of = |id| run.shape.reader.choice::<KvPrecision>(id);
    let has_own = run.shape.reader.has_effect(Id::KvPrecisionValues);
    let is_own = has_own && of(Id::KvPrecisionValues) != of(Id::KvPrecision);
    of_parameter(run, if is_own { Id::KvPrecisionValues } else { Id::KvPrecision })
}

fn of_parameter(run: &ServingRun, id: Id) -> Expr<BytesPerElement> {
    let reader = run.shape.reader;
    let (engine, kind) = (reader.choice::<Engine>(Id::Engine), reader.choice::<KvPrecision>(id));
    if kind == KvPrecision::Same && engine != Engine::LlamaCpp {
        return run.element.clone();
    }
    reader.parameter(id, id.spec().symbol, bytes_of(engine, kind, run.bytes()))
}

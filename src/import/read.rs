//! Any text or file: finds out what it is, and hands it to whoever reads that kind. It opens no file, and what cannot be read is told.

use crate::estimator::{Catalog, Mode};
use crate::import::config::{of_config, of_quantization_file};
use crate::import::imported::Imported;
use crate::import::kind::FileKind;
use crate::import::launch::{LaunchRefusal, of_launch};
use crate::import::megatron::arguments_of_megatron;

/// Names of files that tell more when they lie beside some bytes.
pub fn beside(bytes: &[u8]) -> &'static [&'static str] {
    match FileKind::of(bytes) {
        Ok((FileKind::Config, told)) if told.get("quantization_config").is_none() => &["hf_quant_config.json"],
        Ok((FileKind::QuantizationConfig, _)) => &["config.json"],
        _ => &[],
    }
}

/// What a launch or a file tells, with files that lie beside it.
///
/// # Errors
/// Says why a text is no launch that is known; a file that cannot be read is no error, but says what is wrong in `left_out`.
pub fn import(bytes: &[u8], others: &[&[u8]], catalog: &Catalog) -> Result<Imported, LaunchRefusal> {
    let mut res = read(bytes, catalog)?;
    if res.inputs.is_some() {
        return Ok(res);
    }
    for other in others {
        res.join(read(other, catalog)?);
    }
    Ok(res.conclude(Mode::Inference, catalog))
}

fn read(bytes: &[u8], catalog: &Catalog) -> Result<Imported, LaunchRefusal> {
    Ok(match FileKind::of(bytes) {
        Ok((FileKind::Config, told)) => of_config(&told, catalog),
        Ok((FileKind::QuantizationConfig, told)) => of_quantization_file(&told),
        Ok((FileKind::Megatron, told)) => arguments_of_megatron(&told).map_err(LaunchRefusal::Megatron)?,
        Ok((FileKind::Text, _)) => return of_launch(&String::from_utf8_lossy(bytes), catalog),
        Err(omitted) => Imported { left_out: vec![omitted], ..Imported::default() },
    })
}

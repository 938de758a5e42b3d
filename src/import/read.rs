//! Any text or file: finds out what it is, and hands it to whoever reads that kind. It opens no file: it says how many
//! bytes of one are wanted, and which others tell more beside it. What cannot be read is told.

use crate::estimator::{Catalog, Mode};
use crate::import::config::{of_config, of_quantization_file};
use crate::import::gguf::{
    GgufFault, GgufHeader, LONGEST_GGUF_HEADER, add_tensors, of_header, parts_beside, read_gguf,
};
use crate::import::imported::{Imported, NotTaken, Omitted};
use crate::import::kind::{FileKind, GGUF_MAGIC, is_safetensors};
use crate::import::launch::{LaunchRefusal, PARTED, files_named, is_launch, of_launch_beside};
use crate::import::log::{is_log, of_log};
use crate::import::megatron::arguments_of_megatron;
use crate::import::tensors::{
    LONGEST_HEADER, TensorList, add_header, add_index, files_of_index, header_length, is_whole, take_format, take_shape,
};
use std::borrow::Cow;

/// Bytes of a text or of JSON that are read: configurations have some thousands, the longest index some 20,000,000.
pub const LONGEST_TEXT: u64 = 32 * 1024 * 1024;

/// How many of a file's first bytes are wanted, of which some are there: no more than these when they are all.
pub fn wanted(bytes: &[u8]) -> u64 {
    let there = bytes.len() as u64;
    if there < 16 {
        4096
    } else if bytes.starts_with(GGUF_MAGIC) {
        match read_gguf(bytes) {
            Err(GgufFault::Unfinished(_)) => (4 * there).clamp(1024 * 1024, LONGEST_GGUF_HEADER),
            _ => there,
        }
    } else if is_safetensors(bytes) {
        header_length(bytes).unwrap_or(0).min(LONGEST_HEADER).saturating_add(8)
    } else {
        LONGEST_TEXT
    }
}

/// Names of files that tell more when they lie beside one with a name.
pub fn beside(name: &str, bytes: &[u8]) -> Vec<String> {
    let named = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
    match FileKind::of(bytes) {
        Ok(FileKind::Config(told)) if told.get("quantization_config").is_none() => named(&["hf_quant_config.json"]),
        Ok(FileKind::QuantizationConfig(_)) => named(&["config.json"]),
        Ok(FileKind::Safetensors) => named(&["config.json", "hf_quant_config.json"]),
        Ok(FileKind::SafetensorsIndex(told)) => {
            let mut res: Vec<String> = named(&["config.json", "hf_quant_config.json"]);
            res.extend(files_of_index(&told));
            res
        }
        Ok(FileKind::Gguf) => read_gguf(bytes).map(|it| parts_beside(name, &it)).unwrap_or_default(),
        Ok(FileKind::Text) => files_named(&String::from_utf8_lossy(bytes)),
        Ok(FileKind::Notebook(code)) => files_named(&code),
        Ok(FileKind::Config(_) | FileKind::Megatron(_)) | Err(_) => vec![],
    }
}

/// What a launch or a file tells, with files that lie beside it; of each the bytes that are [`wanted`].
///
/// # Errors
/// Says why a text is no launch that is known; a file that cannot be read is no error, but says what is wrong in
/// `left_out`.
pub fn import(bytes: &[u8], others: &[&[u8]], catalog: &Catalog) -> Result<Imported, LaunchRefusal> {
    let mut parts = ModelFiles::default();
    let mut texts = Vec::new();
    for bytes in [bytes].iter().chain(others) {
        match FileKind::of(bytes) {
            Ok(FileKind::Config(told)) => parts.config = Some(of_config(&told, catalog)),
            Ok(FileKind::QuantizationConfig(told)) => parts.formats.push(of_quantization_file(&told)),
            Ok(FileKind::Safetensors) => add_header(bytes, &mut parts.tensors),
            Ok(FileKind::SafetensorsIndex(told)) => add_index(&told, &mut parts.tensors),
            Ok(FileKind::Megatron(told)) => return arguments_of_megatron(&told).map_err(LaunchRefusal::Megatron),
            Ok(FileKind::Gguf) => parts.add_gguf(bytes),
            Ok(FileKind::Text) => texts.push(String::from_utf8_lossy(bytes)),
            Ok(FileKind::Notebook(code)) => texts.push(code.into()),
            Err(omitted) => parts.unread.left_out.push(omitted),
        }
    }
    if texts.is_empty() {
        let read = parts.together(catalog);
        let mode = read.own_mode(catalog);
        return Ok(read.conclude(mode, catalog));
    }
    let text = joined(&texts);
    let has_files = !parts.is_empty();
    let mut files = parts.together(catalog);
    let shape = has_files.then(|| files.clone().conclude(Mode::Inference, catalog));
    let mut of_text = if is_log(&text) {
        of_log(&text, shape.as_ref(), catalog)
    } else {
        of_launch_beside(&text, shape.as_ref(), catalog)?
    };
    if !has_files {
        return Ok(of_text);
    }
    if of_text.lacks_model() {
        // What was printed says of the run what it says, and the files of what model.
        of_text.left_out.retain(|it| it.why != NotTaken::NoModel);
        files.join(of_text);
        return Ok(files.conclude(Mode::Inference, catalog));
    }
    if !of_text.left_out.iter().any(|it| it.why == NotTaken::Brought) {
        of_text.leave(files.tool, "", NotTaken::Unused);
    }
    Ok(of_text)
}

/// All texts as one, what launches something first, so that its lines keep their numbers: a launch and what it has
/// printed are one, wherever they stand, and so are a launch and the files that it names.
fn joined(texts: &[Cow<str>]) -> String {
    let launch = texts.iter().position(|it| is_launch(it)).unwrap_or(0);
    let others = texts.iter().enumerate().filter(|it| it.0 != launch).map(|it| it.1);
    let mut res = texts[launch].to_string();
    for it in others {
        res.push('\n');
        if !is_log(it) && !is_log(&res) {
            res.push_str(PARTED);
            res.push('\n');
        }
        res.push_str(it);
    }
    res
}

/// What files of one model tell.
#[derive(Default)]
struct ModelFiles {
    config: Option<Imported>,
    formats: Vec<Imported>,
    tensors: TensorList,
    gguf: Option<(GgufHeader, u64)>,
    unread: Imported,
}

impl ModelFiles {
    fn is_empty(&self) -> bool {
        let Self { config, formats, tensors, gguf, unread } = self;
        config.is_none() && formats.is_empty() && tensors.is_empty() && gguf.is_none() && unread.left_out.is_empty()
    }

    /// Adds a header of GGUF, or what is wrong with it.
    fn add_gguf(&mut self, bytes: &[u8]) {
        let omitted = match (read_gguf(bytes), &mut self.gguf) {
            (Ok(header), None) => return self.gguf = Some((header, 1)),
            (Ok(header), Some((first, n_read))) => return add_tensors(first, header, n_read),
            (Err(GgufFault::Wrong(omitted)), _) => omitted,
            (Err(GgufFault::Unfinished(at)), _) => {
                let is_all = (bytes.len() as u64) < LONGEST_GGUF_HEADER;
                Omitted::whole(at.to_string(), if is_all { NotTaken::Truncated } else { NotTaken::TooLarge })
            }
        };
        self.unread.tool = "gguf";
        self.unread.left_out.push(omitted);
    }

    /// All of it: a configuration says what a model is, and where there is none that can be read, its tensors do.
    fn together(self, catalog: &Catalog) -> Imported {
        let Self { config, formats, tensors, gguf, unread } = self;
        if let Some((header, n_read)) = gguf {
            let mut res = of_header(header, n_read, catalog);
            res.join(unread);
            return res;
        }
        let is_readable = |it: &Imported| !it.is_refused();
        let mut res = match config {
            Some(it) if is_readable(&it) || tensors.is_empty() => it,
            other => {
                let mut res = Imported::of(if tensors.is_empty() { unread.tool } else { "safetensors" });
                if !tensors.is_empty() {
                    take_shape(&tensors, catalog, &mut res);
                    take_format(&tensors, &mut res);
                }
                match other {
                    // Without its shape in the tensors, what the configuration lacks is what is missing.
                    Some(it) if res.is_refused() => res.join(it),
                    // The tensors are of a model that the configuration calls by an unknown name.
                    Some(it) => it.left_out.iter().filter(|it| it.why.is_refusal()).for_each(|it| {
                        res.leave(&it.name, &it.value, NotTaken::Unknown);
                    }),
                    None => {}
                }
                res
            }
        };
        formats.into_iter().for_each(|it| res.join(it));
        tensors.measure(is_whole(&tensors), &mut res);
        res.join(unread);
        res
    }
}

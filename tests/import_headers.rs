//! Headers of files as they are published, read by our own readers and by readers of others: `safetensors`, which its
//! makers write with, and `ggus`. What one makes of a header the other makes of it, and what one refuses so does the
//! other. It knows no formula.

use ggus::{GGmlType, GGufReader};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use std::collections::{BTreeMap, HashMap};
use vram_estimator::estimator::Catalog;
use vram_estimator::import::{Imported, MeasuredFigure, import};
use vram_estimator::link::Link;

const LLAMA: &str = include_str!("fixtures/headers/llama-3.2-1b.safetensors.txt");
const QWEN: &str = include_str!("fixtures/headers/qwen2.5-0.5b.safetensors.txt");
const QWEN_FP8: &str = include_str!("fixtures/headers/qwen3-8b-fp8.safetensors.txt");
const LLAMA_GGUF: &str = include_str!("fixtures/headers/llama-3.2-1b-q4_k_m.gguf.txt");

/// Rows of a fixture, each with the names that its pattern stands for.
fn rows(text: &str, layers: usize) -> Vec<(String, &str, &str)> {
    let lines = text.lines().filter(|it| !it.starts_with('#'));
    lines
        .flat_map(|line| {
            let (name, rest) = line.split_once(' ').expect("a kind");
            let (kind, value) = rest.split_once(' ').expect("a value");
            names(name, layers).into_iter().map(move |name| (name, kind, value))
        })
        .collect()
}

fn names(pattern: &str, layers: usize) -> Vec<String> {
    let Some((front, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
    let (which, behind) = rest.split_once('}').expect("a bracket");
    let number = |it: &str| it.parse::<usize>().expect("a number");
    let range = |it: &str| match it.split_once('-') {
        Some((first, last)) => number(first)..=number(last),
        None => number(it)..=number(it),
    };
    let all: Vec<usize> =
        if which.is_empty() { (0..layers).collect() } else { which.split(',').flat_map(range).collect() };
    all.into_iter().map(|it| format!("{front}{it}{behind}")).collect()
}

fn sizes(text: &str) -> Vec<u64> {
    text.split(',').map(|it| it.parse().expect("a size")).collect()
}

fn read(bytes: &[u8]) -> Imported {
    import(bytes, &[], &Catalog::built_in()).expect("a file")
}

fn link(imported: &Imported) -> String {
    let inputs = imported.inputs.clone().unwrap_or_else(|| panic!("{:?}", imported.left_out));
    Link { inputs, ..Link::default() }.encode()
}

fn measured(imported: &Imported, figure: MeasuredFigure) -> Option<f64> {
    imported.measured.iter().find(|it| it.figure == figure).map(|it| it.amount)
}

/// What the file says of each type: its bytes.
fn of_types(imported: &Imported) -> BTreeMap<String, f64> {
    let all = imported.measured.iter().filter(|it| it.figure == MeasuredFigure::WeightsOfType);
    all.map(|it| (it.name.clone(), it.amount)).collect()
}

/// A header as the crate of its makers writes it, blanks behind it up to eight bytes; no tensor is read.
fn written(text: &str, layers: usize) -> (Metadata, Vec<u8>) {
    let mut at = 0;
    let tensors = rows(text, layers).into_iter().map(|(name, dtype, shape)| {
        let dtype = match dtype {
            "BF16" => Dtype::BF16,
            "F8_E4M3" => Dtype::F8_E4M3,
            other => panic!("{other}"),
        };
        let shape: Vec<usize> = sizes(shape).into_iter().map(|it| it as usize).collect();
        let end = at + shape.iter().product::<usize>() * dtype.bitsize() / 8;
        let info = TensorInfo { dtype, shape, data_offsets: (at, end) };
        at = end;
        (name, info)
    });
    let of_file = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    let metadata = Metadata::new(Some(of_file), tensors.collect()).expect("a header");
    let mut json = serde_json::to_vec(&metadata).expect("JSON");
    json.resize(json.len().next_multiple_of(8), b' ');
    (metadata, framed(&json))
}

fn framed(json: &[u8]) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes()[..], json].concat()
}

#[test]
fn headers_of_safetensors_are_read_as_their_makers_read_them() {
    #[track_caller]
    fn check(text: &str, layers: usize, expected: &str) {
        let (metadata, bytes) = written(text, layers);
        let theirs: Metadata = serde_json::from_slice(&bytes[8..]).expect("their reader takes it");
        assert_eq!(theirs.data_len(), metadata.data_len());
        let ours = read(&bytes);
        assert_eq!(link(&ours), expected);
        assert_eq!(measured(&ours, MeasuredFigure::Weights), Some(theirs.data_len() as f64));
        let mut types: BTreeMap<String, f64> = BTreeMap::new();
        for it in theirs.tensors().values() {
            let (from, to) = it.data_offsets;
            *types.entry(it.dtype.to_string()).or_default() += (to - from) as f64;
        }
        assert_eq!(of_types(&ours), types);
    }
    check(LLAMA, 16, "model=llama-3.2-1b&precision=BF16");
    // Qwen2 has the same shape.
    check(QWEN, 24, "model=qwen2-0.5b&precision=BF16");
    check(QWEN_FP8, 36, "model=qwen3-8b&precision=BF16&quantization=fp8-block128");
}

/// A file that their writer has written with its tensors.
#[test]
fn whole_files_of_safetensors_are_read() {
    let small = |it: u64| if it > 1000 { it as usize / 64 } else { it as usize / 8 };
    let own: Vec<_> = rows(LLAMA, 2)
        .into_iter()
        .map(|(name, _, shape)| {
            let shape: Vec<usize> = sizes(shape).into_iter().map(small).collect();
            let data = vec![0_u8; shape.iter().product::<usize>() * 2];
            (name, shape, data)
        })
        .collect();
    let views = own.iter().map(|(name, shape, data)| {
        (name, safetensors::tensor::TensorView::new(Dtype::F16, shape.clone(), data).expect("a tensor"))
    });
    let whole = safetensors::serialize(views, None).expect("a file");
    let (_, theirs) = safetensors::SafeTensors::read_metadata(&whole).expect("their reader takes it");
    let ours = read(&whole);
    assert_eq!(measured(&ours, MeasuredFigure::Weights), Some(theirs.data_len() as f64), "{:?}", ours.left_out);
}

/// What is wrong with a header is wrong to both readers.
#[test]
fn headers_that_their_makers_refuse_are_refused() {
    let (_, bytes) = written(QWEN, 24);
    let json = String::from_utf8(bytes[8..].to_vec()).expect("a text");
    #[track_caller]
    fn check(json: &str, is_taken: bool) {
        let theirs = serde_json::from_str::<Metadata>(json);
        assert_eq!(theirs.is_ok(), is_taken, "{:?}", theirs.err());
        let ours = read(&framed(json.as_bytes()));
        assert_eq!(ours.inputs.is_some(), is_taken, "{:?}", ours.left_out);
    }
    check(&json, true);
    let with = |from: &str, to: &str| {
        assert!(json.contains(from), "{from}");
        json.replacen(from, to, 1)
    };
    check(&with("\"format\":\"pt\"", "\"format\":\"np\",\"made\":\"by hand\""), true);
    check(&with("[151936,896]", "[151936,897]"), false);
    check(&with("[151936,896]", "[151936]"), false);
    check(&with("[151936,896]", "[-151936,896]"), false);
    check(&with("[151936,896]", "[151936,\"896\"]"), false);
    check(&with("[151936,896]", "[18446744073709551615,896]"), false);
    check(&with("\"BF16\"", "\"F32\""), false);
    check(&with("\"BF16\"", "\"B16\""), false);
    check(&with("\"data_offsets\":[0,", "\"data_offsets\":[2,"), false);
    check(&with("\"data_offsets\":[0,", "\"offsets\":[0,"), false);
    check(&json[..json.len() / 2], false);
    check(&with("{", "["), false);
}

/// The number of a value's kind (`gguf_metadata_value_type` in ggml's `docs/gguf.md`).
fn kind_of(name: &str) -> u32 {
    match name {
        "u32" => 4,
        "i32" | "i32[]" => 5,
        "f32" => 6,
        "bool" => 7,
        "str" | "str[]" => 8,
        other => panic!("{other}"),
    }
}

fn text(it: &str, res: &mut Vec<u8>) {
    res.extend((it.len() as u64).to_le_bytes());
    res.extend(it.as_bytes());
}

/// A header of GGUF, version 3, from a fixture.
fn gguf(fixture: &str, layers: usize) -> Vec<u8> {
    let rows = rows(fixture, layers);
    let type_of = |name: &str| match name {
        "F32" => Some(GGmlType::F32),
        "Q4_K" => Some(GGmlType::Q4K),
        "Q6_K" => Some(GGmlType::Q6K),
        _ => None,
    };
    let (tensors, keys): (Vec<_>, Vec<_>) = rows.into_iter().partition(|it| type_of(it.1).is_some());
    let mut res = b"GGUF".to_vec();
    res.extend(3_u32.to_le_bytes());
    res.extend((tensors.len() as u64).to_le_bytes());
    res.extend((keys.len() as u64).to_le_bytes());
    for (key, kind, value) in keys {
        text(&key, &mut res);
        if kind.ends_with("[]") {
            res.extend(9_u32.to_le_bytes());
        }
        res.extend(kind_of(kind).to_le_bytes());
        match kind {
            "u32" => res.extend(value.parse::<u32>().expect("a number").to_le_bytes()),
            "f32" => res.extend(value.parse::<f32>().expect("a number").to_le_bytes()),
            "bool" => res.push(u8::from(value == "true")),
            "str" => text(value, &mut res),
            list => {
                let n: u64 = value.parse().expect("a number");
                res.extend(n.to_le_bytes());
                for at in 0..n {
                    if list == "i32[]" { res.extend(1_i32.to_le_bytes()) } else { text(&format!("Ġw{at}"), &mut res) }
                }
            }
        }
    }
    for (name, kind, shape) in tensors {
        let shape = sizes(shape);
        text(&name, &mut res);
        res.extend((shape.len() as u32).to_le_bytes());
        shape.iter().for_each(|it| res.extend(it.to_le_bytes()));
        res.extend((type_of(kind).expect("a type") as u32).to_le_bytes());
        res.extend(0_u64.to_le_bytes());
    }
    res
}

/// The bytes of all tensors, by `ggus`; `None` where it refuses the header.
fn bytes_by_ggus(bytes: &[u8]) -> Option<(u64, u64)> {
    let mut reader = GGufReader::new(bytes);
    let header = reader.read_header().ok().filter(|it| it.is_magic_correct() && it.version == 3)?;
    let mut words = 0;
    for _ in 0..header.metadata_kv_count {
        let kv = reader.read_meta_kv().ok()?;
        if kv.key() == "tokenizer.ggml.tokens" {
            words = kv.value_reader().read_arr_header().ok()?.1 as u64;
        }
    }
    let mut all = 0;
    for _ in 0..header.tensor_count {
        all += reader.read_tensor_meta().ok()?.to_info().nbytes() as u64;
    }
    Some((all, words))
}

#[test]
fn headers_of_gguf_are_read_as_another_reader_reads_them() {
    let whole = gguf(LLAMA_GGUF, 16);
    let (weights, words) = bytes_by_ggus(&whole).expect("their reader takes it");
    let ours = read(&whole);
    assert_eq!(link(&ours), "model=llama-3.2-1b&sequenceLength=131072&quantization=gguf-file-q4_k_m&engine=llamacpp");
    assert_eq!(measured(&ours, MeasuredFigure::Weights), Some(weights as f64));
    assert_eq!(words, 128_256);
    // A header that ends too early is read by neither.
    for part in [1, 3, 7, 100, 1_000] {
        let cut = &whole[..whole.len() - part];
        assert!(bytes_by_ggus(cut).is_none() && read(cut).inputs.is_none(), "{part} bytes less");
    }
}

/// Types whose blocks have other sizes in `ggus` than in ggml (`ggml-common.h`, `GGML_QUANT_SIZES` in gguf-py): there a
/// scale of Q8_K has 32 bits, here 16, and of three others what are bytes there are words here.
const OTHERWISE: &[GGmlType] = &[GGmlType::Q8K, GGmlType::IQ3XXS, GGmlType::IQ4NL, GGmlType::IQ4XS];

/// Every other type that both know takes the same bytes.
#[test]
fn types_of_gguf_take_the_same_bytes_by_both_readers() {
    let (mut n_known, mut differing) = (0, Vec::new());
    for number in (0..=30_u32).filter(|it| ![4, 5].contains(it)) {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(1_u64.to_le_bytes());
        bytes.extend(1_u64.to_le_bytes());
        text("general.architecture", &mut bytes);
        bytes.extend(8_u32.to_le_bytes());
        text("llama", &mut bytes);
        text("token_embd.weight", &mut bytes);
        bytes.extend(2_u32.to_le_bytes());
        [2048_u64, 7].iter().for_each(|it| bytes.extend(it.to_le_bytes()));
        bytes.extend(number.to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
        let (weights, _) = bytes_by_ggus(&bytes).unwrap_or_else(|| panic!("type {number}"));
        if measured(&read(&bytes), MeasuredFigure::Weights) != Some(weights as f64) {
            differing.push(number);
        }
        n_known += 1;
    }
    assert_eq!((n_known, differing), (29, OTHERWISE.iter().map(|it| *it as u32).collect::<Vec<_>>()));
}

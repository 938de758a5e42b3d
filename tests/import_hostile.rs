//! Files that nobody would write: whatever one is, it is read in bounds or refused with a reason and a place. It knows
//! no meaning.

#[path = "common/draw.rs"]
#[expect(dead_code, reason = "what draws whole configurations serves other tests")]
mod draw;

use draw::Draw;
use serde_json::{Value as Json, json};
use std::fs;
use std::time::{Duration, Instant};
use vram_estimator::estimator::Catalog;
use vram_estimator::import::{Imported, beside, import, wanted};
use vram_estimator::link::{Link, decode};

/// Files that are drawn for each kind.
const N_CASES: usize = 100_000;

/// Places and values that are repeated in messages, in bytes.
const LONGEST_TOLD: usize = 4 * 120 + 3;

/// Numbers that overflow, or that make sizes of sizes.
const NUMBERS: &[f64] = &[0.0, -1.0, 0.5, 1.0, 1e9, 4_294_967_296.0, 9.3e18, 1.9e19, 1e300, -1e300];

/// Texts that would do harm where a text becomes a page, a path or a command.
const TEXTS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "../../../etc/passwd",
    "$(reboot)",
    "\u{0}",
    "\u{202e}",
    "",
    "NaN",
    "null",
    "llama",
];

fn fixtures(folder: &str) -> Vec<Vec<u8>> {
    let path = format!("{}/tests/fixtures/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(path).expect("a folder").map(|it| it.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|it| fs::read(it).expect("a file")).collect()
}

/// Reads a file as whoever opens it does, and checks what comes of it; whether it means a run.
fn check(bytes: &[u8], catalog: &Catalog) -> bool {
    let begun = Instant::now();
    let asked = wanted(bytes);
    assert!(asked <= 64 * 1024 * 1024 + 8, "{asked} bytes are asked for");
    for name in beside("model-00001-of-00002.gguf", bytes) {
        assert!(!name.contains(['/', '\\', '\0']), "{name:?} lies elsewhere");
    }
    let told = || String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).into_owned();
    let is_run = match import(bytes, &[], catalog) {
        Ok(imported) => check_imported(&imported, catalog, &told),
        Err(_) => false,
    };
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?} for {}", begun.elapsed(), told());
    is_run
}

fn check_imported(it: &Imported, catalog: &Catalog, told: &dyn Fn() -> String) -> bool {
    let names = it.left_out.iter().flat_map(|it| [&it.name, &it.value]);
    let names =
        names.chain(it.taken.iter().flat_map(|it| [&it.name, &it.value])).chain(it.measured.iter().map(|it| &it.name));
    assert!(names.map(String::len).all(|it| it <= LONGEST_TOLD), "a long text of {}", told());
    // Three numbers of 300 digits are a value that a list takes.
    assert!(it.taken.iter().all(|it| it.value.len() <= 2000), "a long value of {}", told());
    assert!(it.left_out.len() <= 1000 && it.measured.len() <= 1000, "much is told of {}", told());
    assert!(it.measured.iter().all(|it| it.amount.is_finite() && it.amount >= 0.0), "{:?}", it.measured);
    match &it.inputs {
        Some(inputs) => {
            let link = Link { inputs: inputs.clone(), ..Link::default() }.encode();
            let (again, problems) = decode(&link, catalog);
            // What contradicts itself is told, and mended, as in any link.
            assert!(!problems.is_empty() || again.inputs == *inputs, "{link} of {}", told());
            true
        }
        None => {
            assert!(it.is_refused(), "no reason for {}", told());
            false
        }
    }
}

/// Changes some bytes: cut, doubled, overwritten, or with a piece between them.
fn mutated(bytes: &[u8], pieces: &[&[u8]], draw: &mut Draw) -> Vec<u8> {
    let mut all = bytes.to_vec();
    for _ in 0..1 + draw.below(4) {
        let at = draw.below(all.len() + 1);
        match draw.below(6) {
            0 => all.truncate(at),
            1 => drop(all.drain(at..(at + draw.below(12)).min(all.len()))),
            2 => {
                let piece = all[at..(at + draw.below(40)).min(all.len())].to_vec();
                all.splice(at..at, piece);
            }
            3 => {
                if let Some(it) = all.get_mut(at) {
                    *it = draw.below(256) as u8;
                }
            }
            4 => {
                for it in all.iter_mut().skip(at).take(8) {
                    *it = 0xff;
                }
            }
            _ => {
                let piece = *draw.any(pieces);
                all.splice(at..at, piece.iter().copied());
            }
        }
    }
    all
}

fn any_value(draw: &mut Draw) -> Json {
    match draw.below(8) {
        0 => json!(null),
        1 => json!(draw.below(2) == 0),
        2 | 3 => json!(*draw.any(NUMBERS)),
        4 => json!(u64::MAX),
        5 => json!(*draw.any(TEXTS)),
        6 => json!((0..draw.below(40)).map(|_| *draw.any(NUMBERS)).collect::<Vec<_>>()),
        _ => (0..draw.below(100)).fold(json!({ "model_type": "llama" }), |inner, _| json!({ "text_config": inner })),
    }
}

/// Puts another value at a key of an object, or at one of an object within.
fn changed(told: &mut Json, draw: &mut Draw) {
    let Some(map) = told.as_object_mut().filter(|it| !it.is_empty()) else { return };
    let keys: Vec<String> = map.keys().cloned().collect();
    let key = draw.any(&keys).clone();
    if map[&key].is_object() && draw.below(4) > 0 {
        return changed(&mut map[&key], draw);
    }
    match draw.below(6) {
        0 => drop(map.remove(&key)),
        1 => drop(map.insert((*draw.any(TEXTS)).to_owned(), any_value(draw))),
        _ => drop(map.insert(key, any_value(draw))),
    }
}

/// Of so many files of a kind some mean a run and some do not: else nothing was tried.
fn check_all(mut file: impl FnMut(&mut Draw) -> Vec<u8>) {
    let catalog = Catalog::built_in();
    let mut draw = Draw::new(5);
    let n_runs = (0..N_CASES).filter(|_| check(&file(&mut draw), &catalog)).count();
    assert!((N_CASES / 1000..N_CASES * 999 / 1000).contains(&n_runs), "{n_runs} of {N_CASES} mean a run");
}

const PIECES_OF_JSON: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"-1",
    b"1e999",
    b"[[[[[[[[",
    b"\\u0000",
    b"\xff\xfe",
    b"<b>",
];

#[test]
fn no_configuration_breaks_the_reader() {
    let all = fixtures("config");
    let objects: Vec<Json> = all.iter().map(|it| serde_json::from_slice(it).expect("JSON")).collect();
    check_all(|draw| {
        if draw.below(4) == 0 {
            let one = draw.any(&all).clone();
            return mutated(&one, PIECES_OF_JSON, draw);
        }
        let mut told = draw.any(&objects).clone();
        (0..1 + draw.below(3)).for_each(|_| changed(&mut told, draw));
        told.to_string().into_bytes()
    });
}

/// The header of a model of two layers.
fn tensors() -> Json {
    let mut at = 0;
    let mut entry = |shape: &[u64]| {
        let begin = at;
        at += 2 * shape.iter().product::<u64>();
        json!({ "dtype": "BF16", "shape": shape, "data_offsets": [begin, at] })
    };
    let mut res = json!({ "model.embed_tokens.weight": entry(&[1000, 256]), "model.norm.weight": entry(&[256]) });
    for layer in 0..2 {
        let shapes: [(&str, &[u64]); 7] = [
            ("self_attn.q_proj", &[256, 256]),
            ("self_attn.k_proj", &[128, 256]),
            ("self_attn.v_proj", &[128, 256]),
            ("self_attn.o_proj", &[256, 256]),
            ("mlp.gate_proj", &[512, 256]),
            ("mlp.up_proj", &[512, 256]),
            ("mlp.down_proj", &[256, 512]),
        ];
        for (name, shape) in shapes {
            res[format!("model.layers.{layer}.{name}.weight")] = entry(shape);
        }
    }
    res
}

fn framed(json: &[u8]) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes()[..], json].concat()
}

#[test]
fn no_header_of_safetensors_breaks_the_reader() {
    let told = tensors();
    let whole = framed(told.to_string().as_bytes());
    check_all(|draw| match draw.below(4) {
        0 => mutated(&whole, PIECES_OF_JSON, draw),
        1 => framed(&mutated(&whole[8..], PIECES_OF_JSON, draw)),
        2 => whole.clone(),
        _ => {
            let mut it = told.clone();
            (0..1 + draw.below(3)).for_each(|_| changed(&mut it, draw));
            framed(it.to_string().as_bytes())
        }
    });
}

/// Writes the header of a small model.
fn gguf() -> Vec<u8> {
    let mut res = b"GGUF".to_vec();
    let text = |it: &str, res: &mut Vec<u8>| {
        res.extend((it.len() as u64).to_le_bytes());
        res.extend(it.as_bytes());
    };
    let numbers = [
        ("llama.block_count", 2_u32),
        ("llama.context_length", 2048),
        ("llama.embedding_length", 256),
        ("llama.feed_forward_length", 512),
        ("llama.attention.head_count", 4),
        ("llama.attention.head_count_kv", 2),
        ("llama.vocab_size", 1000),
        ("general.file_type", 15),
    ];
    let tensors =
        [("token_embd.weight", 256_u64, 1000_u64), ("output.weight", 256, 1000), ("blk.0.attn_q.weight", 256, 256)];
    res.extend(3_u32.to_le_bytes());
    res.extend((tensors.len() as u64).to_le_bytes());
    res.extend((numbers.len() as u64 + 2).to_le_bytes());
    text("general.architecture", &mut res);
    res.extend(8_u32.to_le_bytes());
    text("llama", &mut res);
    for (key, number) in numbers {
        text(key, &mut res);
        res.extend(4_u32.to_le_bytes());
        res.extend(number.to_le_bytes());
    }
    text("tokenizer.ggml.tokens", &mut res);
    res.extend(9_u32.to_le_bytes());
    res.extend(8_u32.to_le_bytes());
    res.extend(3_u64.to_le_bytes());
    ["a", "b", "c"].iter().for_each(|it| text(it, &mut res));
    for (name, inward, out) in tensors {
        text(name, &mut res);
        res.extend(2_u32.to_le_bytes());
        res.extend(inward.to_le_bytes());
        res.extend(out.to_le_bytes());
        res.extend(12_u32.to_le_bytes());
        res.extend(0_u64.to_le_bytes());
    }
    res
}

#[test]
fn no_header_of_gguf_breaks_the_reader() {
    let whole = gguf();
    let deep: Vec<u8> = [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0].repeat(60);
    let pieces: &[&[u8]] = &[
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\0\0\0\0\0\0\0\x80",
        b"\0\0\0\0\x01\0\0\0",
        b"<script>",
        b"GGUF",
        &deep,
    ];
    check_all(|draw| mutated(&whole, pieces, draw));
}

#[test]
fn no_log_breaks_the_reader() {
    let all = fixtures("logs");
    let pieces: &[&[u8]] = &[
        b"GiB",
        b" 99999999999999999999999999999999999999999999 GiB",
        b"-1 MiB",
        b"1.2.3 GiB",
        b",,,",
        b"model='<script>alert(1)</script>'",
        b"total capacity of ",
        b"n_ctx = ",
        b"llama_model_loader: - kv 1: ",
        b"offloaded 99/",
        b"\n",
        b"\xf0\x9f",
        "显存".as_bytes(),
        b"'",
    ];
    check_all(|draw| {
        let one = draw.any(&all).clone();
        mutated(&one, pieces, draw)
    });
}

/// Sizes that a file may have and a reader may not take as they are: long lists, long names, long lines, deep nesting.
#[test]
fn long_files_are_read_in_bounds() {
    let catalog = Catalog::built_in();
    let long = "x".repeat(5_000_000);
    let config = json!({ "model_type": long, "architectures": [long], long.clone(): long });
    let many: Json = (0..200_000).map(|it| (format!("k{it}"), json!(it))).collect::<serde_json::Map<_, _>>().into();
    let mut llama: Json = serde_json::from_slice(&fixtures("config")[0]).expect("JSON");
    llama.as_object_mut().expect("an object").extend(many.as_object().expect("an object").clone());
    let layers = json!({ "model_type": "gemma3_text", "layer_types": vec!["sliding_attention"; 1_000_000] });
    let deep = format!("{{\"model_type\":{}", "{\"a\":".repeat(1_000_000));
    let line = format!("CUDA out of memory. Tried to allocate {long} GiB");
    let lines = "Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8.00 GiB\n".repeat(100_000);
    let index = json!({ "weight_map": (0..100_000).map(|it| (format!("t{it}"), json!(format!("{it}.safetensors")))).collect::<serde_json::Map<_, _>>() });
    for json in [config, llama, layers, index] {
        check(json.to_string().as_bytes(), &catalog);
    }
    for text in [deep, line, lines, long] {
        check(text.as_bytes(), &catalog);
    }
}

/// Within what a header of ten million bytes is to be read by a release build.
const LONGEST_READING: Duration = Duration::from_millis(200);

/// How much longer it may take here: optimization is half off, and others work beside. Of several readings the shortest
/// counts, which others disturb least.
const SLOWER_HERE: u32 = 2;

/// Readings of each.
const N_READINGS: usize = 5;

#[test]
fn long_headers_are_read_at_once() {
    let catalog = Catalog::built_in();
    let mut told = serde_json::Map::new();
    for it in 0..90_000_u64 {
        let entry = json!({ "dtype": "BF16", "shape": [64, 64], "data_offsets": [it * 8192, (it + 1) * 8192] });
        told.insert(format!("model.layers.{}.mlp.experts.{}.up_proj.weight", it % 60, it / 60), entry);
    }
    let safetensors = framed(Json::Object(told).to_string().as_bytes());
    let mut words = gguf();
    // The tokenizer's list has three words of one byte each, behind its length.
    let at = words.windows(21).position(|it| it == b"tokenizer.ggml.tokens").expect("the key") + 21 + 8;
    words[at..at + 8].copy_from_slice(&700_003_u64.to_le_bytes());
    let more: Vec<u8> =
        (0..700_000).flat_map(|_| [7, 0, 0, 0, 0, 0, 0, 0, b'e', b'x', b'a', b'm', b'p', b'l', b'e']).collect();
    words.splice(at + 8..at + 8, more);
    for bytes in [safetensors, words] {
        assert!(bytes.len() > 10_000_000, "{}", bytes.len());
        let readings = (0..N_READINGS).map(|_| {
            let begun = Instant::now();
            let read = import(&bytes, &[], &catalog).expect("a header");
            let took = begun.elapsed();
            assert!(!read.measured.is_empty());
            took
        });
        let took = readings.min().expect("readings");
        println!("{} bytes took {took:?} at least", bytes.len());
        assert!(took <= SLOWER_HERE * LONGEST_READING, "{took:?}");
    }
}

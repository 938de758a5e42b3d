//! Headers of GGUF files: which model they are, how its weights are stored and what they weigh, and that what
//! contradicts the format is refused at its place. The headers are made here, with the keys that llama.cpp's converter
//! writes. It knows no formula.

use vram_estimator::estimator::{Catalog, ParameterId as Id, Value};
use vram_estimator::import::{Imported, MeasuredFigure, NotTaken, beside, import, wanted};
use vram_estimator::link::Link;

/// A value of a key.
#[derive(Clone)]
enum Told {
    Text(&'static str),
    Number(u32),
    Real(f32),
    Words(u64),
}

/// Writes a header; a tensor has a name, its sizes with the innermost first, and the number of its type.
fn header(keys: &[(&str, Told)], tensors: &[(String, Vec<u64>, u32)]) -> Vec<u8> {
    let mut res = b"GGUF".to_vec();
    res.extend(3_u32.to_le_bytes());
    res.extend((tensors.len() as u64).to_le_bytes());
    res.extend((keys.len() as u64).to_le_bytes());
    for (key, value) in keys {
        text(key, &mut res);
        match value {
            Told::Text(it) => {
                res.extend(8_u32.to_le_bytes());
                text(it, &mut res);
            }
            Told::Number(it) => {
                res.extend(4_u32.to_le_bytes());
                res.extend(it.to_le_bytes());
            }
            Told::Real(it) => {
                res.extend(6_u32.to_le_bytes());
                res.extend(it.to_le_bytes());
            }
            Told::Words(n) => {
                res.extend(9_u32.to_le_bytes());
                res.extend(8_u32.to_le_bytes());
                res.extend(n.to_le_bytes());
                (0..*n).for_each(|it| text(&format!("word{it}"), &mut res));
            }
        }
    }
    for (name, sizes, kind) in tensors {
        text(name, &mut res);
        res.extend((sizes.len() as u32).to_le_bytes());
        sizes.iter().for_each(|it| res.extend(it.to_le_bytes()));
        res.extend(kind.to_le_bytes());
        res.extend(0_u64.to_le_bytes());
    }
    res
}

fn text(it: &str, res: &mut Vec<u8>) {
    res.extend((it.len() as u64).to_le_bytes());
    res.extend(it.as_bytes());
}

fn tensors(names: &[(&str, &[u64], u32)]) -> Vec<(String, Vec<u64>, u32)> {
    names.iter().map(|(name, sizes, kind)| ((*name).to_owned(), sizes.to_vec(), *kind)).collect()
}

fn read(bytes: &[u8], others: &[&[u8]]) -> Imported {
    import(bytes, others, &Catalog::built_in()).expect("a file")
}

fn link(imported: &Imported) -> String {
    let inputs = imported.inputs.clone().unwrap_or_else(|| panic!("{:?}", imported.left_out));
    Link { inputs, ..Link::default() }.encode()
}

fn measured(imported: &Imported, figure: MeasuredFigure, name: &str) -> Option<f64> {
    imported.measured.iter().find(|it| it.figure == figure && it.name == name).map(|it| it.amount)
}

use Told::{Number, Real, Text, Words};

fn llama() -> Vec<(&'static str, Told)> {
    vec![
        ("general.architecture", Text("llama")),
        ("general.name", Text("Llama 3.1 8B")),
        ("general.file_type", Number(15)),
        ("llama.block_count", Number(32)),
        ("llama.context_length", Number(131_072)),
        ("llama.embedding_length", Number(4096)),
        ("llama.feed_forward_length", Number(14_336)),
        ("llama.attention.head_count", Number(32)),
        ("llama.attention.head_count_kv", Number(8)),
        ("llama.rope.freq_base", Real(500_000.0)),
        ("llama.attention.layer_norm_rms_epsilon", Real(1e-5)),
        ("llama.rope.dimension_count", Number(128)),
        ("llama.vocab_size", Number(128_256)),
        ("tokenizer.ggml.tokens", Words(128_256)),
    ]
}

const LLAMA_TENSORS: &[(&str, &[u64], u32)] = &[
    ("token_embd.weight", &[4096, 128_256], 12),
    ("output.weight", &[4096, 128_256], 14),
    ("blk.0.attn_q.weight", &[4096, 4096], 12),
    ("output_norm.weight", &[4096], 0),
];

#[test]
fn headers_are_the_models_of_their_keys() {
    type Case<'a> = (&'a [(&'a str, Told)], &'a [(&'a str, &'a [u64], u32)], &'a str);
    let cases: [Case; 5] = [
        (
            &llama(),
            LLAMA_TENSORS,
            "model=llama-3.1-8b&sequenceLength=131072&quantization=gguf-file-q4_k_m&engine=llamacpp",
        ),
        (
            &[
                ("general.architecture", Text("qwen3")),
                ("general.file_type", Number(7)),
                ("qwen3.block_count", Number(36)),
                ("qwen3.context_length", Number(40_960)),
                ("qwen3.embedding_length", Number(4096)),
                ("qwen3.feed_forward_length", Number(12_288)),
                ("qwen3.attention.head_count", Number(32)),
                ("qwen3.attention.head_count_kv", Number(8)),
                ("qwen3.attention.key_length", Number(128)),
                ("qwen3.attention.value_length", Number(128)),
            ],
            &[("token_embd.weight", &[4096, 151_936], 8), ("output.weight", &[4096, 151_936], 8)],
            "model=qwen3-8b&sequenceLength=40960&quantization=gguf-file-q8_0&engine=llamacpp",
        ),
        (
            &[
                ("general.architecture", Text("qwen3moe")),
                ("general.file_type", Number(18)),
                ("qwen3moe.block_count", Number(48)),
                ("qwen3moe.context_length", Number(40_960)),
                ("qwen3moe.embedding_length", Number(2048)),
                ("qwen3moe.feed_forward_length", Number(6144)),
                ("qwen3moe.attention.head_count", Number(32)),
                ("qwen3moe.attention.head_count_kv", Number(4)),
                ("qwen3moe.attention.key_length", Number(128)),
                ("qwen3moe.expert_count", Number(128)),
                ("qwen3moe.expert_used_count", Number(8)),
                ("qwen3moe.expert_feed_forward_length", Number(768)),
            ],
            &[("token_embd.weight", &[2048, 151_936], 14), ("output.weight", &[2048, 151_936], 14)],
            "model=qwen3-30b-a3b&sequenceLength=40960&quantization=gguf-file-q6_k&engine=llamacpp",
        ),
        (
            &[
                ("general.architecture", Text("gemma3")),
                ("general.file_type", Number(1)),
                ("gemma3.block_count", Number(26)),
                ("gemma3.context_length", Number(32_768)),
                ("gemma3.embedding_length", Number(1152)),
                ("gemma3.feed_forward_length", Number(6912)),
                ("gemma3.attention.head_count", Number(4)),
                ("gemma3.attention.head_count_kv", Number(1)),
                ("gemma3.attention.key_length", Number(256)),
                ("gemma3.attention.sliding_window", Number(512)),
            ],
            &[("token_embd.weight", &[1152, 262_144], 1)],
            "model=gemma-3-1b-it&sequenceLength=32768&quantization=gguf-file-f16&engine=llamacpp",
        ),
        (
            &[
                ("general.architecture", Text("deepseek2")),
                ("general.file_type", Number(15)),
                ("deepseek2.block_count", Number(27)),
                ("deepseek2.context_length", Number(163_840)),
                ("deepseek2.embedding_length", Number(2048)),
                ("deepseek2.feed_forward_length", Number(10_944)),
                ("deepseek2.attention.head_count", Number(16)),
                ("deepseek2.attention.head_count_kv", Number(1)),
                ("deepseek2.attention.key_length", Number(576)),
                ("deepseek2.attention.value_length", Number(512)),
                ("deepseek2.attention.key_length_mla", Number(192)),
                ("deepseek2.attention.value_length_mla", Number(128)),
                ("deepseek2.attention.kv_lora_rank", Number(512)),
                ("deepseek2.rope.dimension_count", Number(64)),
                ("deepseek2.leading_dense_block_count", Number(1)),
                ("deepseek2.expert_count", Number(64)),
                ("deepseek2.expert_used_count", Number(6)),
                ("deepseek2.expert_feed_forward_length", Number(1408)),
                ("deepseek2.expert_shared_count", Number(2)),
            ],
            &[("token_embd.weight", &[2048, 102_400], 12), ("output.weight", &[2048, 102_400], 14)],
            "model=deepseek-v2-lite&sequenceLength=163840&quantization=gguf-file-q4_k_m&engine=llamacpp",
        ),
    ];
    for (keys, own, expected) in cases {
        assert_eq!(link(&read(&header(keys, &tensors(own)), &[])), expected);
    }
}

#[test]
fn tensors_weigh_what_their_types_do() {
    let res = read(&header(&llama(), &tensors(LLAMA_TENSORS)), &[]);
    let (table, matrix) = (128_256.0 * 4096.0, 4096.0 * 4096.0);
    let of_q4 = (table + matrix) * 144.0 / 256.0;
    assert_eq!(measured(&res, MeasuredFigure::WeightsOfType, "Q4_K"), Some(of_q4));
    assert_eq!(measured(&res, MeasuredFigure::WeightsOfType, "Q6_K"), Some(table * 210.0 / 256.0));
    let all = of_q4 + table * 210.0 / 256.0 + 4096.0 * 4.0;
    assert_eq!(measured(&res, MeasuredFigure::Weights, "all tensors"), Some(all));
    // A file that does not say what mix it is has the nearest.
    let keys: Vec<_> = llama().into_iter().filter(|it| it.0 != "general.file_type").collect();
    let res = read(&header(&keys, &tensors(LLAMA_TENSORS)), &[]);
    let assumed = res.assumed.iter().find(|it| it.id == Id::Quantization).expect("a format");
    assert_eq!(assumed.value, "gguf-file-q5_k_s");
}

/// A model that no catalogue has: its keys are taken under their own names.
#[test]
fn keys_are_taken_by_their_own_names() {
    let keys = llama().into_iter().map(|(key, value)| match key {
        "llama.block_count" => (key, Number(31)),
        _ => (key, value),
    });
    let res = read(&header(&keys.collect::<Vec<_>>(), &tensors(LLAMA_TENSORS)), &[]);
    let taken = res.taken.iter().find(|it| it.id == Id::NumLayers).expect("layers");
    assert_eq!((taken.name.as_str(), taken.value.as_str()), ("llama.block_count", "31"));
    assert_eq!(res.inputs.expect("inputs").value(Id::NumLayers), Value::Number(31.0));
    let missing: Vec<_> = llama().into_iter().filter(|it| it.0 != "llama.embedding_length").collect();
    check_refused(&header(&missing, &tensors(LLAMA_TENSORS)), "llama.embedding_length", NotTaken::Missing);
}

#[test]
fn parts_of_a_model_are_read_together() {
    let mut keys = llama();
    keys.push(("split.count", Number(2)));
    let (front, rest) = LLAMA_TENSORS.split_at(1);
    let first = header(&keys, &tensors(front));
    let second = header(&[("split.count", Number(2))], &tensors(rest));
    assert_eq!(beside("model-Q4-00001-of-00002.gguf", &first), ["model-Q4-00002-of-00002.gguf"]);
    assert_eq!(link(&read(&first, &[&second])), link(&read(&header(&llama(), &tensors(LLAMA_TENSORS)), &[])));
    check_refused(&first, "split.count", NotTaken::Missing);
}

#[track_caller]
fn check_refused(bytes: &[u8], name: &str, why: NotTaken) {
    let res = read(bytes, &[]);
    assert!(res.inputs.is_none());
    assert!(res.left_out.iter().any(|it| it.name == name && it.why == why), "{name} {why:?}: {:?}", res.left_out);
}

#[test]
fn what_contradicts_the_format_is_refused_at_its_place() {
    let counts = |n_tensors: u64, n_keys: u64| {
        [&b"GGUF"[..], &3_u32.to_le_bytes(), &n_tensors.to_le_bytes(), &n_keys.to_le_bytes()].concat()
    };
    check_refused(&[&b"GGUF"[..], &1_u32.to_le_bytes(), &[0; 16]].concat(), "4", NotTaken::NoFormula);
    check_refused(&[&b"GGUF"[..], &3_u32.to_be_bytes(), &[0; 16]].concat(), "4", NotTaken::NoFormula);
    check_refused(&counts(u64::MAX, 0), "8", NotTaken::TooLarge);
    check_refused(&counts(0, u64::MAX), "16", NotTaken::TooLarge);
    check_refused(&counts(0, 0), "general.architecture", NotTaken::Missing);
    check_refused(&[counts(0, 1), u64::MAX.to_le_bytes().to_vec()].concat(), "24", NotTaken::TooLarge);
    check_refused(&[counts(0, 1), 9_u64.to_le_bytes().to_vec()].concat(), "32", NotTaken::Truncated);
    let mut list = counts(0, 1);
    text("a", &mut list);
    let deep = std::iter::repeat_n([9_u32.to_le_bytes().to_vec(), 1_u64.to_le_bytes().to_vec()].concat(), 50);
    let deep = [list.clone(), 9_u32.to_le_bytes().to_vec(), deep.flatten().collect()].concat();
    check_refused(&deep, "a", NotTaken::TooDeep);
    check_refused(&[list, 77_u32.to_le_bytes().to_vec()].concat(), "a", NotTaken::Malformed);
    let with = |sizes: &[u64], kind: u32| header(&llama(), &tensors(&[("t", sizes, kind)]));
    check_refused(&with(&[100], 12), "t", NotTaken::Contradicts);
    check_refused(&with(&[1 << 40, 1 << 40], 0), "t", NotTaken::TooLarge);
    check_refused(&with(&[4], 999), "t", NotTaken::NoFormula);
    check_refused(&with(&[1; 9], 0), "t", NotTaken::Malformed);
    check_refused(
        &header(&[("general.architecture", Text("rwkv7"))], &[]),
        "general.architecture",
        NotTaken::NoFormula,
    );
}

/// A header is asked for piece by piece until it is there, and nothing behind it.
#[test]
fn only_headers_are_asked_for() {
    let whole = header(&llama(), &tensors(LLAMA_TENSORS));
    let mut file = whole.clone();
    file.extend(vec![0; 30 * 1024 * 1024]);
    let mut there = 0;
    loop {
        let more = wanted(&file[..there]).min(file.len() as u64) as usize;
        if more <= there {
            break;
        }
        there = more;
    }
    assert!((whole.len()..=4 * whole.len()).contains(&there), "{there} of {}", whole.len());
    assert_eq!(link(&read(&file[..there], &[])), link(&read(&whole, &[])));
}

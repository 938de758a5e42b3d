//! Headers of safetensors files and their index: what tensors weigh, which model they are the shape of, and that what
//! contradicts the format is refused at its place. The headers are made here, after the names that Transformers gives
//! tensors. It knows no formula.

use serde_json::{Map, Value as Json, json};
use vram_estimator::estimator::{Catalog, ParameterId as Id, parts, total_parameters};
use vram_estimator::import::{Imported, MeasuredFigure, NotTaken, import, wanted};
use vram_estimator::link::Link;

/// Sizes of a decoder whose tensors have the names of Llama's.
#[derive(Clone, Copy)]
struct Decoder {
    layers: u32,
    hidden: u64,
    inner: u64,
    query: u64,
    key: u64,
    head: u64,
    vocab: u64,
    is_tied: bool,
    has_bias: bool,
    has_norms: bool,
    experts: u32,
}

const LLAMA: Decoder = Decoder {
    layers: 32,
    hidden: 4096,
    inner: 14336,
    query: 4096,
    key: 1024,
    head: 128,
    vocab: 128_256,
    is_tied: false,
    has_bias: false,
    has_norms: false,
    experts: 0,
};
const QWEN3: Decoder = Decoder { layers: 36, inner: 12_288, vocab: 151_936, has_norms: true, ..LLAMA };
const QWEN25: Decoder =
    Decoder { layers: 28, hidden: 3584, inner: 18_944, query: 3584, key: 512, vocab: 152_064, has_bias: true, ..LLAMA };
const QWEN3_MOE: Decoder = Decoder {
    layers: 48,
    hidden: 2048,
    inner: 768,
    query: 4096,
    key: 512,
    vocab: 151_936,
    has_norms: true,
    experts: 128,
    ..LLAMA
};

impl Decoder {
    fn tensors(&self) -> Vec<(String, Vec<u64>)> {
        let Self { hidden, inner, query, key, head, vocab, .. } = *self;
        let mut res = vec![("model.embed_tokens.weight".to_owned(), vec![vocab, hidden])];
        if !self.is_tied {
            res.push(("lm_head.weight".to_owned(), vec![vocab, hidden]));
        }
        for layer in 0..self.layers {
            let mut add =
                |name: &str, shape: &[u64]| res.push((format!("model.layers.{layer}.{name}"), shape.to_vec()));
            for norm in ["input_layernorm", "post_attention_layernorm"] {
                add(&format!("{norm}.weight"), &[hidden]);
            }
            for (name, out) in [("q", query), ("k", key), ("v", key)] {
                add(&format!("self_attn.{name}_proj.weight"), &[out, hidden]);
                if self.has_bias {
                    add(&format!("self_attn.{name}_proj.bias"), &[out]);
                }
            }
            add("self_attn.o_proj.weight", &[hidden, query]);
            if self.has_norms {
                add("self_attn.q_norm.weight", &[head]);
                add("self_attn.k_norm.weight", &[head]);
            }
            let blocks = if self.experts == 0 {
                vec!["mlp.".to_owned()]
            } else {
                add("mlp.gate.weight", &[u64::from(self.experts), hidden]);
                (0..self.experts).map(|it| format!("mlp.experts.{it}.")).collect()
            };
            for block in blocks {
                add(&format!("{block}gate_proj.weight"), &[inner, hidden]);
                add(&format!("{block}up_proj.weight"), &[inner, hidden]);
                add(&format!("{block}down_proj.weight"), &[hidden, inner]);
            }
        }
        // Files of a model are cut in this order: the last one has the end.
        res.push(("model.norm.weight".to_owned(), vec![hidden]));
        res
    }
}

fn header(tensors: &[(String, Vec<u64>)], dtype: &str, width: u64) -> Vec<u8> {
    let mut told = Map::new();
    told.insert("__metadata__".to_owned(), json!({ "format": "pt" }));
    let mut at = 0;
    for (name, shape) in tensors {
        let end = at + shape.iter().product::<u64>() * width;
        told.insert(name.clone(), json!({ "dtype": dtype, "shape": shape, "data_offsets": [at, end] }));
        at = end;
    }
    framed(Json::Object(told).to_string().as_bytes())
}

fn framed(json: &[u8]) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes()[..], json].concat()
}

fn read(bytes: &[u8], others: &[&[u8]], catalog: &Catalog) -> Imported {
    import(bytes, others, catalog).expect("a file")
}

fn link(imported: &Imported) -> String {
    let inputs = imported.inputs.clone().unwrap_or_else(|| panic!("{:?}", imported.left_out));
    Link { inputs, ..Link::default() }.encode()
}

fn measured(imported: &Imported, figure: MeasuredFigure) -> Option<f64> {
    imported.measured.iter().find(|it| it.figure == figure).map(|it| it.amount)
}

#[test]
fn tensors_are_the_model_of_their_shape() {
    let catalog = Catalog::built_in();
    let cases = [(LLAMA, "meta-llama-3-8b"), (QWEN3, "qwen3-8b"), (QWEN25, "qwen2-7b"), (QWEN3_MOE, "qwen3-30b-a3b")];
    for (decoder, id) in cases {
        let res = read(&header(&decoder.tensors(), "BF16", 2), &[], &catalog);
        assert_eq!(link(&res), format!("model={id}&precision=BF16"));
        let model = catalog.model(id).expect("a preset");
        assert_eq!(measured(&res, MeasuredFigure::Elements), Some(model.total_parameters), "{id}");
        assert_eq!(measured(&res, MeasuredFigure::Weights), Some(2.0 * model.total_parameters), "{id}");
    }
}

/// A model that no catalogue has: its sizes are typed, and its parameters counted are those of its tensors.
#[test]
fn tensors_without_a_preset_are_typed() {
    let catalog = Catalog::built_in();
    for decoder in [LLAMA, QWEN3, QWEN25, Decoder { is_tied: true, ..QWEN3 }] {
        let decoder = Decoder { layers: 7, ..decoder };
        let res = read(&header(&decoder.tensors(), "F16", 2), &[], &catalog);
        let inputs = res.inputs.as_ref().unwrap_or_else(|| panic!("{:?}", res.left_out));
        assert_eq!(Some(total_parameters(parts(inputs))), measured(&res, MeasuredFigure::Elements), "{}", link(&res));
        assert!(res.assumed.iter().any(|it| it.id == Id::NumAttentionHeads), "{:?}", res.assumed);
    }
    // Nothing in tensors says how many experts a token visits.
    let res = read(&header(&Decoder { layers: 7, ..QWEN3_MOE }.tensors(), "BF16", 2), &[], &catalog);
    assert!(
        res.left_out.iter().any(|it| it.name == "config.json" && it.why == NotTaken::Missing),
        "{:?}",
        res.left_out
    );
}

#[test]
fn files_of_one_model_are_read_together() {
    let catalog = Catalog::built_in();
    let all = QWEN3.tensors();
    let (first, second) = all.split_at(all.len() / 2);
    let shards = [header(first, "BF16", 2), header(second, "BF16", 2)];
    let names = all.iter().enumerate();
    let names = names.map(|(at, it)| (it.0.clone(), json!(format!("model-{}.safetensors", at * 2 / all.len()))));
    let index = json!({ "metadata": { "total_size": 16_381_470_720_u64 }, "weight_map": names.collect::<Map<_, _>>() });
    let index = index.to_string().into_bytes();
    let res = read(&index, &[&shards[0], &shards[1]], &catalog);
    assert_eq!(link(&res), "model=qwen3-8b&precision=BF16");
    assert_eq!(measured(&res, MeasuredFigure::Weights), Some(16_381_470_720.0));
    // A part of a model is no model, and weighs nothing that an estimate could be compared with.
    for part in [read(&shards[0], &[], &catalog), read(&index, &[&shards[0]], &catalog)] {
        assert!(part.inputs.is_none());
        assert!(part.left_out.iter().any(|it| it.name == "config.json" && it.why == NotTaken::Missing));
    }
    assert_eq!(measured(&read(&shards[0], &[], &catalog), MeasuredFigure::Weights), None);
    // Beside a configuration it tells how much of it is in which type.
    let config = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/config/qwen3-8b.json"));
    let config = config.expect("a fixture");
    assert_eq!(link(&read(&shards[0], &[&config], &catalog)), "model=qwen3-8b&precision=BF16");
    // A configuration of an unknown kind leaves the shape to the tensors, and says that it is unknown.
    let unknown = br#"{"model_type": "qwen9", "hidden_size": 4096}"#;
    let res = read(&index, &[unknown, &shards[0], &shards[1]], &catalog);
    assert_eq!(link(&res), "model=qwen3-8b&precision=BF16");
    assert!(res.left_out.iter().any(|it| it.name == "model_type" && it.why == NotTaken::Unknown), "{:?}", res.left_out);
}

#[test]
fn stored_formats_are_told() {
    let catalog = Catalog::built_in();
    let mut tensors: Vec<(String, Json)> = Vec::new();
    let mut at = 0;
    let mut add = |name: String, dtype: &str, width: u64, shape: &[u64]| {
        let end = at + shape.iter().product::<u64>() * width;
        tensors.push((name, json!({ "dtype": dtype, "shape": shape, "data_offsets": [at, end] })));
        at = end;
    };
    for (name, shape) in QWEN3.tensors() {
        if name.contains("_proj.weight") {
            add(name.clone(), "F8_E4M3", 1, &shape);
            add(format!("{name}_scale_inv"), "F32", 4, &[shape[0].div_ceil(128), shape[1].div_ceil(128)]);
        } else {
            add(name, "BF16", 2, &shape);
        }
    }
    let told: Map<String, Json> = tensors.into_iter().collect();
    let res = read(&framed(Json::Object(told).to_string().as_bytes()), &[], &catalog);
    assert_eq!(link(&res), "model=qwen3-8b&precision=BF16&quantization=fp8-block128");
}

#[track_caller]
fn check_refused(bytes: &[u8], name: &str, why: NotTaken) {
    let res = read(bytes, &[], &Catalog::default());
    assert!(res.inputs.is_none());
    assert!(res.left_out.iter().any(|it| it.name == name && it.why == why), "{name} {why:?}: {:?}", res.left_out);
}

#[test]
fn what_contradicts_the_format_is_refused_at_its_place() {
    let entry = |entry: Json| framed(json!({ "a": entry }).to_string().as_bytes());
    let with = |shape: Json, offsets: Json| entry(json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets }));
    check_refused(&with(json!([2]), json!([0, 4])), "a.data_offsets", NotTaken::Contradicts);
    check_refused(&with(json!([2]), json!([8, 0])), "a.data_offsets", NotTaken::Contradicts);
    check_refused(&with(json!([2]), json!([0, 8, 9])), "a.data_offsets", NotTaken::Malformed);
    check_refused(&with(json!([-2]), json!([0, 8])), "a.shape", NotTaken::WrongType);
    check_refused(&with(json!([1_u64 << 40, 1_u64 << 40]), json!([0, 8])), "a.shape", NotTaken::TooLarge);
    check_refused(&with(json!("2"), json!([0, 8])), "a.shape", NotTaken::WrongType);
    check_refused(&entry(json!({ "dtype": "F32" })), "a.shape", NotTaken::Missing);
    check_refused(&entry(json!({ "dtype": 4 })), "a.dtype", NotTaken::WrongType);
    check_refused(&entry(json!({ "dtype": "F7" })), "a.dtype", NotTaken::NoFormula);
    check_refused(&entry(json!({ "shape": [1], "data_offsets": [0, 4] })), "a.dtype", NotTaken::Missing);
    check_refused(&entry(json!(3)), "a", NotTaken::WrongType);
    let gap = json!({
        "a": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] },
        "b": { "dtype": "F32", "shape": [1], "data_offsets": [8, 12] },
    });
    check_refused(&framed(gap.to_string().as_bytes()), "data_offsets", NotTaken::Malformed);
    check_refused(&[&u32::MAX.to_le_bytes()[..], &[0; 4], b"{"].concat(), "0", NotTaken::TooLarge);
    check_refused(&[&9_u64.to_le_bytes()[..], b"{\"a\""].concat(), "8", NotTaken::Truncated);
    check_refused(&framed(b"{\"a\": x}"), "a", NotTaken::WrongType);
    check_refused(&framed(b"{} x"), "8 + 3", NotTaken::NotJson);
    check_refused(br#"{"weight_map": 3}"#, "weight_map", NotTaken::WrongType);
    check_refused(
        br#"{"weight_map": {"a": "a.safetensors"}, "metadata": {"total_size": -1}}"#,
        "metadata.total_size",
        NotTaken::WrongType,
    );
}

/// Of a file of tensors no byte behind its header is asked for, and no more of it than is ever read.
#[test]
fn only_headers_are_asked_for() {
    let mut whole = header(&LLAMA.tensors(), "BF16", 2);
    let length = whole.len() as u64;
    whole.extend([0; 100_000]);
    assert_eq!(wanted(&whole[..4096]), length);
    assert_eq!(wanted(&[&u32::MAX.to_le_bytes()[..], &[0; 4], b"{       "].concat()), 32 * 1024 * 1024 + 8);
    assert_eq!(link(&read(&whole, &[], &Catalog::built_in())), "model=meta-llama-3-8b&precision=BF16");
}

//! What PyTorch, vLLM and llama.cpp print: the run that a log is of, and its figures. The fixtures are made by hand
//! after what the programs print. It knows no formula.

#[path = "import_logs/vllm.rs"]
mod vllm;

use std::fs;
use vram_estimator::estimator::{Catalog, ParameterId as Id};
use vram_estimator::import::{Imported, MeasuredFigure as Figure, NotTaken, import};
use vram_estimator::link::Link;

fn read(name: &str) -> Imported {
    let path = format!("{}/tests/fixtures/logs/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    import(&fs::read(path).expect("a fixture"), &[], &Catalog::built_in()).expect("a log")
}

fn link(imported: &Imported) -> String {
    let inputs = imported.inputs.clone().unwrap_or_else(|| panic!("{:?}", imported.left_out));
    Link { inputs, ..Link::default() }.encode()
}

const GIB: f64 = 1_073_741_824.0;
const MIB: f64 = 1_048_576.0;

#[track_caller]
fn check(name: &str, expected: &str, figures: &[(Figure, Option<&str>, f64, usize)]) -> Imported {
    let res = read(name);
    assert_eq!(link(&res), expected, "{:?}", res.left_out);
    check_figures(&res, figures);
    res
}

/// The same of a message that names no model: an estimate of another would be none of its run.
#[track_caller]
fn check_message(name: &str, expected: &str, figures: &[(Figure, Option<&str>, f64, usize)]) -> Imported {
    let res = read(name);
    assert_eq!(said(&res), expected);
    assert_no_model(&res);
    check_figures(&res, figures);
    res
}

#[track_caller]
fn assert_no_model(res: &Imported) {
    assert_eq!(res.inputs, None);
    let is_it = |it: &vram_estimator::import::Omitted| it.name == "model" && it.why == NotTaken::NoModel;
    assert!(res.left_out.iter().all(is_it) && res.left_out.len() == 1, "{:?}", res.left_out);
}

/// The values, by name.
fn said(res: &Imported) -> String {
    let mut all: Vec<_> = res.pairs().map(|it| format!("{}={}", it.0.spec().key, it.1)).collect();
    all.sort();
    all.join("&")
}

#[track_caller]
fn check_figures(res: &Imported, figures: &[(Figure, Option<&str>, f64, usize)]) {
    for (figure, device, amount, line) in figures {
        let is_it = |it: &&vram_estimator::import::Measured| {
            it.figure == *figure && it.device.as_deref() == *device && it.line == Some(*line)
        };
        let found = res.measured.iter().find(is_it).unwrap_or_else(|| panic!("{figure:?}: {:#?}", res.measured));
        assert!((found.amount - amount).abs() < 1e-6 * amount, "{found:?}, not {amount}");
    }
}

#[test]
fn vllm_says_its_run_and_its_figures() {
    check(
        "vllm-0.6",
        "model=qwen2.5-7b&sequenceLength=16384&precision=BF16&engine=vllm&engineVersion=0.8&gpuMemory=23.64",
        &[
            (Figure::Weights, None, 14.2487 * GIB, 2),
            (Figure::Capacity, None, 23.64 * GIB, 3),
            (Figure::Weights, None, 14.25 * GIB, 4),
            (Figure::OutsideTorch, None, 0.09 * GIB, 4),
            (Figure::Activations, None, 1.4 * GIB, 4),
            (Figure::KvPool, None, 5.54 * GIB, 4),
            (Figure::KvBlocks, None, 6483.0, 5),
            (Figure::Concurrency, None, 6.33, 6),
            (Figure::Graphs, None, 0.22 * GIB, 7),
        ],
    );
    check(
        "vllm-0.11",
        "model=qwen3-8b&sequenceLength=32768&tensorParallel=2&precision=BF16&engine=vllm&engineVersion=0.20&kvPrecision=FP8&gpuMemory=79.19&gpuMemoryUtilization=0.85&maxSequences=64",
        &[
            (Figure::Weights, None, 7.6413 * GIB, 3),
            (Figure::KvPool, None, 57.02 * GIB, 4),
            (Figure::KvTokens, None, 1_660_656.0, 5),
            (Figure::Concurrency, None, 50.68, 6),
            (Figure::Graphs, None, 0.61 * GIB, 7),
            (Figure::Capacity, None, 79.19 * GIB, 8),
            (Figure::OutsideTorch, None, 0.97 * GIB, 8),
        ],
    );
}

#[test]
fn llama_cpp_says_its_file_and_its_buffers() {
    let res = check(
        "llama-cpp",
        "model=llama-3.1-8b&sequenceLength=8192&quantization=gguf-file-q4_k_m&engine=llamacpp&kvPrecision=q8_0&gpu=rtx-4090",
        &[
            (Figure::Free, None, 23_680.0 * MIB, 3),
            (Figure::Weights, Some("CUDA0"), 4403.49 * MIB, 21),
            (Figure::OnHost, Some("CPU_Mapped"), 281.81 * MIB, 22),
            (Figure::KvCache, Some("CUDA0"), 544.0 * MIB, 30),
            (Figure::Activations, Some("CUDA0"), 258.5 * MIB, 32),
            (Figure::OnHost, Some("CUDA_Host"), 24.01 * MIB, 33),
        ],
    );
    assert_eq!(res.tool, "llama.cpp");
}

#[test]
fn pytorch_says_what_was_asked_for_in_vain() {
    let figures = [
        (Figure::Refused, Some("GPU 0"), 2.32 * GIB, 4),
        (Figure::Capacity, Some("GPU 0"), 23.64 * GIB, 4),
        (Figure::Free, Some("GPU 0"), 1.05 * GIB, 4),
        (Figure::Process, Some("GPU 0"), 22.58 * GIB, 4),
        (Figure::Allocated, Some("GPU 0"), 21.44 * GIB, 4),
        (Figure::ReservedUnused, Some("GPU 0"), 681.2 * MIB, 4),
        (Figure::Needed, Some("GPU 0"), 23.76 * GIB, 4),
    ];
    let res = check_message("pytorch-2.9", "gpuMemory=23.64", &figures);
    assert!(res.taken.iter().any(|it| it.id == Id::GpuMemory && it.line == Some(4)), "{:?}", res.taken);
    let older = [
        (Figure::Refused, Some("GPU 3"), 20.0 * MIB, 1),
        (Figure::Capacity, Some("GPU 3"), 15.78 * GIB, 1),
        (Figure::Allocated, Some("GPU 3"), 14.5 * GIB, 1),
        (Figure::Free, Some("GPU 3"), 11.75 * MIB, 1),
        (Figure::Reserved, Some("GPU 3"), 14.61 * GIB, 1),
        (Figure::Needed, Some("GPU 3"), 14.5 * GIB + 20.0 * MIB, 1),
    ];
    check_message("pytorch-1.13", "gpuMemory=15.78", &older);
}

/// A launch that is no log stays one, whatever it talks of.
#[test]
fn launches_are_no_logs() {
    let read = |text: &str| import(text.as_bytes(), &[], &Catalog::built_in()).expect("a launch");
    assert_eq!(read("vllm serve Qwen/Qwen3-8B --gpu-memory-utilization 0.8").tool, "vllm");
    assert_eq!(read("llama-server -m llama-3.1-8b-Q4_K_M.gguf -c 4096").tool, "llama-server");
}

/// A warning that names a script launches nothing: the message behind it was read as a full fine-tuning of no model.
#[test]
fn a_warning_in_front_of_a_message_is_no_launch() {
    let message = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.48 GiB. GPU 0 has a total capacity of 23.52 GiB \
                   of which 1.02 GiB is free.";
    for front in
        ["train.py:12: UserWarning: something is deprecated", "INFO 11-29 [gpu_model_runner.py:2338] Starting to load"]
    {
        let read = |text: &str| import(text.as_bytes(), &[], &Catalog::built_in()).expect("a message");
        let (alone, behind) = (read(message), read(&format!("{front}\n{message}\n")));
        assert_eq!(behind.tool, alone.tool, "{front}");
        assert_eq!(behind.assumed, alone.assumed, "{front}");
        assert_eq!(behind.measured.len(), alone.measured.len(), "{front}");
    }
}

/// What vLLM and llama.cpp say when they do not start is a log by itself, whose numbers are figures.
#[test]
fn refusals_to_start_are_logs_by_themselves() {
    let read = |text: &str| import(text.as_bytes(), &[], &Catalog::built_in()).expect(text);
    type Measured<'a> = (Figure, Option<&'a str>, f64);
    let all: [(&str, &str, &str, &[Measured]); 10] = [
        (
            "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization`.",
            "vllm",
            "engine=vllm",
            &[(Figure::KvPool, None, 0.0)],
        ),
        (
            "ValueError: The model's max seq len (32768) is larger than the maximum number of tokens that can be stored in KV cache \
             (21072). Try decreasing `max_model_len`.",
            "vllm",
            "engine=vllm&sequenceLength=32768",
            &[(Figure::KvTokens, None, 21072.0)],
        ),
        (
            "ValueError: To serve at least one request with the models's max seq len (40960), (5.62 GiB KV cache is needed, which is \
             larger than the available KV cache memory (3.94 GiB). Based on the available memory, the estimated maximum model \
             length is 28672.",
            "vllm",
            "engine=vllm&sequenceLength=40960",
            &[
                (Figure::Refused, None, 5.62 * GIB),
                (Figure::KvPool, None, 3.94 * GIB),
                (Figure::KvTokens, None, 28672.0),
            ],
        ),
        (
            "ValueError: Free memory on device (20.12/23.64 GiB) on startup is less than desired GPU memory utilization (0.92, 21.75 \
             GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.",
            "vllm",
            "engine=vllm&gpuMemory=23.64&gpuMemoryUtilization=0.92",
            &[
                (Figure::Capacity, None, 23.64 * GIB),
                (Figure::Free, None, 20.12 * GIB),
                (Figure::Refused, None, 21.75 * GIB),
            ],
        ),
        (
            "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 5120.00 MiB on device 1: cudaMalloc failed: out of memory",
            "llama.cpp",
            "engine=llamacpp",
            &[(Figure::Refused, Some("CUDA1"), 5120.0 * MIB)],
        ),
        ("CUDA error: cudaMalloc failed", "llama.cpp", "engine=llamacpp", &[]),
        (
            "alloc_tensor_range: failed to allocate CUDA0 buffer of size 4831838208",
            "llama.cpp",
            "engine=llamacpp",
            &[(Figure::Refused, Some("CUDA0"), 4608.0 * MIB)],
        ),
        ("llama_model_load: error loading model: unable to allocate CUDA0 buffer", "llama.cpp", "engine=llamacpp", &[]),
        (
            "RuntimeError: CUDA out of memory occurred when warming up sampler with 512 dummy requests.",
            "vllm",
            "engine=vllm&maxSequences=512",
            &[],
        ),
        (
            "(EngineCore_DP0 pid=812) torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0 has a total \
             capacity of 31.36 GiB of which",
            "vllm",
            "engine=vllm&gpu=rtx-5090",
            &[(Figure::Refused, Some("GPU 0"), 1.5 * GIB), (Figure::Capacity, Some("GPU 0"), 31.36 * GIB)],
        ),
    ];
    for (text, tool, pairs, figures) in all {
        let res = read(text);
        assert_eq!(res.tool, tool, "{text}");
        assert_eq!(said(&res), pairs, "{text}");
        assert_no_model(&res);
        assert_eq!(res.measured.len(), figures.len(), "{:?}", res.measured);
        for (figure, device, amount) in figures {
            let is_it =
                |it: &&vram_estimator::import::Measured| it.figure == *figure && it.device.as_deref() == *device;
            let found = res.measured.iter().find(is_it).unwrap_or_else(|| panic!("{figure:?}: {:?}", res.measured));
            assert!((found.amount - amount).abs() <= 1e-6 * amount, "{found:?}, not {amount}");
        }
    }
}

/// What lies on two GPUs was held against the whole, buffer by buffer.
#[test]
fn buffers_of_several_gpus_are_one_figure() {
    let text = "load_tensors:        CUDA0 model buffer size =  2000.50 MiB\n\
                load_tensors:        CUDA1 model buffer size =  2400.25 MiB\n\
                load_tensors:   CPU_Mapped model buffer size =   280.00 MiB\n\
                llama_kv_cache:      CUDA0 KV buffer size =   100.00 MiB\n\
                llama_kv_cache:      CUDA0 KV buffer size =    20.00 MiB\n";
    let res = import(text.as_bytes(), &[], &Catalog::built_in()).expect("a log");
    let told: Vec<_> = res.measured.iter().map(|it| (it.figure, it.device.as_deref(), it.amount / MIB)).collect();
    let expected = [
        (Figure::Weights, Some("CUDA0 + CUDA1"), 4400.75),
        (Figure::OnHost, Some("CPU_Mapped"), 280.0),
        (Figure::KvCache, Some("CUDA0"), 120.0),
    ];
    assert_eq!(told, expected);
}

/// Of a comment about memory nothing was printed: it was read as a message, and the launch below it was not.
#[test]
fn comments_about_memory_are_no_logs() {
    let text =
        "# CUDA out of memory with 8192\nvllm serve Qwen/Qwen3-8B --max-model-len 4096  # CUDA out of memory above\n";
    let res = import(text.as_bytes(), &[], &Catalog::built_in()).expect("a launch");
    assert_eq!((res.tool, res.measured.len()), ("vllm", 0));
    assert!(link(&res).contains("sequenceLength=4096"), "{}", link(&res));
}

/// A device is known by what programs see of it where one kind alone has so much; what differs of it stays.
#[test]
fn devices_are_known_by_what_programs_see() {
    for (gib, expected) in [
        ("31.36", "gpu=rtx-5090"),
        ("139.81", "gpu=h200&gpuMemory=139.81"),
        ("14.74", "gpu=t4&gpuMemory=14.74"),
        ("191.98", "gpu=mi300x&gpuMemory=191.98"),
        // Two have so much each, or none.
        ("23.52", "gpuMemory=23.52"),
        ("79.14", "gpuMemory=79.14"),
        ("11.62", "gpuMemory=11.62"),
        ("51.2", "gpuMemory=51.2"),
    ] {
        let text = format!("torch.OutOfMemoryError: CUDA out of memory. GPU 0 has a total capacity of {gib} GiB");
        let res = import(text.as_bytes(), &[], &Catalog::built_in()).expect("a message");
        assert_eq!(said(&res), expected, "{gib}");
    }
}

fn read_text(text: &str) -> Imported {
    import(text.as_bytes(), &[], &Catalog::built_in()).expect(text)
}

fn left_out(res: &Imported) -> Vec<(&str, &str, NotTaken)> {
    res.left_out.iter().map(|it| (it.name.as_str(), it.value.as_str(), it.why)).collect()
}

/// A launch beside a log was read only where the log said nothing of its run: the model that it alone names was lost
/// without a word.
#[test]
fn a_launch_beside_its_log_says_what_the_log_does_not() {
    let served = "llama-server -m Qwen2.5-32B-Instruct-Q4_K_M.gguf -c 16384 -ngl 99\nllama_context: n_ctx = 8192\n";
    let res = read_text(served);
    assert_eq!(
        link(&res),
        "model=qwen2.5-32b&sequenceLength=8192&quantization=gguf-file-q4_k_m&engine=llamacpp&parallelSlots=4&gpuLayers=99"
    );
    assert_eq!(left_out(&res), [("c", "16384", NotTaken::Contradicted)]);

    let log = "INFO 11-29 10:00:00 [utils.py:233] non-default args: {'model': 'Qwen/Qwen3-8B', 'max_model_len': 16384, 'tensor_parallel_size': 2}\n\
               INFO 11-29 10:01:00 [gpu_worker.py:298] Available KV cache memory: 57.02 GiB\n";
    let res = read_text(&format!("vllm serve Qwen/Qwen3-8B -tp 4 --max-num-seqs 8\n{log}"));
    assert_eq!(
        link(&res),
        "model=qwen3-8b&sequenceLength=16384&tensorParallel=2&precision=BF16&engine=vllm&maxSequences=8"
    );
    assert_eq!(left_out(&res), [("tp", "4", NotTaken::Contradicted)]);
    assert_eq!(res.measured.len(), 1, "{:?}", res.measured);

    let res = read_text(&format!("llama-server -m Qwen3-8B-Q8_0.gguf -c 4096\n{log}"));
    assert!(left_out(&res).contains(&("llama-server", "", NotTaken::Another)), "{:?}", res.left_out);
    assert!(link(&res).contains("model=qwen3-8b&sequenceLength=16384&tensorParallel=2"), "{}", link(&res));
}

/// The driver's name says which device it is, also where several have as much memory.
#[test]
fn devices_are_known_by_what_drivers_call_them() {
    let served = |devices: &str| {
        read_text(&format!(
            "llama-server -m Qwen3-8B-Q4_K_M.gguf -c 8192 -ngl 99\n{devices}llama_context: n_ctx = 8192\n"
        ))
    };
    let used = |id: usize, name: &str| format!("llama_model_load: using device CUDA{id} ({name}) - 23000 MiB free\n");
    for (devices, expected) in [
        (used(0, "NVIDIA GeForce RTX 3090"), "&gpu=rtx-3090"),
        ([used(0, "NVIDIA GeForce RTX 3090"), used(1, "NVIDIA GeForce RTX 3090")].concat(), "&gpuCount=2&gpu=rtx-3090"),
        ("  Device 0: NVIDIA A100-SXM4-80GB, compute capability 8.0, VMM: yes\n".to_owned(), "&gpu=a100-80gb"),
        (used(0, "NVIDIA RTX 6000 Ada Generation"), "&gpu=rtx-6000-ada"),
        (used(0, "NVIDIA H100 80GB HBM3"), "&gpu=h100-80gb"),
        (used(0, "NVIDIA Unheard Of"), ""),
    ] {
        let res = served(&devices);
        let told = res.taken.iter().filter(|it| matches!(it.id, Id::Gpu | Id::GpuCount));
        let mut told: Vec<_> = told.map(|it| format!("&{}={}", it.id.spec().key, it.value)).collect();
        told.sort_by_key(|it| it.starts_with("&gpu="));
        assert_eq!(told.concat(), expected, "{devices}");
    }
}

/// Where a log begins behind the keys of the file, what is printed of the model says the same.
#[test]
fn a_model_is_known_by_what_is_printed_of_it() {
    let text = "print_info: arch             = qwen2\nprint_info: n_ctx_train      = 32768\nprint_info: n_embd           = 3584\n\
                print_info: n_layer          = 28\nprint_info: n_head           = 28\nprint_info: n_head_kv        = 4\n\
                print_info: n_rot            = 128\nprint_info: n_swa            = 0\nprint_info: n_embd_head_k    = 128\n\
                print_info: n_ff             = 18944\nprint_info: n_expert         = 0\nprint_info: n_vocab          = 152064\n\
                print_info: file type   = Q4_K - Medium\nprint_info: general.name     = Qwen2.5 7B Instruct\n";
    let res = read_text(text);
    assert_eq!(res.tool, "llama.cpp");
    assert!(
        link(&res).contains("model=qwen2") && link(&res).contains("quantization=gguf-file-q4_k_m"),
        "{}",
        link(&res)
    );
    let other = read_text(&text.replace("Q4_K - Medium", "Q9_Z"));
    assert_eq!(other.inputs, None);
    assert_eq!(left_out(&other), [("file type", "Q9_Z", NotTaken::NoFormula)]);
}

/// What is assumed where a name says a format without formulas was that it says none.
#[test]
fn a_format_without_formulas_is_no_format_that_is_missing() {
    for name in ["Qwen3-8B-UD-Q4_K_XL.gguf", "Qwen3-8B-Q9_Z.gguf"] {
        let res = read_text(&format!("llama-server -m {name} -c 8192"));
        assert!(!res.assumed.iter().any(|it| it.id == Id::Quantization), "{:?}", res.assumed);
        assert!(res.left_out.iter().any(|it| it.why == NotTaken::NoFormula), "{:?}", res.left_out);
    }
    let res = read_text("llama-server -m Qwen3-8B.gguf -c 8192");
    assert!(res.assumed.iter().any(|it| it.id == Id::Quantization), "{:?}", res.assumed);
}

/// `--max-num-seqs` bounds how many sequences run, and the estimate is of as many as are counted.
#[test]
fn how_many_sequences_are_counted_is_told() {
    let batch = |text: &str| read_text(text).assumed.into_iter().find(|it| it.id == Id::BatchSize).map(|it| it.value);
    assert_eq!(batch("vllm serve Qwen/Qwen3-8B --max-num-seqs 64").as_deref(), Some("1"));
    assert_eq!(batch("vllm serve Qwen/Qwen3-8B"), None);
}

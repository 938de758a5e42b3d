//! What no program is told comes back from comments in front of its launch, which counts before them.

use crate::{assert_returns, read};
use vram_estimator::estimator::{Catalog, Inputs, MethodId, ParameterId as Id, values_of};
use vram_estimator::export::export;
use vram_estimator::import::NotTaken;
use vram_estimator::import::launch::of_launch;
use vram_estimator::link::decode;

/// TRL counts completions: a batch of prompts is told as all completions of them, and is one of prompts when it is
/// read.
#[test]
fn a_batch_of_prompts_is_told_in_completions() {
    let catalog = Catalog::built_in();
    let total = |inputs: &Inputs| values_of(MethodId::Calibrated, inputs).map(|it| it.total().count());
    for rest in [
        "",
        "&precision=BF16&batchSize=2&numGenerations=6",
        "&referenceModel=adapter-off",
        "&method=Full&precision=BF16&recipe=autocast",
    ] {
        let link = format!("mode=grpo&model=qwen3-1.7b&loss=chunked{rest}");
        let inputs = decode(&link, &catalog).0.inputs;
        let exported = export("accelerate", &inputs).unwrap_or_else(|it| panic!("{it:?} of {link}"));
        assert!(exported.text.contains("# not carried: batchUnit=prompts\n"), "{}", exported.text);
        assert_returns("accelerate", &inputs, &exported, &catalog);
        // Without the comment it is the same batch by another name.
        let bare: String =
            exported.text.lines().filter(|it| !it.contains("batchUnit")).flat_map(|it| [it, "\n"]).collect();
        let back = read(&bare, &catalog);
        assert_eq!(text(&back, Id::BatchUnit), "completions");
        assert!(total(&inputs).is_some() && total(&inputs) == total(&back), "{link}: {}", exported.text);
    }
}

fn text(inputs: &Inputs, id: Id) -> String {
    id.spec().write(&inputs.value(id))
}

/// Links whose programs have no flag for something that decides bytes, or another default: what is read again takes the
/// same bytes by every method.
#[test]
fn what_a_program_cannot_be_told_comes_back() {
    #[track_caller]
    fn check(tool: &str, link: &str, comments: &[&str]) {
        let catalog = Catalog::built_in();
        let (decoded, problems) = decode(link, &catalog);
        assert_eq!(problems, [], "{link}");
        let inputs = decoded.inputs;
        let exported = export(tool, &inputs).unwrap_or_else(|it| panic!("{it:?} of {link}"));
        assert_returns(tool, &inputs, &exported, &catalog);
        let told: Vec<_> = exported.text.lines().filter_map(|it| it.strip_prefix("# not carried: ")).collect();
        assert_eq!(told, comments, "{tool} of {link}");
        let back = read(&exported.text, &catalog);
        for method in MethodId::ALL {
            let bytes = |inputs: &Inputs| values_of(method, inputs).map(|it| it.total().count());
            assert_eq!(bytes(&inputs), bytes(&back), "{method:?} of {link}");
        }
    }
    let qlora = "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16\
                 &gradientCheckpointing=true&batchSize=1&gpu=rtx-4090";
    check("trl", qlora, &["adapterPrecision=FP32", "gpu=rtx-4090", "loss=fp32"]);
    check("trl", "mode=finetune&model=llama-3.1-8b", &["loss=fp32"]);
    let whole = "mode=finetune&model=llama-3.1-8b&method=Full&gpuCount=8";
    check("accelerate", &format!("{whole}&trainer=fsdp2"), &["wrapping=layers", "loss=fp32"]);
    check("deepspeed", &format!("{whole}&trainer=deepspeed&zeroStage=3"), &["loss=fp32"]);
    check("trl", "mode=grpo&model=llama-3.1-8b&gpu=h100-80gb", &["batchUnit=prompts", "gpu=h100-80gb", "loss=fp32"]);
    check("vllm", "model=qwen3-8b&engine=vllm&tensorParallel=4&gpuCount=4", &["gpuCount=4"]);
    check(
        "megatron",
        "mode=train&model=llama-3.3-70b-instruct&trainer=megatron&gpuCount=64&tensorParallel=8&precision=BF16",
        &["model=llama-3.3-70b-instruct"],
    );
}

/// A launch counts before a comment, and a comment that says nothing is told as any other value is.
#[test]
fn comments_add_what_a_launch_does_not_say() {
    #[track_caller]
    fn check(comment: &str, pair: Option<(Id, &str)>, why: Option<NotTaken>) {
        let catalog = Catalog::built_in();
        let text = format!("# not carried: {comment}\ntrl sft --model_name_or_path Qwen/Qwen3-8B --max_length 4096\n");
        let imported = of_launch(&text, &catalog).expect("a launch");
        let told = imported.left_out.iter().find(|it| it.line == Some(1));
        assert_eq!(told.map(|it| it.why), why, "{comment}");
        assert!(why.is_none_or(NotTaken::is_problem));
        let bare = read(text.split_once('\n').expect("lines").1, &catalog);
        let expected = pair.map_or_else(
            || bare.clone(),
            |(id, value)| bare.clone().with(id, id.spec().parse(value, &catalog).expect("a value")).expect("inputs"),
        );
        assert!(imported.inputs.expect("inputs") == expected, "{comment}");
    }
    check("loss=native", Some((Id::Loss, "native")), None);
    check("gpu=h100-80gb", Some((Id::Gpu, "h100-80gb")), None);
    check("sequenceLength=4096", None, None);
    check("sequenceLength=8192", None, Some(NotTaken::Contradicted));
    check("model=llama-3.1-8b", None, Some(NotTaken::Contradicted));
    check("loss=loud", None, Some(NotTaken::Value));
    check("gradientAccumulationSteps=-3", None, Some(NotTaken::Value));
    check("gradientAccumulationSteps=1e300", None, Some(NotTaken::Value));
    check("batchSize=NaN", None, Some(NotTaken::Value));
    check("spirit=high", None, Some(NotTaken::Unknown));
    check("nothing at all", None, Some(NotTaken::Unknown));
    check("", None, Some(NotTaken::Unknown));
}

/// Weights that are not quantized lie in a file that holds them so: no other comment of a format counts.
#[test]
fn a_file_of_unquantized_weights_is_told_by_its_name() {
    let catalog = Catalog::built_in();
    let link = "model=qwen3-8b&engine=llamacpp&quantization=None&precision=BF16";
    let (decoded, problems) = decode(link, &catalog);
    assert_eq!(problems, []);
    let exported = export("llama-server", &decoded.inputs).expect("a launch");
    assert_returns("llama-server", &decoded.inputs, &exported, &catalog);
    for comment in ["quantization=gguf-file-q8_0", "quantization=None\n# not carried: precision=FP32"] {
        let bare: String = exported.text.lines().filter(|it| !it.starts_with('#')).flat_map(|it| [it, "\n"]).collect();
        let imported = of_launch(&format!("# not carried: {comment}\n{bare}"), &catalog).expect("a launch");
        assert!(imported.left_out.iter().any(|it| it.line == Some(1) && it.why == NotTaken::Contradicted), "{comment}");
        assert_eq!(text(&imported.inputs.expect("inputs"), Id::Quantization), "gguf-bf16", "{comment}");
    }
}

/// Servers have eight GPUs: on more of them a run is started on several, and comes back from what each launcher is
/// told.
#[test]
fn runs_on_several_machines_are_started_on_each() {
    #[track_caller]
    fn check(tool: &str, link: &str, parts: &[&str], machines: Option<(u64, u64)>) {
        let catalog = Catalog::built_in();
        let inputs = decode(link, &catalog).0.inputs;
        let exported = export(tool, &inputs).unwrap_or_else(|it| panic!("{it:?} of {link}"));
        for part in parts {
            assert!(exported.text.contains(part), "{tool} of {link} lacks {part}:\n{}", exported.text);
        }
        assert_eq!(exported.machines.map(|it| (it.number, it.each)), machines, "{tool} of {link}");
        assert_returns(tool, &inputs, &exported, &catalog);
    }
    let megatron = "mode=train&model=llama-3.1-8b&precision=BF16&trainer=megatron&tensorParallel";
    let torchrun = "torchrun --nnodes 8 --nproc_per_node 8 --node_rank $NODE_RANK --master_addr $MASTER_ADDR";
    check("megatron", &format!("{megatron}=8&gpuCount=64"), &[torchrun], Some((8, 8)));
    check("megatron", &format!("{megatron}=2&gpuCount=12"), &["--nnodes 2 --nproc_per_node 6 "], Some((2, 6)));
    check("megatron", &format!("{megatron}=8&gpuCount=8"), &["torchrun --nproc_per_node 8 pretrain_gpt.py"], None);
    let whole = "mode=finetune&model=llama-3.1-8b&method=Full&precision=BF16";
    let zero = format!("{whole}&trainer=deepspeed&zeroStage=3");
    let hosts = "<<'EOF'\nhost1 slots=8\nhost2 slots=8\nEOF\n";
    let told = ["--hostfile hostfile", "--num_nodes 2", "--num_gpus 8", hosts];
    check("deepspeed", &format!("{zero}&gpuCount=16"), &told, Some((2, 8)));
    check("deepspeed", &format!("{zero}&gpuCount=100000"), &["--num_nodes 12500"], Some((12_500, 8)));
    check("deepspeed", &format!("{zero}&gpuCount=8"), &["deepspeed \\\n  --num_gpus 8 "], None);
    let each =
        ["--num_processes 64", "--num_machines 8", "--machine_rank $NODE_RANK", "--main_process_ip $MASTER_ADDR"];
    check("accelerate", &format!("{whole}&trainer=fsdp2&gpuCount=64"), &each, Some((8, 8)));
    check("accelerate", &format!("{zero}&gpuCount=64"), &["--deepspeed_multinode_launcher standard"], Some((8, 8)));
    check("accelerate", &format!("{whole}&trainer=fsdp2&gpuCount=8"), &["--num_processes 8 \\\n  --use_fsdp"], None);
    check("axolotl", &format!("{whole}&trainer=fsdp2&gpuCount=64"), &["dp_shard_size: 64"], Some((8, 8)));
    check("llama-factory", &format!("{whole}&trainer=ddp&gpuCount=16"), &[], Some((2, 8)));
}

/// A list of hosts says on how many GPUs DeepSpeed's launcher starts, unless its flags say both.
#[test]
fn a_list_of_hosts_is_counted() {
    #[track_caller]
    fn check(hosts: &str, flags: &str, gpus: Option<f64>, why: Option<NotTaken>) {
        let text = format!(
            "cat > hosts <<'EOF'\n{hosts}\nEOF\ndeepspeed --hostfile hosts{flags} train.py --model_name_or_path \
             Qwen/Qwen3-8B --bf16 true --per_device_train_batch_size 1 --deepspeed ds.json\ncat > ds.json <<'EOF'\n\
             {{\"zero_optimization\": {{\"stage\": 2}}}}\nEOF\n"
        );
        let imported = of_launch(&text, &Catalog::built_in()).expect("a launch");
        let left = imported.left_out.iter().find(|it| it.name == "hostfile");
        assert_eq!(left.map(|it| it.why), why, "{hosts}{flags}");
        let taken =
            imported.taken.iter().find(|it| it.id == Id::GpuCount).map(|it| it.value.parse().expect("a number"));
        assert_eq!(taken, gpus, "{hosts}{flags}");
    }
    check("worker-1 slots=4\nworker-2 slots=8", "", Some(12.0), None);
    check("# ours\nworker-1 slots=4 # a small one\n\nworker-2 slots=8", " --num_nodes 1", Some(4.0), None);
    check("worker-1 slots=4\nworker-2 slots=8", " --num_gpus 2", Some(4.0), None);
    check("worker-1 slots=4", " --num_nodes 2 --num_gpus 8", Some(16.0), Some(NotTaken::Unused));
    check("worker-1", "", None, Some(NotTaken::Unread));
    check("worker-1 slots=many", "", None, Some(NotTaken::Unread));
}

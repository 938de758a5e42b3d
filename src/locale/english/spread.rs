//! English sentences about why a run has no answer over several GPUs. It knows no other reason.

use crate::estimator::NotSpread;

/// Why a run has no answer over as many GPUs.
pub(super) fn reason(it: NotSpread) -> String {
    let why = match it {
        NotSpread::Run => {
            "There are no formulas yet for such a run over several GPUs: there are for training text models of one stack, and for replicas of others. Choose trainer=ddp, or one GPU (trainer=none)."
        }
        NotSpread::Only(..) => "There are no formulas yet for this in such a run over several GPUs.",
        NotSpread::Views => {
            "There are no formulas yet for gradients that are views of DDP's buckets in such a run: there are for training text models of one stack. Choose gradientAsBucketView=false."
        }
        NotSpread::Model => {
            "There are no formulas yet for such a run under FSDP2 or ZeRO: there are for decoders without learned positions, dense ones trained whole, by LoRA of 16-bit weights, or, under FSDP2, by QLoRA; with any loss but Liger's; and under FSDP2, but for preferences, for mixtures trained whole that have stacked experts in each layer, without a gate of shared experts and a router's correction. Choose trainer=ddp or none."
        }
        NotSpread::Optimizer => {
            "FSDP2 and ZeRO update parts of tensors, and there are formulas for SGD, Adam and AdamW doing so."
        }
        NotSpread::Recipe => {
            "policy is FSDP2's recipe and needs several GPUs; FSDP2 runs policy, or pure where all parameters are trained: accelerate puts no autocast around it. DeepSpeed runs master."
        }
        NotSpread::NvmeStage => {
            "DeepSpeed has states on a disk at stage 3 alone. Choose zeroStage=3, or offloadOptimizer=cpu."
        }
        NotSpread::Stage => "This stage of ZeRO has no formulas in such a run. Choose another stage, or trainer=ddp.",
        NotSpread::Replicas => {
            "The GPUs cannot be shared out evenly: dataParallel is to be a multiple of dataParallelReplicate."
        }
        NotSpread::PipelineTrainer => {
            "Pipelines run with trainer=torch, with trainer=megatron, or with trainer=fsdp2 inside the stages; torch alone shares out no data, so that its GPUs are those of one pipeline."
        }
        NotSpread::PipelineOfZero => {
            "DeepSpeed's pipelines refuse ZeRO 2 and 3, and with stages 0 and 1 there are no formulas yet. Choose pipelineParallel=1, or trainer=torch, fsdp2 or megatron."
        }
        NotSpread::Megatron => {
            "There are no formulas yet for such a run of Megatron: there are for decoders with a norm before each block, dense or with a mixture without biases in each layer and sequenceParallel=true beside tensor parallel, trained whole by Adam; parts of sequences need fused attention."
        }
        NotSpread::MegatronFormat => "Under Megatron there are formulas for precision=BF16 with recipe=master alone.",
        NotSpread::MegatronCheckpoints => {
            "Megatron recomputes by recompute=full or recompute=selective, not by gradient checkpointing."
        }
        NotSpread::PackedPrecision => "Under FSDP2 there are formulas for QLoRA with precision=BF16 alone.",
        NotSpread::PackedAdapters => {
            "Under FSDP2 there are formulas for QLoRA over nf4, nf4-dq or fp4-bnb, without PEFT's preparation (kbitPreparation=false)."
        }
        NotSpread::MegatronSchedule => "Megatron was read with schedule=1f1b and schedule=interleaved.",
        NotSpread::MegatronDegree { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} or {above}"));
            return format!(
                "Heads, the feed-forward block's inner width or the sequence cannot be divided over so many GPUs: each has to be a multiple of tensor parallel, and the sequence of tensor times context parallel. The nearest that can: tensorParallel={nearest}."
            );
        }
        NotSpread::MegatronContext { nearest } => {
            return format!(
                "The sequence is to be a multiple of tensor times context parallel. The nearest that is: contextParallel={nearest}."
            );
        }
        NotSpread::MegatronExperts => {
            "Experts cannot be shared out so: their number is to be a multiple of expert parallel, their width of expert tensor parallel, and the GPUs of a stage of both together."
        }
        NotSpread::Pipeline => {
            "There are no formulas yet for such a run in a pipeline: there are for dense decoders with an output projection of their own and layers of one kind, trained whole by recipe pure or master with SGD, Adam or AdamW, without padding, with transformers' loss."
        }
        NotSpread::PipelineShards => {
            "Inside the stages of a pipeline FSDP2 has formulas with at least two GPUs for each, of which every tensor's rows are a multiple, with recipe=policy, reduceDtype=FP32, wrapping=layers, reshard=full, schedule=1f1b, a fused or foreach optimizer, without replicas, offloading and gradient accumulation."
        }
        NotSpread::Stages { layers, ranks, stages_of_rank } => {
            return format!(
                "There are formulas for stages with as many layers each, and {layers} layers cannot be shared out so. The nearest that can: pipelineParallel={ranks} with virtualStages={stages_of_rank}."
            );
        }
        NotSpread::Schedule => {
            "There are no formulas for zero-bubble schedules: none was traced. Choose 1f1b, gpipe or interleaved."
        }
        NotSpread::VirtualStages => "This schedule has one stage on each GPU: several need schedule=interleaved.",
        NotSpread::Rounds { nearest } => {
            return format!(
                "The interleaved schedule does not start with so many micro-batches: it takes them in rounds of as many. The nearest number with which it does: microBatches={nearest}."
            );
        }
        NotSpread::Gpus { nearest } => {
            return format!(
                "Data, tensor, pipeline and context parallel multiply to another number of GPUs. The nearest to which they do: gpuCount={nearest}."
            );
        }
        NotSpread::Layers => {
            "There are no formulas yet for such a run over layers that are divided: there are for dense decoders as Llama's, trained whole without accumulation and with a loss of whole logits, or served by Transformers in 16 or 32 bits. Choose tensorParallel=1."
        }
        NotSpread::Degree { below, above } => return of_degree(below, above),
        NotSpread::DataOfPlan => {
            "There are no formulas yet for such a plan beside GPUs that read other sequences. Choose dataParallel=1 with tensorParallel above 1, or trainer=fsdp2 for both."
        }
        NotSpread::Plan => {
            "There are no formulas yet for Transformers' plan beside FSDP2. Choose tensorParallelPlan=torch."
        }
        NotSpread::RecipeOfPlan => {
            "Without FSDP2 there are formulas for divided layers in one format only. Choose recipe=pure."
        }
        NotSpread::ModulesFollowed => "Modules are followed one by one, up to 4,096 layers.",
        NotSpread::Served => {
            "There are no formulas yet for such a model over several GPUs of vLLM: there are for decoders of softmax, latent or gated delta-rule attention, without a drafter and without a vision tower (vision=absent). Choose tensorParallel=1."
        }
        NotSpread::ServedStages { nearest } => {
            return format!(
                "There are no formulas yet for such stages of vLLM: there are for decoders of which each stage has a layer, without a drafter, a vision tower (vision=absent), first or last layers in 16 bits, experts in MXFP4 or experts that do not divide. The nearest number: pipelineParallel={nearest}."
            );
        }
        NotSpread::Heads { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} or {above}"));
            return format!(
                "Heads and widths of the model cannot be shared out evenly among so many GPUs. The nearest that can: {nearest}."
            );
        }
        NotSpread::CacheRanks => {
            "vLLM shares out the cache of decoders of full or latent attention, and in today's version beside layers of linear attention: not of layers with a window or an indexer, and not in 0.8. Choose decodeContextParallel=1."
        }
        NotSpread::CacheDegree { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} or {above}"));
            return format!(
                "vLLM shares out the cache among GPUs that hold copies of one key head, tensorParallel over the key heads at most: a number that divides tensorParallel and the query heads of a key head. The nearest: decodeContextParallel={nearest}."
            );
        }
        NotSpread::ExpertRanks => {
            "vLLM shares out whole experts among all GPUs or none, and among no more than there are experts: expertParallel is to be 1, or tensorParallel times dataParallel."
        }
        NotSpread::ExpertsOfShards => {
            "There are no formulas yet for such a run under FSDP2 with whole experts on some GPUs: there are for mixtures as Mixtral's, OLMoE's and Qwen3's in BF16 with recipe=policy and reshard=full, on the GPU, without replicas, divided layers or stages. Choose expertParallel=1."
        }
        NotSpread::ExpertDegree { below, above } => {
            let nearest = above.map_or_else(|| below.to_string(), |above| format!("{below} or {above}"));
            return format!("So many GPUs do not divide the experts. The nearest numbers that do: {nearest}.");
        }
        NotSpread::ExpertReplicas { below, above } => {
            let nearest = below.map_or_else(|| above.to_string(), |below| format!("{below} or {above}"));
            return format!("dataParallel is to be a multiple of expertParallel. The nearest that is: {nearest}.");
        }
        NotSpread::ReplicasOfMixture => {
            "Replicas of a mixture exchange the tokens that its experts read, for which there are no formulas yet. Choose dataParallel=1."
        }
        NotSpread::PartsOfLayers => {
            "llama.cpp over several GPUs has formulas where these share out whole layers, its default. Choose splitMode=layer."
        }
        NotSpread::UnlikeLayers => {
            "Whole layers over several GPUs have formulas for decoders whose order of layers was read, and in Transformers without a vision tower (vision=absent). Choose gpuCount=1."
        }
        NotSpread::Devices { most } => return format!("Whole layers are shared out among {most} GPUs at most."),
        NotSpread::UnlikeGpus => {
            "GPUs of several kinds serve a model where each has whole layers: with engine=llamacpp, or with engine=transformers and tensorParallel=1. vLLM and what trains share out even parts; what they do on unlike cards was not read. Choose one kind."
        }
        NotSpread::GpusApart => {
            "GPUs of several kinds are to be cards of one maker, which one machine can have: a Mac, a system that shares its memory and an accelerator stand alone. Choose one kind."
        }
        NotSpread::NumberOfGpus { named } => {
            return format!(
                "The kinds of GPU come to {named}, and gpuCount says another number. Leave it out, or choose gpuCount={named}."
            );
        }
        NotSpread::PartOnGpu => {
            "There are formulas for a part of the layers on the GPU where the order of layers of several kinds was read, a file has no block behind its layers, and one layer at least is there (gpuLayers of 2 or more)."
        }
    };
    why.to_owned()
}

/// Which degrees of tensor parallelism divide the model.
fn of_degree(below: u32, above: Option<u32>) -> String {
    let nearest = match above {
        Some(above) => format!("{below} and {above} are the nearest that do"),
        None => format!("{below} is the largest that does"),
    };
    format!(
        "So many GPUs do not divide the heads, the key-value heads, the inner width, the vocabulary and, with sequenceParallel, the sequence: {nearest}."
    )
}

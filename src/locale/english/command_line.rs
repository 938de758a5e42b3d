//! English texts of the command line. Names of fields and options are contracts and the same in all languages.

use crate::estimator::ParameterId;
use crate::estimator::plan::sweep_request::{MOST_POINTS, SweepRefusal, swept_keys};
use crate::link::nearest;
use crate::locale::english::problems::{allowed, no_effect, reason};
use crate::locale::texts::CommandLineTexts;

/// What the command line says.
pub static COMMAND_LINE: CommandLineTexts = CommandLineTexts {
    help: HELP,
    unknown_option: |option| format!("estimate: unknown option {option}; see estimate --help"),
    no_file: |option| format!("estimate: {option} needs a file; see estimate --help"),
    no_argument: |option| format!("estimate: {option} needs a value; see estimate --help"),
    no_sweep,
    not_covered: "The method has no formulas for this mode.",
    too_many_gpus: |key, value, most| format!("{key}={value} is too many: plans are made for up to {most} GPUs."),
    failed: |error| format!("estimate: {error}"),
};

fn no_sweep(refusal: &SweepRefusal) -> String {
    let accepts = |id: &ParameterId| allowed(id.spec().allowed(), "");
    match refusal {
        SweepRefusal::UnknownKey(key) => {
            let keys = swept_keys();
            let near = nearest(key, &keys);
            let more = keys.len() - near.len();
            format!("{key} is no key of a parameter. Allowed: {} and {more} more.", near.join(", "))
        }
        SweepRefusal::NoValues(id) => {
            format!("{} has no sweep. Allowed: parameters that are numbers, choices or switches.", id.spec().key)
        }
        SweepRefusal::NoRange(id) => {
            format!("{} is swept over all of its values and takes no range: {}.", id.spec().key, accepts(id))
        }
        SweepRefusal::Unreadable(id, text) => {
            format!("{}={text} is no range. Allowed: FROM..TO or FROM..TO:POINTS.", id.spec().key)
        }
        SweepRefusal::End(id, text, refusal) => {
            format!("{}: the end {text} of the range {}. Allowed: {}.", id.spec().key, reason(*refusal), accepts(id))
        }
        SweepRefusal::Backwards(id, text) => {
            format!("{}={text} is no range: the first end has to be below the second.", id.spec().key)
        }
        SweepRefusal::Points(id, text) => {
            format!("{}: {text} is no number of points. Allowed: 2 to {MOST_POINTS}.", id.spec().key)
        }
        SweepRefusal::NoEffect(id, control, mode) => {
            format!("{} has no effect {}, so that it has no sweep.", id.spec().key, no_effect(*control, *mode))
        }
    }
}

const HELP: &str = "\
Estimates the GPU memory of AI workloads.

Usage: estimate [--strict] [--solve] [--advise] [--sweep KEY[=FROM..TO[:POINTS]]] [--plan] [--devices] [LINK...]

LINK is a link of the page: a whole URL, `?query`, or `query`, such as
`mode=nlp&modelSize=8.75&batchSize=4`. Without any LINK, every line of standard
input is one.

Prints one JSON object a line and nothing else:
  link       the canonical link; what is pinned in it (`pin`) is kept, and nothing here depends on it
  mode       the mode
  inputs     every input of the mode with its effective value
  followed   defaults that other choices have moved: key, value, because (the keys that moved it),
             and method where one method alone takes it
  problems   what could not be taken as it stands: key, value, message
  estimates  for each method: total_bytes and the bytes of each component, of the fullest GPU; ranks, the same
             of each kind of GPU of the run, with how many there are, and piles, what a rank has by who else has it
             (sharded, replicated, gathered for now, communicators, own), where that is known; low_bytes to
             high_bytes, the error band of runs of its kind, and the evidence for it (traced, measured, rule); of calibrated also
             reserved_bytes, what nvidia-smi will show, and least_bytes, the least to get through in;
             host and host_bytes, what the fullest rank keeps in the host's memory, which no total counts
  fits       whether the run fits its GPU (gpu, or gpuMemory in GiB): verdict (fits, tight, too_much,
             does_not_start, cannot_say, no_device), reason, spare_bytes, and smallest, the smallest GPU that it fits;
             fullest, which GPU that is where there are several kinds, and largest, the component that takes most of it;
             with vLLM also the tokens and sequences that its pool has room for
  answers    with --solve, how much fits the GPU while all else stands, by the method that the link selects: key, value
             and kind (most: one more does not fit; fewest: one less does not; smallest; every: all values fit; none: no
             value fits, with tight_value where one is tight), and link, the link with that value
  sharding   with --solve, where there are answers and several GPUs to spread the run over: of the rows of plan that fit, else
             of the tight ones (verdict), the one of the lightest kinds of traffic; null where there is none
  advice     with --advise, changes that need less, each estimated again: changes (key, value), saves_bytes,
             host_bytes (what it takes of the hosts' memory), verdict, link; what fits first, then by bytes;
             pairs of changes where no single one is enough, and up to seven at once where no pair is or
             where nothing else that fits comes to the same result
  ways       with --advise, where the method that the link selects has no answer, the nearest choices with which it has one:
             changes (key, value), link
  sweep      with --sweep, what the run comes to over the values of one parameter while all else stands, by the method that
             the link selects: parameter, values, and columns with an entry for each value: components (component,
             bytes), total_bytes, ranks (the fullest), moments, verdicts, capacity_bytes; null where there is no answer,
             and refused (value, message) says why; crossing, where it stops fitting (as in answers; fewest where
             more needs less), wherever that lies; edges, each such value among these (value, is_most, verdict); or
             problems, where the parameter has no effect
  plan       with --plan, every way to spread the run over its GPUs (gpuCount), each estimated: set (trainer, degrees, what
             is sharded), verdict, total_bytes of the fullest GPU, rank, spare_bytes, traffic (what GPUs send each
             other, the lightest first: gradients, parameters, stages, sequence, experts, layers,
             layers_between_servers), is_now and link; what fits first, then what sends less, then by spare. Batch
             and accumulation are those of each GPU. not_planned tells what is refused: trainer, count, message of
             the first
  devices    with --devices, every GPU of the catalogue, the one with the least memory first: device, verdict on as many as
             there are (count), capacity_bytes, spare_bytes, and fewest, over how many of it the run fits; null where
             no number is enough

Options:
  --import FILE  answer to what another program is told or wrote as to a link (- for standard input): a command line or
             script of vllm serve, llama-server, ollama, trl, accelerate launch, torchrun, deepspeed, Megatron-LM's
             pretrain_gpt.py or a script with TrainingArguments, also in a file of Docker Compose or Kubernetes, with
             the files that it names where they lie beside it; a script of Python or a notebook that calls
             Transformers, PEFT, TRL, Unsloth or vLLM; a Modelfile of Ollama; a YAML file of axolotl, LLaMA-Factory, TRL or
             Accelerate; DeepSpeed's JSON; a JSON object of Megatron's arguments, with world-size and gpu
             (a100, h100, gb200); a model's config.json or hf_quant_config.json, each with the other where it lies
             beside it; the header of a *.safetensors file, model.safetensors.index.json with the headers of the files
             that it names, the header of a GGUF file with its other parts; an out-of-memory message of PyTorch, a log
             of vLLM or llama.cpp. imported then tells tool, taken (key, value, name, line), assumed (the program's own
             defaults: key, value, source), ignored (name, value, line, message) and measured (figure, bytes or
             number, name, line, device; estimated_bytes of which components, or estimated_number, where the estimate
             has the like). What is needed and not there is a problem, and then there are no estimates
  --export TOOL  print no estimate, but a launch that does what each link says: vllm, llama-server, accelerate,
             deepspeed, trl, axolotl, llama-factory, megatron. What TOOL cannot be told stands in comments; where
             it cannot run the link at all, standard error says why, and the exit status is 2
  --strict   exit status 2 if any link had problems (otherwise 0)
  --solve    also tell how much fits
  --advise   also tell what to change
  --sweep KEY[=FROM..TO[:POINTS]]
             also tell what it comes to over a parameter: a number from end to end (without a range: its slider's) in
             up to 256 points, evenly or by ratio as its slider is, or all of a choice; of several the last counts
  --plan     also tell every way to spread it over its GPUs
  --devices  also tell which GPUs it fits, and how many of each
  --help     print this help
  --         end of options: all that follows are links

Seven keys of a link are the page's own and change no byte here: view, selected (of which method answers, advice, sweep and plan
are), unit, tab and over (what is open below the chart), lang, and embed (1: the page for an iframe).
Messages are English, or Chinese where a link has `lang=zh`; so is this help, for
`estimate --help lang=zh`.
";

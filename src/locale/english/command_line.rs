//! English texts of the command line. Names of fields and options are contracts and the same in all languages.

use crate::locale::texts::CommandLineTexts;

/// What the command line says.
pub static COMMAND_LINE: CommandLineTexts = CommandLineTexts {
    help: HELP,
    unknown_option: |option| format!("estimate: unknown option {option}; see estimate --help"),
    no_file: |option| format!("estimate: {option} needs a file; see estimate --help"),
    unread_argument: |key, value| {
        format!("There are no formulas yet for Megatron's {key}={value}: what it changes was not read.")
    },
    assumed_argument: |key, value| {
        format!("Megatron's {key} is not given: {value} is assumed, as with GPT-2's tokenizer.")
    },
    missing_argument: |key| format!("Megatron's {key} is needed, and not given."),
    not_arguments: "The file is no JSON object of Megatron's arguments.",
    failed: |error| format!("estimate: {error}"),
};

const HELP: &str = "\
Estimates the GPU memory of AI workloads.

Usage: estimate [--strict] [--solve] [--advise] [LINK...]

LINK is a link of the page: a whole URL, `?query`, or `query`, such as
`mode=nlp&modelSize=8.75&batchSize=4`. Without any LINK, every line of standard
input is one.

Prints one JSON object a line and nothing else:
  link       the canonical link
  mode       the mode
  inputs     every input of the mode with its effective value
  followed   defaults that other choices have moved: key, value, because (the keys that moved it),
             and method where one method alone takes it
  problems   what could not be taken as it stands: key, value, message
  estimates  for each method: total_bytes and the bytes of each component, of the fullest GPU; ranks, the same
             of each kind of GPU of the run, with how many there are; low_bytes to high_bytes, the error
             band of runs of its kind, and the evidence for it (traced, measured, rule); of calibrated also
             reserved_bytes, what nvidia-smi will show, and least_bytes, the least to get through in
  fits       whether the run fits its GPU (gpu, or gpuMemory in GiB): verdict (fits, tight, too_much,
             does_not_start, cannot_say, no_device), reason, spare_bytes, and smallest, the smallest GPU that it fits;
             with vLLM also the tokens and sequences that its pool has room for
  answers    with --solve, how much fits the GPU while all else stands, by the method that the link selects: key, value
             and kind (most: one more does not fit; fewest: one less does not; smallest; every: all values fit; none: no
             value fits, with tight_value where one is tight), and link, the link with that value
  advice     with --advise, changes that need less, each estimated again: changes (key, value), saves_bytes, verdict, link;
             what fits first, then by bytes; pairs of changes where no single one is enough

Options:
  --import FILE  answer to a run of Megatron-LM as to a link: a JSON object of its arguments, names
             without dashes in front, with world-size and gpu (a100, h100, gb200)
  --strict   exit status 2 if any link had problems (otherwise 0)
  --solve    also tell how much fits
  --advise   also tell what to change
  --help     print this help
  --         end of options: all that follows are links

Messages are English, or Chinese where a link has `lang=zh`; so is this help, for
`estimate --help lang=zh`.
";

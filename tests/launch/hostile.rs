//! Texts that nobody would write. It knows no meaning.

use crate::draw::Draw;
use crate::fixtures::FIXTURES;
use vram_estimator::estimator::Catalog;
use vram_estimator::import::launch::{LaunchRefusal, of_launch};

const N_CASES: usize = 100_000;

/// Pieces that mean something to some reader.
const PIECES: &[&str] = &[
    "'",
    "\"",
    "\\\n",
    "\\",
    "#",
    "<<EOF\n",
    "<<",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "\n",
    "\t",
    "&a",
    "*a",
    "!t",
    "|",
    "--",
    "=",
    "$A",
    "${",
    "A=(",
    ")",
    "${A[@]}",
    "\u{0}",
    "\u{feff}",
    "é",
    "表",
    "9999999999999999999999",
    "-1",
    "1e400",
    "NaN",
    ";",
    "&&",
    "\r\n",
    "a: b",
    "  ",
    ".gguf",
    "-Q4_K_M",
    "\"\"\"",
    "LLM(",
    "**",
    "def f(a=",
    "if x:\n ",
    "class C:\n a",
    ".from_pretrained",
    "\n---\n",
];

fn mutated(text: &str, draw: &mut Draw) -> String {
    let mut all: Vec<char> = text.chars().collect();
    for _ in 0..1 + draw.below(6) {
        let at = draw.below(all.len() + 1);
        match draw.below(4) {
            0 => {
                let end = (at + draw.below(12)).min(all.len());
                all.drain(at..end);
            }
            1 => {
                let from = draw.below(all.len() + 1);
                let end = (from + draw.below(40)).min(all.len());
                let piece = all[from..end].to_vec();
                all.splice(at..at, piece);
            }
            2 => {
                all.truncate(at);
            }
            _ => {
                let piece: Vec<char> = draw.any(PIECES).chars().collect();
                all.splice(at..at, piece);
            }
        }
    }
    all.into_iter().collect()
}

/// Whatever a text is, it is read in bounds, and what is refused is refused at a line that it has.
#[test]
fn no_text_breaks_the_reader() {
    let catalog = Catalog::built_in();
    let mut draw = Draw::new(11);
    let mut n_refused = 0;
    for _ in 0..N_CASES {
        let text = mutated(draw.any(&FIXTURES).text, &mut draw);
        let n_lines = text.split('\n').count() + 1;
        match of_launch(&text, &catalog) {
            Ok(all) => {
                let lines = all.taken.iter().map(|it| it.line).chain(all.left_out.iter().map(|it| it.line));
                for line in lines.flatten() {
                    assert!((1..=n_lines).contains(&line), "line {line} of {n_lines} in {text:?}");
                }
            }
            Err(LaunchRefusal::Unparsed(at)) => {
                assert!((1..=n_lines).contains(&at.line), "{at:?} of {n_lines} lines in {text:?}");
                n_refused += 1;
            }
            Err(LaunchRefusal::Uncovered(_) | LaunchRefusal::Megatron(_)) => n_refused += 1,
        }
    }
    assert!((N_CASES / 100..N_CASES).contains(&n_refused), "{n_refused} were refused");
}

/// Nothing that is long takes long, or is read at all.
#[test]
fn long_texts_are_refused_or_bounded() {
    let catalog = Catalog::built_in();
    let deep: String = (0..40).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
    let long = "vllm serve ".to_owned() + &"a ".repeat(200_000);
    let many = "base_model: x\n".to_owned() + &(0..9000).map(|it| format!("k{it}: 1\n")).collect::<String>();
    let braces = "{\"a\":".repeat(5000);
    for text in [deep, long, many, braces] {
        assert!(matches!(of_launch(&text, &catalog), Err(LaunchRefusal::Unparsed(_))), "{:.40}", text);
    }
    // Thousands of files within a text are taken out in one go.
    let begin = std::time::Instant::now();
    for piece in ["{\n", "{}\n", "{\"a\":[\n", "a: b\nc: d\n(\n", "[\n{\"b\": 1},\n"] {
        let text = piece.repeat(250_000 / piece.len()) + "vllm serve x";
        let _ = of_launch(&text, &catalog);
    }
    assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
    // Scripts that are deep, or that bind and call the same again and again.
    let begin = std::time::Instant::now();
    for piece in [
        "f(",
        "f()",
        "def f(a=1):\n f(a)\n",
        "a = [a, a]\n",
        "if a:\n a = b\n",
        "class C:\n a = C.a\n",
        "a = '\n",
        "(a=(",
        "\n---\nLLM('x')",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        for text in
            [format!("{text}\nLLM(a, a=a, **a)"), format!("LLM(a, b={text}\n"), "SFTConfig(a=a)\n".repeat(4000) + &text]
        {
            let _ = of_launch(&text, &catalog);
        }
    }
    assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
    let variables = "A=$A$A\n".repeat(5000) + "vllm serve $A";
    assert!(of_launch(&variables, &catalog).is_ok());
    // Lists that hold themselves, and are named again and again.
    let begin = std::time::Instant::now();
    let lists = "A=(--x --y)\n".to_owned() + &"A+=(${A[@]})\n".repeat(5000) + &"${A[@]}\n".repeat(18_000);
    let flags = format!("A='{}'\n", "-x ".repeat(1300)) + &"$A\n".repeat(80_000);
    for text in [lists, flags] {
        assert!(of_launch(&(text + "vllm serve Qwen/Qwen3-8B"), &catalog).is_ok());
    }
    assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
}

/// A script takes as long as it is long, whatever it nests, names or asks of itself.
#[test]
fn long_scripts_are_bounded() {
    let catalog = Catalog::built_in();
    let begin = std::time::Instant::now();
    let each = |n: usize, of: fn(usize) -> String| (0..n).map(of).collect::<String>();
    let arguments = each(2000, |at| format!("a{at}=args.a{at}, "));
    let parsed = each(2000, |at| format!("p.add_argument('--a{at}', default={at})\n"));
    let classes = each(2000, |at| format!("class C{at}:\n a{at}: int = field(default=3)\n"));
    let chain = each(4000, |at| format!("a{} = C(a{at}=a{at})\n", at + 1));
    let texts = [
        "LLM(".to_owned() + &"[".repeat(60_000),
        "LLM(x=".to_owned() + &"{'a':".repeat(30_000),
        "a".repeat(200_000) + "(a)\nLLM('x')",
        "a.".repeat(50_000) + "b(1)\nSFTConfig(a=a)",
        "LLM('".to_owned() + &"m".repeat(200_000) + "')",
        "LLM(x=".to_owned() + &"a if b else ".repeat(15_000) + "c)",
        "LLM(x=".to_owned() + &"1 == ".repeat(40_000) + "1)",
        "LLM(x=".to_owned() + &"not ".repeat(50_000) + "a)",
        "LLM(x=a".to_owned() + &"[0]".repeat(60_000) + ")",
        "LLM(".to_owned() + &"k=1,".repeat(50_000) + ")",
        "SFTConfig(target_modules=[".to_owned() + &"'q_proj',".repeat(20_000) + "])\nLLM('x')",
        "model = f(model)\n".repeat(10_000) + &"SFTTrainer(model=model)\n".repeat(3000),
        format!("{parsed}args = p.parse_args()\nSFTConfig({arguments})"),
        format!("{classes}args = HfArgumentParser(C0).parse_args_into_dataclasses()\nSFTConfig({arguments})"),
        format!("{chain}SFTConfig({})", "a=a4000.a3999, ".repeat(2000)),
        "model.generate(max_new_tokens=1)\n".repeat(7000) + "AutoModel.from_pretrained('x')",
        format!("LLM('x')\n---\npython x.py {}", "--a 1 ".repeat(20_000)),
        "---\na: b\nc: d\n".repeat(18_000) + "---\nvllm serve x",
    ];
    for text in &texts {
        assert!(text.len() <= 256 * 1024, "{} bytes of {text:.40}", text.len());
        let _ = of_launch(text, &catalog);
    }
    assert!(begin.elapsed().as_secs() < 30, "{:?}", begin.elapsed());
}

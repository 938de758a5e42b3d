//! Values that scripts give, as far as they are read.

use crate::import::launch::scripts::literals::{PythonValue, ValueReader};
use crate::import::launch::scripts::parsed::PythonOutline;
use crate::import::launch::setting::Setting;

/// The value of what `x` is given in a script.
#[track_caller]
fn check(text: &str, expected: PythonValue) {
    check_told(text, "", "", expected);
}

/// The same where the script is launched with a flag.
#[track_caller]
fn check_told(text: &str, name: &str, value: &str, expected: PythonValue) {
    let told = [Setting { name: name.to_owned(), value: value.to_owned(), line: 1 }];
    let outline = PythonOutline::of(text);
    let call = outline.calls.iter().rfind(|it| it.path == "known").expect("a call");
    let value = call.arguments[0].value.clone();
    assert_eq!(ValueReader::new(&outline, text, &told).value(value), expected, "{text}");
}

fn text(it: &str) -> PythonValue {
    PythonValue::Text(it.to_owned())
}

#[test]
fn literals_and_names_are_read() {
    check("known(x=2 * 1_024)", PythonValue::Number(2048.0));
    check("known(x=-2e-4)", PythonValue::Number(-2e-4));
    check("N = 4\nknown(x=N)", PythonValue::Number(4.0));
    check("N: int = 4  # so many\nknown(x=N)", PythonValue::Number(4.0));
    check("a, b = 'x', 2\nknown(x=b)", PythonValue::Number(2.0));
    check("known(x=torch.bfloat16)", text("bfloat16"));
    check("known(x='a' 'b')", text("ab"));
    check("known(x=['q', \"k\"])", PythonValue::Many(vec![text("q"), text("k")]));
    check("c = {'lr': 1, 'n': {'m': 3}}\nknown(x=c['n']['m'])", PythonValue::Number(3.0));
    check("c = dict(n=3)\nknown(x=c['n'])", PythonValue::Number(3.0));
    check("known(x=not torch.cuda.is_bf16_supported())", PythonValue::Truth(false));
    check("known(x='a' if is_bfloat16_supported() else 'b')", text("a"));
    check("known(x=None)", PythonValue::Nothing);
    check("known(y=(n := 8))\nknown(x=n)", PythonValue::Number(8.0));
    check("n = 1\nif (n := f()) > 4:\n    pass\nknown(x=n)", PythonValue::Unread);
}

#[test]
fn what_classes_and_functions_hold_is_found() {
    check("class C:\n    n = 3\nknown(x=C.n)", PythonValue::Number(3.0));
    check("@dataclass\nclass C:\n    n: int = 3\nc = C()\nknown(x=c.n)", PythonValue::Number(3.0));
    check("class C:\n    n = 3\nc = C(n=5)\nknown(x=c.n)", PythonValue::Number(5.0));
    check("def f():\n    known(x=n)\nn = 3\nf()", PythonValue::Number(3.0));
    check("n = 1\ndef f():\n    n = 3\n    known(x=n)\n", PythonValue::Number(3.0));
    check("n = 1\ndef f():\n    n = 3\nknown(x=n)\n", PythonValue::Number(1.0));
    check("def f(n=3):\n    known(x=n)\nfire.Fire(f)", PythonValue::Number(3.0));
    check("if get_device_capability()[0] >= 8:\n    n = 1\nelse:\n    n = 2\nknown(x=n)", PythonValue::Number(1.0));
}

#[test]
fn a_power_counts_before_all_else() {
    check("known(x=2 * 2**10)", number(2048));
    check("known(x=-2 ** 2)", number(-4));
    check("known(x=2 ** -1 * 4)", number(2));
    check("known(x=2 ** 2 ** 3)", number(256));
    check("known(x=8 // 2**2 + 1)", number(3));
    check("known(x=-2**3 + 1032)", number(1024));
    check("known(x=2 ** -2 ** 1)", PythonValue::Number(0.25));
    check("known(x=-3 * -2 - -1)", number(7));
}

#[test]
fn what_a_launch_tells_is_a_value() {
    let ask = "args = p.parse_args()\nknown(x=args.bits == 4)";
    let typed = format!("p.add_argument('-b', '--bits', type=int, default=8)\n{ask}");
    check_told(&typed, "bits", "4", PythonValue::Truth(true));
    check_told(&typed, "b", "4", PythonValue::Truth(true));
    check_told(&typed, "bits", "8", PythonValue::Truth(false));
    check_told(&format!("p.add_argument('--bits')\n{ask}"), "bits", "4", PythonValue::Unread);
    let flag = "p.add_argument('--on', action='store_true')\nargs = p.parse_args()\nknown(x=args.on)";
    check_told(flag, "on", "true", PythonValue::Truth(true));
    let class = "@dataclass\nclass C:\n    n: int = 3\nargs = HfArgumentParser(C).parse_args()\nknown(x=args.n * 2)";
    check_told(class, "n", "4", number(8));
}

#[test]
fn what_functions_are_given_counts_before_their_defaults() {
    let method = "class R:\n    def load(self, name='a', n=1):\n        known(x=n)\n";
    check(&format!("{method}r = R()\nr.load('b', n=4)"), PythonValue::Unread);
    check(&format!("{method}r = R()\nr.load('b', 4)"), PythonValue::Unread);
    check(&format!("{method}r = R()\nr.load('b')"), number(1));
    check(&format!("{method}r = R()\nstart(r.load)"), PythonValue::Unread);
    let made = "class R:\n    def __init__(self, n=1):\n        known(x=n)\n";
    check(&format!("{made}R()"), number(1));
    check(&format!("{made}R(4)"), PythonValue::Unread);
    check(&format!("{made}R(**all)"), PythonValue::Unread);
    let plain = "def f(a, n=1):\n    known(x=n)\n";
    check(&format!("{plain}ds.map(f, batched=True)"), number(1));
    check(&format!("{plain}ds.map(f, fn_kwargs=k)"), PythonValue::Unread);
    check(&format!("{plain}g = partial(f, n=2)"), PythonValue::Unread);
    check(&format!("{plain}f(1)\nother.f(n=2)"), number(1));
    check_told(&format!("{plain}fire.Fire(f)"), "n", "4", number(4));
    check_told(&format!("{plain}f(1)"), "n", "4", PythonValue::Unread);
    check_told(&format!("@click.option('--n')\n{plain}f()"), "n", "4", number(4));
}

#[test]
fn what_is_changed_is_unread() {
    for text in [
        "c = [1]\nc.append(2)\nknown(x=c)",
        "c = {'n': 1}\nc['n'] = 2\nknown(x=c['n'])",
        "c = {'n': 1}\nif big:\n    c.update(n=2)\nknown(x=c['n'])",
        "c = {'n': 1}\ndef f():\n    c['n'] = 2\nf()\nknown(x=c['n'])",
        "n = 8\nn %= 3\nknown(x=n)",
        "p.add_argument('--n', default=3)\nargs = p.parse_args()\nif big:\n    args.n = 4\nknown(x=args.n)",
    ] {
        check(text, PythonValue::Unread);
    }
    check("c = {'n': 1}\nknown(x=c['n'])\nc['n'] = 2", number(1));
}

#[test]
fn arguments_that_are_told_later_count() {
    for (later, expected) in [
        ("args.n = 2 * 8", number(16)),
        ("if big:\n    args.n = 16", PythonValue::Unread),
        ("args.n *= 2", PythonValue::Unread),
        ("def f():\n    args.n = 16", PythonValue::Unread),
        ("setattr(args, 'n', 16)", number(16)),
        ("if big:\n    setattr(args, 'n', 16)", PythonValue::Unread),
        ("args = replace(args, n=16)", number(16)),
        ("other = replace(args, n=16)", PythonValue::Unread),
        ("t = Trainer(m, args)\nargs.n = 16", PythonValue::Unread),
        ("t = Trainer(m, args=args)\nt.args.n = 16", PythonValue::Unread),
        ("other.n = 16", number(1)),
    ] {
        let text = format!("args = TrainingArguments('x', n=1)\n{later}\n");
        let outline = PythonOutline::of(&text);
        let call = outline.calls.iter().find(|it| it.path == "TrainingArguments").expect("a call");
        let own = call.arguments.iter().rfind(|it| it.name.as_deref() == Some("n")).expect("an argument");
        assert_eq!(ValueReader::new(&outline, &text, &[]).value(own.value.clone()), expected, "{text}");
    }
}

#[test]
fn only_a_capability_alone_is_certain() {
    let of = |condition: &str| format!("if {condition}:\n    n = 1\nelse:\n    n = 2\nknown(x=n)");
    check(&of("torch.cuda.is_available() and torch.cuda.is_bf16_supported()"), number(1));
    check(&of("torch.cuda.get_device_capability() >= (8, 0)"), number(1));
    for condition in ["a == 0 and is_bf16_supported()", "get_device_capability()[0] >= 9", "is_bf16_supported() or a"] {
        check(&of(condition), PythonValue::Unread);
    }
}

/// Whoever launches a script may say otherwise: those who do bring the launch beside it.
#[test]
fn defaults_of_arguments_are_the_scripts_own() {
    let fields = "@dataclass\nclass C:\n    n: int = field(default=3, metadata={'help': 'n'})\n";
    check(&format!("{fields}args = HfArgumentParser(C).parse_args_into_dataclasses()[0]\nknown(x=args.n)"), number(3));
    check(&format!("{fields}def f(args):\n    known(x=args.n)\nf(parser.parse_args())"), number(3));
    check("p.add_argument('--max-n', type=int, default=3)\nargs = p.parse_args()\nknown(x=args.max_n)", number(3));
    check("p.add_argument('--n', type=int)\nargs = p.parse_args()\nknown(x=args.n)", PythonValue::Unread);
    check(&format!("{fields}known(x=other.n)"), PythonValue::Unread);
}

fn number(it: i32) -> PythonValue {
    PythonValue::Number(f64::from(it))
}

/// No number beats a wrong one.
#[test]
fn what_nobody_knows_is_unread() {
    for text in [
        "known(x=args.n)",
        "known(x=f'{a}b')",
        "known(x=a or 'b')",
        "known(x=str(3))",
        "n = 1\nn += 1\nknown(x=n)",
        "for n in [1, 2]:\n    known(x=n)",
        "n = 1\nif big:\n    n = 2\nknown(x=n)",
        "if big:\n    n = 1\nelse:\n    n = 2\nknown(x=n)",
        "def f(n=3):\n    known(x=n)\nf(n=4)",
        "n = 1\ndef f(n):\n    known(x=n)",
        "n = n\nknown(x=n)",
        "known(x=1 / 0)",
        "known(x=10 ** 999)",
    ] {
        check(text, PythonValue::Unread);
    }
}

#[test]
fn values_that_grow_end() {
    let lists: String = (1..60).map(|it| format!("a{it} = [a{}, a{}]\n", it - 1, it - 1)).collect();
    let text = format!("a0 = [1]\n{lists}known(x=a59)");
    let outline = PythonOutline::of(&text);
    let call = outline.calls.last().expect("a call");
    assert!(matches!(
        ValueReader::new(&outline, &text, &[]).value(call.arguments[0].value.clone()),
        PythonValue::Many(_)
    ));
}

//! The command line: links in, one JSON object a line out. It computes nothing itself.

use serde_json::{Value, json};
use std::fs;
use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;
use vram_estimator::estimator::Catalog;
use vram_estimator::export::export;
use vram_estimator::import::launch::{Imported, LaunchRefusal, Setting, of_launch};
use vram_estimator::import::{ImportRefusal, assumed_words, of_megatron};
use vram_estimator::link::{Language, Link, decode};
use vram_estimator::locale::{CommandLineTexts, command_line_texts, later_texts};
use vram_estimator::present::answer::{Asked, answer_with};

fn main() -> ExitCode {
    let mut is_strict = false;
    let mut asked = Asked::default();
    let mut links = Vec::new();
    let mut takes_options = true;
    let mut imported = Vec::new();
    let mut exported = None;
    // `args` would panic on arguments that are not UTF-8.
    let arguments: Vec<_> = std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    let told = command_line_texts(language_of(&arguments));
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--" if takes_options => takes_options = false,
            "--strict" if takes_options => is_strict = true,
            "--solve" if takes_options => asked.solves = true,
            "--advise" if takes_options => asked.advises = true,
            "--help" | "-h" if takes_options => {
                // Help that cannot be printed has no reader left.
                let _ = io::stdout().write_all(told.help.as_bytes());
                return ExitCode::SUCCESS;
            }
            "--import" | "--export" if takes_options => match arguments.next() {
                Some(file) if argument == "--import" => imported.push(file),
                Some(tool) => exported = Some(tool),
                None => {
                    eprintln!("{}", (told.no_file)(&argument));
                    return ExitCode::from(64);
                }
            },
            option if takes_options && option.starts_with("--") => {
                eprintln!("{}", (told.unknown_option)(option));
                return ExitCode::from(64);
            }
            _ => links.push(argument),
        }
    }
    if let Some(tool) = exported {
        return export_all(&tool, &links, told);
    }
    match answer_all(links, &imported, asked, told) {
        Ok(has_problems) if has_problems && is_strict => ExitCode::from(2),
        Ok(_) => ExitCode::SUCCESS,
        // Whoever reads the answers has read enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", (told.failed)(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

/// The language of help and of messages about options: that of the first link which names one.
fn language_of(arguments: &[String]) -> Language {
    // The language depends on no model, so that the catalogue need not be made for it.
    let catalog = Catalog::default();
    arguments.iter().find_map(|it| decode(it, &catalog).0.page.language).unwrap_or_default()
}

/// Answers the links, or the lines of standard input when there are none; true if any had problems.
fn answer_all(links: Vec<String>, imported: &[String], asked: Asked, told: &CommandLineTexts) -> io::Result<bool> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut has_problems = false;
    let catalog = Catalog::built_in();
    for file in imported {
        let text = if file == "-" { io::read_to_string(io::stdin())?.into_bytes() } else { fs::read(file)? };
        let text = String::from_utf8_lossy(&text);
        let answered = answer_import(&text, asked, told, &catalog);
        has_problems |= answered["problems"].as_array().is_some_and(|it| !it.is_empty());
        serde_json::to_writer(&mut out, &answered)?;
        out.write_all(b"\n")?;
    }
    let mut answer_one = |text: &str| -> io::Result<()> {
        let (link, problems) = decode(text, &catalog);
        has_problems |= !problems.is_empty();
        let language = link.page.language.unwrap_or_default();
        let told = answer_with(&link, &problems, later_texts(language), asked);
        serde_json::to_writer(&mut out, &told)?;
        out.write_all(b"\n")
    };
    if links.is_empty() && imported.is_empty() {
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            // A line need not be UTF-8 to deserve an answer.
            answer_one(&String::from_utf8_lossy(&line))?;
            line.clear();
        }
    } else {
        links.iter().try_for_each(|link| answer_one(link))?;
    }
    out.flush()?;
    Ok(has_problems)
}

/// Prints a launch for each link, or says why there is none.
fn export_all(tool: &str, links: &[String], told: &CommandLineTexts) -> ExitCode {
    let catalog = Catalog::built_in();
    let mut is_refused = links.is_empty();
    for link in links {
        match export(tool, &decode(link, &catalog).0.inputs) {
            // A reader that has read enough has no use for more.
            Ok(it) => drop(io::stdout().write_all(it.text.as_bytes())),
            Err(refusal) => {
                is_refused = true;
                eprintln!("{}", (told.no_export)(tool, &refusal));
            }
        }
    }
    ExitCode::from(if is_refused { 2 } else { 0 })
}

/// Answers to what another program is told.
fn answer_import(text: &str, asked: Asked, told: &CommandLineTexts, catalog: &Catalog) -> Value {
    let arguments: Value = serde_json::from_str(text).unwrap_or_default();
    let is_of_megatron =
        ["args", "num-layers", "hidden-size", "world-size"].iter().any(|it| arguments.get(it).is_some());
    // Whatever is no launch is told as what this option has always read.
    if is_of_megatron || text.trim().is_empty() || arguments.as_object().is_some_and(|it| it.is_empty()) {
        return match of_megatron(&arguments) {
            Ok(inputs) => {
                let link = Link { inputs, ..Link::default() };
                let mut res = answer_with(&link, &[], later_texts(Language::default()), asked);
                if let Some(words) = assumed_words(&arguments) {
                    let message = (told.assumed_argument)("vocab-size", &words.to_string());
                    res["assumed"] = json!([{ "key": "vocab-size", "value": words, "message": message }]);
                }
                res
            }
            Err(refusal) => refused(&refusal, told),
        };
    }
    match of_launch(text, catalog) {
        Ok(imported) => {
            let link = Link { inputs: imported.inputs.clone(), ..Link::default() };
            let (link, problems) = decode(&link.encode(), catalog);
            let mut res = answer_with(&link, &problems, later_texts(Language::default()), asked);
            let own = imported.left_out.iter().filter(|it| it.why.is_problem());
            let own = own.map(|it| {
                let Setting { name, value, line } = &it.setting;
                json!({ "key": name, "value": value, "message": (told.not_taken)(it.why, name, value, *line) })
            });
            let own: Vec<_> = own.collect();
            if let Some(problems) = res["problems"].as_array_mut() {
                problems.splice(0..0, own);
            }
            res["imported"] = told_import(&imported, told);
            res
        }
        Err(LaunchRefusal::Megatron(refusal)) => refused(&refusal, told),
        Err(refusal) => {
            let message = match &refusal {
                LaunchRefusal::Unparsed(at) => (told.unparsed)(&at.why, at.line),
                LaunchRefusal::Uncovered(program) => (told.uncovered)(program),
                LaunchRefusal::Megatron(_) => String::new(),
            };
            json!({ "problems": [{ "key": "", "value": "", "message": message }], "estimates": [] })
        }
    }
}

/// What was taken of a launch, what was assumed, and what was not taken.
fn told_import(imported: &Imported, told: &CommandLineTexts) -> Value {
    let taken = imported
        .taken
        .iter()
        .map(|it| json!({ "key": it.id.spec().key, "value": it.value, "name": it.name, "line": it.line }));
    let assumed =
        imported.assumed.iter().map(|it| json!({ "key": it.id.spec().key, "value": it.value, "source": it.source }));
    let ignored = imported.left_out.iter().filter(|it| !it.why.is_problem()).map(|it| {
        let Setting { name, value, line } = &it.setting;
        json!({ "name": name, "value": value, "line": line, "message": (told.not_taken)(it.why, name, value, *line) })
    });
    json!({
        "tool": imported.tool,
        "taken": taken.collect::<Vec<_>>(),
        "assumed": assumed.collect::<Vec<_>>(),
        "ignored": ignored.collect::<Vec<_>>(),
    })
}

/// The answer to arguments of Megatron that are refused.
fn refused(refusal: &ImportRefusal, told: &CommandLineTexts) -> Value {
    let (key, value, message) = match refusal {
        ImportRefusal::Unread { key, value } => (key.as_str(), value.as_str(), (told.unread_argument)(key, value)),
        ImportRefusal::Missing(key) => (*key, "", (told.missing_argument)(key)),
        ImportRefusal::NotArguments => ("", "", told.not_arguments.to_owned()),
    };
    json!({ "problems": [{ "key": key, "value": value, "message": message }], "estimates": [] })
}

//! The command line: links in, one JSON object a line out. It computes nothing itself.

use serde_json::{Value, json};
use std::fs;
use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;
use vram_estimator::estimator::Catalog;
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
            "--import" if takes_options => match arguments.next() {
                Some(file) => imported.push(file),
                None => {
                    eprintln!("{}", (told.no_file)("--import"));
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
        let text = fs::read(file)?;
        has_problems |= answer_import(&serde_json::from_slice(&text).unwrap_or_default(), asked, told, &mut out)?;
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

/// Answers to the arguments of another program; true if they were refused.
fn answer_import(arguments: &Value, asked: Asked, told: &CommandLineTexts, out: &mut impl Write) -> io::Result<bool> {
    let (answered, is_refused) = match of_megatron(arguments) {
        Ok(inputs) => {
            let link = Link { inputs, ..Link::default() };
            let mut answered = answer_with(&link, &[], later_texts(Language::default()), asked);
            if let Some(words) = assumed_words(arguments) {
                let message = (told.assumed_argument)("vocab-size", &words.to_string());
                answered["assumed"] = json!([{ "key": "vocab-size", "value": words, "message": message }]);
            }
            (answered, false)
        }
        Err(refusal) => {
            let (key, value, message) = match &refusal {
                ImportRefusal::Unread { key, value } => {
                    (key.as_str(), value.as_str(), (told.unread_argument)(key, value))
                }
                ImportRefusal::Missing(key) => (*key, "", (told.missing_argument)(key)),
                ImportRefusal::NotArguments => ("", "", told.not_arguments.to_owned()),
            };
            let problem = json!({ "key": key, "value": value, "message": message });
            (json!({ "problems": [problem], "estimates": [] }), true)
        }
    };
    serde_json::to_writer(&mut *out, &answered)?;
    out.write_all(b"\n")?;
    Ok(is_refused)
}

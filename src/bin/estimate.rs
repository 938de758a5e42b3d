//! The command line: links in, one JSON object a line out. It computes nothing itself.

use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use vram_estimator::estimator::Catalog;
use vram_estimator::estimator::plan::sweep_request::SweepRequest;
use vram_estimator::export::export;
use vram_estimator::import::{beside, import, wanted};
use vram_estimator::link::{Language, decode};
use vram_estimator::locale::{CommandTexts, ImportTexts, command_line_texts, command_texts, import_texts, later_texts};
use vram_estimator::present::answer::{Asked, answer_with};
use vram_estimator::present::commands::why_not_by_key;
use vram_estimator::present::imported::{answer_imported, answer_refusal};

fn main() -> ExitCode {
    let mut is_strict = false;
    let mut asked = Asked::default();
    let mut links = Vec::new();
    let mut takes_options = true;
    let mut imported = Vec::new();
    let mut exported = None;
    // `args` would panic on arguments that are not UTF-8.
    let arguments: Vec<_> = std::env::args_os().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
    let language = language_of(&arguments);
    let told = command_line_texts(language);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--" if takes_options => takes_options = false,
            "--strict" if takes_options => is_strict = true,
            "--solve" if takes_options => asked.solves = true,
            "--advise" if takes_options => asked.advises = true,
            "--plan" if takes_options => asked.plans = true,
            "--devices" if takes_options => asked.judges_devices = true,
            "--sweep" if takes_options => {
                let Some(text) = arguments.next() else {
                    eprintln!("{}", (told.no_argument)(&argument));
                    return ExitCode::from(64);
                };
                match SweepRequest::parse(&text, &Catalog::default()) {
                    Ok(it) => asked.sweeps = Some(it),
                    Err(refusal) => {
                        eprintln!("estimate: {}", (told.no_sweep)(&refusal));
                        return ExitCode::from(64);
                    }
                }
            }
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
        return export_all(&tool, &links, command_texts(language));
    }
    match answer_all(links, &imported, asked, import_texts(language)) {
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
fn answer_all(links: Vec<String>, imported: &[String], asked: Asked, told: &ImportTexts) -> io::Result<bool> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut has_problems = false;
    let catalog = Catalog::built_in();
    for file in imported {
        let answered = answer_file(file, asked, told, &catalog)
            .map_err(|error| io::Error::new(error.kind(), format!("{file}: {error}")))?;
        has_problems |= answered["problems"].as_array().is_some_and(|it| !it.is_empty());
        serde_json::to_writer(&mut out, &answered)?;
        out.write_all(b"\n")?;
    }
    let mut answer_one = |text: &str| -> io::Result<()> {
        let (link, problems) = decode(text, &catalog);
        has_problems |= !problems.is_empty();
        let language = link.page.language.unwrap_or_default();
        let answered = answer_with(&link, &problems, later_texts(language), asked);
        serde_json::to_writer(&mut out, &answered)?;
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
fn export_all(tool: &str, links: &[String], told: &CommandTexts) -> ExitCode {
    let catalog = Catalog::built_in();
    let mut is_refused = links.is_empty();
    for link in links {
        match export(tool, &decode(link, &catalog).0.inputs) {
            // A reader that has read enough has no use for more.
            Ok(it) => drop(io::stdout().write_all(it.text.as_bytes())),
            Err(refusal) => {
                is_refused = true;
                eprintln!("estimate: {}", why_not_by_key(tool, &refusal, told));
            }
        }
    }
    ExitCode::from(if is_refused { 2 } else { 0 })
}

/// Answers to what another program wrote or is told, with what lies beside it and tells more.
fn answer_file(file: &str, asked: Asked, told: &ImportTexts, catalog: &Catalog) -> io::Result<Value> {
    let mut others = Vec::new();
    let bytes = if file == "-" {
        start_of(io::stdin().lock())?
    } else {
        let bytes = start_of(File::open(file)?)?;
        let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
        for name in beside(&name, &bytes) {
            // What is not there cannot tell more.
            others.extend(File::open(Path::new(file).with_file_name(name)).and_then(start_of).ok());
        }
        bytes
    };
    let others: Vec<_> = others.iter().map(Vec::as_slice).collect();
    Ok(match import(&bytes, &others, catalog) {
        Ok(imported) => answer_imported(&imported, asked, told, catalog),
        Err(refusal) => answer_refusal(&refusal, told),
    })
}

/// The first bytes of a file, as many as are wanted: a header, and never the tensors behind it.
fn start_of(mut file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let there = bytes.len() as u64;
        let more = wanted(&bytes).saturating_sub(there);
        if more == 0 || file.by_ref().take(more).read_to_end(&mut bytes)? == 0 {
            return Ok(bytes);
        }
    }
}

//! Writes `docs/accuracy.md` and what stands in `data/` of it (`accuracy.tsv`, `scatter.tsv`, `bands.tsv`,
//! `reserve.tsv`): every case of `data/ground_truth`, estimated now. It computes nothing itself, and writes nothing
//! when a case has become worse, unless `ACCEPT` gives a reason.

use std::process::ExitCode;
use std::{fs, path::Path};
use vram_estimator::estimator::Catalog;
use vram_estimator::present::accuracy::{FILES, accept, accepted, cases, judge, judged_families, setbacks, written};

/// What people read, and the lines that the next run compares with.
const REPORT: &str = "docs/accuracy.md";
const POINTS: &str = "data/accuracy.tsv";
/// The cases as the page's chart reads them.
const SCATTER: &str = "data/scatter.tsv";
/// The error bands, which the program carries.
const BANDS: &str = "data/bands.tsv";
/// What the allocator holds, which the program carries too.
const RESERVE: &str = "data/reserve.tsv";

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("accuracy: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<(), String> {
    // Cargo says where the project is; elsewhere it is expected around us.
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into());
    let root = Path::new(&root);
    let read = |name: &str| fs::read_to_string(root.join(name)).map_err(|error| format!("{name}: {error}"));
    let mut all = Vec::new();
    let catalog = Catalog::built_in();
    for file in FILES {
        let name = format!("data/ground_truth/{file}");
        let cases = cases(&read(&name)?).map_err(|fault| format!("{name}: {fault}"))?;
        all.extend(cases.into_iter().map(|it| judge(it, &catalog)));
    }
    let setbacks = setbacks(&read(POINTS)?, &all).map_err(|fault| format!("{POINTS}: {fault}"))?;
    let former = read(REPORT)?;
    let mut accepted = accepted(&former).to_owned();
    let reason = std::env::var("ACCEPT").ok();
    if setbacks.is_empty() && reason.is_some() {
        eprintln!("nothing is worse, so the reason in ACCEPT is not written");
    }
    if !setbacks.is_empty() {
        let list: String = setbacks.iter().map(|it| format!("  {it}\n")).collect();
        let reason = reason.ok_or_else(|| {
            format!("worse than {POINTS}, so nothing is written:\n{list}ACCEPT=\"the reason\" make accuracy writes it all the same")
        })?;
        accepted = accept(&accepted, &reason, &setbacks).map_err(|fault| format!("ACCEPT: {fault}\n{list}"))?;
        eprint!("accepted:\n{list}");
    }
    let of = written(&all, &accepted, &catalog, |name| read(&format!("data/ground_truth/{name}")))?;
    // The reason first: if the second file cannot be written, the next run still compares with the former figures.
    let files =
        [(REPORT, of.report), (BANDS, of.bands), (RESERVE, of.reserve), (SCATTER, of.scatter), (POINTS, of.points)];
    for (name, text) in files {
        fs::write(root.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    for it in judged_families(&all).into_iter().chain(of.reserved) {
        let percent = |share: f64| 100.0 * share;
        println!(
            "{:28} n={:3}  median {:6.3} %  95 % {:6.3} %  worst {:6.3} %",
            it.name,
            it.n_cases,
            percent(it.median),
            percent(it.p95),
            percent(it.worst)
        );
    }
    Ok(())
}

//! Writes `docs/accuracy.md`, `data/accuracy.tsv`, `data/bands.tsv` and `data/reserve.tsv`: every case of `data/ground_truth`, estimated now. It computes
//! nothing itself, and writes nothing when a case has become worse, unless `ACCEPT` gives a reason.

use std::process::ExitCode;
use std::{fs, path::Path};
use vram_estimator::estimator::Catalog;
use vram_estimator::estimator::evidence::Reserve;
use vram_estimator::link::decode;
use vram_estimator::present::accuracy::{
    Case, DEVICE, FILES, Judged, LEFT_OUT, ReportParts, SIMULATED, accept, accepted, band_lines, cases, device_runs,
    judged_families, left_out, points, report, reserve_families, reserves, setbacks, simulated,
};

/// What people read, and the lines that the next run compares with.
const REPORT: &str = "docs/accuracy.md";
const POINTS: &str = "data/accuracy.tsv";
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

fn judge(case: Case, catalog: &Catalog) -> Judged {
    let (link, _) = decode(&case.link, catalog);
    Judged::new(case, &link.inputs)
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
    // The reason first: if the second file cannot be written, the next run still compares with the former figures.
    let runs = simulated(&read(&format!("data/ground_truth/{SIMULATED}"))?)?.into_iter();
    let runs: Vec<_> = runs.map(|it| (it.clone(), decode(&it.link, &catalog).0.inputs)).collect();
    let reserves = reserves(&runs);
    let reserved = reserve_families(&runs, &reserves);
    let left_out = left_out(&read(&format!("data/ground_truth/{LEFT_OUT}"))?)?.into_iter();
    let left_out: Vec<_> =
        left_out.map(|it| (it.reason, it.case.and_then(|case| judge(case, &catalog).error()))).collect();
    let device = device_runs(&read(&format!("data/ground_truth/{DEVICE}"))?)?.into_iter();
    let device: Vec<_> = device.map(|it| (it.clone(), judge(it.case, &catalog).predicted)).collect();
    let parts =
        ReportParts { all: &all, reserved: &reserved, device: &device, left_out: &left_out, accepted: &accepted };
    let report = report(&parts);
    let reserves: String = reserves.iter().map(Reserve::line).collect();
    let files = [(REPORT, report), (BANDS, band_lines(&all)), (RESERVE, reserves), (POINTS, points(&all))];
    for (name, text) in files {
        fs::write(root.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    for it in judged_families(&all).into_iter().chain(reserved) {
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

//! Writes `docs/accuracy.md` and `data/accuracy.tsv`: every case of `data/ground_truth`, estimated now. It computes
//! nothing itself.

use std::process::ExitCode;
use std::{fs, path::Path};
use vram_estimator::estimator::Catalog;
use vram_estimator::link::decode;
use vram_estimator::present::accuracy::{Case, Judged, cases, judged_families, points, report};

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
    let mut all = Vec::new();
    let catalog = Catalog::built_in();
    for name in ["traced.json", "traced_more.json", "measured.json"] {
        let path = root.join("data/ground_truth").join(name);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let cases = cases(&text).map_err(|fault| format!("{}: {fault}", path.display()))?;
        all.extend(cases.into_iter().map(|it| judge(it, &catalog)));
    }
    for (name, text) in [("docs/accuracy.md", report(&all)), ("data/accuracy.tsv", points(&all))] {
        fs::write(root.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    for it in judged_families(&all) {
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

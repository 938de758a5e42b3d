//! Configurations of models: each fixture is the model of the catalogue whose name it has, whatever its keys are called; what nobody read
//! is refused with its place. It knows no formula.

use serde_json::{Value as Json, json};
use std::fs;
use std::path::PathBuf;
use vram_estimator::estimator::{Catalog, MethodId, Mode, ParameterId as Id, values_of};
use vram_estimator::import::{ImportProblemKind as Problem, Imported, import};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/config"))
}

fn fixtures() -> Vec<(String, Json)> {
    let mut res: Vec<_> = fs::read_dir(folder())
        .expect("fixtures")
        .map(|it| it.expect("a file").path())
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON"))
        })
        .collect();
    res.sort_by(|one, other| one.0.cmp(&other.0));
    res
}

fn imported(told: &Json) -> Imported {
    import(told.to_string().as_bytes(), &Catalog::built_in())
}

/// The model's own facts, typed: without the catalogue nothing can be chosen.
fn typed(told: &Json) -> Imported {
    import(told.to_string().as_bytes(), &Catalog::default())
}

#[test]
fn a_configuration_is_the_model_of_its_name() {
    let catalog = Catalog::built_in();
    let mut kinds = std::collections::BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, told) in fixtures() {
        let res = imported(&told);
        let chosen = res.taken.iter().find(|it| it.key == "model").map(|it| it.value.clone());
        let model = catalog.model(&name).unwrap_or_else(|| panic!("{name} is in the catalogue"));
        let same = chosen.as_ref().and_then(|it| catalog.model(it)).map(|it| it.architecture.clone());
        if !res.problems.is_empty() || same.as_ref() != Some(&model.architecture) {
            let own = typed(&told);
            wrong.push(format!(
                "{name}: chosen {chosen:?}, problems {:?}, pairs {:?}",
                res.problems,
                own.pairs().collect::<Vec<_>>()
            ));
        }
        kinds.insert(told["model_type"].as_str().expect("a kind").to_owned());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(kinds.len() >= 40, "{} kinds: {kinds:?}", kinds.len());
}

/// What is typed where no catalogue has the model runs as the model of the catalogue does.
#[test]
fn typed_facts_are_estimated_as_the_model_of_the_catalogue() {
    let catalog = Catalog::built_in();
    for (name, told) in fixtures() {
        let (chosen, own) = (imported(&told).inputs(&catalog), typed(&told).inputs(&catalog));
        assert!(own.model().is_none() && own.states_shape(), "{name}");
        for mode in [Mode::Inference, Mode::Train, Mode::Multimodal] {
            let bytes = |inputs: &vram_estimator::estimator::Inputs| {
                let it = inputs.in_mode(mode).with(Id::SequenceLength, vram_estimator::estimator::Value::Number(256.0));
                let of = values_of(MethodId::Calibrated, &it.expect("a length"))?;
                Some(of.lines().iter().map(|it| it.formula.value()).collect::<Vec<_>>())
            };
            assert_eq!(bytes(&own), bytes(&chosen), "{name} {mode:?}");
        }
    }
}

//! The models of a catalogue as rows to choose from: by family, the newest first, and behind them those that another
//! mode runs. It knows no model by name.

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Catalog, Inputs, Mode, Model, ParameterId, Value, mode_that_runs};
use crate::locale::{LaterTexts, Texts};
use crate::present::model_groups::{Group, Label, ListedModel, groups};
use crate::present::numbers;
use crate::present::search::{Offer, Offers};

/// All models for a field that is searched in, with the reader's own as the first row.
pub fn model_offers(catalog: &'static Catalog, mode: Mode, texts: &Texts, later: &LaterTexts) -> Offers {
    let groups = groups(catalog, mode);
    let own =
        Offer { value: Value::NO_MODEL_ID.to_owned(), name: texts.controls.own_model.to_owned(), ..Offer::default() };
    let mut res = Offers {
        headings: vec![String::new()],
        is_whole: true,
        rows: vec![own],
        nothing: later.models.nothing,
        ..Offers::default()
    };
    for Group { label, models } in &groups {
        let heading = match label {
            Label::Family(name) => name,
            Label::Others => texts.controls.other_models,
            Label::NotRun => texts.controls.idle_models,
        };
        for it in models {
            let elsewhere = (*label == Label::NotRun).then(|| elsewhere(it.model, mode, texts, later));
            res.rows.push(offer(it, res.headings.len(), elsewhere));
        }
        res.headings.push(heading.to_owned());
    }
    res
}

fn offer(it: &ListedModel<'static>, heading: usize, elsewhere: Option<String>) -> Offer {
    let size = size(it.model.total_parameters);
    let released = it.released.map(|it| format!(" · {}-{:02}", it.year, it.month)).unwrap_or_default();
    Offer {
        value: it.model.id.to_string(),
        name: it.model.name.to_string(),
        words: it.model.id.to_string(),
        note: format!("{size}{released}"),
        heading,
        elsewhere,
        ..Offer::default()
    }
}

/// "8.0 B", "124 M": parameters in words that every language of the page writes so.
fn size(n: f64) -> String {
    let (unit, scale) = if n < 1e9 { ("M", 1e6) } else { ("B", 1e9) };
    let value = n / scale;
    format!("{}\u{a0}{unit}", numbers::plain(value, usize::from(value < 99.95)))
}

fn elsewhere(model: &std::sync::Arc<Model>, mode: Mode, texts: &Texts, later: &LaterTexts) -> String {
    match mode_of(model, mode) {
        Some(it) => (later.models.runs_in)((texts.mode)(it).label),
        None => later.models.runs_nowhere.to_owned(),
    }
}

/// The mode to which choosing a model leads; `None` where that is the mode itself, also where no mode runs the model.
pub fn mode_of(model: &std::sync::Arc<Model>, mode: Mode) -> Option<Mode> {
    mode_that_runs(&Inputs::defaults(mode).with_model(Some(model.clone())))
}

/// What the model of some inputs is called. Where its architecture was typed that is said: it is another than the
/// name's.
pub fn shown_model(inputs: &Inputs, texts: &Texts, later: &LaterTexts) -> String {
    let name = inputs.model().map(|it| &*it.name);
    let is_typed = |id: &ParameterId| {
        use ParameterGroup::{Architecture, Model, Shape};
        let is_shape = matches!(id.group_in(inputs.mode()), Some(Model | Architecture | Shape));
        let is_size = matches!(id, ParameterId::Model | ParameterId::ModelSize);
        is_shape && !is_size && inputs.has_effect(*id) && !inputs.is_default(*id)
    };
    match ParameterId::of_mode(inputs.mode()).filter(is_typed).count() {
        0 => name.unwrap_or(texts.controls.own_model).to_owned(),
        n => (later.models.altered)(name, n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::decode;
    use crate::locale::{CHINESE, CHINESE_LATER, ENGLISH, ENGLISH_LATER};
    use crate::present::search::find;

    fn catalog() -> &'static Catalog {
        Box::leak(Box::new(Catalog::built_in()))
    }

    #[track_caller]
    fn check(mode: Mode, typed: &str, first: &str) {
        let offers = model_offers(catalog(), mode, &ENGLISH, &ENGLISH_LATER);
        let found = find(&offers, typed);
        assert_eq!(found.first().map(|it| &*offers.rows[it.at].name), Some(first), "{typed}");
    }

    #[test]
    fn parts_of_a_name_find_it() {
        check(Mode::Inference, "qwen 7", "Qwen2.5 7B");
        check(Mode::Inference, "7 qwen", "Qwen2.5 7B");
        check(Mode::Inference, "llama 3.3", "Llama 3.3 70B Instruct");
        check(Mode::Inference, "qwen3 8b", "Qwen3 8B");
        check(Mode::Inference, "r1 distill 32", "DeepSeek R1 Distill Qwen 32B");
        // Broken before: how the newer ones were tuned put the oldest first.
        check(Mode::Inference, "llama 70b", "Llama 3.3 70B Instruct");
        // Of which there is an older one that is named wholly.
        check(Mode::Inference, "qwen3 30b a3b", "Qwen3 30B-A3B");
        check(Mode::Cnn, "llama 8b", "Llama 3.1 8B");
    }

    /// Broken before: names as checkpoints have them found nothing.
    #[test]
    fn a_checkpoints_name_finds_its_preset() {
        check(Mode::Inference, "llama3.3-70b", "Llama 3.3 70B Instruct");
        check(Mode::Inference, "llama3.3:70b", "Llama 3.3 70B Instruct");
        check(Mode::Inference, "meta-llama/Llama-3.3-70B-Instruct", "Llama 3.3 70B Instruct");
        check(Mode::Inference, "Qwen/Qwen2.5-32B", "Qwen2.5 32B");
        check(Mode::Inference, "Qwen2.5-32B-Instruct", "Qwen2.5 32B");
        check(Mode::Inference, "Qwen/Qwen2.5-32B-Instruct", "Qwen2.5 32B");
        check(Mode::Inference, "meta-llama/Llama-3.1-8B-Instruct", "Llama 3.1 8B");
        // Slashes of their own.
        check(Mode::Cnn, "vit-l/16", "ViT-L/16");
        check(Mode::Cnn, "siglip base/16", "SigLIP Base/16-224");
        let offers = model_offers(catalog(), Mode::Inference, &ENGLISH, &ENGLISH_LATER);
        let names =
            |typed: &str| find(&offers, typed).iter().map(|it| offers.rows[it.at].name.clone()).collect::<Vec<_>>();
        assert_eq!(names("no-such-instruct"), [""; 0]);
        assert!(names("meta-llama/").len() < offers.rows.len() / 4);
        assert!(names("qwen3-instruct").iter().all(|it| it.contains("Qwen3")), "versions belong to their names");
        assert!(names("instruct").len() > 1 && names("llama-3.3-70b-instruct")[0].contains("Instruct"));
    }

    /// Every model is a row; those that the mode does not run stand last, with the mode that does.
    #[test]
    fn every_model_is_a_row() {
        for mode in Mode::ALL {
            let offers = model_offers(catalog(), mode, &ENGLISH, &ENGLISH_LATER);
            let found = find(&offers, "");
            assert_eq!(found.len(), catalog().models().len() + 1, "{mode:?}");
            let away: Vec<_> = found.iter().map(|it| offers.rows[it.at].elsewhere.is_some()).collect();
            assert!(away.is_sorted(), "{mode:?}");
        }
        let offers = model_offers(catalog(), Mode::Cnn, &ENGLISH, &ENGLISH_LATER);
        let llama = offers.rows.iter().find(|it| it.value == "llama-3.1-8b").expect("a row");
        assert_eq!(
            (llama.note.as_str(), llama.elsewhere.as_deref()),
            ("8.0\u{a0}B · 2024-07", Some("runs in Training"))
        );
    }

    #[track_caller]
    fn check_shown(link: &str, english: &str, chinese: &str) {
        let inputs = decode(link, &Catalog::built_in()).0.inputs;
        assert_eq!(shown_model(&inputs, &ENGLISH, &ENGLISH_LATER), english, "{link}");
        assert_eq!(shown_model(&inputs, &CHINESE, &CHINESE_LATER), chinese, "{link}");
    }

    #[test]
    fn a_typed_architecture_is_shown_as_one() {
        check_shown("mode=train", "own shape", "自定义结构");
        check_shown("mode=train&numLayers=20", "own shape, 1 fact typed", "自定义结构，填了 1 项");
        check_shown("mode=train&model=llama-3.1-8b", "Llama 3.1 8B", "Llama 3.1 8B");
        let link = "mode=train&model=llama-3.1-8b&numLayers=20&gatedMlp=false";
        check_shown(link, "own: Llama 3.1 8B, 2 facts typed", "自定义：Llama 3.1 8B，改了 2 项");
    }
}

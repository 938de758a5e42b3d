//! The size of a model whose shape was typed: what the shape counts to, unless a size was given too. It knows links and
//! answers of the command line, and no formula.

use serde_json::Value as Json;
use vram_estimator::estimator::Catalog;
use vram_estimator::link::{Language, decode};
use vram_estimator::locale::later_texts;
use vram_estimator::present::answer::answer;

fn answered(link: &str) -> Json {
    let (link, problems) = decode(link, &Catalog::built_in());
    answer(&link, &problems, later_texts(Language::English))
}

fn size(answer: &Json) -> f64 {
    answer["inputs"]["modelSize"].as_f64().expect("the size")
}

fn calibrated(answer: &Json) -> f64 {
    let estimates = answer["estimates"].as_array().expect("a list");
    let it = estimates.iter().find(|it| it["method"] == "calibrated").expect("calibrated answers");
    let components = it["components"].as_array().expect("a list").iter();
    components.map(|it| it["bytes"].as_f64().expect("bytes")).sum()
}

/// A size that was given at the mode's own 7 was taken for none: 23 GiB between 104.5 (6.99) and 104.8 (7.01), and the
/// canonical link lost it.
#[test]
fn a_size_beside_a_typed_shape_counts_also_at_the_default() {
    for shape in ["mode=train&numLayers=4", "mode=finetune&model=llama-3.1-8b&numLayers=16"] {
        let own = size(&answered(shape.split("&numLayers").next().expect("a mode")));
        let with = |size: f64| answered(&format!("{shape}&modelSize={size}"));
        let (below, at, above) = (with(own - 0.01), with(own), with(own + 0.01));
        assert_eq!(size(&at), own, "{shape}");
        assert!(at["link"].as_str().expect("a link").contains("modelSize="), "{shape}: {}", at["link"]);
        assert!(calibrated(&below) < calibrated(&at) && calibrated(&at) < calibrated(&above), "{shape}");
    }
    // Without a shape it says nothing that the mode does not say.
    assert_eq!(answered("mode=train&modelSize=7")["link"], answered("mode=train")["link"]);
    // Put back, the shape takes it along.
    assert_eq!(answered("mode=train&modelSize=7&numLayers=32")["link"], answered("mode=train")["link"]);
}

/// `calibrated` counted the shape, and the answer said 7; eleven facts were taken for a shape, and the others
/// stretched.
#[test]
fn the_size_follows_every_fact_that_counts() {
    for (link, because) in [
        ("mode=train&numLayers=4", "numLayers"),
        ("mode=train&learnedPositions=1000000", "learnedPositions"),
        ("mode=train&layout=encoder", "layout"),
        ("mode=cnn&bottleneck=1", "bottleneck"),
        ("mode=finetune&model=llama-3.1-8b&numLayers=16", "numLayers"),
    ] {
        let it = answered(link);
        let own = size(&answered(link.rsplit_once('&').expect("a fact").0));
        assert!((size(&it) - own).abs() > 0.01, "{link}: {} as without", size(&it));
        let followed = it["followed"].as_array().expect("a list").iter().find(|it| it["key"] == "modelSize");
        let followed = followed.unwrap_or_else(|| panic!("{link}: {}", it["followed"]));
        assert_eq!(followed["because"], because, "{link}");
        assert_eq!(followed["value"].as_f64(), Some(size(&it)), "{link}");
        // Given as the number that it follows to, nothing changes.
        let given = answered(&format!("{link}&modelSize={}", size(&it)));
        let (one, other) = (calibrated(&given), calibrated(&it));
        assert!((one - other).abs() <= 1e-9 * other, "{link}: {one} and {other}");
    }
    // What counts no parameter moves no size.
    for link in ["mode=train&activation=gelu", "mode=train&attentionDropout=0.1", "mode=train&slidingWindow=128"] {
        assert_eq!(size(&answered(link)), 7.0, "{link}");
    }
}

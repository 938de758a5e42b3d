//! Opened rows: the formula of each method in symbols and with today's numbers, leading back to the sliders.

use super::command_line;
use super::page::in_browser;
use fantoccini::key::Key;
use serde_json::json;
use vram_estimator::estimator::Bytes;
use vram_estimator::present::numbers;

/// Every formula of the opened row as texts: symbols, numbers, result.
const FORMULAS: &str = "return [...$('detail').querySelectorAll('.formula')].flatMap(it => [
    ...[...it.querySelectorAll('.math')].map(it => it.textContent), it.querySelector('.exact').textContent])";

#[test]
fn an_opened_row_shows_each_methods_formula() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.focus("open-optimizer");
        page.press(&[Key::Enter]);
        page.until("the row is open", "return $('detail') !== null", &[]);
        assert_eq!(page.text_of("return $(a).getAttribute('aria-expanded')", &[json!("open-optimizer")]), "true");
        let is_mathml = "const all = [...$('detail').querySelectorAll('.formula math')];
            return all.length > 0 && all.every(it => it.namespaceURI === 'http://www.w3.org/1998/Math/MathML'
                && it.getBoundingClientRect().width > 8)";
        assert_eq!(page.script(is_mathml, &[]), true);

        let components = command_line::components("mode=nlp");
        let formulas = page.texts_of(FORMULAS, &[]);
        // A line for each method, and one more for the master copy of the weights, which only one method counts.
        let lines = ["documented-optimizer", "verified-optimizer", "calibrated-optimizer", "calibrated-master_weights"];
        assert_eq!(formulas.len(), 3 * lines.len(), "{formulas:?}");
        for (formula, line) in formulas.chunks(3).zip(lines) {
            let [symbols, numbers, result] = formula else { panic!("three texts") };
            let bytes = Bytes::new(components[line]);
            assert_eq!(*result, format!("= {} B", numbers::bytes(bytes)));
            assert!(symbols.contains('P') && !numbers.contains('P'), "{symbols} = {numbers}");
        }
        // The document: P·4·f, which at the defaults is 7×10⁹·4·2.
        assert_eq!(formulas[..2], ["P·4·f", "7×109·4·2"]);

        // The numbers follow the slider while the row is open.
        page.enter("modelSize", "13");
        page.check_link("mode=nlp&modelSize=13");
        let after = page.texts_of(FORMULAS, &[]);
        assert_eq!(after[0], formulas[0], "the symbols stay");
        assert_eq!(after[1], "1.3×1010·4·2");
        assert_ne!(after[2], formulas[2]);

        page.focus("open-optimizer");
        page.press(&[Key::Enter]);
        page.until("the row is closed", "return $('detail') === null", &[]);
    });
}

#[test]
fn a_symbol_leads_to_its_slider() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.click_on("open-optimizer");
        page.until("the row is open", "return $('detail') !== null", &[]);
        let keys =
            page.texts_of("return [...$('detail').querySelectorAll('button.go-to')].map(it => it.innerText)", &[]);
        assert!(keys.len() > 2 && keys.iter().any(|it| it == "modelSize"), "{keys:?}");
        for (at, key) in keys.iter().enumerate() {
            page.script("$('detail').querySelectorAll('button.go-to')[a].click()", &[json!(at)]);
            let focused = page.text_of("return document.activeElement.dataset.testid ?? 'nothing'", &[]);
            assert!(
                ["slider", "choice", "toggle", "number", "search"].iter().any(|it| format!("{it}-{key}") == focused),
                "{key}: {focused}"
            );
            let is_seen = "const it = document.activeElement.getBoundingClientRect();
                return it.top >= 0 && it.bottom <= innerHeight
                    && document.elementFromPoint(it.left + it.width / 2, it.top + it.height / 2) === document.activeElement";
            assert_eq!(page.script(is_seen, &[]), true, "{key} is in sight");
        }
    });
}

/// Every row of every mode opens, and says something for each method.
#[test]
fn every_row_opens() {
    in_browser(|page| {
        for mode in vram_estimator::estimator::Mode::ALL {
            let query = format!("mode={}", mode.id());
            page.open(&query);
            let n = page.number_of("return document.querySelectorAll('.components .row-button').length", &[]);
            page.script("document.querySelectorAll('.components .row-button').forEach(it => it.click())", &[]);
            page.until(
                "all are open",
                "return document.querySelectorAll('[data-testid=detail]').length === a",
                &[json!(n)],
            );
            let script = "return [...document.querySelectorAll('[data-testid=detail] .formula .exact')].map(it => it.textContent)";
            let mut results = page.texts_of(script, &[]);
            let components = command_line::components(&query);
            let mut expected: Vec<_> =
                components.values().map(|&it| format!("= {} B", numbers::bytes(Bytes::new(it)))).collect();
            results.sort();
            expected.sort();
            assert_eq!(results, expected, "{query}");
        }
    });
}

/// Long number lines ran out of sight, and only a wheel or a finger could follow them.
#[test]
fn opened_formulas_wrap_and_scroll_by_key() {
    in_browser(|page| {
        let open_all = |query: &str| {
            page.open(query);
            page.script("document.querySelectorAll('.components .row-button').forEach(it => it.click())", &[]);
            page.until("formulas are there", "return document.querySelector('[data-testid=detail]') !== null", &[]);
            page.painted();
        };
        let regions = "[...document.querySelectorAll('.detail .formulas, .detail .symbols')]";
        let wide = format!("return {regions}.filter(it => it.scrollWidth > it.clientWidth + 1).length");
        for width in [1440, 360] {
            page.resize(width, 900, 1.0);
            open_all("mode=nlp");
            assert_eq!(page.number_of(&wide, &[]), 0.0, "formulas are wider than their place at {width}");
        }
        let is_named = format!(
            "return {regions}.every(it => it.tabIndex === 0 && it.role === 'region' && it.ariaLabel.length > 3)"
        );
        assert_eq!(page.script(&is_named, &[]), true);
        // Narrower than any piece, there is something to scroll.
        page.resize(150, 900, 1.0);
        let first = format!("{regions}.find(it => it.scrollWidth > it.clientWidth + 20)");
        page.script(&format!("{first}.focus()"), &[]);
        page.press(&[Key::Right, Key::Right]);
        page.until("it is scrolled", "return document.activeElement.scrollLeft", &[]);
    });
}

/// The sum of a ResNet's feature maps stood in a tower one symbol wide, since its numbers had the other half of the
/// line.
#[test]
fn a_long_formula_is_no_tower() {
    in_browser(|page| {
        for width in [1440, 1100, 768, 360] {
            page.resize(width, 900, 1.0);
            page.open("mode=cnn&model=resnet50");
            page.click_on("open-feature_maps");
            page.until("formulas are there", "return document.querySelectorAll('.formula').length === 3", &[]);
            let towers = page.texts_of(
                "return [...document.querySelectorAll('.formula .math')].map(it => it.getBoundingClientRect())
                    .filter(it => it.height > it.width).map(it => `${it.width} × ${it.height}`)",
                &[],
            );
            assert_eq!(towers, [""; 0], "at {width}");
        }
    });
}

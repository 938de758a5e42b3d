//! What stands at the chart's bars beside their totals, and that none of it covers another.

use super::chart::{place, scene};
use super::page::in_browser;
use vram_estimator::present::chart::bar_span;

/// What a bar has beside its total is where the figures of the list below say, and is named; without any there is no
/// mark.
#[test]
fn what_is_held_and_the_band_are_marked() {
    in_browser(|page| {
        for query in [
            "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&batchSize=1&gpu=rtx-4090",
            "mode=inference&engine=vllm&model=llama-3.1-8b&gpu=rtx-4090",
        ] {
            page.open(query);
            page.until("what is held is marked", "return $('held') !== null && !$('held').hidden", &[]);
            page.painted();
            let scene = scene(query);
            let [left, top, width, height] = place(page, "chart");
            for (id, span) in [("held", scene.held()), ("band", scene.band())] {
                let span = span.expect("a mark");
                let [mark_left, mark_top, mark_width, mark_height] = place(page, id);
                let expected = [top + (1.0 - span.top) * height, (span.top - span.foot) * height];
                assert!((mark_top - expected[0]).abs() < 1.0, "{query}: {id} at {mark_top}, not {expected:?}");
                assert!((mark_height - expected[1]).abs() < 1.0, "{query}: {id} of {mark_height}, not {expected:?}");
                let (bar_left, bar_width) = bar_span(scene.bars.len(), span.bar, width);
                if id == "held" {
                    assert!((mark_left - left - bar_left).abs() < 1.0 && (mark_width - bar_width).abs() < 1.0);
                } else {
                    assert!(mark_left + mark_width <= left + bar_left && mark_left + 12.0 > left + bar_left);
                }
            }
            let key = page.text("beyond-key");
            let who = if query.contains("vllm") { "vLLM" } else { "allocator" };
            assert!(key.contains(who) && key.contains("error band"), "{key}");
        }
        // llama.cpp makes its buffers as large as they are needed.
        page.open("mode=inference&engine=llamacpp&quantization=gguf-q4_0&model=meta-llama-3-8b");
        page.until("the marks are made", "return $('held') !== null && $('held').hidden", &[]);
        assert!(!page.text("beyond-key").contains("held"), "{}", page.text("beyond-key"));
    });
}

/// The name of the device's line lay over the last bar's total and labels, and labels on the line itself.
#[test]
fn nothing_stands_on_the_line_and_its_name_covers_nothing() {
    let covered = "const box = it => it.getBoundingClientRect();
        const all = [...document.querySelectorAll('.bar-label')].filter(it => it.checkVisibility() && it.innerText);
        const text = it => { const range = document.createRange(); range.selectNodeContents(it); return box(range); };
        return ['chart', 'timeline'].flatMap(id => {
            const [plot, tag] = [$(id), $(`${id}-capacity`)].map(box);
            const line = plot.bottom - parseFloat($(`${id}-capacity`).style.bottom) / 100 * plot.height;
            const own = all.filter(it => $(id).parentElement.contains(it));
            const faulty = own.filter(it => text(it).right > tag.left + 1
                || (!$(`${id}-capacity`).classList.contains('beyond') && box(it).top < line && box(it).bottom > line + 1));
            if (tag.left < plot.right - 1 || tag.right > innerWidth) faulty.push($(`${id}-capacity`));
            return faulty.map(it => `${id}: ${it.innerText}`);
        })";
    in_browser(|page| {
        for width in [1440, 768, 360] {
            page.resize(width, 900, 1.0);
            for query in [
                "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&batchSize=1&gpu=rtx-4090",
                "mode=nlp&modelSize=8.75&gpu=h200&lang=zh",
                "mode=train&model=llama-3.2-1b&gpu=rtx-pro-5000-72gb-blackwell",
            ] {
                page.open(query);
                page.painted();
                assert_eq!(page.texts_of(covered, &[]), [""; 0], "{query} at {width}");
            }
        }
        page.resize(1440, 900, 1.0);
        page.open(
            "mode=finetune&model=qwen2.5-32b&method=QLoRA&quantization=nf4-dq&precision=BF16&batchSize=1&gpu=rtx-4090",
        );
        page.painted();
        let labels = page.texts_of(
            "return [...document.querySelectorAll('.bar-label')].filter(it => it.checkVisibility())
                .map(it => it.textContent)",
            &[],
        );
        assert!(labels.iter().any(|it| it.starts_with("Activations")), "the largest part has no label: {labels:?}");
    });
}

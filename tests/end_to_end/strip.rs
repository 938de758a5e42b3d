//! The strip that stays in sight: what runs on what, and each method's total as a bar that lies. The command line says
//! what the figures are.

use super::page::in_browser;
use serde_json::json;

/// How long the parts of a method's bar are, and where the GPU ends on it, as shares of its length.
const BAR: &str = "
    const bar = $('total-' + a).closest('.card').querySelector('.lying');
    const ends = [...bar.querySelector('i').style.backgroundImage.matchAll(/ ([\\d.]+)%/g)].map(it => Number(it[1]));
    return [Math.max(...ends) / 100, parseFloat(bar.style.getPropertyValue('--end')) / 100]";

#[test]
fn bars_on_cards_are_as_long_as_their_totals() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.2-1b&gpu=rtx-4090");
        page.painted();
        let capacity = 23.52 * 1024f64.powi(3);
        let total = |method: &str| -> f64 {
            page.text_of("return $('total-' + a).dataset.bytes", &[json!(method)]).parse().expect("bytes")
        };
        let totals = ["documented", "calibrated"].map(|it| (it, total(it)));
        let length = totals.iter().map(|it| it.1).fold(capacity, f64::max);
        for (method, total) in totals {
            let bar = page.script(BAR, &[json!(method)]);
            let [part, end] = [0, 1].map(|at| bar[at].as_f64().expect("a share"));
            assert!((part - total / length).abs() < 1e-3, "{method}: {part} and {}", total / length);
            assert!((end - capacity / length).abs() < 1e-3, "{method}: {end} and {}", capacity / length);
        }
        // Each card has the verdict of its own method.
        let verdicts = "return [...document.querySelectorAll('.card [data-verdict]')].map(it => it.dataset.verdict)";
        assert_eq!(page.texts_of(verdicts, &[]).len(), 2);
    });
}

/// More of a GPU could be had at the end of a long column only.
#[test]
fn gpus_are_counted_beside_their_name() {
    in_browser(|page| {
        page.open("model=llama-3.1-8b&engine=vllm&gpu=h100-80gb");
        page.until("the number is there", "return $('gpus')?.textContent === '1'", &[]);
        assert!(page.text("usable").contains("79.2 GiB of 80 GB"), "{}", page.text("usable"));
        assert_eq!(page.script("return $('gpus-fewer').disabled", &[]), true);
        page.click_on("gpus-more");
        page.check_link("model=llama-3.1-8b&gpuCount=2&engine=vllm&gpu=h100-80gb");
        assert_eq!(page.text("gpus"), "2");
        page.until("the degrees say so", "return $('mesh')?.textContent.startsWith('2 GPUs = ')", &[]);
        page.click_on("gpus-fewer");
        assert_eq!(page.text("gpus"), "1");
        // Unlike GPUs are as many as are named.
        page.open("model=qwen2.5-32b&quantization=gguf-file-q4_k_m&engine=llamacpp&gpu=rtx-3090_rtx-4090");
        page.until("all is there", "return $('usable') !== null", &[]);
        assert_eq!(page.script("return $('gpus').checkVisibility()", &[]), false);
    });
}

/// What several changes cost is folded to its first lines, and unfolded by a press or a key.
#[test]
fn what_several_changes_cost_is_unfolded() {
    in_browser(|page| {
        page.open("mode=finetune&model=qwen2.5-32b&method=QLoRA&gpu=rtx-4090");
        page.until("the advice is there", "return document.querySelector('.decide details.decide-cost') !== null", &[]);
        let height = "return document.querySelector('details.decide-cost span').getBoundingClientRect().height";
        let folded = page.number_of(height, &[]);
        page.script("document.querySelector('details.decide-cost summary').click()", &[]);
        page.painted();
        assert!(page.number_of(height, &[]) > 1.5 * folded, "{folded}");
    });
}

//! What other programs run, brought to the page: pasted, dropped, chosen as files and typed; what was found in it, and
//! the one step that takes it over, which is the command line's link. It knows no formula.

use super::command_line;
use super::page::{Page, in_browser};
use super::steps::apply;
use fantoccini::key::Key;
use serde_json::json;

const LAUNCH: &str = "vllm serve Qwen/Qwen3-8B --max-model-len 4096 --kv-cache-dtype fp8 --port 8000";

/// A paste or a drop as the browser tells of it, outside of every field: kind, text.
const CARRY: &str = "const data = new DataTransfer(); data.setData('text/plain', b); \
    const event = a === 'paste' ? new ClipboardEvent(a, { clipboardData: data, bubbles: true, cancelable: true }) \
        : new DragEvent(a, { dataTransfer: data, bubbles: true, cancelable: true }); \
    document.body.dispatchEvent(event); return event.defaultPrevented";

/// Hands files to the field for them: name and base64 of each.
const CHOOSE: &str = "const data = new DataTransfer(); \
    for (const [name, text] of a) data.items.add(new File([Uint8Array.from(atob(text), it => it.charCodeAt(0))], name)); \
    const field = $('bring-files'); field.files = data.files; \
    field.dispatchEvent(new Event('change', { bubbles: true }))";

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = |it: &[u8]| {
        let bits = it.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - it.len()));
        let digit = |at: usize| {
            if at > it.len() { '=' } else { char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]) }
        };
        (0..4).map(digit).collect::<Vec<_>>()
    };
    bytes.chunks(3).flat_map(digits).collect()
}

#[track_caller]
fn open_sheet(page: &Page) {
    page.click_on("bring");
    page.until("the sheet is open", "return $('bring-sheet')?.open", &[]);
}

/// Puts a text into the field of the open sheet.
#[track_caller]
fn put(page: &Page, text: &str) {
    let script = "const it = $('bring-text'); it.value = a; it.dispatchEvent(new Event('input', { bubbles: true }))";
    page.script(script, &[json!(text)]);
}

#[track_caller]
fn choose(page: &Page, files: &[(&str, &[u8])]) {
    let files: Vec<_> = files.iter().map(|(name, bytes)| json!([name, base64(bytes)])).collect();
    page.script(CHOOSE, &[json!(files)]);
}

#[track_caller]
fn until_said(page: &Page, what: &str) {
    page.until("it is said", "return $('brought')?.innerText.includes(a)", &[json!(what)]);
}

fn is_open(page: &Page) -> bool {
    page.script("return $('bring-sheet')?.open === true", &[]) == true
}

/// The link of the command line's answer to a text.
#[track_caller]
fn imported(text: &str) -> String {
    command_line::imported(text)["link"].as_str().expect("a link").to_owned()
}

#[test]
fn a_launch_is_pasted_and_applied_in_one_step() {
    in_browser(|page| {
        page.open("mode=train&model=llama-3.2-1b");
        assert_eq!(page.script(CARRY, &[json!("paste"), json!(LAUNCH)]), true);
        until_said(page, "Read as vllm");
        assert!(page.text("bring-taken").contains("Qwen3 8B"), "{}", page.text("bring-taken"));
        assert!(page.text("bring-taken").contains("max-model-len, line 1"), "{}", page.text("bring-taken"));
        assert!(page.text("bring-assumed").contains("ModelConfig.dtype"), "{}", page.text("bring-assumed"));
        assert!(page.text("bring-ignored").contains("port (8000) changes no byte"), "{}", page.text("bring-ignored"));
        assert_eq!(page.query(), "mode=train&model=llama-3.2-1b", "nothing has changed yet");
        let link = apply(page, "apply-bring");
        assert_eq!(link, imported(LAUNCH));
        assert!(!is_open(page));
        page.script("history.back()", &[]);
        page.check_link("mode=train&model=llama-3.2-1b");
        // What was brought is still there, and leads to the same.
        open_sheet(page);
        assert_eq!(page.text_of("return $('bring-text').value", &[]), LAUNCH);
        assert_eq!(apply(page, "apply-bring"), link);
    });
}

#[test]
fn escape_closes_and_keeps_what_was_typed() {
    in_browser(|page| {
        page.open("mode=nlp");
        page.focus("bring");
        page.press(&[Key::Enter]);
        page.until("the focus moves in", "return document.activeElement === $('bring-text')", &[]);
        page.type_text("hello");
        until_said(page, "No program that is known here is started");
        assert_eq!(page.script("return $('apply-bring').disabled", &[]), true);
        put(page, "vllm serve TheBloke/Mistral-7B-Instruct-v0.4-AWQ --max-model-len 4096");
        until_said(page, "The nearest: Mistral-7B-Instruct-v0.");
        until_said(page, "Nothing can be applied.");
        assert_eq!(page.script("return $('apply-bring').disabled", &[]), true);
        put(page, "hello");
        page.press(&[Key::Escape]);
        page.until("the focus is back", "return document.activeElement === $('bring')", &[]);
        page.until("the sheet is gone", "return $('bring-sheet') === null", &[]);
        page.press(&[Key::Enter]);
        page.until("it is open again", "return $('bring-sheet')?.open", &[]);
        assert_eq!(page.text_of("return $('bring-text').value", &[]), "hello");
        assert_eq!(page.query(), "mode=nlp");
    });
}

/// A drop opens the sheet; what is pasted then stands below it. A field takes its own texts.
#[test]
fn what_is_dropped_and_pasted_is_put_together() {
    in_browser(|page| {
        page.open("mode=finetune");
        assert_eq!(page.script(CARRY, &[json!("dragover"), json!("x")]), true, "it may be dropped");
        let command = "trl sft --model_name_or_path Qwen/Qwen2.5-7B --use_peft --load_in_4bit";
        page.script(CARRY, &[json!("drop"), json!(command)]);
        until_said(page, "Read as trl");
        let message = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of \
                       23.64 GiB of which 1.05 GiB is free.";
        page.script(CARRY, &[json!("paste"), json!(message)]);
        until_said(page, "Total memory of the GPU");
        let both = format!("{command}\n{message}");
        assert_eq!(page.text_of("return $('bring-text').value", &[]), both);
        assert_eq!(apply(page, "apply-bring"), imported(&both));
        let in_field = CARRY.replace("document.body", "$('number-batchSize')");
        assert_eq!(page.script(&in_field, &[json!("paste"), json!("8")]), false, "the box takes it itself");
        assert!(!is_open(page));
    });
}

/// The chosen GPU stays where the text names none; a message alone changes nothing but how much memory there is.
#[test]
fn a_message_alone_stands_beside_todays_run() {
    in_browser(|page| {
        page.open("mode=finetune&model=qwen2.5-7b&gpu=rtx-4090");
        open_sheet(page);
        put(page, LAUNCH);
        until_said(page, "It names no GPU: ");
        put(
            page,
            "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.32 GiB. GPU 0 has a total capacity of 23.52 \
                   GiB of which 1.05 GiB is free. Of the allocated memory 21.44 GiB is allocated by PyTorch",
        );
        until_said(page, "It names no model");
        let row = "return [...document.querySelectorAll('[data-testid=bring-measured] tbody tr')] \
                   .filter(it => it.innerText.startsWith('Needed at least')) \
                   .map(it => [...it.cells].map(it => it.innerText).join('|'))[0]";
        let row = page.text_of(row, &[]);
        // 21.44 GiB and 2.32 GiB more.
        assert!(row.contains("23.8 GiB") && row.matches("GiB").count() >= 2, "{row}");
        assert_eq!(apply(page, "apply-bring"), "mode=finetune&model=qwen2.5-7b&gpu=rtx-4090&gpuMemory=23.52");
    });
}

#[test]
fn files_are_read_together() {
    in_browser(|page| {
        page.open("");
        open_sheet(page);
        let config = include_bytes!("../fixtures/config/qwen3-8b.json");
        choose(page, &[("config.json", config)]);
        until_said(page, "Read as config.json");
        let link = imported(std::str::from_utf8(config).expect("a text"));
        page.until("it can be applied", "return $('apply-bring').dataset.link === a", &[json!(link)]);
        let index = br#"{"metadata": {"total_size": 16381470720}, "weight_map": {"lm_head.weight": "a.safetensors"}}"#;
        choose(page, &[("model.safetensors.index.json", index)]);
        until_said(page, "15.3 GiB");
        let names = "return [...document.querySelectorAll('.sheet-files li span')].map(it => it.innerText)";
        assert_eq!(page.texts_of(names, &[]), ["config.json", "model.safetensors.index.json"]);
        assert_eq!(apply(page, "apply-bring"), link);
        open_sheet(page);
        assert_eq!(page.texts_of(names, &[]).len(), 2, "they stay");
        page.script("document.querySelector('.sheet-files button').click()", &[]);
        until_said(page, "config.json, a.safetensors beside it would tell more");
        assert_eq!(page.texts_of(names, &[]), ["model.safetensors.index.json"]);
    });
}

/// A header that is longer than what is read at first, in front of weights that are never read.
#[test]
fn of_a_large_file_only_the_header_is_read() {
    in_browser(|page| {
        page.open("");
        open_sheet(page);
        // Of 2 GiB, none of which the browser would hold in memory: the same piece a thousand times.
        let script = "const text = it => { const s = new TextEncoder().encode(it); return [number(s.length, 8), s]; };
            const number = (it, n) => { const b = new DataView(new ArrayBuffer(n));
                n === 8 ? b.setBigUint64(0, BigInt(it), true) : b.setUint32(0, it, true); return b; };
            const told = { 'general.architecture': 'llama', 'llama.block_count': 32, 'llama.context_length': 8192,
                'llama.embedding_length': 4096, 'llama.feed_forward_length': 14336, 'llama.attention.head_count': 32,
                'llama.attention.head_count_kv': 8, 'llama.vocab_size': 128256 };
            const parts = ['GGUF', number(3, 4), number(0, 8), number(Object.keys(told).length + 1, 8)];
            for (const [key, value] of Object.entries(told)) {
                parts.push(...text(key));
                typeof value === 'string' ? parts.push(number(8, 4), ...text(value)) : parts.push(number(4, 4), number(value, 4));
            }
            parts.push(...text('tokenizer.ggml.tokens'), number(9, 4), number(8, 4), number(128256, 8));
            for (let at = 0; at < 128256; at++) parts.push(...text(`word${at}`));
            const header = new Blob(parts);
            const megabytes = new Blob([new Uint8Array(1 << 20)]);
            const file = new File([header, ...Array(2048).fill(megabytes)], 'llama.gguf');
            let read = 0;
            const slice = Blob.prototype.slice;
            Blob.prototype.slice = function (from, to) { read = Math.max(read, to); return slice.call(this, from, to); };
            window.readUpTo = () => read;
            window.headerLength = header.size;
            const data = new DataTransfer(); data.items.add(file);
            const field = $('bring-files'); field.files = data.files; field.dispatchEvent(new Event('change', { bubbles: true }));
            return file.size";
        assert!(page.number_of(script, &[]) > 2e9);
        until_said(page, "Read as gguf");
        until_said(page, "llama.block_count");
        let (read, header) = (page.number_of("return readUpTo()", &[]), page.number_of("return headerLength", &[]));
        assert!(header > 1e6 && read >= header && read < 2e7, "{read} of a header of {header}");
        apply(page, "apply-bring");
    });
}

/// Whatever stands in a text or in a file's name, it is shown and never run.
#[test]
fn scripts_stay_texts() {
    in_browser(|page| {
        page.open("");
        open_sheet(page);
        let payload = "<img src=x onerror=window.isRun=1>";
        put(page, &format!("vllm serve Qwen/Qwen3-8B --served-model-name '{payload}' --'{payload}' 1"));
        until_said(page, payload);
        choose(page, &[(payload, format!("{{\"model_type\": \"{payload}\"}}").as_bytes())]);
        page.until(
            "its name is shown",
            "return document.querySelector('.sheet-files').innerText.includes(a)",
            &[json!(payload)],
        );
        put(page, "");
        until_said(page, payload);
        assert_eq!(page.script("return document.querySelector('.sheet img') === null && !window.isRun", &[]), true);
    });
}

/// What is too much is refused by its size, and what was there stays.
#[test]
fn a_text_that_is_too_long_is_refused() {
    in_browser(|page| {
        page.open("mode=nlp");
        open_sheet(page);
        put(page, LAUNCH);
        until_said(page, "Read as vllm");
        let long = "const data = new DataTransfer(); data.setData('text/plain', 'x'.repeat(50 << 20)); \
            const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }); \
            const begin = performance.now(); $(a).dispatchEvent(event); return [event.defaultPrevented, performance.now() - begin]";
        for place in ["bring-text", "bring-close"] {
            let told = page.script(long, &[json!(place)]);
            assert_eq!(told[0], true, "{place}: the browser does not insert it");
            assert!(told[1].as_f64().expect("a time") < 2000.0, "{place}: {told}");
            until_said(page, "50.0 MiB");
            until_said(page, "1.0 MiB");
            assert_eq!(page.text_of("return $('bring-text').value", &[]), LAUNCH);
            put(page, LAUNCH);
            page.until("it is forgotten", "return !$('brought').innerText.includes('50.0 MiB')", &[]);
        }
        let large = "const data = new DataTransfer(); const part = new Blob(['x'.repeat(1 << 20)]); \
            data.items.add(new File(Array(50).fill(part), 'run.log')); const field = $('bring-files'); \
            field.files = data.files; field.dispatchEvent(new Event('change', { bubbles: true }))";
        page.script(large, &[]);
        until_said(page, "run.log has 50.0 MiB; of a file of its kind up to 4.0 MiB are read.");
    });
}

/// The program is fetched when the sheet is first opened, and a failure is told and can be mended.
#[test]
fn it_is_fetched_when_it_is_asked_for() {
    in_browser(|page| {
        page.browser().devtools("Network.enable", json!({}));
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": ["*split_bring.wasm"] }));
        page.open("mode=nlp");
        let fetched = "return performance.getEntriesByType('resource').filter(it => it.name.includes('bring')).length";
        assert_eq!(page.number_of(fetched, &[]), 0.0);
        page.script(CARRY, &[json!("paste"), json!(LAUNCH)]);
        page.until("the failure is told", "return $('not-loaded') !== null", &[]);
        let in_sight = "const box = $('not-loaded').getBoundingClientRect(); \
                        return box.height > 0 && box.bottom <= innerHeight && box.top >= 0";
        assert_eq!(page.script(in_sight, &[]), true);
        page.browser().devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        page.click("[data-testid=not-loaded] button");
        until_said(page, "Read as vllm");
        assert_eq!(apply(page, "apply-bring"), imported(LAUNCH));
        let told = page.browser().console();
        assert!(told.iter().any(|it| it["message"].to_string().contains("Failed to fetch")), "{told:?}");
    });
}

/// On the narrowest phone nothing runs out of the sheet, and its buttons are in sight.
#[test]
fn nothing_runs_out_on_a_phone() {
    in_browser(|page| {
        for language in ["en", "zh"] {
            page.resize(360, 740, 1.0);
            page.open(&format!("mode=nlp&lang={language}"));
            open_sheet(page);
            let log = include_str!("../fixtures/logs/vllm-0.11.txt");
            put(page, log);
            page.until("it is read", "return $('bring-measured') !== null", &[]);
            let wide = "const sheet = $('bring-sheet'), box = sheet.getBoundingClientRect(); \
                return [...sheet.querySelectorAll('*:not(option)')].filter(it => { const b = it.getBoundingClientRect(); \
                    return b.width > 0 && it.type !== 'file' && (b.right > box.right + 1 || b.left < box.left - 1); }) \
                    .map(it => `${it.tagName} ${it.innerText}`)";
            assert_eq!(page.texts_of(wide, &[]), [""; 0], "{language}");
            assert_eq!(
                page.script(
                    "const box = $('bring-sheet').getBoundingClientRect(); \
                return box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight",
                    &[]
                ),
                true
            );
            assert_eq!(
                page.script(
                    "const it = $('apply-bring').getBoundingClientRect(); \
                return it.bottom <= innerHeight && it.height >= 40",
                    &[]
                ),
                true,
                "{language}"
            );
        }
    });
}

/// Lines of a launch went on beyond the field's edge.
#[test]
fn long_lines_wrap_where_they_are_pasted() {
    in_browser(|page| {
        page.open("");
        open_sheet(page);
        put(page, &"vllm serve some-model --flag value ".repeat(20));
        let fits = "const it = $('bring-text'); return it.scrollWidth <= it.clientWidth";
        page.until("nothing is beyond the edge", fits, &[]);
    });
}

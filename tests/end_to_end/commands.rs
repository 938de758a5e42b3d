//! The sheet of commands that run what is shown: what it says is the library's, it is copied, saved and brought back,
//! and what a program needs is one step. It knows no flag.

use super::page::{CATALOG, Page, in_browser};
use super::steps::apply;
use fantoccini::key::Key;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use vram_estimator::export::export;
use vram_estimator::link::decode;

const SERVED: &str = "model=llama-3.3-70b-instruct&engine=vllm&tensorParallel=2";

#[track_caller]
fn open_sheet(page: &Page) {
    page.click_on("share");
    page.click_on("share-commands");
    page.until("the sheet is open", "return $('commands-sheet')?.open", &[]);
}

/// The library's launch of a link.
#[track_caller]
fn launch(tool: &str, link: &str) -> String {
    export(tool, &decode(link, &CATALOG).0.inputs).expect("a launch").text
}

/// Waits until the sheet shows the library's launch of a link.
#[track_caller]
fn until_shown(page: &Page, tool: &str, link: &str) {
    let is_shown = "return $('command-text')?.textContent === a && $(b).getAttribute('aria-pressed') === 'true'";
    page.until(
        &format!("{tool} stands there"),
        is_shown,
        &[json!(launch(tool, link)), json!(format!("command-{tool}"))],
    );
}

#[test]
fn a_command_is_copied_and_brought_back() {
    in_browser(|page| {
        let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        page.browser().devtools("Browser.grantPermissions", permissions);
        page.open(SERVED);
        let link = page.query();
        open_sheet(page);
        until_shown(page, "vllm", SERVED);
        page.click_on("command-copy");
        page.until("it is said", "return $('command-said').innerText === 'Copied'", &[]);
        let script = "const done = arguments[0]; navigator.clipboard.readText().then(done, it => done(`${it}`))";
        let copied = page.browser().ask(|client| async move { client.execute_async(script, vec![]).await });
        assert_eq!(copied, launch("vllm", SERVED));
        page.press(&[Key::Escape]);
        page.until("the focus is back", "return document.activeElement === $('share')", &[]);
        page.until("the sheet is gone", "return $('commands-sheet') === null", &[]);
        // From another run, the text leads back to this one.
        page.open("mode=nlp");
        page.click_on("bring");
        page.until("the sheet is open", "return $('bring-sheet')?.open", &[]);
        let put = "const it = $('bring-text'); it.value = a; it.dispatchEvent(new Event('input', { bubbles: true }))";
        page.script(put, &[copied]);
        let back = apply(page, "apply-bring");
        assert!(decode(&back, &CATALOG).0.inputs == decode(&link, &CATALOG).0.inputs, "{back} of {link}");
    });
}

#[test]
fn it_is_reached_and_left_by_keyboard() {
    in_browser(|page| {
        page.open("mode=finetune&model=qwen2.5-7b&method=QLoRA&quantization=nf4-dq&gpu=rtx-4090");
        let link = page.query();
        page.focus("share");
        page.press(&[Key::Enter]);
        page.until("the menu is open", "return document.activeElement === $('copy-link')", &[]);
        page.press(&[Key::Down, Key::Enter]);
        page.until("the first program has the focus", "return document.activeElement === $('command-accelerate')", &[]);
        until_shown(page, "accelerate", &link);
        page.press(&[Key::Tab, Key::Enter]);
        until_shown(page, "trl", &link);
        page.press(&[Key::Tab, Key::Enter]);
        until_shown(page, "axolotl", &link);
        assert_eq!(page.text("command-run-by"), "Runs with axolotl train vram-finetune-qwen2.5-7b.axolotl.yaml");
        let focused = || page.text_of("return document.activeElement.dataset.testid", &[]);
        assert_eq!(focused(), "command-axolotl", "what was chosen keeps the focus");
        page.press(&[Key::Tab, Key::Tab]);
        assert_eq!(focused(), "command-text");
        page.press(&[Key::Tab, Key::Tab, Key::Tab]);
        assert_eq!(focused(), "command-set-deepspeed");
        page.press(&[Key::Tab, Key::Enter]);
        page.until("it is closed", "return $('commands-sheet') === null", &[]);
        assert_eq!(focused(), "share");
    });
}

#[test]
fn what_a_program_needs_is_one_step() {
    in_browser(|page| {
        let link = "mode=finetune&model=qwen2.5-7b&gpuCount=2";
        page.open(link);
        open_sheet(page);
        until_shown(page, "accelerate", link);
        let refused = page.text("command-refused");
        assert!(refused.contains("DeepSpeed can do this only with Trainer: DeepSpeed."), "{refused}");
        assert!(refused.contains("vLLM is not for the mode Fine-tuning."), "{refused}");
        let led = apply(page, "command-set-deepspeed");
        until_shown(page, "deepspeed", &led);
        page.until("there is something to copy", "return document.activeElement === $('command-copy')", &[]);
        page.script("history.back()", &[]);
        page.check_link(link);
        until_shown(page, "accelerate", link);
    });
}

/// Where no program runs it the sheet says so, and why.
#[test]
fn what_nobody_runs_is_said() {
    in_browser(|page| {
        page.open("mode=cnn");
        open_sheet(page);
        page.until("it is said", "return $('command-none') !== null", &[]);
        assert_eq!(page.script("return $('command-text') === null", &[]), true);
        let n_rows = page.number_of("return $('command-refused').querySelectorAll('li').length", &[]);
        assert_eq!(n_rows, 8.0);
    });
}

#[test]
fn a_configuration_is_saved_as_a_file() {
    in_browser(|page| {
        let link = "mode=finetune&model=qwen2.5-7b";
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("commands-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let behaviour = json!({ "behavior": "allow", "downloadPath": folder.to_str().expect("UTF-8") });
        page.browser().devtools("Browser.setDownloadBehavior", behaviour);
        page.open(link);
        open_sheet(page);
        page.until("the program is there", "return $('command-axolotl') !== null", &[]);
        page.click_on("command-axolotl");
        until_shown(page, "axolotl", link);
        page.click_on("command-save");
        let end = Instant::now() + Duration::from_secs(10);
        let file = folder.join("vram-finetune-qwen2.5-7b.axolotl.yaml");
        while fs::read_to_string(&file).ok() != Some(launch("axolotl", link)) {
            assert!(Instant::now() < end, "no {file:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
}

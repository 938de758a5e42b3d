//! A sheet over the page, which keeps the focus until it is closed. It knows nothing of what stands in it.

use crate::ui::kit::controls::button;
use crate::ui::kit::element::{El, ElementRef, el};
use crate::web::frames::in_a_moment;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// A sheet.
#[derive(Clone, Copy)]
pub struct Dialog {
    handle: ElementRef,
    is_open: RwSignal<bool>,
}

impl Dialog {
    /// One that is there as long as a signal says so.
    pub fn new(is_open: RwSignal<bool>) -> Self {
        Self { handle: ElementRef::new(), is_open }
    }

    /// The sheet, open; `id` is what its parts are named after.
    pub fn sheet(self, id: &str, title: &str, close: &str, parts: Vec<El>) -> El {
        let heading = format!("{id}-title");
        let sheet = el("dialog")
            .class("sheet")
            .attr("aria-labelledby", &heading)
            .test_id(format!("{id}-sheet"))
            .handle(self.handle)
            .on("close", move |_| self.is_open.set(false))
            .child(el("h2").attr("id", heading).text(title))
            .children(parts)
            // Behind the parts, the first of which has the focus at first.
            .child(button("btn quiet sheet-close", move || self.close()).test_id(format!("{id}-close")).text(close));
        // Once it is on the page.
        in_a_moment(move || {
            if let Some(dialog) = self.element() {
                // A dialog that is open already stays so.
                let _ = dialog.show_modal();
            }
        });
        sheet
    }

    /// Closes the sheet; the focus goes back to where it was.
    pub fn close(self) {
        if let Some(dialog) = self.element() {
            dialog.close();
        }
        self.is_open.set(false);
    }

    fn element(self) -> Option<HtmlDialogElement> {
        self.handle.get_untracked()?.dyn_into().ok()
    }
}

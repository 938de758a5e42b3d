//! The nine modes as links, in the document's two groups.

use super::state::use_state;
use super::top_bar::step;
use crate::estimator::{Mode, ModeGroup};
use crate::web::address;
use leptos::html;
use leptos::prelude::*;

/// The row of modes; it scrolls sideways where it must, with the open mode in sight.
#[component]
pub fn ModeTabs() -> impl IntoView {
    let state = use_state();
    let row = NodeRef::<html::Nav>::new();
    Effect::new(move |_| {
        state.mode.get();
        let Some(row) = row.get() else { return };
        let Ok(Some(open)) = row.query_selector("[aria-current]") else { return };
        let (row_box, open_box) = (row.get_bounding_client_rect(), open.get_bounding_client_rect());
        let middle_of_open = open_box.left() + open_box.width() / 2.0;
        let middle_of_row = row_box.left() + row_box.width() / 2.0;
        row.scroll_by_with_x_and_y(middle_of_open - middle_of_row, 0.0);
    });
    view! {
        <nav class="modes" aria-label=state.texts.controls.modes node_ref=row>
            {ModeGroup::ALL.map(|group| view! {
                <div class="mode-group" role="group" aria-label=(state.texts.mode_group)(group)>
                    <span class="eyebrow" aria-hidden="true">{(state.texts.mode_group)(group)}</span>
                    {group.modes().map(|mode| view! { <ModeLink mode /> }).collect_view()}
                </div>
            }).collect_view()}
        </nav>
    }
}

#[component]
fn ModeLink(mode: Mode) -> impl IntoView {
    let state = use_state();
    let is_open = move || state.mode.get() == mode;
    let text = (state.texts.mode)(mode);
    view! {
        <a
            href=move || address::href(&state.link_in_mode(mode))
            title=text.summary
            data-testid=format!("mode-{}", mode.id())
            aria-current=move || is_open().then_some("page")
            on:click=move |event| step(&event, || if !untrack(is_open) { state.go(&untrack(|| state.link_in_mode(mode))) })
        >
            {text.label}
        </a>
    }
}

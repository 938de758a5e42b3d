//! What was wrong with the link, one notice each, until they are dismissed.

use super::icons::{Glyph, Icon};
use super::state::{Notice, use_state};
use leptos::prelude::*;

/// The list of notices; nothing stands there when the link was good.
#[component]
pub fn Notices() -> impl IntoView {
    let state = use_state();
    let controls = &state.texts.controls;
    let dismiss = move |id| state.notices.update(|all| all.retain(|notice| notice.id != id));
    view! {
        <ul
            class="notices"
            aria-label=controls.notices
            hidden=move || state.notices.with(Vec::is_empty)
        >
            <For each=move || state.notices.get() key=|notice| (notice.id, notice.text.clone()) let(Notice { id, text, .. })>
                <li class="notice" data-testid="notice">
                    <Icon glyph=Glyph::Attention />
                    <span>{text}</span>
                    <button type="button" class="close" aria-label=controls.dismiss on:click=move |_| dismiss(id)>
                        <Icon glyph=Glyph::Close />
                    </button>
                </li>
            </For>
        </ul>
    }
}

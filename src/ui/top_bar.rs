//! Name, views, theme and the link. Nothing else competes with the number.

use super::icons::{Glyph, Icon};
use super::state::use_state;
use crate::link::View;
use crate::web::theme::Theme;
use crate::web::{address, clipboard};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use std::time::Duration;

/// How long the page says that the link was copied.
const SAY_FOR: Duration = Duration::from_secs(3);

/// The top bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let state = use_state();
    let controls = &state.texts.controls;
    view! {
        <header class="top">
            <p class="name">
                <span class="mark" aria-hidden="true"><i></i><i></i><i></i></span>
                {controls.product}
            </p>
            <nav class="views" aria-label=controls.views>
                {View::ALL.map(|view| view! { <ViewLink view /> }).collect_view()}
            </nav>
            <div class="tools"><ThemeSelect /><CopyLink /></div>
        </header>
    }
}

#[component]
fn ViewLink(view: View) -> impl IntoView {
    let state = use_state();
    let is_open = move || state.view.get() == view;
    view! {
        <a
            href=move || address::href(&state.link_to_view(view))
            data-testid=format!("view-{}", view.id())
            aria-current=move || is_open().then_some("page")
            on:click=move |event| step(&event, || if !untrack(is_open) { state.go(&untrack(|| state.link_to_view(view))) })
        >
            {(state.texts.view)(view)}
        </a>
    }
}

/// Follows an anchor inside the page; with a modifier key the browser opens it elsewhere, as usual.
pub fn step(event: &MouseEvent, go: impl FnOnce()) {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0 {
        return;
    }
    event.prevent_default();
    go();
}

#[component]
fn ThemeSelect() -> impl IntoView {
    let controls = &use_state().texts.controls;
    let theme = expect_context::<RwSignal<Theme>>();
    let label = |theme| match theme {
        Theme::System => controls.theme_system,
        Theme::Light => controls.theme_light,
        Theme::Dark => controls.theme_dark,
    };
    let options = Theme::ALL.map(|it| {
        view! { <option value=it.id() selected=move || theme.get() == it>{label(it)}</option> }
    });
    view! {
        <label class="select">
            <span class="hidden">{controls.theme}</span>
            <select data-testid="theme" on:change:target=move |event| theme.set(Theme::from_id(&event.target().value()))>
                {options.collect_view()}
            </select>
        </label>
    }
}

#[component]
fn CopyLink() -> impl IntoView {
    let state = use_state();
    let controls = &state.texts.controls;
    let said = RwSignal::new("");
    let copy = move |_| {
        clipboard::copy(&address::absolute(&untrack(|| state.link())), move |is_copied| {
            said.set(if is_copied { controls.link_copied } else { controls.copy_failed });
            set_timeout(move || said.set(""), SAY_FOR);
        });
    };
    view! {
        <div class="copy">
            <button type="button" class="btn" data-testid="copy-link" on:click=copy>
                <Icon glyph=Glyph::Link />
                <span>{controls.copy_link}</span>
            </button>
            <span class="said" role="status" class:shown=move || !said.get().is_empty()>{said}</span>
        </div>
    }
}

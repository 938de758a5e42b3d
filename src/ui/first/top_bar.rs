//! Name, views, language, theme and what can be taken away. Nothing else competes with the number.

use crate::link::{Language, View};
use crate::locale;
use crate::ui::first::order::PagePart;
use crate::ui::first::share::share_menu;
use crate::ui::kit::controls::{anchor, select};
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;
use crate::web::focus::{focus, is_focused};
use crate::web::theme::Theme;
use leptos::prelude::*;

/// The top bar. What stands in it can wait until the totals are seen.
pub fn top_bar(state: State) -> El {
    state.stages.part(PagePart::Bars.turn(), el("header").class("top"), move || contents(state))
}

fn contents(state: State) -> Vec<El> {
    let controls = &state.texts().controls;
    let mark = el("span").class("mark").attr("aria-hidden", "true").children((0..3).map(|_| el("i")));
    let name = el("p").class("name").child(mark).text(controls.product);
    let views = View::ALL.map(|view| view_link(state, view));
    let views = el("nav").class("views").attr("aria-label", controls.views).children(views);
    let tools =
        el("div").class("tools").child(language_select(state)).child(theme_select(state)).child(share_menu(state));
    vec![name, views, tools]
}

fn view_link(state: State, view: View) -> El {
    let is_open = move || state.view() == view;
    let go = move || {
        if !is_open() {
            state.go(&State::to_view(&state.link(), view));
        }
    };
    anchor(move || State::to_view(&state.rested.get(), view), go)
        .test_id(format!("view-{}", view.id()))
        .attr_fn("aria-current", move || is_open().then(|| "page".to_owned()))
        .text((state.texts().view)(view))
}

/// Languages by their own names. A choice makes the page anew, once its texts are there, and the focus stays on the
/// select.
fn language_select(state: State) -> El {
    const ID: &str = "language";
    let choose = move |id: &str| {
        if let Some(language) = Language::from_id(id) {
            state.speak(language);
        }
    };
    // The select that is replaced has the focus still; in the next frame it is gone.
    if is_focused(ID) {
        request_animation_frame(|| focus(ID));
    }
    let select = select(
        Language::ALL.map(|it| (it.id(), locale::own_name(it).to_owned())),
        move || state.language.get().id().to_owned(),
        choose,
    );
    let label = el("span").class("hidden").text(state.texts().controls.language);
    el("label").class("select").child(label).child(select.attr("id", ID).test_id("choice-language"))
}

fn theme_select(state: State) -> El {
    let controls = &state.texts().controls;
    let option = |theme: Theme| {
        let label = match theme {
            Theme::System => controls.theme_system,
            Theme::Light => controls.theme_light,
            Theme::Dark => controls.theme_dark,
        };
        (theme.id(), label.to_owned())
    };
    let select = select(
        Theme::ALL.map(option),
        move || state.theme.get().id().to_owned(),
        move |id| state.theme.set(Theme::from_id(id)),
    );
    el("label").class("select").child(el("span").class("hidden").text(controls.theme)).child(select.test_id("theme"))
}

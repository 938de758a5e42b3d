//! The root: creates the state, lets the address bar follow it, and shows the open view.

use crate::link::View;
use crate::locale;
use crate::ui::asked::{Bring, BringParts, GuideParts, GuideProgram, Workbench, WorkbenchParts};
use crate::ui::fed::Fed;
use crate::ui::first::bring::bring_place;
use crate::ui::first::cards::{results_link, totals_strip};
use crate::ui::first::mode_tabs::mode_tabs;
use crate::ui::first::order::PagePart;
use crate::ui::first::parameters::parameter_column;
use crate::ui::first::results::results;
use crate::ui::first::share::embedded_view;
use crate::ui::first::top_bar::top_bar;
use crate::ui::gate::Fetch;
use crate::ui::kit::element::{El, effect, el, memo};
use crate::ui::later::{Later, LaterParts};
use crate::ui::spoken::FetchTexts;
use crate::ui::state::State;
use crate::web::address;
use crate::web::boot;
use crate::web::frames::Rest;
use crate::web::language;
use crate::web::theme::Theme;
use leptos::prelude::*;

/// What the page fetches beyond its first program.
#[derive(Clone, Copy)]
pub struct Programs {
    /// What every reader gets once the first view stands.
    pub later: Fetch<LaterParts>,
    /// What is opened below the chart.
    pub workbench: Fetch<WorkbenchParts>,
    /// What reads texts and files of other programs.
    pub bring: Fetch<BringParts>,
    /// The Guide.
    pub guide: Fetch<GuideParts>,
    /// Languages other than English.
    pub languages: FetchTexts,
}

/// The page.
pub fn app(theme: Theme, programs: Programs) -> El {
    let state = State::from_address(theme, programs.languages);
    Later::provide(programs.later, state.spoken);
    Workbench::provide(programs.workbench, state.spoken);
    Bring::provide(programs.bring, state.spoken);
    GuideProgram::provide(programs.guide, state.spoken);
    let gate = Later::of_page();
    Fed::provide(state);
    // From then on another language replaces the one that is spoken when it is there.
    let is_shown = Memo::new(move |before: Option<&bool>| before.is_some_and(|it| *it) || state.spoken.is_decided());
    effect(move || {
        if is_shown.get() {
            state.stages.start(PagePart::COUNT);
        }
    });
    let follow = Rest::new(address::FOLLOW_AFTER);
    // Nobody waits for these before the totals are seen.
    let is_seen = memo(move || state.stages.has_come(PagePart::Bars.turn()));
    effect(move || {
        if is_seen.get() {
            state.link();
            follow.then(move || state.rest());
        }
    });
    effect(move || {
        if let Some(parts) = is_seen.get().then(|| gate.parts()).flatten() {
            state.shown.learn(parts.methods);
        }
    });
    effect(move || {
        if is_seen.get() {
            let theme = state.theme.get();
            theme.wear();
            theme.keep();
        }
    });
    effect(move || {
        if is_seen.get() {
            document().set_title(&title(state));
        }
    });
    // Going back or forward, the address leads and the page follows.
    window_event_listener_untyped("popstate", move |_| state.follow_address());
    // What other programs run or say is brought anywhere but into a field.
    for name in ["paste", "dragover", "drop"] {
        window_event_listener_untyped(name, move |event| {
            if !untrack(|| state.is_embedded()) {
                state.inbox.hear(&event);
            }
        });
    }
    // Wherever the hand lets go of a slider.
    for release in ["pointerup", "pointercancel"] {
        window_event_listener_untyped(release, move |_| state.is_held.set(false));
    }
    // A page that is left or reloaded keeps what was set a moment ago.
    window_event_listener_untyped("pagehide", move |_| state.rest());
    effect(move || language::announce(locale::tag(state.language.get()), state.texts().controls.description));

    let is_busy = move || !state.stages.is_complete() || gate.is_awaited();
    // Other parts of the page's state change without a new view.
    let (view, is_embedded) = (memo(move || state.view()), memo(move || state.is_embedded()));
    el("div")
        .class("app")
        .attr_fn("aria-busy", move || is_busy().then(|| "true".to_owned()))
        .children_fn(move || {
            if !is_shown.get() {
                return vec![];
            }
            boot::leave();
            state.language.track();
            if is_embedded.get() {
                return vec![];
            }
            vec![results_link("skip", state.texts().controls.skip_to_results), top_bar(state)]
        })
        .children_fn(move || {
            if !is_shown.get() {
                return vec![];
            }
            state.language.track();
            if is_embedded.get() {
                return vec![el("div").children_fn(move || {
                    state.shown.shown_mode.get();
                    vec![embedded_view(state)]
                })];
            }
            open_view(state, view.get())
        })
        .child(bring_place(state))
}

fn title(state: State) -> String {
    state.language.track();
    let view = state.view();
    let subject = match view {
        View::Estimate => (state.texts().mode)(state.shown.mode.get()).label,
        View::Verification | View::Guide => (state.texts().view)(view),
    };
    format!("{subject} · {}", state.texts().controls.product)
}

/// The open view.
fn open_view(state: State, view: View) -> Vec<El> {
    match view {
        View::Estimate => vec![mode_tabs(state), el("div").children_fn(move || vec![mode_view(state)])],
        View::Verification => GuideProgram::of_page().show(state, |it| (it.verification)(state)),
        View::Guide => GuideProgram::of_page().show(state, |it| (it.view)(state)),
    }
}

/// Another mode has other parameters and other methods: all but the tabs is made anew.
fn mode_view(state: State) -> El {
    // Read, not only tracked: a memo that nobody has read knows no sources and tells no change.
    state.shown.shown_mode.get();
    el("main").class("layout").child(totals_strip(state)).child(parameter_column(state)).child(results(state))
}

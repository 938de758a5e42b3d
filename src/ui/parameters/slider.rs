//! A native range input over the stops of a slider. What a stop is worth, the parameter table knows.

use crate::estimator::parameters::Slider;
use crate::estimator::{ParameterId, Value};
use crate::present::numbers;
use crate::ui::state::{State, control_id, use_state};
use leptos::prelude::*;

/// The slider of a parameter, with the ends of its range and a tick at the default.
#[component]
pub fn RangeSlider(id: ParameterId, slider: Slider, default: Value, label: &'static str) -> impl IntoView {
    let state = use_state();
    let value = state.value(id);
    let last = slider.last_stop();
    let stop = Memo::new(move |_| slider.stop_of(value.get().number()));
    let share = move |stop: u32| f64::from(stop) / f64::from(last.max(1));
    let default_share = share(slider.stop_of(default.number()));
    let spoken = move || {
        format!("{} {}", numbers::parameter_value(id, value.get()), unit(id, state)).trim().to_owned()
    };
    let drag = move |text: String| {
        if let Ok(stop) = text.parse() {
            state.set(id, Value::Number(slider.value_at(stop)));
        }
    };
    let mode = state.mode.get_untracked();
    let end = move |value| numbers::range_end(id, value, mode);
    view! {
        <div class="slide-line">
            <span class="range-end" aria-hidden="true">{end(slider.min)}</span>
            <span
                class="track"
                style:--share=move || format!("{:.5}", share(stop.get()))
                style:--default=format!("{default_share:.5}")
            >
                <i class="default-tick"></i>
                <input
                    type="range"
                    id=control_id(id)
                    data-testid=format!("slider-{}", id.spec().key)
                    min="0"
                    max=last.to_string()
                    step="1"
                    prop:value=move || stop.get().to_string()
                    aria-label=label
                    aria-valuetext=spoken
                    on:input:target=move |event| drag(event.target().value())
                />
            </span>
            <span class="range-end" aria-hidden="true">{end(slider.max)}</span>
        </div>
    }
}

/// The unit beside a parameter's number box.
pub fn unit(id: ParameterId, state: State) -> &'static str {
    match id {
        ParameterId::BatchSize => (state.texts.batch_unit)(state.mode.get_untracked()),
        _ => (state.texts.parameter_unit)(id.spec().unit),
    }
}

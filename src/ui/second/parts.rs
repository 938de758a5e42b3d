//! The table of all that the second program makes. Whoever calls it outside of the place of the cut takes all of it
//! into the first.

use crate::estimator::plan::deciding::deciding_any;
use crate::estimator::{METHODS, capacity_values};
use crate::ui::later::LaterParts;
use crate::ui::second::beyond::{beyond, reach};
use crate::ui::second::comparison::comparison_view;
use crate::ui::second::decide::decide_view;
use crate::ui::second::formula::detail;
use crate::ui::second::gpus::fill_gpus;
use crate::ui::second::help::help_facts;
use crate::ui::second::marks::{enough, stop_mark, stop_text, stop_words};
use crate::ui::second::models::fill_models;
use crate::ui::second::picked::picked;
use crate::ui::second::pictures::{chart_canvas, chart_svg};
use crate::ui::second::pins::{pin_bar, pin_words};
use crate::ui::second::ranks::{mesh_line, ranks_view};
use crate::ui::second::readings::{card_note, readings_view};
use crate::ui::second::report::text_file;
use crate::ui::second::said::{explanation, problem, set_to, unanswered};
use crate::ui::second::search_fields::search_field;
use crate::ui::second::switched::switched;
use crate::ui::second::table::{component_table, sentence};
use crate::ui::second::target::target_line;
use crate::ui::second::verdict::{card_verdict, verdict};
use crate::ui::second::workbench::workbench;
use leptos::prelude::*;

/// The second program. Whoever calls this outside of the place of the cut takes all of
/// it into the first.
pub fn later_parts() -> &'static LaterParts {
    static PARTS: LaterParts = LaterParts {
        methods: METHODS,
        room: capacity_values,
        problem,
        switched,
        explanation,
        set_to,
        unanswered,
        sentence,
        table: |state| vec![component_table(state)],
        deciding: |state, groups| state.shown.inputs.with(|inputs| deciding_any(inputs, groups)),
        detail,
        target_line,
        ranks: ranks_view,
        mesh: mesh_line,
        readings: readings_view,
        text_file,
        chart_svg,
        chart_canvas,
        card_note,
        card_verdict,
        picked,
        reach,
        beyond,
        pin_bar,
        pin_words,
        comparison: comparison_view,
        decide: decide_view,
        help_facts,
        fill_models,
        fill_gpus,
        search_field,
        workbench,
        verdict,
        enough,
        stop_mark,
        stop_words,
        stop_text,
    };
    &PARTS
}

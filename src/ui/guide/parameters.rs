//! The parameters of the advanced modes, a table for each group, which opens when it is asked for. What is the same in
//! all modes, `present` knows.

use crate::estimator::parameters::ParameterGroup;
use crate::estimator::{Mode, ModeGroup};
use crate::present::parameter_table::{InMode, Offered, ParameterRow, rows};
use crate::ui::guide::sections::{Section, note, section};
use crate::ui::guide::texts::guide_texts;
use crate::ui::kit::element::{El, el};
use crate::ui::state::State;

/// Choices that stand in a cell as they are; more are folded away.
const FEW_CHOICES: usize = 8;

/// The section.
pub fn parameters(state: State) -> El {
    let modes: Vec<Mode> = ModeGroup::Advanced.modes().collect();
    let group = |group| group_table(state, group, &modes);
    section(state, Section::Parameters)
        .child(note(guide_texts(state).parameters.note))
        .children(ParameterGroup::ALL.into_iter().filter_map(group))
}

/// A group, or nothing where the modes use none of its parameters.
fn group_table(state: State, group: ParameterGroup, modes: &[Mode]) -> Option<El> {
    let guide = guide_texts(state);
    let rows = rows(group, modes);
    if rows.is_empty() {
        return None;
    }
    let summary = el("summary")
        .child(el("span").class("group-name").text((state.texts().parameter_group)(group)))
        .child(el("span").class("caption").text((guide.n_parameters)(rows.len())));
    let labels: Vec<&'static str> = modes.iter().map(|mode| (state.texts().mode)(*mode).label).collect();
    let heads = guide.parameters.heads.iter().copied().chain(labels.iter().copied());
    let heads = heads.map(|head| el("th").attr("scope", "col").text(head));
    let table = el("table")
        .class("plain parameters")
        .child(el("thead").child(el("tr").children(heads)))
        .child(el("tbody").children(rows.into_iter().map(|it| row(state, it, &labels))));
    Some(el("details").test_id("parameters").child(summary).child(table))
}

fn row(state: State, row: ParameterRow, labels: &[&'static str]) -> El {
    let heads = guide_texts(state).parameters.heads;
    let cell = |at: usize| el("td").attr("data-label", heads[at]);
    let impact = row.impact.map(state.texts().impact);
    let in_mode = |(it, label): (Option<InMode>, &&'static str)| {
        let cell = el("td").attr("data-label", *label);
        match it {
            Some(it) => cell.children(mode_cell(state, it)),
            None => cell.class("unused").text("–"),
        }
    };
    el("tr")
        .child(el("th").attr("scope", "row").child(el("code").text(row.id.spec().key)))
        .child(cell(1).class("told").text((guide_texts(state).help)(row.id)))
        .child(cell(2).text(impact.unwrap_or_default()))
        .child(cell(3).maybe(row.offered.map(|it| offered(state, it))))
        .children(row.modes.into_iter().zip(labels).map(in_mode))
}

/// The default, and what is not the same in all modes.
fn mode_cell(state: State, it: InMode) -> Vec<El> {
    let impact = it.impact.map(|it| el("small").text((state.texts().impact)(it)));
    let range = it.offered.map(|it| el("small").child(offered(state, it)));
    [Some(el("span").text(it.default)), range, impact].into_iter().flatten().collect()
}

fn offered(state: State, it: Offered) -> El {
    match it {
        Offered::Between(min, max) => el("span").class("range").text(format!("{min} – {max}")),
        Offered::OneOf(ids) if ids.len() <= FEW_CHOICES => el("span").text((state.texts().joints.names)(ids)),
        Offered::OneOf(ids) => {
            let summary = el("summary").text((guide_texts(state).n_choices)(ids.len()));
            el("details").class("choices").child(summary).child(el("p").text((state.texts().joints.names)(ids)))
        }
        Offered::Models => el("span").text("–"),
    }
}

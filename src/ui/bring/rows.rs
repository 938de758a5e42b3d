//! What was read, row by row. All of it is text: nothing that was brought ever becomes markup.

use crate::locale::SheetTexts;
use crate::present::brought::{Brought, BroughtRow, FigureRow};
use crate::ui::kit::element::{El, el};

/// Sentences that are shown without being unfolded.
const FEW: usize = 3;

/// All that was read.
pub fn rows(it: &Brought, words: &SheetTexts) -> Vec<El> {
    let mut res = Vec::new();
    if !it.said.is_empty() {
        res.push(el("p").test_id("bring-said").text(&it.said));
    }
    res.extend(it.notes.iter().map(|note| el("p").class("caption").test_id("bring-note").text(note)));
    res.extend(sentences("bring-problems", words.problems, &it.problems, true));
    res.extend(values("bring-taken", words.taken, &it.taken));
    res.extend(values("bring-assumed", words.assumed, &it.assumed));
    res.extend(figures(words, &it.measured));
    res.extend(sentences("bring-ignored", words.ignored, &it.ignored, it.ignored.len() <= FEW));
    res
}

/// A part with its heading.
pub fn part(id: &str, title: &str) -> El {
    el("section").class("brought").test_id(id).child(el("h3").text(title))
}

/// Values by name; nothing where there are none.
pub fn values(id: &str, title: &str, rows: &[BroughtRow]) -> Option<El> {
    let row = |it: &BroughtRow| {
        el("li").child(el("span").text(it.name)).child(el("b").text(&it.value)).child(el("small").text(&it.why))
    };
    (!rows.is_empty()).then(|| part(id, title).child(el("ul").children(rows.iter().map(row))))
}

fn sentences(id: &str, title: &str, all: &[String], is_open: bool) -> Option<El> {
    let list = || el("ul").class("said-of").children(all.iter().map(|it| el("li").text(it)));
    if all.is_empty() {
        None
    } else if is_open {
        Some(part(id, title).child(list()))
    } else {
        let head = el("summary").text(format!("{title} · {}", all.len()));
        Some(el("details").class("brought").test_id(id).child(head).child(list()))
    }
}

fn figures(words: &SheetTexts, rows: &[FigureRow]) -> Option<El> {
    let head = |text: &&str| el("th").attr("scope", "col").text(text);
    let figure = |text: &str| el("td").class("amount").text(text);
    let row = |it: &FigureRow| {
        let like = (!it.like.is_empty()).then(|| el("small").text(&it.like));
        el("tr")
            .child(el("th").attr("scope", "row").text(&it.name).maybe(like))
            .child(figure(&it.measured))
            .child(figure(&it.estimated))
            .child(figure(&it.difference))
    };
    let table = || {
        el("table")
            .child(el("thead").child(el("tr").children(words.heads.iter().map(head))))
            .child(el("tbody").children(rows.iter().map(row)))
    };
    (!rows.is_empty()).then(|| part("bring-measured", words.measured).child(table()))
}

//! Every text of a language by a name. What has fields is taken apart here, so that a text that is added cannot be left
//! out: this file then does not compile. It judges nothing.

use vram_estimator::estimator::parameters::{ParameterGroup, ParameterKind, ParameterUnit};
use vram_estimator::estimator::plan::strategies::Strategy;
use vram_estimator::estimator::verification::{EXAMPLES, FactKind, RowNote, TABLE, Verdict};
use vram_estimator::estimator::{
    ChoiceValue, Component, ComponentGroup, Conflict, ConstantId, Control, Impact, MethodId, Mode, ModeGroup, MomentId,
    ParameterId, Precision, Refusal, Unsupported,
};
use vram_estimator::link::{Accepted, Problem, ProblemKind, View};
use vram_estimator::locale::{
    ChartTexts, CommandLineTexts, ComparisonTexts, ControlTexts, CrashTexts, DetailTexts, Guide, GuideList, GuideTable,
    Joints, LaterTexts, NamedPart, RefusedText, Texts, VerificationTexts,
};

/// What stands in place of figures and names.
const A: &str = "‹a›";
const B: &str = "‹b›";
const C: &str = "‹c›";
const D: &str = "‹d›";

/// The contradictions of inputs.
const CONFLICTS: [Conflict; 6] = [
    Conflict::MoreActiveThanExperts,
    Conflict::PatchLargerThanImage,
    Conflict::HeadsDoNotDivide,
    Conflict::KeyValueHeadsDoNotDivide,
    Conflict::MoreKeyValueHeadsThanHeads,
    Conflict::CompletionLongerThanSequence,
];

/// Why a value is refused.
const REFUSALS: [Refusal; 8] = [
    Refusal::Empty,
    Refusal::NotANumber,
    Refusal::TooSmall,
    Refusal::TooLarge,
    Refusal::NotWhole,
    Refusal::Separator,
    Refusal::Suffix,
    Refusal::NotOffered,
];

/// What takes a parameter's effect away.
const CONTROLS: [Control; 6] =
    [Control::Mode, Control::Nothing, Control::Task, Control::Method, Control::Engine, Control::Layout];

/// Why there are no formulas.
const UNSUPPORTED: [Unsupported; 14] = [
    Unsupported::LayersUnknown,
    Unsupported::ReadsImagesOnly,
    Unsupported::NoImageClassifier,
    Unsupported::NoExperts,
    Unsupported::ReadsNoImages,
    Unsupported::ReadsImagesToo,
    Unsupported::GeneratesNothing,
    Unsupported::EncoderDecoder,
    Unsupported::Speech,
    Unsupported::Contrastive,
    Unsupported::LinearAttention,
    Unsupported::LatentAttention,
    Unsupported::CrossAttention,
    Unsupported::TwoHeadWidths,
];

/// The texts, in a fixed order.
#[derive(Default)]
pub struct EveryText(pub Vec<(String, String)>);

impl EveryText {
    /// Of a language.
    pub fn of(texts: &Texts, later: &LaterTexts, symbols: &[&'static str]) -> Self {
        let mut res = Self::default();
        res.first(texts);
        res.later(later, symbols);
        res
    }

    fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.push((name.into(), text.into()));
    }

    fn first(&mut self, texts: &Texts) {
        let Texts {
            mode,
            mode_group,
            view,
            method,
            parameter,
            parameter_in_mode,
            parameter_unit,
            batch_unit,
            parameter_group,
            choice,
            impact,
            component,
            component_group,
            in_sentence,
            moment,
            problem,
            refused,
            conflict,
            joints,
            controls,
            chart,
            crash,
            command_line,
        } = texts;
        for it in Mode::ALL {
            self.add(format!("mode {it:?}"), mode(it).label);
            self.add(format!("summary {it:?}"), mode(it).summary);
            self.add(format!("batch {it:?}"), batch_unit(it));
        }
        ModeGroup::ALL.iter().for_each(|it| self.add(format!("modes {it:?}"), mode_group(*it)));
        View::ALL.iter().for_each(|it| self.add(format!("view {it:?}"), view(*it)));
        for it in MethodId::ALL {
            self.add(format!("method {it:?}"), method(it).label);
            self.add(format!("note {it:?}"), method(it).note);
            self.add(format!("method summary {it:?}"), method(it).summary);
        }
        for &id in ParameterId::ALL {
            self.add(format!("parameter {id:?}"), parameter(id));
            for mode in Mode::ALL {
                self.add(format!("parameter {id:?} in {mode:?}"), parameter_in_mode(id, mode));
            }
            let unit = id.spec().unit;
            self.add(format!("unit of {id:?}, none {}", unit == ParameterUnit::None), parameter_unit(unit));
            if let ParameterKind::Choice { ids } = id.spec().kind {
                (0..ids.len()).for_each(|at| self.add(format!("choice {at} of {id:?}"), choice(id, at)));
            }
            let refused_text = |refusal| RefusedText { id, label: A, typed: B, refusal, used: C };
            self.add(format!("refused {id:?}"), refused(&refused_text(Refusal::NotANumber)));
        }
        ParameterGroup::ALL.iter().for_each(|it| self.add(format!("parameters {it:?}"), parameter_group(*it)));
        Impact::ALL.iter().for_each(|it| self.add(format!("impact {it:?}"), impact(*it)));
        Component::ALL.iter().for_each(|it| self.add(format!("component {it:?}"), component(*it)));
        for &it in ComponentGroup::ALL {
            self.add(format!("group {it:?}"), component_group(it));
            self.add(format!("group {it:?} in a sentence"), in_sentence(component_group(it)));
        }
        MomentId::ALL.iter().for_each(|it| self.add(format!("moment {it:?}"), moment(*it)));
        for kind in problems() {
            let name = format!("problem {kind:?}");
            self.add(name, problem(&Problem { key: A.to_owned(), value: B.to_owned(), kind }));
        }
        CONFLICTS.iter().for_each(|it| self.add(format!("conflict {it:?}"), conflict(*it)));
        self.joints(joints);
        self.controls(controls);
        self.chart(chart);
        let CrashTexts { title, advice, reload } = crash;
        [title, advice, reload].iter().enumerate().for_each(|(at, it)| self.add(format!("crash {at}"), **it));
        let CommandLineTexts { help, unknown_option, failed } = command_line;
        self.add("help", *help);
        self.add("unknown option", unknown_option(A));
        self.add("failed", failed(A));
    }

    fn joints(&mut self, Joints { named, in_unit, figure, names, sentences }: &Joints) {
        self.add("named", named(A, B));
        self.add("in unit", in_unit(A, B));
        self.add("figure", figure(A, B));
        self.add("names", names(&[A, B]));
        self.add("sentences", sentences(&["‹a›!", "‹b›!"]));
    }

    fn controls(&mut self, it: &ControlTexts) {
        let ControlTexts {
            product,
            skip_to_results,
            views,
            modes,
            description,
            language,
            theme,
            theme_system,
            theme_light,
            theme_dark,
            own_model,
            copy_link,
            link_copied,
            copy_failed,
            totals,
            method_choice,
            unit_choice,
            parameters,
            changed,
            reset_all,
            reset_one,
            help_for,
            effect_on_memory,
            notices,
            not_loaded,
            load_again,
            dismiss,
        } = it;
        let plain = [
            product,
            skip_to_results,
            views,
            modes,
            description,
            language,
            theme,
            theme_system,
            theme_light,
            theme_dark,
            own_model,
            copy_link,
            link_copied,
            copy_failed,
            totals,
            method_choice,
            unit_choice,
            parameters,
            reset_all,
            effect_on_memory,
            notices,
            not_loaded,
            load_again,
            dismiss,
        ];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("control {at}"), **it));
        self.add("changed", changed(2, 16));
        self.add("reset", reset_one(A, B));
        self.add("help for", help_for(A));
    }

    fn chart(&mut self, it: &ChartTexts) {
        let ChartTexts {
            results,
            title,
            timeline_title,
            legend,
            segment,
            gap,
            agree,
            table,
            toggle,
            component,
            bytes,
            spread,
            equal,
            total,
            moment,
            peak,
        } = it;
        self.add("peak", peak(A));
        let plain = [results, title, timeline_title, moment, legend, table, component, bytes, spread, equal, total];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("chart {at}"), **it));
        let part = |share: &str| NamedPart { name: C.to_owned(), amount: D.to_owned(), share: share.to_owned() };
        self.add("segment", segment(A, B, C, D));
        self.add("gap of one", gap(A, B, "3.7", &[part("")]));
        self.add("gap of three", gap(A, B, "3.7", &[part("87 %"), part("5 %"), part("3 %")]));
        self.add("agree", agree(A, B, C));
        self.add("toggle", toggle(A));
    }

    fn later(&mut self, texts: &LaterTexts, symbols: &[&'static str]) {
        let LaterTexts {
            constant,
            quantity,
            why_methods_differ,
            why_calibrated_differs,
            source,
            box_accepts,
            detail,
            comparison,
            verification,
            guide,
            help,
            symbol,
        } = texts;
        ConstantId::ALL.iter().for_each(|it| self.add(format!("constant {it:?}"), constant(*it)));
        symbols.iter().for_each(|it| self.add(format!("quantity {it}"), quantity(it)));
        for mode in Mode::ALL {
            for &group in ComponentGroup::ALL {
                self.add(format!("why {mode:?} {group:?}"), why_methods_differ(mode, group).unwrap_or_default());
                self.add(
                    format!("calibrated {mode:?} {group:?}"),
                    why_calibrated_differs(mode, group).unwrap_or_default(),
                );
            }
        }
        Component::ALL.iter().for_each(|it| self.add(format!("source {it:?}"), source(*it).unwrap_or_default()));
        for &id in ParameterId::ALL {
            self.add(format!("box {id:?}"), box_accepts(id));
            self.add(format!("help {id:?}"), help(id));
        }
        self.add("symbol", *symbol);
        let DetailTexts { symbols, why, not_counted, not_at_peak, go_to, decides, at_moment, source } = detail;
        [symbols, why, decides, source].iter().enumerate().for_each(|(at, it)| self.add(format!("detail {at}"), **it));
        self.add("not counted", not_counted(A));
        self.add("not at peak", not_at_peak(A, B, C));
        self.add("go to", go_to(A));
        self.add("at moment", at_moment(A));
        self.comparison(comparison);
        self.verification(verification);
        self.guide(guide);
    }

    fn comparison(&mut self, it: &ComparisonTexts) {
        let ComparisonTexts {
            preference_title,
            preference_note,
            calibrated_title,
            calibrated_note,
            preference_bars,
            sequence_title,
            sequence_note,
            sequence_parts,
            capacity_title,
            capacity_note,
            capacity_none,
            capacity_waits,
            capacity_rows,
            capacity_formula,
        } = it;
        let plain = [
            preference_title,
            preference_note,
            calibrated_title,
            calibrated_note,
            sequence_title,
            capacity_title,
            capacity_formula,
        ];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("comparison {at}"), **it));
        preference_bars(A).into_iter().enumerate().for_each(|(at, it)| self.add(format!("bar {at}"), it));
        sequence_parts.iter().enumerate().for_each(|(at, it)| self.add(format!("part {at}"), *it));
        capacity_rows(A).into_iter().enumerate().for_each(|(at, it)| self.add(format!("capacity {at}"), it));
        self.add("sequence", sequence_note(A));
        self.add("capacity", capacity_note(A, B));
        self.add("no capacity", capacity_none(A, B));
        self.add("waits", capacity_waits(A, B));
    }

    fn verification(&mut self, it: &VerificationTexts) {
        let VerificationTexts {
            title,
            lede,
            tally,
            tally_count,
            table,
            table_note,
            examples,
            examples_note,
            heads,
            note,
            start,
            target,
            target_reached,
            verdict,
            verdict_aloud,
            verdict_why,
            direction,
            fact,
            fact_unit,
            play,
            pause,
            open,
            for_row,
            step,
            replay,
            accuracy,
            accuracy_note,
            accuracy_missing,
            accuracy_axes,
            accuracy_heads,
            accuracy_case,
            accuracy_worst,
        } = it;
        let plain = [
            title,
            lede,
            tally,
            table,
            table_note,
            examples,
            examples_note,
            direction,
            play,
            pause,
            open,
            accuracy,
            accuracy_note,
            accuracy_missing,
            accuracy_axes,
            accuracy_worst,
        ];
        let plain = plain.into_iter().chain(heads).chain(accuracy_heads);
        plain.enumerate().for_each(|(at, it)| self.add(format!("verification {at}"), *it));
        self.add("tally", tally_count(8, 9));
        for it in [RowNote::ReadWhileAnimated { printed: A }, RowNote::BeforeTheFix, RowNote::ContinuousDrag] {
            self.add(format!("row note {it:?}"), note(it));
        }
        self.add("start", start(A));
        self.add("start from the defaults", start(""));
        for document in [Some(D), None] {
            self.add(format!("target {document:?}"), target(A, B, C, document));
            self.add(format!("target reached {document:?}"), target_reached(A, B, document));
        }
        for it in [Verdict::Reproduced, Verdict::ReproducedFromRounded, Verdict::FollowsFromNeither] {
            self.add(format!("verdict {it:?}"), verdict(it));
            self.add(format!("verdict aloud {it:?}"), verdict_aloud(it));
            self.add(format!("verdict why {it:?}"), verdict_why(it));
        }
        let facts = TABLE.iter().chain(&EXAMPLES).flat_map(|row| row.check().facts);
        for it in facts.map(|it| it.0).chain([FactKind::ExpertBillions]) {
            self.add(format!("fact {it:?}"), fact(it));
            self.add(format!("fact unit {it:?}"), fact_unit(it));
        }
        self.add("for row", for_row(A, B));
        self.add("step", step(7, 14));
        self.add("replay", replay(A));
        self.add("case", accuracy_case(A, B, C, D));
    }

    fn guide(&mut self, it: &Guide) {
        let Guide {
            title,
            lede,
            contents,
            precision,
            precision_use,
            formulas,
            trained,
            parameters,
            n_parameters,
            n_choices,
            strategies_title,
            strategies_note,
            strategy,
            try_it,
            saves,
            costs,
            saves_nothing,
            not_applicable,
            out_of_memory,
            lists_title,
            lists,
            references_title,
            references,
        } = it;
        let plain = [
            title,
            lede,
            contents,
            strategies_title,
            try_it,
            saves_nothing,
            not_applicable,
            lists_title,
            references_title,
        ];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("guide {at}"), **it));
        for (at, GuideTable { title, note, heads }) in [precision, formulas, parameters].into_iter().enumerate() {
            let all = [title, note].into_iter().chain(heads.iter());
            all.enumerate().for_each(|(n, it)| self.add(format!("guide table {at}, {n}"), *it));
        }
        for (at, GuideList { title, items, is_ordered: _ }) in [out_of_memory].into_iter().chain(*lists).enumerate() {
            let all = [title].into_iter().chain(items.iter());
            all.enumerate().for_each(|(n, it)| self.add(format!("guide list {at}, {n}"), *it));
        }
        Precision::IDS.iter().for_each(|it| self.add(format!("use of {it}"), precision_use(it)));
        Mode::ALL.iter().for_each(|it| self.add(format!("trained {it:?}"), trained(*it)));
        for it in Strategy::ALL {
            self.add(format!("strategy {it:?}"), strategy(it).label);
            self.add(format!("strategy text {it:?}"), strategy(it).text);
        }
        self.add("parameters", n_parameters(3));
        self.add("a parameter", n_parameters(1));
        self.add("choices", n_choices(3));
        self.add("strategies", strategies_note(A, B, C));
        self.add("saves", saves(A, B));
        self.add("costs", costs(A, B));
        for it in *references {
            self.add(format!("reference {}", it.url), it.note);
        }
    }
}

/// A problem of each kind.
fn problems() -> Vec<ProblemKind> {
    let allowed = || Accepted::OneOf(vec!["x", "y"]);
    let used = || C.to_owned();
    let refused = REFUSALS.map(|refusal| ProblemKind::Refused { refusal, allowed: allowed(), used: used() });
    let of_parameter = |id: ParameterId| Accepted::Parameter(id.spec().allowed());
    let ranges = [ParameterId::BatchSize, ParameterId::ModelSize, ParameterId::Precision, ParameterId::Model];
    let ranges = ranges.map(|id| ProblemKind::Repeated { allowed: of_parameter(id), used: used() });
    let ignored = ProblemKind::Repeated { allowed: allowed(), used: String::new() };
    let mut res = vec![ProblemKind::UnknownKey, ignored, ProblemKind::More(7)];
    res.extend(refused);
    res.extend(ranges);
    res.extend(CONTROLS.map(|it| ProblemKind::NoEffect(it, Mode::Nlp)));
    res.extend(UNSUPPORTED.map(|it| ProblemKind::Unsupported(it, Mode::Nlp)));
    res.extend(CONFLICTS.map(ProblemKind::Conflict));
    res
}

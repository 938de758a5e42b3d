//! Every text of a language that the page fetches later, by a name; taken apart like the others, and for the same
//! reason.

use super::every_text::{A, B, C, D, EveryText};
use std::collections::BTreeSet;
use vram_estimator::estimator::evidence::Evidence;
use vram_estimator::estimator::expr::ElementFormat;
use vram_estimator::estimator::plan::fit::VerdictKind;
use vram_estimator::estimator::plan::piles::Pile;
use vram_estimator::estimator::plan::solve::ASKED;
use vram_estimator::estimator::plan::strategies::{Obstacle, Strategy};
use vram_estimator::estimator::verification::{EXAMPLES, ResultKind, RowNote, TABLE, Verdict};
use vram_estimator::estimator::{
    ChoiceValue, Component, ComponentGroup, ConstantId, EngineVersion, Mode, ParameterId, Precision, Quantity,
    RankKind, RunKind,
};
use vram_estimator::link::Tab;
use vram_estimator::locale::{
    AdviceTexts, CardScope, ComparisonTexts, DetailTexts, DeviceTexts, Guide, GuideList, GuideTable, LaterTexts,
    ListingTexts, ModelTexts, PinTexts, RankTexts, ReadingTexts, TabTexts, TargetTexts, VerdictText, VerdictTexts,
    VerificationTexts,
};

impl EveryText {
    /// Those that the page fetches later.
    pub fn later(&mut self, texts: &LaterTexts) {
        let LaterTexts {
            constant,
            quantity,
            document_size,
            why_methods_differ,
            why_calibrated_differs,
            source,
            // Sentences: see `said`.
            problem: _,
            refused: _,
            has_no_effect: _,
            impossible: _,
            impossible_in_link: _,
            unsupported: _,
            unread,
            conflict: _,
            nearest_divisors,
            box_accepts,
            detail,
            ranks,
            readings,
            verdict,
            devices,
            models,
            pins,
            tabs,
            comparison,
            target,
            advice,
            symbol,
        } = texts;
        self.said(texts);
        self.add("size of the document", document_size(A));
        self.add("nearest divisors", nearest_divisors(4, 8));
        self.add("unread", unread(A, &[B, A]));
        ConstantId::ALL.iter().for_each(|it| self.add(format!("constant {it:?}"), constant(*it)));
        Quantity::ALL.iter().for_each(|it| self.add(format!("quantity {it:?}"), quantity(*it)));
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
        }
        self.add("symbol", *symbol);
        self.advice(advice);
        let DetailTexts {
            symbols,
            why,
            not_counted,
            counted_under,
            not_at_peak,
            go_to,
            decides,
            at_moment,
            source,
            listing,
        } = detail;
        [symbols, why, decides, source].iter().enumerate().for_each(|(at, it)| self.add(format!("detail {at}"), **it));
        let ListingTexts { name, stage, elements, bytes_of_element, format, bytes, parameters, source } = listing;
        self.add("stage", stage(7));
        let heads = [name, elements, bytes_of_element, bytes, parameters, source];
        heads.iter().enumerate().for_each(|(at, it)| self.add(format!("listing {at}"), **it));
        ElementFormat::ALL.iter().for_each(|it| self.add(format!("format {it:?}"), format(*it, A)));
        self.add("not counted", not_counted(A));
        self.add("counted under", counted_under(A, B));
        self.add("not at peak", not_at_peak(A, B, C));
        self.add("go to", go_to(A));
        self.add("at moment", at_moment(A));
        self.ranks(ranks);
        self.readings(readings);
        self.verdict(verdict);
        self.devices(devices);
        let ModelTexts { nothing, runs_in, runs_nowhere, altered } = models;
        [nothing, runs_nowhere].iter().enumerate().for_each(|(at, it)| self.add(format!("models {at}"), **it));
        self.add("runs in", runs_in(A));
        for n in [1, 7] {
            self.add(format!("altered {n}"), altered(Some(A), n));
            self.add(format!("own {n}"), altered(None, n));
        }
        self.pins(pins);
        self.tabs(tabs);
        self.comparison(comparison);
        let TargetTexts { asked, reached } = target;
        for document in [Some(D), None] {
            self.add(format!("target {document:?}"), asked(A, B, C, document));
            self.add(format!("target reached {document:?}"), reached(A, B, document));
        }
    }

    fn pins(&mut self, it: &PinTexts) {
        let PinTexts { summary, pin, is_pinned, unpin_first, shows, methods, pinned } = it;
        [pin, is_pinned, unpin_first, shows, methods]
            .iter()
            .enumerate()
            .for_each(|(at, it)| self.add(format!("pin {at}"), **it));
        self.add("pinned and fitting", summary(3, Some(2)));
        self.add("pinned without a GPU", summary(3, None));
        self.add("pinned", pinned(3));
    }

    fn tabs(&mut self, it: &TabTexts) {
        let TabTexts { title, tab, on_opening } = it;
        self.add("tabs", *title);
        self.add("on opening", *on_opening);
        Tab::ALL.iter().for_each(|it| self.add(format!("tab {it:?}"), tab(*it)));
    }

    fn devices(&mut self, it: &DeviceTexts) {
        let DeviceTexts { verdict, proposed, beside, nothing, usable, one_fewer, one_more } = it;
        self.add("device beside", beside(A));
        self.add("device usable", usable(A, 24));
        [proposed, nothing, one_fewer, one_more]
            .iter()
            .enumerate()
            .for_each(|(at, it)| self.add(format!("device {at}"), **it));
        VerdictKind::ALL.iter().for_each(|it| {
            self.add(format!("device {it:?}"), [false, true].map(|is_missing| verdict(*it, A, is_missing)).join(" "))
        });
    }

    fn ranks(&mut self, it: &RankTexts) {
        let RankTexts { title, rank, gpus, parts, each, fullest, kind, times, pile, sum, mesh } = it;
        [title, rank, gpus, parts, each, fullest]
            .iter()
            .enumerate()
            .for_each(|(at, it)| self.add(format!("rank {at}"), **it));
        for it in [
            RankKind::Only,
            RankKind::Replica,
            RankKind::Shards { first: 3, last: 3 },
            RankKind::Shards { first: 3, last: 4 },
        ] {
            self.add(format!("rank kind {it:?}"), kind(it));
        }
        self.add("rank times", times(7));
        Pile::ALL.iter().for_each(|it| self.add(format!("pile {it:?}"), pile(*it)));
        self.add("rank sum", sum(7, A, B));
        self.add("mesh", mesh(8, &[(A, 4), (B, 2)]));
    }

    fn readings(&mut self, it: &ReadingTexts) {
        let ReadingTexts {
            title,
            range,
            card_with_reserved,
            median_error,
            scope,
            total,
            reserved,
            least,
            host,
            host_note,
            kind,
            evidence,
            no_case,
            few_cases,
            took_more,
            allocator,
            exact_buffers,
            fills_share,
            least_note,
            no_rule,
            held_by_allocator,
            held_by_vllm,
            band_mark,
        } = it;
        let plain = [title, total, reserved, least, host, exact_buffers, fills_share, least_note, no_rule, few_cases];
        let marks = [held_by_allocator, held_by_vllm, band_mark];
        let plain = plain.into_iter().chain(marks).collect::<Vec<_>>();
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("reading {at}"), **it));
        RunKind::ALL.iter().for_each(|it| self.add(format!("kind {it:?}"), kind(*it)));
        Evidence::ALL.iter().for_each(|it| self.add(format!("evidence {it:?}"), evidence(*it, A, B, C, D)));
        self.add("range", range(A, B));
        self.add("card with reserved", card_with_reserved(A, B));
        self.add("median error", median_error(A));
        for it in [CardScope::OneGpu, CardScope::Groups, CardScope::Network, CardScope::StatedSize] {
            self.add(format!("scope {it:?}"), scope(it));
        }
        self.add("no case", no_case(A));
        self.add("host", host_note(A, true));
        self.add("host of all", host_note(A, false));
        self.add("took more", took_more(A));
        self.add("allocator", allocator(A, B, C));
    }

    fn verdict(&mut self, it: &VerdictTexts) {
        let VerdictTexts { word, assumed, deciding, by_sold, sentence } = it;
        self.add("deciding", deciding(A, B));
        self.add("assumed", assumed(A));
        self.add("by sold", by_sold(A));
        for kind in VerdictKind::ALL {
            self.add(format!("verdict {kind:?}"), word(kind));
            let lost = VerdictText {
                kind,
                device: A,
                n_gpus: 1,
                fullest: None,
                largest: None,
                needed: B,
                is_least: false,
                capacity: C,
                spare: D,
                shown: None,
                decides: None,
                paged: Some(B),
                smallest: Some(None),
                has_other_driver: false,
                counts_one_gpu: false,
                reason: None,
            };
            self.add(format!("judged {kind:?} alone"), sentence(&lost));
            for has_more in [false, true] {
                let more = |text| has_more.then_some(text);
                let text = VerdictText {
                    kind,
                    device: A,
                    n_gpus: 1 + usize::from(has_more),
                    fullest: more(A),
                    largest: more(C),
                    needed: B,
                    is_least: has_more,
                    capacity: C,
                    spare: D,
                    shown: more(B),
                    decides: has_more.then_some((B, D)),
                    paged: None,
                    smallest: has_more.then_some(more(A)),
                    has_other_driver: has_more,
                    counts_one_gpu: has_more,
                    reason: None,
                };
                self.add(format!("judged {kind:?} {has_more}"), sentence(&text));
            }
        }
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
            capacity_bfloat16,
            capacity_format,
            capacity_step,
            capacity_short,
            capacity_beyond,
            capacity_taken,
            capacity_room,
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
        for version in EngineVersion::ALL {
            self.add(format!("capacity of {version:?}"), capacity_note(A, B, *version));
        }
        self.add("no capacity", capacity_none(A, B));
        self.add("no bfloat16", *capacity_bfloat16);
        self.add("format beyond GPU", capacity_format(A, B));
        self.add("short step", capacity_step(A, B));
        self.add("short capacity", capacity_short(A, B));
        self.add("beyond", capacity_beyond(A, B));
        self.add("taken", capacity_taken(A, B, C));
        self.add("waits", capacity_waits(A, B));
        self.add("room", capacity_room(A, B, C));
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
            accuracy_family,
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
        for it in [Verdict::Reproduced, Verdict::ReproducedFromRounded, Verdict::FollowsFromNeither] {
            self.add(format!("verdict {it:?}"), verdict(it));
            self.add(format!("verdict aloud {it:?}"), verdict_aloud(it));
            self.add(format!("verdict why {it:?}"), verdict_why(it));
        }
        let facts = TABLE.iter().chain(&EXAMPLES).flat_map(|row| row.check().facts);
        for it in facts.map(|it| it.0).chain([ResultKind::ExpertBillions]) {
            self.add(format!("fact {it:?}"), fact(it));
            self.add(format!("fact unit {it:?}"), fact_unit(it));
        }
        self.add("for row", for_row(A, B));
        self.add("step", step(7, 14));
        self.add("replay", replay(A));
        for name in families() {
            self.add(format!("family {name}"), accuracy_family(name));
        }
        self.add("case", accuracy_case(A, B, C, D));
    }

    fn advice(&mut self, it: &AdviceTexts) {
        let AdviceTexts {
            make_fit,
            make_start,
            get_more,
            note,
            strategy,
            cost,
            sets,
            brings,
            in_host,
            another_task,
            left,
            apply,
            choose,
            more,
            nothing,
            answers,
            answers_note,
            question,
            now,
            every,
            none,
            tight,
            tight_way,
            fits_to,
            no_value,
            unjudged,
            enough,
        } = it;
        let plain =
            [make_fit, make_start, get_more, note, apply, more, nothing, answers, answers_note, now, every, none];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("advice {at}"), **it));
        for it in Strategy::ALL {
            self.add(format!("strategy {it:?}"), strategy(*it));
            self.add(format!("cost {it:?}"), cost(*it));
        }
        for is_missing in [false, true] {
            self.add(format!("left {is_missing}"), left(A, B, is_missing));
        }
        let others = [
            ParameterId::GpuCount,
            ParameterId::GpuLayers,
            ParameterId::CpuExpertLayers,
            ParameterId::Gpu,
            ParameterId::Trainer,
        ];
        for id in ASKED.into_iter().chain(others) {
            self.add(format!("question {id:?}"), question(id));
        }
        self.add("sets", sets(A));
        self.add("brings", brings(A));
        self.add("in host", in_host(A));
        self.add("another task", *another_task);
        self.add("choose", choose(A));
        self.add("tight", tight(A));
        self.add("tight way", tight_way(A));
        self.add("fits to", fits_to(A));
        self.add("no value fits", *no_value);
        self.add("unjudged", unjudged(A, Some(B)));
        self.add("unjudged by all", unjudged(A, None));
        for then in VerdictKind::ALL {
            (0..5).for_each(|n| self.add(format!("enough {then:?} {n}"), enough(then, n)));
        }
    }

    pub fn guide(&mut self, it: &Guide) {
        let Guide {
            help,
            verification,
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
            obstacle,
            out_of_memory,
            lists_title,
            lists,
            tools_title,
            tools,
            references_title,
            references,
        } = it;
        ParameterId::ALL.iter().for_each(|it| self.add(format!("help {it:?}"), help(*it)));
        self.verification(verification);
        let plain = [
            title,
            lede,
            contents,
            strategies_title,
            try_it,
            saves_nothing,
            lists_title,
            tools_title,
            references_title,
        ];
        for (strategy, it) in Strategy::OF_DOCUMENT.iter().flat_map(|it| Obstacle::ALL.map(|obstacle| (*it, obstacle)))
        {
            self.add(format!("obstacle {strategy:?} {it:?}"), obstacle(strategy, it));
        }
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("guide {at}"), **it));
        for (at, GuideTable { title, note, heads }) in [precision, formulas, parameters].into_iter().enumerate() {
            let all = [title, note].into_iter().chain(heads.iter());
            all.enumerate().for_each(|(n, it)| self.add(format!("guide table {at}, {n}"), *it));
        }
        let all_lists = [out_of_memory].into_iter().chain(*lists).chain(*tools);
        for (at, GuideList { title, items, is_ordered: _ }) in all_lists.enumerate() {
            let all = [title].into_iter().chain(items.iter());
            all.enumerate().for_each(|(n, it)| self.add(format!("guide list {at}, {n}"), *it));
        }
        Precision::IDS.iter().for_each(|it| self.add(format!("use of {it}"), precision_use(it)));
        Mode::ALL.iter().for_each(|it| self.add(format!("trained {it:?}"), trained(*it)));
        for it in Strategy::OF_DOCUMENT {
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

/// The families of cases that the Verification view shows.
fn families() -> BTreeSet<&'static str> {
    include_str!("../../data/scatter.tsv")
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split('\t').next())
        .filter(|it| !it.is_empty())
        .collect()
}

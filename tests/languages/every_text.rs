//! Every text of a language by a name. What has fields is taken apart here, so that a text that is added cannot be left
//! out: this file then does not compile. It judges nothing.

use std::collections::HashSet;
use vram_estimator::estimator::architecture::Fact;
use vram_estimator::estimator::catalog::devices::{Form, Vendor};
use vram_estimator::estimator::parameters::{ParameterGroup, ParameterKind, ParameterUnit};
use vram_estimator::estimator::plan::sweep_request::SweepRefusal;
use vram_estimator::estimator::{
    Component, ComponentGroup, Conflict, Control, Impact, Impossible, Inputs, MethodId, Missing, Mode, ModeGroup,
    MomentId, NotSpread, ParameterId, Refusal, Unsupported, Value, impossible,
};
use vram_estimator::import::launch::Unparsed;
use vram_estimator::import::{MeasuredFigure, NotTaken, Omitted, OwnDefault, OwnSource, Whose};
use vram_estimator::link::{Accepted, Language, PinFault, Problem, ProblemKind, View};
use vram_estimator::locale::{
    ChartTexts, CommandLineTexts, CommandTexts, ControlTexts, CrashTexts, ImportTexts, Joints, LaterTexts, NamedPart,
    RefusedText, ShareTexts, SheetTexts, Texts, command_line_texts, command_texts, crash_texts, guide_texts,
    import_texts, later_texts, texts, workbench_texts,
};

/// What stands in place of figures and names.
pub const A: &str = "‹a›";
/// Another.
pub const B: &str = "‹b›";
/// Another.
pub const C: &str = "‹c›";
/// Another.
pub const D: &str = "‹d›";

/// Why something that was said is not taken.
const NOT_TAKEN: [NotTaken; 23] = [
    NotTaken::Idle,
    NotTaken::AsByDefault,
    NotTaken::SaidAgain,
    NotTaken::Unused,
    NotTaken::Unlooked,
    NotTaken::Unread,
    NotTaken::Unknown,
    NotTaken::Value,
    NotTaken::Model,
    NotTaken::Unsaid,
    NotTaken::Contradicted,
    NotTaken::Adapter,
    NotTaken::NoFormula,
    NotTaken::Missing,
    NotTaken::WrongType,
    NotTaken::Refused,
    NotTaken::Contradicts,
    NotTaken::UnknownFile,
    NotTaken::NotJson,
    NotTaken::TooDeep,
    NotTaken::TooLarge,
    NotTaken::Truncated,
    NotTaken::Malformed,
];

/// The contradictions of inputs.
const CONFLICTS: [Conflict; 14] = [
    Conflict::MoreActiveThanExperts,
    Conflict::PatchLargerThanImage,
    Conflict::WindowsNotFilled,
    Conflict::HeadsDoNotDivide,
    Conflict::KeyValueHeadsDoNotDivide,
    Conflict::MoreKeyValueHeadsThanHeads,
    Conflict::CompletionLongerThanSequence,
    Conflict::LongerThanPositions,
    Conflict::LongerThanModel,
    Conflict::DecoderLongerThanPositions,
    Conflict::QloraUnquantized,
    Conflict::SizeOfModel,
    Conflict::RecipeInFp32,
    Conflict::OneGpu,
];

/// Why a value is refused.
const REFUSALS: [Refusal; 13] = [
    Refusal::Empty,
    Refusal::NotANumber,
    Refusal::TooSmall,
    Refusal::TooLarge,
    Refusal::NotWhole,
    Refusal::Separator,
    Refusal::Suffix,
    Refusal::NotOffered,
    Refusal::Entry(2, &Refusal::Empty),
    Refusal::Entry(3, &Refusal::TooLarge),
    Refusal::TooManyEntries,
    Refusal::Twice,
    Refusal::CountOfOne,
];

/// What takes a parameter's effect away.
const CONTROLS: [Control; 16] = [
    Control::Mode,
    Control::Nothing,
    Control::Task,
    Control::Algorithm,
    Control::Rollout,
    Control::Draft,
    Control::Method,
    Control::Engine,
    Control::Optimizer,
    Control::Trainer,
    Control::ZeroStage,
    Control::Quantization,
    Control::Gpu,
    Control::Layout,
    Control::Absent(Fact::NumExperts),
    Control::Absent(Fact::ImageNewline),
];

/// Why there are no formulas.
const UNSUPPORTED: [Unsupported; 97] = [
    Unsupported::EightBitBase,
    Unsupported::PackedExperts,
    Unsupported::DraftModel,
    Unsupported::EndsUnknown,
    Unsupported::WholePartsTrained,
    Unsupported::OptimizerOfModel,
    Unsupported::LayersUnknown,
    Unsupported::ReadsImagesOnly,
    Unsupported::NoImageClassifier,
    Unsupported::NoExperts,
    Unsupported::ReadsNoImages,
    Unsupported::ReadsImagesToo,
    Unsupported::GeneratesNothing,
    Unsupported::EncoderOfOtherEngine,
    Unsupported::MixersOfOtherEngine,
    Unsupported::OtherEncoder,
    Unsupported::EncoderDecoder,
    Unsupported::PartsOfTwoStacks,
    Unsupported::PackedStacks,
    Unsupported::Speech,
    Unsupported::Contrastive,
    Unsupported::LinearAttention,
    Unsupported::LatentAttention,
    Unsupported::CrossAttention,
    Unsupported::TwoHeadWidths,
    Unsupported::ExpertsOfEncoder,
    Unsupported::OtherExperts,
    Unsupported::OtherTower,
    Unsupported::NoSuchFile,
    Unsupported::NoSuchCache,
    Unsupported::OffloadedCache,
    Unsupported::NoSuchVersion,
    Unsupported::TowerOfOtherEngine,
    Unsupported::FormatOfOtherEngine,
    Unsupported::PackedTraining,
    Unsupported::WideExperts,
    Unsupported::OtherLoss,
    Unsupported::LossOfGroups,
    Unsupported::DrafterOfOtherEngine,
    Unsupported::NoSuchDrafter,
    Unsupported::DrafterOfOtherFormat,
    Unsupported::StagesDiffer,
    Unsupported::StageEmpty,
    Unsupported::EveryLayerDense,
    Unsupported::OtherHead,
    Unsupported::OtherAdapters,
    Unsupported::NoAdapters,
    Unsupported::Spread(NotSpread::Run),
    Unsupported::Spread(NotSpread::Views),
    Unsupported::Spread(NotSpread::Model),
    Unsupported::Spread(NotSpread::Optimizer),
    Unsupported::Spread(NotSpread::Recipe),
    Unsupported::Spread(NotSpread::Stage),
    Unsupported::Spread(NotSpread::Replicas),
    Unsupported::Spread(NotSpread::PipelineTrainer),
    Unsupported::Spread(NotSpread::Megatron),
    Unsupported::Spread(NotSpread::MegatronFormat),
    Unsupported::Spread(NotSpread::MegatronCheckpoints),
    Unsupported::Spread(NotSpread::PackedPrecision),
    Unsupported::Spread(NotSpread::PackedAdapters),
    Unsupported::Spread(NotSpread::MegatronSchedule),
    Unsupported::Spread(NotSpread::PipelineOfZero),
    Unsupported::Spread(NotSpread::MegatronDegree { below: 2, above: Some(4) }),
    Unsupported::Spread(NotSpread::MegatronContext { nearest: 2 }),
    Unsupported::Spread(NotSpread::MegatronExperts),
    Unsupported::Spread(NotSpread::Pipeline),
    Unsupported::Spread(NotSpread::PipelineShards),
    Unsupported::Spread(NotSpread::Stages { layers: 28, ranks: 4, stages_of_rank: 1 }),
    Unsupported::Spread(NotSpread::Schedule),
    Unsupported::Spread(NotSpread::VirtualStages),
    Unsupported::Spread(NotSpread::Rounds { nearest: 8 }),
    Unsupported::Spread(NotSpread::Gpus { nearest: 8 }),
    Unsupported::Spread(NotSpread::Layers),
    Unsupported::Spread(NotSpread::Degree { below: 2, above: Some(4) }),
    Unsupported::Spread(NotSpread::Degree { below: 8, above: None }),
    Unsupported::Spread(NotSpread::DataOfPlan),
    Unsupported::Spread(NotSpread::Plan),
    Unsupported::Spread(NotSpread::RecipeOfPlan),
    Unsupported::Spread(NotSpread::Served),
    Unsupported::Spread(NotSpread::ServedStages { nearest: 32 }),
    Unsupported::Spread(NotSpread::ModulesFollowed),
    Unsupported::Spread(NotSpread::Heads { below: 2, above: Some(8) }),
    Unsupported::Spread(NotSpread::Heads { below: 8, above: None }),
    Unsupported::Spread(NotSpread::ExpertRanks),
    Unsupported::Spread(NotSpread::CacheRanks),
    Unsupported::Spread(NotSpread::CacheDegree { below: 2, above: Some(8) }),
    Unsupported::Spread(NotSpread::CacheDegree { below: 8, above: None }),
    Unsupported::Spread(NotSpread::ReplicasOfMixture),
    Unsupported::Spread(NotSpread::PartsOfLayers),
    Unsupported::Spread(NotSpread::UnlikeLayers),
    Unsupported::Spread(NotSpread::Devices { most: 16 }),
    Unsupported::Spread(NotSpread::PartOnGpu),
    Unsupported::Spread(NotSpread::UnlikeGpus),
    Unsupported::Spread(NotSpread::GpusApart),
    Unsupported::Spread(NotSpread::NumberOfGpus { named: 3 }),
    Unsupported::RolloutTooSmall,
    Unsupported::RolloutTooLarge,
];

/// The texts, in a fixed order.
#[derive(Default)]
pub struct EveryText(pub Vec<(String, String)>);

impl EveryText {
    /// Of a language.
    pub fn of(language: Language) -> Self {
        let mut res = Self::default();
        res.first(texts(language));
        let CrashTexts { title, advice, reload } = crash_texts(language);
        [title, advice, reload].iter().enumerate().for_each(|(at, it)| res.add(format!("crash {at}"), **it));
        res.later(later_texts(language));
        for it in &impossible_in_all_ways() {
            res.add(format!("impossible {it:?}"), (later_texts(language).impossible)(it, texts(language)));
        }
        res.workbench(workbench_texts(language));
        res.command_line(command_line_texts(language));
        res.imports(import_texts(language));
        res.commands(command_texts(language));
        res.guide(guide_texts(language));
        res
    }

    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) {
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
            idle,
            joints,
            controls,
            chart,
            share,
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
                (0..ids.all().len()).for_each(|at| self.add(format!("choice {at} of {id:?}"), choice(id, at)));
            }
        }
        ParameterGroup::ALL.iter().for_each(|it| self.add(format!("parameters {it:?}"), parameter_group(*it)));
        Impact::ALL.iter().for_each(|it| self.add(format!("impact {it:?}"), impact(*it)));
        Component::ALL.iter().for_each(|it| self.add(format!("component {it:?}"), component(*it)));
        for &it in ComponentGroup::ALL {
            self.add(format!("group {it:?}"), component_group(it));
            self.add(format!("group {it:?} in a sentence"), in_sentence(component_group(it)));
        }
        MomentId::ALL.iter().for_each(|it| self.add(format!("moment {it:?}"), moment(*it)));
        CONTROLS.iter().for_each(|it| self.add(format!("idle {it:?}"), idle(*it, Mode::Nlp)));
        self.joints(joints);
        self.controls(controls);
        self.chart(chart);
        self.share(share);
    }

    /// Sentences about values that were not taken, that have no effect or contradict each other.
    pub fn said(&mut self, texts: &LaterTexts) {
        for &id in ParameterId::ALL {
            let refused = RefusedText { id, label: A, typed: B, refusal: Refusal::NotANumber, used: C };
            self.add(format!("refused {id:?}"), (texts.refused)(&refused));
        }
        for kind in problems() {
            let name = format!("problem {kind:?}");
            self.add(name, (texts.problem)(&Problem { key: A.to_owned(), value: B.to_owned(), kind }));
        }
        CONTROLS.iter().for_each(|it| self.add(format!("no effect {it:?}"), (texts.has_no_effect)(*it, Mode::Nlp)));
        let all = impossible_in_all_ways();
        for it in &all {
            self.add(format!("impossible in a link {it:?}"), (texts.impossible_in_link)(A, it));
        }
        let missing = Unsupported::FactsMissing(Missing::of(&[ParameterId::NumActiveExperts, ParameterId::Depths]));
        let all = UNSUPPORTED.iter().copied().chain([missing]);
        all.for_each(|it| self.add(format!("unsupported {it:?}"), (texts.unsupported)(it)));
        CONFLICTS.iter().for_each(|it| self.add(format!("conflict {it:?}"), (texts.conflict)(*it)));
    }

    fn imports(&mut self, it: &ImportTexts) {
        let ImportTexts {
            unread_argument,
            missing_argument,
            not_arguments,
            not_taken,
            whose,
            unparsed,
            uncovered,
            figure,
            sheet,
        } = it;
        self.add("unread argument", unread_argument(A, B));
        self.add("missing argument", missing_argument(A));
        self.add("not arguments", *not_arguments);
        self.add("uncovered", uncovered(A));
        self.add("no program", unparsed(&Unparsed::NoProgram, 1));
        self.add("python", unparsed(&Unparsed::Python, 1));
        for why in NOT_TAKEN {
            let left = Omitted {
                name: A.to_owned(),
                value: B.to_owned(),
                line: Some(3),
                why,
                known: vec![],
                refused_by: None,
            };
            self.add(format!("not taken {why:?}"), not_taken(&left));
        }
        let of_file = |name: &str| Omitted {
            name: name.to_owned(),
            value: String::new(),
            line: None,
            why: NotTaken::Missing,
            known: vec![],
            refused_by: None,
        };
        self.add("not taken of a file", not_taken(&of_file("")));
        self.add("not taken without a value", not_taken(&of_file(A)));
        let number = Omitted { refused_by: Some(ParameterId::SequenceLength), ..of_file(A) };
        self.add("not taken beside a number's limits", not_taken(&number));
        self.add("not taken beside known ones", not_taken(&Omitted { known: vec![B, C], ..of_file(A) }));
        for it in [Whose::DefaultOf(A.to_owned()), Whose::CodeOf(A.to_owned()), Whose::FollowsFrom(A.to_owned())] {
            self.add(format!("whose {it:?}"), whose(&it));
        }
        for it in OwnDefault::ALL {
            self.add(format!("whose {it:?}"), whose(&Whose::ProgramsOwn(OwnSource::at(A).doing(*it))));
        }
        let unread = [Unparsed::TooLong, Unparsed::OpenQuote, Unparsed::Feature("tag"), Unparsed::Line];
        for why in unread.iter().chain(&[Unparsed::TooDeep, Unparsed::Json]) {
            self.add(format!("unparsed {why:?}"), unparsed(why, 3));
        }
        MeasuredFigure::ALL.iter().for_each(|it| self.add(format!("figure {it:?}"), figure(*it)));
        self.sheet(sheet);
    }

    fn sheet(&mut self, it: &SheetTexts) {
        let SheetTexts {
            title,
            note,
            privacy,
            text,
            choose,
            or_drop,
            remove,
            apply,
            same,
            close,
            read,
            no_run,
            taken,
            assumed,
            ignored,
            measured,
            problems,
            place,
            gpu_stays,
            of_today,
            of_rest,
            of_another_engine,
            no_less,
            by_name,
            opens_mode,
            heads,
            too_long,
            too_large,
            unreadable,
            beside,
        } = it;
        let plain = [title, note, privacy, text, choose, or_drop, same, close, no_run, of_today, of_rest, no_less];
        let headings = [taken, assumed, ignored, measured, problems];
        let all = plain.iter().chain(&headings).copied().chain(heads);
        all.enumerate().for_each(|(at, it)| self.add(format!("sheet {at}"), *it));
        self.add("sheet remove", remove(A));
        self.add("sheet apply 0", apply(0));
        self.add("sheet apply 1", apply(1));
        self.add("sheet apply 7", apply(7));
        self.add("sheet read", read(A, 3, 5, 7));
        self.add("sheet place", place(A, Some(3)));
        self.add("sheet GPU", gpu_stays(A));
        self.add("sheet engine", of_another_engine(A));
        self.add("sheet script", by_name(A, B));
        self.add("sheet mode", opens_mode(A));
        self.add("sheet too long", too_long(A, B));
        self.add("sheet too large", too_large(A, B, C));
        self.add("sheet unreadable", unreadable(A));
        self.add("sheet beside", beside(A));
    }

    fn commands(&mut self, it: &CommandTexts) {
        let CommandTexts {
            no_tool,
            other_mode,
            no_model,
            no_shape,
            unpublished,
            wants,
            title,
            note,
            on_each,
            on_one,
            back,
            programs,
            copy,
            copied,
            copy_failed,
            save,
            run_by,
            lost,
            lost_note,
            none,
            refused,
            set,
        } = it;
        let plain = [title, note, back, programs, copy, copied, copy_failed, save, lost_note, none, refused];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("commands {at}"), **it));
        self.add("no export", no_tool(A, &[B, C]));
        self.add("no export of the mode", other_mode(A, B));
        self.add("no export without a model", no_model(A));
        self.add("no export of the shape", no_shape(A));
        self.add("no export of the model", unpublished(A, B));
        self.add("no export with the value", wants(A, B));
        self.add("commands on each", on_each(3, 8));
        self.add("commands on one", on_one(3, 8));
        self.add("commands run by", run_by(A));
        self.add("commands lost", lost(A));
        self.add("commands set", set(A));
    }

    fn command_line(&mut self, it: &CommandLineTexts) {
        let CommandLineTexts {
            help,
            unknown_option,
            no_file,
            no_argument,
            no_sweep,
            not_covered,
            too_many_gpus,
            failed,
        } = it;
        self.add("help", *help);
        self.add("unknown option", unknown_option(A));
        self.add("no file", no_file(A));
        self.add("no argument", no_argument(A));
        let (id, text) = (ParameterId::BatchSize, || B.to_owned());
        for refusal in [
            SweepRefusal::UnknownKey(text()),
            SweepRefusal::NoValues(ParameterId::Model),
            SweepRefusal::NoRange(ParameterId::Trainer),
            SweepRefusal::Unreadable(id, text()),
            SweepRefusal::End(id, text(), Refusal::NotANumber),
            SweepRefusal::Backwards(id, text()),
            SweepRefusal::Points(id, text()),
            SweepRefusal::NoEffect(id, Control::Engine, Mode::Inference),
        ] {
            self.add(format!("no sweep {refusal:?}"), no_sweep(&refusal));
        }
        self.add("not covered", *not_covered);
        self.add("too many GPUs", too_many_gpus(A, B, "1,024"));
        self.add("failed", failed(A));
    }

    fn joints(&mut self, Joints { named, in_unit, aside, figure, names, sentences }: &Joints) {
        self.add("named", named(A, B));
        self.add("in unit", in_unit(A, B));
        self.add("aside", aside(A, B));
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
            other_models,
            idle_models,
            no_gpu,
            gpu_group,
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
            switch,
            help_for,
            effect_on_memory,
            notices,
            no_answer,
            no_start,
            open_in,
            moved_by,
            batch_of_groups,
            batch_of_pairs,
            pairs,
            architecture,
            idle_rows,
            not_loaded,
            load_again,
            dismiss,
            bring,
        } = it;
        // A Mac is called by its maker alone.
        let forms = Form::ALL.iter().filter(|it| **it != Form::Apple);
        forms.for_each(|it| self.add(format!("GPUs {it:?}"), gpu_group(Vendor::Nvidia, *it)));
        self.add("no answer", no_answer(A, B));
        self.add("no start", *no_start);
        self.add("open in", open_in(A));
        self.add("moved by", moved_by(A, &[A, B]));
        self.add("batch of groups", batch_of_groups(A, B));
        self.add("batch of pairs", batch_of_pairs(A));
        self.add("pairs", *pairs);
        [0, 1, 2].iter().for_each(|n| self.add(format!("architecture {n}"), architecture(*n)));
        [1, 2].iter().for_each(|n| self.add(format!("idle rows {n}"), idle_rows(*n)));
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
            other_models,
            idle_models,
            no_gpu,
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
            bring,
        ];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("control {at}"), **it));
        self.add("changed", changed(2, 16));
        self.add("reset", reset_one(A, B));
        [true, false].iter().for_each(|it| self.add(format!("switch {it}"), switch(*it)));
        self.add("help for", help_for(A));
    }

    fn share(&mut self, it: &ShareTexts) {
        let ShareTexts {
            share,
            commands,
            report,
            table,
            chart,
            moments,
            sweep,
            embed,
            print,
            copied,
            saved,
            open_in_full,
            parameter,
            value,
            default,
        } = it;
        let plain = [
            share,
            commands,
            report,
            table,
            chart,
            moments,
            sweep,
            embed,
            print,
            copied,
            open_in_full,
            parameter,
            value,
            default,
        ];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("share {at}"), **it));
        self.add("saved", saved(A));
    }

    fn chart(&mut self, it: &ChartTexts) {
        let ChartTexts {
            results,
            title,
            now,
            timeline_title,
            legend,
            device,
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
        let plain = [
            results,
            title,
            now,
            timeline_title,
            moment,
            legend,
            device,
            table,
            component,
            bytes,
            spread,
            equal,
            total,
        ];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("chart {at}"), **it));
        let part = || NamedPart { name: C.to_owned(), amount: D.to_owned() };
        let latin = || NamedPart { name: "KV".to_owned(), amount: D.to_owned() };
        self.add("gap of a name", gap(A, B, "3.7", &[latin()], &[]));
        self.add("gap of names", gap(A, B, "3.7", &[latin(), part(), latin()], &[latin()]));
        self.add("segment", segment(A, B, C, D));
        self.add("gap of one", gap(A, B, "3.7", &[part()], &[]));
        self.add("gap of three", gap(A, B, "3.7", &[part(), part(), part()], &[part(), part()]));
        self.add("agree", agree(A, B, C));
        self.add("toggle", toggle(A));
    }
}

/// What is asked of something that has no such thing: each parameter that can ask so, in each mode.
fn impossible_in_all_ways() -> Vec<Impossible> {
    let inputs = |mode: Mode, id: ParameterId| {
        let asks = match id.spec().kind {
            ParameterKind::Number { .. } => Value::Number(2.0),
            ParameterKind::Toggle => Value::Toggle(true),
            _ => Value::Choice(1),
        };
        Inputs::collect(mode, |it| (it == id).then(|| asks.clone()))
    };
    let asking = || Impossible::asking().flat_map(|id| Mode::ALL.map(|mode| (mode, id)));
    let mut res: Vec<_> = asking().filter_map(|(mode, id)| impossible(&inputs(mode, id), id)).collect();
    let told: HashSet<_> = res.iter().map(|it| it.id).collect();
    assert!(Impossible::asking().all(|id| told.contains(&id)), "{told:?}");
    // The sentences differ by what asks and by what lacks it, and by nothing else.
    let mut met = HashSet::new();
    res.retain(|it| met.insert((it.id, it.control)));
    res
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
    res.push(ProblemKind::Carried(Mode::Nlp));
    res.push(ProblemKind::Pin(PinFault::TooMany));
    res.push(ProblemKind::Pin(PinFault::Inside { key: A.to_owned(), value: B.to_owned() }));
    res.extend(UNSUPPORTED.map(|it| ProblemKind::LeftBehind(it, Mode::Nlp)));
    res.extend(CONFLICTS.map(ProblemKind::Conflict));
    res
}

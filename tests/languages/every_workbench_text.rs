//! Every text about what is opened below the chart, by a name; taken apart like the others, and for the same reason.

use super::every_text::{A, B, C, EveryText};
use vram_estimator::estimator::evidence::Evidence;
use vram_estimator::estimator::plan::traffic::Traffic;
use vram_estimator::link::SavedRefusal;
use vram_estimator::locale::{CompareTexts, DeviceListTexts, PlanTexts, SweepTexts, WorkbenchTexts};
use vram_estimator::present::plan_table::DEGREES;

impl EveryText {
    /// Those of what is opened below the chart.
    pub fn workbench(&mut self, texts: &WorkbenchTexts) {
        let WorkbenchTexts { sweep, plans, devices, compare } = texts;
        self.sweep(sweep);
        self.plans(plans);
        self.device_list(devices);
        self.compare(compare);
    }

    fn sweep(&mut self, it: &SweepTexts) {
        let SweepTexts {
            over,
            drag,
            handle,
            today,
            fits_from,
            tight_from,
            capacity_moves,
            unanswered,
            first_peak,
            turn,
            marks,
            at,
            no_answer,
            no_chart,
            table,
            peak,
            fits,
        } = it;
        let plain = [over, drag, marks, no_answer, no_chart, table, peak, fits];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("sweep {at}"), **it));
        self.add("handle", handle(A));
        self.add("sweep today", today(A, B));
        self.add("fits from", fits_from(A));
        self.add("tight from", tight_from(A));
        self.add("moving capacity", capacity_moves(A, B));
        [1, 7].iter().for_each(|n| self.add(format!("{n} without an answer"), unanswered(*n, A)));
        self.add("first peak", first_peak(A));
        self.add("another peak", turn(A, B));
        self.add("at a value", at(A, B, C));
    }

    fn plans(&mut self, it: &PlanTexts) {
        let PlanTexts {
            note,
            one_gpu,
            nothing,
            too_many,
            ranked,
            by_spare,
            by_traffic,
            zero,
            any,
            filter,
            filtered,
            summary,
            count,
            degree,
            way,
            fullest,
            spare,
            traffic,
            evidence,
            traffic_of,
            no_traffic,
            evidence_of,
            now,
            open,
            more,
            unfit,
            refused,
            reason,
        } = it;
        let plain = [note, one_gpu, nothing, ranked, by_spare, by_traffic, way, fullest, spare, traffic, evidence];
        let more_of_them = [no_traffic, now, open, zero, any, filter];
        plain.iter().chain(&more_of_them).enumerate().for_each(|(at, it)| self.add(format!("plan {at}"), **it));
        self.add("too many GPUs", too_many(7, 3));
        [0, 2].iter().for_each(|n| self.add(format!("plans, {n} tight"), summary(3, *n, 7)));
        [1, 7].iter().for_each(|n| self.add(format!("{n} plans"), count(*n)));
        DEGREES.iter().for_each(|it| self.add(format!("degree {it:?}"), degree(*it)));
        Traffic::ALL.iter().for_each(|it| self.add(format!("traffic {it:?}"), traffic_of(*it)));
        Evidence::ALL.iter().for_each(|it| self.add(format!("evidence of a plan {it:?}"), evidence_of(*it)));
        self.add("all plans", more(7));
        self.add("filtered plans", filtered(3, 7));
        for n in [1, 7] {
            self.add(format!("{n} unfit"), unfit(n, B, A));
            self.add(format!("{n} refused"), refused(n));
            self.add(format!("{n} reasons"), reason(A, n, B));
        }
    }

    fn device_list(&mut self, it: &DeviceListTexts) {
        let DeviceListTexts {
            filter,
            only_fitting,
            summary,
            note,
            gpu,
            memory,
            today,
            needed,
            over,
            shared,
            choose,
            choose_one,
        } = it;
        let plain = [filter, only_fitting, note, shared, gpu, memory, today, choose];
        plain.iter().enumerate().for_each(|(at, it)| self.add(format!("list of devices {at}"), **it));
        self.add("devices that fit", summary(3, 7));
        self.add("devices needed", needed(B));
        self.add("of so many devices", over(8, A));
        self.add("choose a device", choose_one(A));
    }

    fn compare(&mut self, it: &CompareTexts) {
        let CompareTexts {
            title,
            hint,
            open,
            unpin,
            parameter,
            mode,
            equal,
            its_gpu,
            saved,
            saved_note,
            name,
            save,
            delete,
            export,
            import,
            no_name,
            full,
            not_kept,
            read,
            refused,
            no_file,
        } = it;
        let plain = [title, hint, open, unpin, parameter, mode, its_gpu, saved, saved_note];
        let more = [name, save, delete, export, import, no_name, not_kept, no_file];
        plain.iter().chain(&more).enumerate().for_each(|(at, it)| self.add(format!("compare {at}"), **it));
        [1, 7].iter().for_each(|n| self.add(format!("equal {n}"), equal(*n)));
        self.add("full", full(7));
        [0, 1, 7].iter().for_each(|n| self.add(format!("read {n}"), read(7, *n)));
        self.add("no list", refused(&SavedRefusal::NotAList));
        self.add("version", refused(&SavedRefusal::Version(A.to_owned())));
    }
}

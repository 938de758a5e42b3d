//! Devices that hold a run, from `data/gpus.json`, and what of each device's memory a program can use. It knows no run.
//!
//! A device's memory has three figures: what is sold, what the driver reports, and what programs see, which CUDA calls
//! the total and which alone counts. Where nobody has read the last one, it is taken from the others by what is usual
//! ([`Device::usable`]).

use crate::estimator::order::sorted;
use std::sync::LazyLock;

/// What a device is sold as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A card for one's own computer.
    Consumer,
    /// A card for workstations.
    Workstation,
    /// A card or module for data centres.
    DataCentre,
    /// A part of a laptop.
    Laptop,
    /// A Mac, whose memory both halves share.
    Apple,
    /// Another system whose memory both halves share.
    Unified,
    /// What is no GPU, and has a framework of its own.
    Accelerator,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 7] = [
        Self::Consumer,
        Self::Workstation,
        Self::DataCentre,
        Self::Laptop,
        Self::Apple,
        Self::Unified,
        Self::Accelerator,
    ];

    /// The words of the packed text, in the order of [`Self::ALL`].
    const WORDS: [&str; 7] = ["consumer", "workstation", "datacenter", "laptop", "apple", "unified", "accelerator"];
}

/// Who makes a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vendor {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Intel.
    Intel,
    /// Apple.
    Apple,
    /// Google.
    Google,
    /// Huawei.
    Huawei,
    /// Amazon Web Services.
    Aws,
    /// Tenstorrent.
    Tenstorrent,
}

impl Vendor {
    /// Every vendor.
    const ALL: [Self; 8] =
        [Self::Nvidia, Self::Amd, Self::Intel, Self::Apple, Self::Google, Self::Huawei, Self::Aws, Self::Tenstorrent];

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nvidia => "NVIDIA",
            Self::Amd => "AMD",
            Self::Intel => "Intel",
            Self::Apple => "Apple",
            Self::Google => "Google",
            Self::Huawei => "Huawei",
            Self::Aws => "AWS",
            Self::Tenstorrent => "Tenstorrent",
        }
    }
}

/// A generation of NVIDIA's GPUs, in the order of what they compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// Maxwell, 2014.
    Maxwell,
    /// Pascal, 2016.
    Pascal,
    /// Volta, 2017.
    Volta,
    /// Turing, 2018.
    Turing,
    /// Ampere, 2020.
    Ampere,
    /// Ada Lovelace, 2022.
    Ada,
    /// Hopper, 2022.
    Hopper,
    /// Blackwell of data centres (compute capability 10), 2024.
    BlackwellDataCentre,
    /// Blackwell of cards and of systems with one memory (compute capability 12, and 11), 2025.
    Blackwell,
}

impl Generation {
    /// What its maker calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maxwell => "Maxwell",
            Self::Pascal => "Pascal",
            Self::Volta => "Volta",
            Self::Turing => "Turing",
            Self::Ampere => "Ampere",
            Self::Ada => "Ada Lovelace",
            Self::Hopper => "Hopper",
            Self::BlackwellDataCentre | Self::Blackwell => "Blackwell",
        }
    }

    /// Every generation, with its word in the packed text.
    const WORDS: [(Self, &str); 9] = [
        (Self::Maxwell, "maxwell"),
        (Self::Pascal, "pascal"),
        (Self::Volta, "volta"),
        (Self::Turing, "turing"),
        (Self::Ampere, "ampere"),
        (Self::Ada, "ada"),
        (Self::Hopper, "hopper"),
        (Self::BlackwellDataCentre, "blackwell-dc"),
        (Self::Blackwell, "blackwell"),
    ];
}

/// How the usable memory of a device is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsableSource {
    /// Somebody has read it from a program.
    Measured,
    /// The driver's figure is known, and what programs miss of it on other cards.
    FromDriver,
    /// By what is sold alone.
    FromSold,
}

/// A device: one GPU, one die of a card that has several, or a system whose memory both halves share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Device {
    /// Its name in links.
    pub id: &'static str,
    /// Its name for readers.
    pub name: &'static str,
    /// Who makes it.
    pub vendor: Vendor,
    /// What it is sold as.
    pub form: Form,
    /// The generation, of NVIDIA's.
    pub generation: Option<Generation>,
    /// Memory as it is sold, in GiB.
    pub sold_gib: u16,
    /// What the driver reports, in MiB; 0 where nobody has read it.
    pub driver_mib: u32,
    /// What programs see, in MiB; 0 where nobody has read it.
    pub visible_mib: u32,
    /// Whether its maker sells none such.
    pub is_altered: bool,
}

/// Every device, in the order of the file; read when the first is asked for.
pub static DEVICES: LazyLock<Vec<Device>> = LazyLock::new(|| PACKED.lines().filter_map(parse_line).collect());

/// The packed text of the devices of `data/gpus.json`.
const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/devices.txt"));

/// A line of the packed text, `id|name|vendor|form|generation|sold|driver|visible`, and `|altered` behind one that is.
/// One that cannot be read is a device less, which a test would tell.
fn parse_line(line: &'static str) -> Option<Device> {
    let mut fields = line.split('|');
    let [id, name, vendor, form, generation, sold, driver, visible] = [(); 8].map(|()| fields.next().unwrap_or(""));
    let generation = Generation::WORDS.into_iter().find(|it| it.1 == generation).map(|it| it.0);
    Some(Device {
        id,
        name,
        vendor: Vendor::ALL.into_iter().find(|it| it.name() == vendor)?,
        form: Form::ALL[Form::WORDS.iter().position(|it| *it == form)?],
        generation,
        sold_gib: sold.parse().ok()?,
        driver_mib: driver.parse().ok()?,
        visible_mib: visible.parse().ok()?,
        is_altered: fields.next() == Some("altered"),
    })
}

/// Devices by the memory that programs can use, the least first; what is equal keeps its order.
pub fn by_memory(devices: impl Iterator<Item = &'static Device>) -> Vec<&'static Device> {
    sorted(devices.collect(), |a, b| a.usable_gib().total_cmp(&b.usable_gib()))
}

const MIB_PER_GIB: f64 = 1024.0;

/// What CUDA programs miss of the driver's figure, in MiB: 280 to 880 on 20 cards, 440 to 560 on most of them.
const MISSED_BY_CUDA: f64 = 500.0;

/// The driver's figure as a share of what is sold, on cards with GDDR7 memory, which have the least of it: 12,227 of
/// 12,288 MiB.
const SEEN_BY_DRIVER: f64 = 0.995;

/// What programs miss of what is sold on a card under ROCm or Level Zero, in MiB: 20 on three Instincts, 287 on an Arc
/// Pro B70.
const MISSED_BY_OTHERS: f64 = 300.0;

/// Shares of a Mac's memory that Metal recommends at most (`recommendedMaxWorkingSetSize`) under macOS 15 and later, up
/// to so many GiB. Read on machines of 16 to 256 GiB.
const APPLE_SHARES: [(f64, f64); 5] = [(24.0, 0.74), (48.0, 0.78), (96.0, 0.81), (128.0, 0.84), (f64::MAX, 0.87)];

/// What CUDA sees of a system's memory that it shares: 119.68 of 128 GiB on a DGX Spark, the only one that was read.
const SEEN_OF_SHARED: f64 = 119.68 / 128.0;

/// What the system itself has of that before a program runs: 101 to 102 of 119.68 GiB are free at the start of a DGX
/// Spark, where vLLM's usual share of 0.92 is refused and 0.85 is not.
const FREE_OF_SHARED: f64 = 102.0 / 128.0;

/// The share of a system's memory that an AMD GPU may take where the driver's setting was not touched: half of it,
/// which is the default limit of the kernel's memory manager (`ttm.pages_limit`).
const SHARED_BY_LINUX: f64 = 0.5;

impl Device {
    /// Memory that a program can use, in GiB.
    pub fn usable_gib(&self) -> f64 {
        self.usable().0
    }

    /// What of that is free before a program runs, in GiB: all of a card's own memory, less than all where the system
    /// shares it.
    pub fn free_gib(&self) -> f64 {
        match (self.form, self.vendor) {
            (Form::Unified, Vendor::Nvidia) => f64::from(self.sold_gib) * FREE_OF_SHARED,
            _ => self.usable_gib(),
        }
    }

    /// The same, and how it is known.
    pub fn usable(&self) -> (f64, UsableSource) {
        if self.visible_mib > 0 {
            return (f64::from(self.visible_mib) / MIB_PER_GIB, UsableSource::Measured);
        }
        if self.driver_mib > 0 {
            return ((f64::from(self.driver_mib) - MISSED_BY_CUDA) / MIB_PER_GIB, UsableSource::FromDriver);
        }
        let sold = f64::from(self.sold_gib);
        let by_sold = match (self.form, self.vendor) {
            (Form::Apple, _) => sold * APPLE_SHARES.iter().find(|(most, _)| sold <= *most).map_or(0.0, |it| it.1),
            (Form::Unified, Vendor::Nvidia) => sold * SEEN_OF_SHARED,
            (Form::Unified, _) => sold * SHARED_BY_LINUX,
            (_, Vendor::Nvidia) => sold * SEEN_BY_DRIVER - MISSED_BY_CUDA / MIB_PER_GIB,
            _ => sold - MISSED_BY_OTHERS / MIB_PER_GIB,
        };
        (by_sold, UsableSource::FromSold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str) -> &'static Device {
        DEVICES.iter().find(|it| it.id == id).expect("a device")
    }

    #[test]
    fn every_line_is_read() {
        assert_eq!(DEVICES.len(), PACKED.lines().count());
        let generations = |it: &&Device| it.vendor == Vendor::Nvidia && it.generation.is_none();
        assert_eq!(DEVICES.iter().find(generations), None, "each of NVIDIA's has a generation");
    }

    /// Figures that people have read: `torch.cuda.mem_get_info`, llama.cpp's list of devices, Metal's recommended
    /// working set.
    #[test]
    fn usable_memory_is_what_was_read() {
        for (id, gib) in [
            ("h100-80gb", 79.18),
            ("rtx-4090", 23.52),
            ("a100-40gb", 39.38),
            ("t4", 14.56),
            ("m1-max-64gb", 51.84),
            ("m4-max-128gb", 107.52),
            ("m3-max-36gb", 28.08),
            ("m4-16gb", 11.84),
            ("m3-ultra-256gb", 222.72),
        ] {
            let usable = device(id).usable_gib();
            assert!((usable - gib).abs() < 0.01, "{id}: {usable}");
        }
    }

    #[test]
    fn nobody_can_use_more_than_is_sold_or_reported() {
        for it in DEVICES.iter() {
            let (usable, source) = it.usable();
            assert!(usable > 0.0 && usable <= f64::from(it.sold_gib) * 1.03, "{}: {usable}", it.id);
            assert!(it.driver_mib == 0 || usable * MIB_PER_GIB < f64::from(it.driver_mib), "{}: {usable}", it.id);
            assert_eq!(source == UsableSource::Measured, it.visible_mib > 0, "{}", it.id);
        }
    }

    /// The rule for cards that nobody has read, tried on those that somebody has: hardly ever more than there is by
    /// half a GiB.
    #[test]
    fn the_rules_hold_where_somebody_has_looked() {
        for it in
            DEVICES.iter().filter(|it| it.visible_mib > 0 && it.vendor == Vendor::Nvidia && it.form != Form::Unified)
        {
            let unread = Device { visible_mib: 0, ..*it };
            let beyond = unread.usable_gib() - it.usable_gib();
            assert!(beyond < 0.6, "{}: {beyond}", it.id);
        }
    }
}

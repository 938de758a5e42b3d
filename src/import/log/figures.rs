//! Figures of memory by the words that stand in front of them or behind them. The words are those of PyTorch's
//! `CUDACachingAllocator.cpp`, of vLLM's workers (0.5 to 0.33) and of llama.cpp's `llama-*.cpp`. It knows no parameter.

use crate::import::imported::Imported;
use crate::import::log::amount::{bytes_at_end, bytes_before, number_before};
use crate::import::measured::{Measured, MeasuredFigure as Figure};
use std::collections::BTreeSet;

/// What PyTorch says when memory runs out.
pub const OUT_OF_MEMORY: &str = "Tried to allocate ";

/// Where a figure stands to its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// Bytes behind them.
    Behind,
    /// Bytes in front of them.
    Before,
    /// A number behind them.
    NumberBehind,
    /// Bytes behind them, behind a number and a comma.
    SecondBehind,
    /// Nowhere: they say that there is none.
    Nothing,
    /// Bytes behind them, and in front of them the name of the buffer's device.
    OfDevice,
}

use Stands::{Before, Behind, Nothing, NumberBehind, OfDevice, SecondBehind};

/// Words, where the figure stands to them, and what it is.
const ROWS: &[(&str, Stands, Figure)] = &[
    (OUT_OF_MEMORY, Behind, Figure::Refused),
    (" total capacity of ", Behind, Figure::Capacity),
    (" total capacty of ", Behind, Figure::Capacity),
    (" total capacity;", Before, Figure::Capacity),
    (" is free.", Before, Figure::Free),
    (" free;", Before, Figure::Free),
    (" memory in use", Before, Figure::Process),
    (" is allocated by PyTorch", Before, Figure::Allocated),
    (" already allocated", Before, Figure::Allocated),
    (" is reserved by PyTorch but unallocated", Before, Figure::ReservedUnused),
    (" reserved in total by PyTorch", Before, Figure::Reserved),
    (" allocated in private pools", Before, Figure::Graphs),
    ("Model loading took ", Behind, Figure::Weights),
    ("Loading model weights took ", Behind, Figure::Weights),
    ("model weights take ", Behind, Figure::Weights),
    (" for weight", Before, Figure::Weights),
    ("non_torch_memory takes ", Behind, Figure::OutsideTorch),
    (" for non-torch memory", Before, Figure::OutsideTorch),
    ("PyTorch activation peak memory takes ", Behind, Figure::Activations),
    (" for peak activation", Before, Figure::Activations),
    ("reserved for KV Cache is ", Behind, Figure::KvPool),
    ("Available KV cache memory: ", Behind, Figure::KvPool),
    ("available KV cache memory (", Behind, Figure::KvPool),
    (" KV cache is needed", Before, Figure::Refused),
    ("stored in KV cache (", NumberBehind, Figure::KvTokens),
    ("estimated maximum model length is ", NumberBehind, Figure::KvTokens),
    (" than desired GPU memory utilization (", SecondBehind, Figure::Refused),
    ("No available memory for the cache blocks", Nothing, Figure::KvPool),
    ("alloc_buffer: allocating ", Behind, Figure::Refused),
    (" buffer of size ", Behind, Figure::Refused),
    ("GPU KV cache size: ", NumberBehind, Figure::KvTokens),
    ("# GPU blocks: ", NumberBehind, Figure::KvBlocks),
    ("# cuda blocks: ", NumberBehind, Figure::KvBlocks),
    (" tokens per request: ", NumberBehind, Figure::Concurrency),
    (" secs, took ", Behind, Figure::Graphs),
    (" for CUDAGraph memory", Before, Figure::Graphs),
    ("total_gpu_memory (", Behind, Figure::Capacity),
    ("total_gpu_memory=", Behind, Figure::Capacity),
    (" model buffer size = ", OfDevice, Figure::Weights),
    (" KV buffer size = ", OfDevice, Figure::KvCache),
    (" RS buffer size = ", OfDevice, Figure::RecurrentState),
    (" compute buffer size = ", OfDevice, Figure::Activations),
    (" output buffer size = ", OfDevice, Figure::Outputs),
    (" MiB free", Before, Figure::Free),
];

/// Adds the figures of a line, from 1.
pub fn add_figures(at: usize, line: &str, out: &mut Imported) {
    // llama.cpp aligns its figures.
    let squeezed = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let device = gpu_of(&squeezed);
    for (words, stands, figure) in ROWS {
        let mut from = 0;
        while let Some(found) = squeezed[from..].find(words) {
            let (before, behind) = (&squeezed[..from + found], &squeezed[from + found + words.len()..]);
            from += found + words.len();
            let amount = match stands {
                // llama.cpp leaves the unit away where it is none.
                Behind if *words == " buffer of size " => bytes_before(behind).or(number_before(behind).map(|it| it.0)),
                Behind | OfDevice => bytes_before(behind),
                Before if *words == " MiB free" => bytes_at_end(&format!("{before} MiB")),
                Before => bytes_at_end(before),
                NumberBehind => number_before(behind).map(|it| it.0),
                SecondBehind => behind.split_once(", ").and_then(|it| bytes_before(it.1)),
                Nothing => Some(0.0),
            };
            let Some(amount) = amount else { continue };
            let of_buffer = before.rsplit(" ").next().unwrap_or_default();
            let (figure, device) = match stands {
                // What lies in the host's memory is none of the GPU's.
                OfDevice if of_buffer.starts_with("CPU") || of_buffer.ends_with("_Host") => {
                    (Figure::OnHost, Some(of_buffer.to_owned()))
                }
                OfDevice => (*figure, Some(of_buffer.to_owned())),
                Behind | Before | NumberBehind | SecondBehind | Nothing => (*figure, device.clone()),
            };
            out.add_measured(Measured { figure, device, amount, name: words.trim_ascii().to_owned(), line: Some(at) });
        }
    }
    // "Free memory on device (22.5/23.64 GiB)": both in the unit of the second.
    if let Some(both) = squeezed.split_once("Free memory on device").and_then(|it| it.1.split_once('(')) {
        let parts = both.1.split_once('/').and_then(|it| Some((number_before(it.0)?.0, it.1, bytes_before(it.1)?)));
        if let Some((free, behind, total)) = parts {
            let unit = total / number_before(behind).map_or(1.0, |it| it.0).max(f64::MIN_POSITIVE);
            let name = "Free memory on device".to_owned();
            let row = |figure, amount| Measured {
                figure,
                device: device.clone(),
                amount,
                name: name.clone(),
                line: Some(at),
            };
            out.add_measured(row(Figure::Capacity, total));
            out.add_measured(row(Figure::Free, free * unit));
        }
    }
}

/// Puts the buffers of several GPUs, and several of one, into one figure of each kind: what they are held against is
/// the whole.
pub fn sum_buffers(out: &mut Imported) {
    let is_buffer = |it: &Measured| it.figure != Figure::OnHost && it.name.ends_with("buffer size =");
    let mut res: Vec<Measured> = Vec::new();
    for it in out.measured.drain(..) {
        match res.iter_mut().find(|other| is_buffer(&it) && is_buffer(other) && other.figure == it.figure) {
            Some(sum) => {
                sum.amount += it.amount;
                let names = sum.device.iter().chain(&it.device).flat_map(|it| it.split(" + ")).collect::<BTreeSet<_>>();
                sum.device = Some(names.into_iter().collect::<Vec<_>>().join(" + "));
            }
            None => res.push(it),
        }
    }
    out.measured = res;
}

/// Adds what a run needed at least when PyTorch refused: what it had and what it then asked for. A terminal may have
/// parted the message into lines.
pub fn add_needed(out: &mut Imported) {
    let mut asked: Option<Measured> = None;
    let mut needed = Vec::new();
    for it in &out.measured {
        match it.figure {
            Figure::Refused => asked = Some(it.clone()).filter(|it| it.name == OUT_OF_MEMORY.trim_ascii()),
            Figure::Allocated => {
                let sum = asked.take().map(|asked| Measured {
                    figure: Figure::Needed,
                    amount: asked.amount + it.amount,
                    name: format!("{} + {}", it.name, asked.name),
                    ..asked
                });
                needed.extend(sum);
            }
            _ => {}
        }
    }
    needed.into_iter().for_each(|it| out.add_measured(it));
}

/// The GPU that a message names, as its program calls it.
fn gpu_of(line: &str) -> Option<String> {
    [("GPU ", "GPU "), (" on device ", "CUDA"), ("allocate CUDA", "CUDA")].into_iter().find_map(|(words, name)| {
        let (_, behind) = line.split_once(words)?;
        let digits: String = behind.chars().take_while(char::is_ascii_digit).take(4).collect();
        (!digits.is_empty()).then(|| format!("{name}{digits}"))
    })
}

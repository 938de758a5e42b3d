//! How GPUs are shared out among machines, and what launchers are told of it. It knows no parameter.

/// GPUs of a machine at most: NVIDIA's DGX and HGX of A100, H100, H200 and B200 have eight, AMD's platforms of MI300X
/// as well (their data sheets). `data/gpus.json` says of no device that it is sold in another number.
const MOST_OF_MACHINE: u64 = 8;

/// The port that torchrun and Accelerate listen on where nobody says another (`torch/distributed/run.py`).
const PORT: &str = "29500";

/// Which machine it is that a command is started on, from 0: whoever starts it says so.
const RANK: &str = "$NODE_RANK";

/// The first of them.
const FIRST: &str = "$MASTER_ADDR";

/// Machines that a list of hosts is written for; whoever has more has such a list.
const MOST_HOSTS: u64 = 1024;

/// Machines with as many GPUs each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machines {
    /// How many there are, more than one.
    pub number: u64,
    /// The GPUs of each.
    pub each: u64,
}

impl Machines {
    /// The fewest machines that have so many GPUs among them, each as many as the others; `None` where one is enough,
    /// or it is no whole number.
    pub fn of(gpus: f64) -> Option<Self> {
        let whole = gpus as u64;
        if whole as f64 != gpus || whole <= MOST_OF_MACHINE {
            return None;
        }
        let each = (1..=MOST_OF_MACHINE).rev().find(|it| whole.is_multiple_of(*it))?;
        Some(Self { number: whole / each, each })
    }

    /// What torchrun is told on each of them.
    pub fn of_torchrun(self) -> String {
        let Self { number, each } = self;
        format!(
            "torchrun --nnodes {number} --nproc_per_node {each} --node_rank {RANK} --master_addr {FIRST} \
             --master_port {PORT}"
        )
    }

    /// The variables that LLaMA-Factory starts torchrun with (`launcher.py`).
    pub fn of_llama_factory(self) -> String {
        let Self { number, each } = self;
        format!(
            "FORCE_TORCHRUN=1 NNODES={number} NPROC_PER_NODE={each} NODE_RANK={RANK} MASTER_ADDR={FIRST} \
             MASTER_PORT={PORT}"
        )
    }

    /// What Accelerate is told on each of them, beside the number of all processes.
    pub fn of_accelerate(self) -> Vec<(String, String)> {
        let own = [("num_machines", self.number.to_string()), ("machine_rank", RANK.to_owned())];
        let first = [("main_process_ip", FIRST.to_owned()), ("main_process_port", PORT.to_owned())];
        own.into_iter().chain(first).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// What DeepSpeed's launcher is told on one of them.
    pub fn of_deepspeed(self) -> Vec<(String, String)> {
        let hosts = ("hostfile", HOSTS.to_owned());
        let all = [hosts, ("num_nodes", self.number.to_string()), ("num_gpus", self.each.to_string())];
        all.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// The list of hosts as a file that a script writes; empty where it would be too long.
    pub fn hosts(self) -> String {
        if self.number > MOST_HOSTS {
            return String::new();
        }
        let rows: String = (1..=self.number).map(|at| format!("host{at} slots={}\n", self.each)).collect();
        format!("cat > {HOSTS} <<'EOF'\n{rows}EOF\n")
    }
}

/// What the list of hosts is called.
const HOSTS: &str = "hostfile";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpus_are_shared_out_evenly_among_the_fewest_machines() {
        #[track_caller]
        fn check(gpus: f64, expected: Option<(u64, u64)>) {
            assert_eq!(Machines::of(gpus).map(|it| (it.number, it.each)), expected, "{gpus}");
        }
        for gpus in [0.0, 1.0, 7.0, 8.0, 8.5, 12.5, -16.0, f64::NAN, f64::INFINITY] {
            check(gpus, None);
        }
        check(9.0, Some((3, 3)));
        check(12.0, Some((2, 6)));
        check(13.0, Some((13, 1)));
        check(64.0, Some((8, 8)));
        check(1e6, Some((125_000, 8)));
    }
}

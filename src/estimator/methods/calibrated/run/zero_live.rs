//! Which parameters are on a rank whole under ZeRO 3, from module to module: DeepSpeed fetches what a module needs, and
//! then ahead of it, in the order of the step before, until so many elements are there; what is used again soon stays.
//! It knows no byte.
//!
//! Read in deepspeed/runtime/zero/partitioned_param_coordinator.py, `_fetch_sub_module_impl` and `__params_to_release`.
//! What is fetched together arrives in one tensor, out of which each parameter is copied as soon as one of them is
//! needed; that tensor lives until all are.

use crate::estimator::methods::calibrated::run::zero_order::{OrderedTensors, OwnTensors};

/// `stage3_max_live_parameters`, and `stage3_max_reuse_distance`: elements that may be there, and between two uses of
/// what stays (deepspeed/runtime/zero/config.py).
const MAX_LIVE: f64 = 1e9;
const MAX_REUSE_DISTANCE: f64 = 1e9;

/// What decides how much is fetched.
#[derive(Clone, Copy)]
pub struct FetchRule {
    /// Elements that are fetched ahead at once.
    pub prefetch: f64,
    /// Elements of the largest parameter that is never let go.
    pub persistent: f64,
    /// Whether the backward pass runs each layer forward again.
    pub is_checkpointed: bool,
    /// Ranks, to a multiple of which each tensor is filled up.
    pub ranks: f64,
    /// Whether the output projection runs as a module. What makes no logits reads its weight alone, which DeepSpeed
    /// then takes for one of the whole model's own (`register_external_parameter`): it is there from the model's
    /// beginning to its end, forward and backward.
    pub calls_head: bool,
    /// Whether parts are on the GPU between their turns.
    pub are_on_gpu: bool,
}

/// Of how much of a step DeepSpeed knows the order of modules: each pass through the model ends what it records of it
/// (`reset_step`), and a module that it does not expect has it forget (`_invalidate_trace`). Where it knows none,
/// nothing is fetched ahead, and what was used is let go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum KnownOrder {
    /// All of it: the last step was the same.
    Whole,
    /// The forward pass, since another without gradients was before it.
    Forward,
    /// Nothing.
    Nothing,
}

/// Elements that are there at most.
pub struct LiveParameters {
    /// Within the forward pass of each layer.
    pub forward: Vec<f64>,
    /// At the loss.
    pub at_loss: f64,
    /// Within the backward pass of each layer.
    pub backward: Vec<f64>,
    /// There, while the last of its matrices has its turn: behind it a layer is fullest.
    pub inside: Vec<f64>,
    /// When the layers are done.
    pub at_end: f64,
}

/// A tensor of the model.
#[derive(Clone, Copy)]
struct GatherableTensor {
    elements: f64,
    filled_up: f64,
    is_persistent: bool,
    is_there: bool,
    /// Which fetch brings it; `usize::MAX` for one that is not on its way, or was waited for.
    fetch: usize,
    /// The last turn that a fetch ahead has seen.
    seen: usize,
}

/// Tensors that are fetched together.
struct GatheredTogether {
    filled_up: f64,
    n_left: usize,
    is_copied: bool,
}

/// Where the pass is.
#[derive(Clone, Copy)]
enum PassPlace {
    Forward(usize),
    Loss,
    Backward(usize),
    End,
}

/// A module's turn.
#[derive(Clone, Copy)]
struct ModuleTurn {
    tensors: [usize; 2],
    count: usize,
    pass: PassPlace,
    /// Whether it is in the backward pass of a layer, of its last matrix, or of adapters beside it.
    is_of_last: bool,
}

impl ModuleTurn {
    fn tensors(&self) -> &[usize] {
        &self.tensors[..self.count]
    }
}

impl LiveParameters {
    /// None: those of one rank that has its parameters on the GPU, where each part is the parameter itself
    /// (`NoGatherHandle`).
    fn none(n_layers: usize) -> Self {
        let of_layers = || vec![0.0; n_layers];
        Self { forward: of_layers(), at_loss: 0.0, backward: of_layers(), inside: of_layers(), at_end: 0.0 }
    }

    /// Those of a step whose order of modules is `known`.
    pub fn of(order: &OrderedTensors, rule: FetchRule, known: KnownOrder) -> Self {
        if rule.ranks == 1.0 && rule.are_on_gpu {
            return Self::none(order.n_layers);
        }
        let mut res = match known {
            KnownOrder::Whole => Self::none(order.n_layers),
            KnownOrder::Forward => Self { forward: vec![0.0; order.n_layers], ..Self::on_demand(order, rule) },
            KnownOrder::Nothing => return Self::on_demand(order, rule),
        };
        let mut fetching = Fetching::of(order, rule, known);
        for at in 0..fetching.turns.len() {
            fetching.fetch(at);
            let live = match fetching.turns[at].pass {
                PassPlace::Forward(layer) => &mut res.forward[layer],
                PassPlace::Loss => &mut res.at_loss,
                PassPlace::Backward(layer) => &mut res.backward[layer],
                PassPlace::End => &mut res.at_end,
            };
            *live = live.max(fetching.live);
            if let ModuleTurn { pass: PassPlace::Backward(layer), is_of_last: true, .. } = fetching.turns[at] {
                res.inside[layer] = res.inside[layer].max(fetching.live);
            }
            fetching.release(at);
        }
        res
    }

    /// Of each module what it needs itself. A layer that is run again keeps all of its weights for its backward pass,
    /// since what checkpoints save of it is no parameter.
    fn on_demand(order: &OrderedTensors, rule: FetchRule) -> Self {
        let filled_up = |own: &OwnTensors| -> f64 {
            let fetched = own.iter().filter(|it| **it > rule.persistent);
            fetched.map(|it| (it / rule.ranks).ceil() * rule.ranks).sum()
        };
        let modules = || order.layer.iter().map(|it| filled_up(&it.own));
        let largest = modules().fold(0.0, f64::max);
        let backward = if rule.is_checkpointed { modules().sum() } else { largest };
        Self {
            forward: vec![largest; order.n_layers],
            at_loss: filled_up(order.head.as_ref().unwrap_or(&order.embedding)),
            backward: vec![backward; order.n_layers],
            inside: vec![backward; order.n_layers],
            at_end: filled_up(&order.embedding),
        }
    }
}

/// The state of fetching.
struct Fetching {
    rule: FetchRule,
    tensors: Vec<GatherableTensor>,
    turns: Vec<ModuleTurn>,
    /// The turn of each tensor behind each turn in which it is used; as many as there are turns where there is none.
    next: Vec<[usize; 2]>,
    /// Elements of the turns before each.
    before: Vec<f64>,
    fetches: Vec<GatheredTogether>,
    /// The first turn, and the place in it, that no fetch ahead has seen.
    ahead: (usize, usize),
    available: f64,
    live: f64,
    /// What the whole model takes for its own.
    held: Option<usize>,
}

impl Fetching {
    fn of(order: &OrderedTensors, rule: FetchRule, known: KnownOrder) -> Self {
        let mut tensors = Vec::new();
        let mut put = |own: &OwnTensors| {
            let first = tensors.len();
            for elements in own.iter().filter(|it| **it > 0.0) {
                let is_persistent = *elements <= rule.persistent;
                tensors.push(GatherableTensor {
                    elements: *elements,
                    filled_up: (elements / rule.ranks).ceil() * rule.ranks,
                    is_persistent,
                    is_there: is_persistent,
                    fetch: usize::MAX,
                    seen: 0,
                });
            }
            ModuleTurn {
                tensors: [first, first + 1],
                count: tensors.len() - first,
                pass: PassPlace::Loss,
                is_of_last: false,
            }
        };
        let embedding = put(&order.embedding);
        let layers: Vec<Vec<ModuleTurn>> =
            (0..order.n_layers).map(|_| order.layer.iter().map(|it| put(&it.own)).collect()).collect();
        let norm = put(&order.norm);
        let head = order.head.as_ref().map_or(embedding, put);
        let mut turns = Self::turns(embedding, &layers, norm, head, rule, order.behind_last_matrix());
        if known == KnownOrder::Forward {
            let is_forward = |it: &ModuleTurn| matches!(it.pass, PassPlace::Forward(_) | PassPlace::Loss);
            // The head's turn is the last of them, and the loss's own, which holds nothing, the first of the backward
            // pass.
            let n_forward = turns.iter().take_while(|it| is_forward(it)).count();
            turns.truncate(n_forward.saturating_sub(if rule.calls_head { 2 } else { 1 }));
        }
        let (mut next, mut soonest) = (vec![[turns.len(); 2]; turns.len()], vec![turns.len(); tensors.len()]);
        for (at, turn) in turns.iter().enumerate().rev() {
            for (place, tensor) in turn.tensors().iter().enumerate() {
                next[at][place] = std::mem::replace(&mut soonest[*tensor], at);
            }
        }
        let mut sum = 0.0;
        let elements = |turn: &ModuleTurn| turn.tensors().iter().map(|it| tensors[*it].elements).sum::<f64>();
        let mut before = Vec::with_capacity(turns.len());
        for turn in &turns {
            before.push(sum);
            sum += elements(turn);
        }
        let live = tensors.iter().filter(|it| it.is_persistent).map(|it| it.elements).sum();
        let (fetches, held) = (Vec::new(), (!rule.calls_head).then_some(head.tensors[0]));
        Self { rule, tensors, turns, next, before, fetches, ahead: (0, 0), available: 0.0, live, held }
    }

    /// The modules' turns, of which the first `n_of_last` of a layer's backward pass belong to its last matrix, each
    /// told that it is about to run: in the backward pass, a module before what it holds.
    fn turns(
        embedding: ModuleTurn,
        layers: &[Vec<ModuleTurn>],
        norm: ModuleTurn,
        head: ModuleTurn,
        rule: FetchRule,
        n_of_last: usize,
    ) -> Vec<ModuleTurn> {
        let container = |pass| ModuleTurn { tensors: [0; 2], count: 0, pass, is_of_last: false };
        let at = |turn: ModuleTurn, pass| ModuleTurn { pass, ..turn };
        let (start, end) = (PassPlace::Forward(0), PassPlace::End);
        // The causal model, the model, the embedding, the rotation.
        let whole = if rule.calls_head { container(start) } else { at(head, start) };
        let mut res = vec![whole, container(start), at(embedding, start), container(start)];
        for (layer, modules) in layers.iter().enumerate() {
            res.extend(modules.iter().map(|it| at(*it, PassPlace::Forward(layer))));
        }
        let behind = PassPlace::Forward(layers.len().saturating_sub(1));
        let last = PassPlace::Backward(layers.len().saturating_sub(1));
        let at_loss = at(head, PassPlace::Loss);
        res.push(at(norm, behind));
        if rule.calls_head {
            res.extend([at_loss, container(PassPlace::Loss)]);
        }
        res.extend([at_loss, container(last), at(norm, last)]);
        for (layer, modules) in layers.iter().enumerate().rev() {
            let pass = PassPlace::Backward(layer);
            if rule.is_checkpointed {
                // The gradient reaches the last of a layer's matrices before the layer is run again.
                res.extend([container(pass), container(pass)]);
                res.extend(modules.iter().rev().find(|it| it.count > 0).map(|it| at(*it, pass)));
                res.extend(modules.iter().map(|it| at(*it, pass)));
            }
            let backward = modules.iter().rev().enumerate();
            res.extend(backward.map(|(n, it)| ModuleTurn { is_of_last: n < n_of_last, ..at(*it, pass) }));
        }
        res.push(at(embedding, end));
        res
    }

    /// Starts to gather some tensors together.
    fn start(&mut self, together: &[usize]) {
        // What arrives alone is the parameter, and one rank copies each by itself (`NoGatherCoalescedHandle`).
        let is_together = together.len() > 1 && self.rule.ranks > 1.0;
        let fetch = if is_together { self.fetches.len() } else { usize::MAX };
        let mut filled_up = 0.0;
        for it in together {
            let tensor = &mut self.tensors[*it];
            (tensor.is_there, tensor.fetch) = (true, fetch);
            filled_up += tensor.filled_up;
            self.available += tensor.elements;
        }
        self.live += filled_up;
        if is_together {
            self.fetches.push(GatheredTogether { filled_up, n_left: together.len(), is_copied: false });
        }
    }

    /// Fetches what a module needs, waits for it, and fetches ahead.
    fn fetch(&mut self, at: usize) {
        let turn = self.turns[at];
        let missing: Vec<usize> = turn.tensors().iter().copied().filter(|it| !self.tensors[*it].is_there).collect();
        self.start(&missing);
        for it in turn.tensors() {
            self.wait(*it);
        }
        self.skip(at);
        let room = (MAX_LIVE - self.available).min(self.rule.prefetch);
        let (mut fetched, mut together) = (0.0, Vec::new());
        while fetched < room {
            let Some(it) = self.next_ahead() else { break };
            let tensor = &self.tensors[it];
            if !tensor.is_there && !together.contains(&it) {
                fetched += tensor.elements;
                together.push(it);
            }
        }
        self.start(&together);
    }

    /// Copies all parameters of a fetch out of the tensor in which they came, once one of them is needed.
    fn wait(&mut self, it: usize) {
        let fetch = std::mem::replace(&mut self.tensors[it].fetch, usize::MAX);
        let Some(fetch) = self.fetches.get_mut(fetch) else { return };
        if !std::mem::replace(&mut fetch.is_copied, true) {
            self.live += fetch.filled_up;
        }
        fetch.n_left -= 1;
        if fetch.n_left == 0 {
            self.live -= fetch.filled_up;
        }
    }

    /// What runs now is not fetched ahead any more.
    fn skip(&mut self, at: usize) {
        while self.ahead.0 <= at {
            let (turn, place) = self.ahead;
            match self.turns[turn].tensors().get(place) {
                Some(it) => {
                    self.tensors[*it].seen = turn;
                    self.ahead = (turn, place + 1);
                }
                None => self.ahead = (turn + 1, 0),
            }
        }
    }

    /// The next tensor in the order of turns that no fetch ahead has seen.
    fn next_ahead(&mut self) -> Option<usize> {
        loop {
            let (turn, place) = self.ahead;
            let tensors = self.turns.get(turn)?.tensors();
            match tensors.get(place) {
                Some(it) => {
                    let it = *it;
                    self.ahead = (turn, place + 1);
                    self.tensors[it].seen = turn;
                    return Some(it);
                }
                None => self.ahead = (turn + 1, 0),
            }
        }
    }

    /// Lets go what a module has used, unless it is used again soon or a fetch ahead counts on it.
    fn release(&mut self, at: usize) {
        let turn = self.turns[at];
        for (place, it) in turn.tensors().iter().enumerate() {
            let next = self.next[at][place];
            let is_soon = next < self.turns.len() && self.before[next] - self.before[at + 1] < MAX_REUSE_DISTANCE;
            let tensor = &mut self.tensors[*it];
            if Some(*it) == self.held || tensor.is_persistent || !tensor.is_there || is_soon || tensor.seen > at + 1 {
                continue;
            }
            tensor.is_there = false;
            self.available -= tensor.elements;
            self.live -= tensor.filled_up;
        }
    }
}

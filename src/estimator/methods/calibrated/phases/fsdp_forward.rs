//! The forward pass of a rank of FSDP2: where parameters are gathered, and inside the last layer where that may be
//! fuller. It knows no size of a shard.

use crate::estimator::component::Component;
use crate::estimator::estimate::Moment;
use crate::estimator::methods::calibrated::phases::fsdp::ShardedStep;
use crate::estimator::methods::calibrated::phases::fsdp_piles::HeldForSharding;
use crate::estimator::methods::calibrated::phases::layer_backward::{Inside, LayerBackward};
use crate::estimator::methods::calibrated::tensors::instant::InstantSide;
use crate::estimator::moment::MomentId;
use crate::estimator::quantity::Quantity;

impl ShardedStep<'_> {
    /// Parameters of the first layer, of the last, or of the last group are gathered.
    pub(super) fn forward_gather(&self) -> Option<Moment> {
        let (sharded, groups, is_behind) = (self.sharded, &self.groups, self.is_behind_pass());
        let stream = self.run.stream("output of the embedding", "torch.nn.Embedding");
        let mut lines = self.step.base(1.0);
        lines.push((Component::Activations, self.run.tokens() * stream.listed(Quantity::LayerInput, &self.run.widths)));
        let behind_layers = || self.step.behind_layers(self.layers - 1.0);
        let mut all = Vec::new();
        if is_behind && groups.keeps {
            all.push((behind_layers(), self.gathering(self.layers, None, None)));
        } else {
            let root = groups.root.as_ref().filter(|_| !is_behind);
            let before = root.or_else(|| groups.root.is_none().then_some(&sharded.embedding));
            let before = before.map(|it| sharded.gathered(it));
            all.push((lines, self.gathering(0.0, Some(&sharded.layer), before)));
            if self.layers > 1.0 {
                let held = self.gathering(self.layers - 1.0, Some(&sharded.layer), sharded.copied_out());
                all.push((behind_layers(), held));
            }
        }
        if is_behind {
            all.iter_mut().for_each(|it| it.1.gathered.extend(groups.kept_tail()));
        } else if let Some(tail) = &groups.tail {
            let held = self.gathering(self.layers, Some(tail), sharded.copied_out());
            all.push((self.step.behind_layers(self.layers), held));
        }
        let moments = all.into_iter().map(|(lines, held)| self.moment(MomentId::ForwardGather, lines, held));
        Moment::fullest(moments.chain(self.forward_in_experts()).chain(self.forward_in_adapters()))
    }

    /// The last layer's experts run forward; nothing where they are no group of their own.
    fn forward_in_experts(&self) -> Option<Moment> {
        let elements = self.experts.as_ref()?;
        let stack = self.step.stack().on(InstantSide::Forward, elements);
        let (last, _) = LayerBackward::of(self.run, &stack, &self.sharded.resident).fullest();
        let lines = self.step.inside(self.step.masks(), last.map(|it| Inside { gradients: None, ..it }));
        let mut held = HeldForSharding::default();
        held.gathered.push(self.sharded.gathered(&self.sharded.layer));
        held.on_side(InstantSide::Forward, self.run, self.sharded, None, Some(elements));
        self.accumulated(self.layers, true, &mut held);
        Some(self.moment(MomentId::ForwardGather, lines, held))
    }

    /// Inside the last layer's adapters, which may be fullest where no logits are whole; nothing where the layer runs
    /// again.
    fn forward_in_adapters(&self) -> Option<Moment> {
        let stack = self.step.stack().only(|it| it == InstantSide::FirstPass);
        let (last, _) = LayerBackward::of(self.run, &stack, &self.sharded.resident).fullest();
        let lines = self.step.inside(self.step.masks(), Some(Inside { gradients: None, ..last? }));
        let mut held = if self.groups.keeps {
            let of_last = self.sharded.copied_out().filter(|_| !self.is_behind_pass());
            self.gathering(self.layers, None, of_last)
        } else {
            self.gathering(self.layers, Some(&self.sharded.layer), None)
        };
        held.gathered.extend(self.groups.kept_tail().filter(|_| self.is_behind_pass()));
        Some(self.moment(MomentId::ForwardGather, lines, held))
    }
}

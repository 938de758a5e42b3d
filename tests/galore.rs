//! GaLore's states and step, by the shapes of the matrices that galore-torch projects. It knows no formula.

#[path = "common/catalog.rs"]
mod catalog;
#[path = "common/component.rs"]
mod component;

use catalog::CATALOG;
use component::bytes;
use vram_estimator::estimator::{Component, MomentId, Unsupported, support};
use vram_estimator::link::decode;

/// Bytes of a component at the optimizer's step.
#[track_caller]
fn at_step(link: &str, component: Component) -> f64 {
    let problems = decode(link, &CATALOG).1;
    assert!(problems.is_empty(), "{link}: {problems:?}");
    bytes(link, MomentId::OptimizerStep, component)
}

const RANK: f64 = 128.0;

/// Matrices of a layer of Llama 3.1 8B by longer and shorter side.
const MATRICES: [[f64; 2]; 7] = [
    [4096.0, 4096.0],
    [4096.0, 1024.0],
    [4096.0, 1024.0],
    [4096.0, 4096.0],
    [14_336.0, 4096.0],
    [14_336.0, 4096.0],
    [14_336.0, 4096.0],
];

/// Embedding, output projection and norms of the same.
const BESIDE: f64 = 2.0 * 128_256.0 * 4096.0 + 65.0 * 4096.0;

/// Two moments of each projection and of all else, and the projectors: of gradients in 16 bits copies of 128 vectors,
/// of those in FP32 views of all (`GaLoreProjector.get_orthogonal_matrix`). As `galore_adamw` of Transformers: rank
/// 128, attention and feed-forward blocks.
#[test]
fn moments_have_a_low_rank_and_projectors_are_kept() {
    let of_layers = |of: &dyn Fn([f64; 2]) -> f64| 32.0 * MATRICES.iter().map(|it| of(*it)).sum::<f64>();
    let projected = of_layers(&|[longer, _]| RANK * longer);
    let narrow = of_layers(&|[_, shorter]| RANK * shorter);
    let squares = of_layers(&|[_, shorter]| shorter * shorter);
    let link = "mode=train&model=llama-3.1-8b&precision=BF16&optimizer=galore_adamw";
    let states = |recipe: &str| at_step(&format!("{link}&recipe={recipe}"), Component::Optimizer);
    assert_eq!(states("pure"), 2.0 * (2.0 * (projected + BESIDE) + narrow));
    assert_eq!(states("autocast"), 4.0 * (2.0 * (projected + BESIDE) + squares));
}

/// The root and the quotient of the output projection live while the first gradient is decomposed; of a model with few
/// words the largest matrix decides, beside the update of the one before it.
#[test]
fn a_step_decomposes_gradients_one_by_one() {
    let step = |model: &str, recipe: &str| {
        let link = format!("mode=train&model={model}&precision=BF16&optimizer=GaLoreAdamW&recipe={recipe}");
        at_step(&link, Component::Temporaries)
    };
    let square = 4096.0 * 4096.0;
    assert_eq!(step("llama-3.1-8b", "pure"), 2.0 * 128_256.0 * 4096.0 * 2.0 + 4.0 * (3.0 * square + square));
    assert_eq!(step("llama-3.1-8b", "autocast"), 2.0 * 128_256.0 * 4096.0 * 4.0 + 4.0 * (2.0 * square + square));
    // Tied: behind the embedding come norms.
    assert_eq!(step("llama-3.2-1b", "pure"), 2.0 * 128_256.0 * 2048.0 * 2.0);
    // Words are few in a shape of one's own.
    let largest = 4096.0 * 11_008.0;
    let few = at_step(
        "mode=train&precision=BF16&optimizer=GaLoreAdamW&recipe=pure&vocabSize=1024&layout=decoder&tieWordEmbeddings=true",
        Component::Temporaries,
    );
    assert_eq!(few, 4.0 * (3.0 * largest + square) + 2.0 * largest);
}

/// Experts in stacks and convolutions are no `nn.Linear`, and what it decomposes of adapters was not followed.
#[test]
fn what_was_not_read_is_refused() {
    for link in [
        "mode=finetune&method=LoRA&model=llama-3.1-8b",
        "mode=train&model=mixtral-8x7b-instruct-v0.1",
        "mode=train&model=t5-large",
        "mode=cnn",
    ] {
        let inputs = decode(&format!("{link}&optimizer=GaLoreAdamW"), &CATALOG).0.inputs;
        assert_eq!(support(&inputs), Err(Unsupported::OptimizerOfModel), "{link}");
        assert_eq!(support(&decode(link, &CATALOG).0.inputs), Ok(()), "{link}");
    }
}

//! Image classifiers that are no case of the committed file of traces, against peaks traced in the same way, and what
//! holds for every network. It knows links and totals, and no layer.

#[path = "common/catalog.rs"]
mod catalog;

use catalog::CATALOG;
use vram_estimator::estimator::architecture::Layout;
use vram_estimator::estimator::{Conflict, DEFAULT_METHOD, estimate_values};
use vram_estimator::link::{ProblemKind, decode};

/// Peaks of `peak_total`, in bytes, of torchvision's networks (0.29.2, PyTorch 2.14.1), traced like `traced.json`.
const TRACED: &[(&str, f64)] = &[
    (
        "model=resnet34&batchSize=4&inputImageSize=224&precision=FP32&recipe=pure&optimizer=AdamW&optimizerKernel=foreach",
        451_029_704.0,
    ),
    (
        "model=resnet152&batchSize=64&inputImageSize=224&precision=BF16&recipe=autocast&optimizer=AdamW&optimizerKernel=fused",
        6_640_829_740.0,
    ),
    (
        "model=resnext50_32x4d&batchSize=16&inputImageSize=224&precision=FP32&recipe=pure&optimizer=SGD&optimizerKernel=foreach",
        2_019_405_584.0,
    ),
    (
        "model=wide_resnet50_2&batchSize=2&inputImageSize=224&precision=FP32&recipe=pure&optimizer=AdamW&optimizerKernel=fused",
        1_267_543_492.0,
    ),
    (
        "model=resnet101&batchSize=8&inputImageSize=321&precision=BF16&recipe=autocast&optimizer=AdamW&optimizerKernel=fused",
        1_766_437_888.0,
    ),
    (
        "model=vgg11_bn&batchSize=32&inputImageSize=300&precision=FP32&recipe=pure&optimizer=SGD&optimizerKernel=foreach",
        6_062_455_848.0,
    ),
    (
        "model=vgg13_bn&batchSize=16&inputImageSize=250&precision=FP16&recipe=autocast&optimizer=SGD&optimizerKernel=foreach",
        3_074_387_896.0,
    ),
    (
        "model=vgg19&batchSize=2&inputImageSize=224&precision=FP16&recipe=autocast&optimizer=SGD&optimizerKernel=foreach",
        1_981_382_264.0,
    ),
    (
        "model=densenet169&batchSize=16&inputImageSize=224&precision=FP32&recipe=pure&optimizer=SGD&optimizerKernel=foreach",
        2_648_389_296.0,
    ),
    (
        "model=densenet201&batchSize=8&inputImageSize=250&precision=BF16&recipe=autocast&optimizer=AdamW&optimizerKernel=fused",
        1_261_568_112.0,
    ),
    (
        "model=efficientnet_b1&batchSize=8&inputImageSize=241&precision=FP32&recipe=pure&optimizer=SGD&optimizerKernel=foreach",
        1_275_418_512.0,
    ),
    (
        "model=efficientnet_b7&batchSize=2&inputImageSize=600&precision=BF16&recipe=autocast&optimizer=AdamW&optimizerKernel=fused",
        4_804_517_640.0,
    ),
    (
        "model=convnext_small&batchSize=1&inputImageSize=224&precision=FP32&recipe=pure&optimizer=AdamW&optimizerKernel=fused",
        871_629_312.0,
    ),
    (
        "model=convnext_large&batchSize=2&inputImageSize=224&precision=BF16&recipe=autocast&optimizer=AdamW&optimizerKernel=foreach",
        3_956_550_960.0,
    ),
    (
        "model=vit-large-patch16-224&batchSize=16&inputImageSize=224&precision=BF16&recipe=autocast&optimizer=AdamW&optimizerKernel=fused",
        7_124_350_440.0,
    ),
    (
        "model=vit-large-patch32-224&batchSize=64&inputImageSize=224&precision=FP32&recipe=pure&optimizer=AdamW&optimizerKernel=foreach",
        9_158_644_232.0,
    ),
    (
        "model=vit-huge-patch14-224&batchSize=4&inputImageSize=224&precision=BF16&recipe=pure&optimizer=AdamW&optimizerKernel=fused",
        5_172_368_516.0,
    ),
];

/// The largest relative error: what a trace counts and a walk leaves out, such as the optimizer's step counters.
const TOLERANCE: f64 = 0.001;

/// Bytes without what allocators and drivers add, which traces do not see. `is_fair` says which problems of a link
/// leave the run what it says.
fn allocated(keys: &str, is_fair: impl Fn(&ProblemKind) -> bool) -> f64 {
    let (link, problems) = decode(&format!("mode=cnn&{keys}"), &CATALOG);
    assert!(problems.iter().all(|it| is_fair(&it.kind)), "{keys}: {problems:?}");
    let all = estimate_values(&link.inputs);
    let estimate = all.iter().find(|it| it.method() == DEFAULT_METHOD).expect("an estimate");
    let own = estimate.lines().iter().filter(|it| !it.component.is_outside());
    own.map(|it| it.formula.value()).sum()
}

#[track_caller]
fn check_traced(keys: &str, peak: f64) {
    // Every vision transformer was once told that its patch is larger than its image, of a size that the mode does not
    // have.
    let bytes = allocated(keys, |it| matches!(it, ProblemKind::NoEffect(..)));
    let error = (bytes - peak) / peak;
    assert!(error.abs() <= TOLERANCE, "{keys}: {:+.3} %", 100.0 * error);
}

#[test]
fn networks_take_what_traces_of_torchvision_show() {
    for &(keys, peak) in TRACED {
        check_traced(keys, peak);
    }
}

/// Image edges, in pixels: some at which poolings drop a row, and some below what the network can read.
const EDGES: [u32; 8] = [1, 31, 64, 223, 224, 225, 300, 513];

const NETWORKS: [Layout; 12] = [
    Layout::ResNet,
    Layout::Vgg,
    Layout::DenseNet,
    Layout::EfficientNet,
    Layout::RegNet,
    Layout::EfficientNetV2,
    Layout::MobileNet,
    Layout::MnasNet,
    Layout::Swin,
    Layout::MaxVit,
    Layout::ConvNext,
    Layout::VisionTransformer,
];

#[test]
fn more_images_or_larger_ones_never_take_less() {
    let networks = CATALOG.models().iter().filter(|it| NETWORKS.contains(&it.architecture.layout));
    for preset in networks {
        for recipe in ["FP32&recipe=pure", "BF16&recipe=autocast", "BF16&recipe=master"] {
            let at = |batch: u32, edge: u32| {
                // Computed as it stands: an image below one patch.
                let below_patch = ProblemKind::Conflict(Conflict::PatchLargerThanImage);
                // The same: windows that torchvision would have filled.
                let half_empty = ProblemKind::Conflict(Conflict::WindowsNotFilled);
                allocated(
                    &format!("model={}&precision={recipe}&batchSize={batch}&inputImageSize={edge}", preset.id),
                    |it| {
                        matches!(it, ProblemKind::NoEffect(..)) || *it == half_empty || edge < 32 && *it == below_patch
                    },
                )
            };
            let totals = EDGES.map(|edge| (at(1, edge), at(7, edge)));
            assert!(
                totals.iter().all(|it| it.0.is_finite() && it.0 > 0.0 && it.0 <= it.1),
                "{}: {totals:?}",
                preset.id
            );
            assert!(totals.windows(2).all(|it| it[0].0 <= it[1].0 && it[0].1 <= it[1].1), "{}: {totals:?}", preset.id);
        }
    }
}

/// torchvision makes no MaxViT whose windows would stay half empty (`MaxVit.__init__` raises a `ValueError`).
#[test]
fn an_image_that_leaves_windows_half_empty_is_told() {
    for (keys, is_told) in [
        ("model=maxvit_t", false),
        ("model=maxvit_t&inputImageSize=448", false),
        ("model=maxvit_t&inputImageSize=256", true),
        ("model=swin_t&inputImageSize=256", false),
    ] {
        let (_, problems) = decode(&format!("mode=cnn&{keys}"), &CATALOG);
        let told = problems.iter().filter(|it| it.kind == ProblemKind::Conflict(Conflict::WindowsNotFilled));
        assert_eq!(told.count(), usize::from(is_told), "{keys}: {problems:?}");
    }
}

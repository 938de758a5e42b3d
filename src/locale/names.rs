//! Names of products and of code that are written alike in every language, by their names in links.

/// The name that a product or a thing of a library bears; nothing where the name in links is all there is.
pub fn name(id: &str) -> Option<&'static str> {
    Some(match id {
        "transformers" => "Transformers",
        "vllm" => "vLLM",
        "llamacpp" => "llama.cpp",
        "turing" => "Turing",
        "ampere" => "Ampere",
        "ada" => "Ada Lovelace",
        "hopper" => "Hopper",
        "blackwell" => "Blackwell",
        "resnet" => "ResNet",
        "vgg" => "VGG",
        "densenet" => "DenseNet",
        "efficientnet" => "EfficientNet",
        "convnext" => "ConvNeXt",
        "alibi" => "ALiBi",
        "rms" => "RMS",
        "rms_plus_one" => "RMS, 1 + w",
        "layer" => "LayerNorm",
        "layer_plus_one" => "LayerNorm, 1 + w",
        _ => return None,
    })
}

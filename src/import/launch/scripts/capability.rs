//! Conditions of scripts that hold on every GPU that an estimate is of, all of which compute in BF16. It asks no GPU.

use crate::import::launch::scripts::parsed::PythonOutline;
use std::ops::Range;

/// What is asked whether a GPU computes in BF16.
pub const CAPABILITIES: &[&str] =
    &["is_bf16_supported", "is_bfloat16_supported", "get_device_capability", "is_torch_bf16_gpu_available"];

/// What stands behind the capability of a GPU where it is compared with that of the first that computes in BF16.
const COMPARED: &[&str] = &["[0]>=8", "[0]>7", ">=(8,0)"];

/// Whether a condition is certain: it asks for nothing but a capability, and whether there is a GPU.
pub fn asks_for_capability(outline: &PythonOutline, condition: Range<usize>) -> bool {
    let mut is_asked = false;
    let mut from = condition.start;
    while from < condition.end {
        let rest = from..condition.end;
        let end = rest.clone().find(|it| outline.tokens[*it].is_name("and")).unwrap_or(rest.end);
        let (path, open) = outline.path(from);
        let name = path.rsplit('.').next().unwrap_or_default();
        if !outline.is_sign(open, "(") || outline.behind(open) > end {
            return false;
        }
        let compared: String = outline.tokens[outline.behind(open)..end].iter().map(|it| it.text.as_str()).collect();
        let is_certain = match name {
            "get_device_capability" => COMPARED.contains(&compared.as_str()),
            _ => compared.is_empty() && (CAPABILITIES.contains(&name) || path == "torch.cuda.is_available"),
        };
        if !is_certain {
            return false;
        }
        is_asked |= name != "is_available";
        from = end + 1;
    }
    is_asked
}

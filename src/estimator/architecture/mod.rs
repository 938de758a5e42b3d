//! stub
use super::parameters::ParameterId;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact { HiddenSize, NumLayers, NumAttentionHeads, NumKeyValueHeads, HeadDim, IntermediateSize, VocabSize }
impl Fact {
    pub fn of_parameter(_id: ParameterId) -> Option<Self> { None }
    pub fn parameter(self) -> Option<ParameterId> { None }
    pub fn symbol(self) -> &'static str { "x" }
}
#[derive(Debug, PartialEq)]
pub struct Architecture {}
impl Architecture { pub fn get(&self, _fact: Fact) -> Option<f64> { None } }
#[derive(Debug, PartialEq)]
pub struct Preset { pub id: &'static str, pub name: &'static str, pub total_parameters: f64, pub architecture: Architecture }
pub fn preset(_id: &str) -> Option<&'static Preset> { None }
pub fn presets() -> &'static [Preset] { &[] }

//! View models: what charts, tables and reports show, ready to be placed. It computes no memory and knows
//! no browser: shares, roundings and geometry live here, where tests can reach them.

pub mod accuracy;
pub mod answer;
pub mod batch;
pub mod brought;
pub mod chart;
pub mod compare;
pub mod comparison;
pub mod decide;
pub mod devices;
pub mod difference;
pub mod drawing;
pub mod formula;
pub mod gpu_groups;
pub mod imported;
mod json;
pub mod measured;
pub mod model_groups;
pub mod models;
pub mod numbers;
pub mod parameter_table;
pub mod parameters_page;
mod plan_answer;
pub mod plan_table;
pub mod ranks;
pub mod readings;
pub mod scatter;
pub mod search;
pub mod shared;
mod sweep_answer;
pub mod sweep_chart;
pub mod symbols;
pub mod table;
pub mod value_text;
pub mod verdict;
pub mod ways;

//! Tiles into which an image is cut, where a configuration says which there may be. It knows no kind of model.

use crate::estimator::ParameterId as Id;
use crate::import::config::config_part::ConfigPart;
use crate::import::config::sheet::{Origin, Sheet};
use crate::import::imported::{NotTaken, Whose};
use serde_json::Value as Json;

/// Resolutions of LLaVA's larger images (`LlavaNextConfig.__post_init__`): the tower's own and its multiples by two and
/// three.
const PINPOINTS: &[[f64; 2]] = &[[336.0, 672.0], [672.0, 336.0], [672.0, 672.0], [1008.0, 336.0], [336.0, 1008.0]];

/// An image is cut for the resolution of a list that suits it, and stands beside its tiles as a whole
/// (`get_anyres_image_grid_shape`).
pub fn grid_of_pinpoints(edge: f64, whole: &ConfigPart, sheet: &mut Sheet) {
    let key = "image_grid_pinpoints";
    let stated = whole.list(key);
    let sides = |it: &Json| Some([it.get(0)?.as_f64()?, it.get(1)?.as_f64()?]);
    let all: Option<Vec<[f64; 2]>> =
        stated.map_or_else(|| Some(PINPOINTS.to_vec()), |it| it.iter().map(sides).collect());
    let Some(all) = all.filter(|it| !it.is_empty() && edge >= 1.0) else {
        return sheet.out.leave(&whole.place(key), "", NotTaken::WrongType);
    };
    let tiles = |[height, width]: &[f64; 2]| (height / edge).floor() * (width / edge).floor() + 1.0;
    let least = all.iter().map(tiles).fold(f64::INFINITY, f64::min);
    let most = all.iter().map(tiles).fold(0.0, f64::max);
    let place = whole.place(key);
    for (id, number) in [(Id::MinTiles, least), (Id::MaxTiles, most)] {
        let origin = match stated {
            Some(_) => Origin::Place(place.clone()),
            None => Origin::Whose(Whose::DefaultOf(place.clone())),
        };
        sheet.put(id, &number.to_string(), origin);
    }
}

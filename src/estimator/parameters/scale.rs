//! Where a slider stops. A slider is a list of stops; this turns stops into values and back. It knows no
//! pixel and no parameter.

/// How the stops of a slider are spaced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Every multiple of the step from the minimum on.
    Linear,
    /// Multiples of the step whose distance doubles each octave, so that each octave has
    /// [`STOPS_PER_OCTAVE`] stops: even steps for the eye and round numbers (7, 8.5, 8.75, 70, 2048) for
    /// the reader.
    Logarithmic,
}

/// Stops in one doubling of a logarithmic slider.
pub const STOPS_PER_OCTAVE: u64 = 32;

/// The range of a slider: the document's, where it gives one. Number boxes accept more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slider {
    /// The left end, a multiple of the step on a logarithmic slider.
    pub min: f64,
    /// The right end; it is a stop even where it is off the grid.
    pub max: f64,
    /// The finest distance between stops.
    pub step: f64,
    /// How stops are spaced.
    pub scale: Scale,
}

impl Slider {
    /// A slider with even stops.
    pub const fn linear(min: f64, max: f64, step: f64) -> Self {
        Self { min, max, step, scale: Scale::Linear }
    }

    /// A slider with stops that widen with the value.
    pub const fn logarithmic(min: f64, max: f64, step: f64) -> Self {
        Self { min, max, step, scale: Scale::Logarithmic }
    }

    /// The number of the last stop; the first is 0.
    pub fn last_stop(&self) -> u32 {
        let below = self.ordinal(self.max);
        // A maximum off the grid gets a stop of its own.
        if self.grid_value(below) < self.max { below + 1 } else { below }
    }

    /// The value at a stop; stops beyond the last stand at the maximum.
    pub fn value_at(&self, stop: u32) -> f64 {
        if stop >= self.last_stop() { self.max } else { self.grid_value(stop) }
    }

    /// The stop nearest to a value; values outside the slider's range stand at its ends.
    pub fn stop_of(&self, value: f64) -> u32 {
        if value <= self.min {
            return 0;
        }
        if value >= self.max {
            return self.last_stop();
        }
        let below = self.ordinal(value);
        let (low, high) = (self.value_at(below), self.value_at(below + 1));
        if value - low <= high - value { below } else { below + 1 }
    }

    /// The value `n_stops` stops away, for keys: an off-grid value first goes to the next stop in that
    /// direction. Beyond the slider's ends the grid goes on, so that a number box can leave them.
    pub fn moved(&self, value: f64, n_stops: i32) -> f64 {
        if value < self.min {
            return if n_stops > 0 { self.min } else { value };
        }
        let below = self.ordinal(value);
        let on_grid = self.grid_value(below) == round(value);
        // Going down from between two stops, the stop below already is one step away.
        let from = i64::from(below) + i64::from(!on_grid && n_stops < 0);
        self.grid_value((from + i64::from(n_stops)).max(0) as u32)
    }

    /// The last grid point at or below the value, counted from the minimum.
    fn ordinal(&self, value: f64) -> u32 {
        // The tolerance takes back what dividing by a step such as 0.05 loses.
        let n_steps = |value: f64| (value / self.step + 1e-9).floor().max(0.0);
        let res = match self.scale {
            Scale::Linear => n_steps(value - self.min),
            Scale::Logarithmic => (octave_ordinal(n_steps(value)) - octave_ordinal(n_steps(self.min))) as f64,
        };
        // Number boxes accept values far beyond the slider; their stop is not needed exactly.
        res.clamp(0.0, 1e9) as u32
    }

    fn grid_value(&self, ordinal: u32) -> f64 {
        round(match self.scale {
            Scale::Linear => self.min + f64::from(ordinal) * self.step,
            Scale::Logarithmic => {
                let first = octave_ordinal((self.min / self.step + 1e-9).floor());
                steps_at(first + u64::from(ordinal)) * self.step
            }
        })
    }
}

/// How many octave-spaced stops lie at or below `n_steps` steps: every step up to two octaves' stops, then
/// every second, every fourth, …
fn octave_ordinal(n_steps: f64) -> u64 {
    let n = n_steps.min(1e15) as u64;
    if n < 2 * STOPS_PER_OCTAVE {
        return n;
    }
    let doublings = u64::from(n.ilog2() - STOPS_PER_OCTAVE.ilog2());
    STOPS_PER_OCTAVE * doublings + (n >> doublings)
}

/// The inverse of [`octave_ordinal`].
fn steps_at(ordinal: u64) -> f64 {
    if ordinal < 2 * STOPS_PER_OCTAVE {
        return ordinal as f64;
    }
    let doublings = (ordinal - STOPS_PER_OCTAVE) / STOPS_PER_OCTAVE;
    (ordinal - STOPS_PER_OCTAVE * doublings) as f64 * 2f64.powi(doublings.min(1000) as i32)
}

/// Takes back the noise of decimal steps: 24 × 0.0025 is 0.06, not 0.060000000000000005.
fn round(value: f64) -> f64 {
    const DIGITS: f64 = 1e9;
    if value.abs() < 1e6 { (value * DIGITS).round() / DIGITS } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(slider: Slider, on_grid: &[f64]) {
        let last = slider.last_stop();
        assert_eq!((slider.value_at(0), slider.value_at(last)), (slider.min, slider.max));
        for stop in 0..last {
            assert!(slider.value_at(stop) < slider.value_at(stop + 1), "stop {stop} of {slider:?}");
            assert_eq!(slider.stop_of(slider.value_at(stop)), stop, "{slider:?}");
        }
        for &value in on_grid {
            assert_eq!(slider.value_at(slider.stop_of(value)), value, "{slider:?}");
        }
    }

    #[test]
    fn stops_rise_and_return() {
        check(Slider::linear(0.1, 1.0, 0.05), &[0.5, 0.85]);
        check(Slider::linear(30_000.0, 260_000.0, 1000.0), &[50_000.0, 128_000.0]);
        check(Slider::logarithmic(0.125, 175.0, 1.0 / 256.0), &[0.5, 1.5, 7.0, 8.5, 8.75, 13.0, 35.0, 70.0]);
        check(Slider::logarithmic(0.005, 0.5, 0.0025), &[0.05, 0.06, 0.065, 0.07]);
        check(Slider::logarithmic(0.0, 4096.0, 1.0), &[0.0, 1.0, 64.0, 128.0]);
        check(Slider::logarithmic(0.125, 2000.0, 1.0 / 256.0), &[7.0, 1984.0]);
    }

    #[test]
    fn keys_move_to_the_neighbouring_stop() {
        let slider = Slider::logarithmic(512.0, 8192.0, 16.0);
        assert_eq!(slider.moved(2048.0, 1), 2112.0);
        assert_eq!(slider.moved(2048.0, -1), 2016.0);
        assert_eq!(slider.moved(2050.0, 1), 2112.0, "an off-grid value goes to the next stop up");
        assert_eq!(slider.moved(2050.0, -1), 2048.0, "and to the next stop down");
        assert_eq!(slider.moved(8192.0, 1), 8448.0, "a number box may leave the slider's range");
        assert_eq!(slider.moved(100.0, 1), 512.0);
        assert_eq!(slider.moved(100.0, -1), 100.0);
    }
}

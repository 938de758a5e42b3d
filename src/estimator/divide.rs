//! Division of whole numbers. Numbers of the estimator are of one kind, whose own `%` takes 800 bytes of the page's
//! first view to be right at any size.

/// What is left when a whole number is divided by one above 0: exact below 2⁵³, where a quotient that is not whole is
/// further from the next whole number than rounding reaches.
pub fn rest(dividend: f64, divisor: f64) -> f64 {
    dividend - divisor * (dividend / divisor).floor()
}

/// Whether a whole number is a multiple of another.
pub fn divides_evenly(divisor: f64, dividend: f64) -> bool {
    rest(dividend, divisor) == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_what_the_processor_says() {
        let mut state = 20_261_201_u64;
        let mut draw = |bits: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> (64 - bits)) as f64
        };
        for _ in 0..100_000 {
            for (n, by) in [(53, 1), (53, 52), (40, 20), (20, 6), (6, 20)] {
                let (dividend, divisor) = (draw(n), draw(by) + 1.0);
                assert_eq!(rest(dividend, divisor), dividend % divisor, "{dividend} % {divisor}");
                assert!(divides_evenly(divisor, divisor * (dividend / divisor).floor()), "{dividend} / {divisor}");
            }
        }
    }
}

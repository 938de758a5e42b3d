//! How the table of facts is declared: from its rows come the enumeration, keys, symbols and lists of choices. The
//! build script reads the same rows with a macro of its own.

macro_rules! facts {
    ($( $(#[$doc:meta])* $id:ident = $key:literal, $symbol:literal $(of $kind:ident)?; )*) => {
        /// A number that describes an architecture.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Fact { $( $(#[$doc])* $id ),* }

        impl Fact {
            /// Every fact, in the table's order.
            pub const ALL: &[Self] = &[ $( Self::$id ),* ];

            /// Its symbol in formulas and in packed presets.
            pub const fn symbol(self) -> &'static str {
                SYMBOLS[self as usize]
            }

            /// Its name in `data/models.json`, and in links where a parameter states it.
            pub const fn key(self) -> &'static str {
                KEYS[self as usize]
            }

            /// The list that it is chosen from; empty for plain numbers.
            pub const fn choices(self) -> &'static [&'static str] {
                match self {
                    $( $( Self::$id => <crate::estimator::architecture::kinds::$kind as crate::estimator::parameters::choices::ChoiceValue>::IDS, )? )*
                    _ => &[],
                }
            }
        }

        static SYMBOLS: &[&str] = &[ $( $symbol ),* ];
        const KEYS: &[&str] = &[ $( $key ),* ];
    };
}

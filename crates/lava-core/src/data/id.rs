//! Typed indices.

/// Declares an index type: a `usize` that cannot be taken for the index of something else.
#[macro_export]
macro_rules! index_type {
    ($(#[$attribute:meta])* $vis:vis $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(pub usize);

        impl $name {
            /// The index as a number.
            #[inline(always)]
            $vis fn index(self) -> usize {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

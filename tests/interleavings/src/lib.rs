//! The runtime of `lava` under model checkers.

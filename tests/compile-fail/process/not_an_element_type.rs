// A Var holds numbers.
use lava::prelude::*;

#[process]
pub struct Console {
    #[var(scalar)]
    line: Var<String>,
}

fn main() {}

// Learning rates are factors of the equation.
use lava::prelude::*;
use lava::proc::LearningDense;

fn main() -> lava::Result<()> {
    let rule = learning_rule! { dw = x0; };
    let _ = LearningDense::<f32>::weights([[1.0]]).learning_rule(rule).learning_rate(0.1);
    Ok(())
}

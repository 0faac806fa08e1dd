// Rules as the documentation writes them, and one through the library under another name.
use lava as renamed;

fn main() {
    let rule = lava::learning_rule! {
        dw = 2^-1 * x1 * y0 - 2^-1 * x0 * y1;
        x1: impulse 16, tau 20;
        y1: impulse 16, tau 20;
        epoch 4;
    };
    assert_eq!(rule.epoch(), 4);
    let rule = lava::learning_rule! {
        crate = renamed;
        dw = u0 * t * y2;
        dt = -2 * (x1 - 3) * y0 + sgn(w - 2^4) * x0 * 0.25 - u0 * t * 2^-3;
        dd = x0 * y0;
        x1: impulse 1.5, no decay;
        y2: third factor;
        seed 7
    };
    assert_eq!(rule.seed(), Some(7));
    assert_eq!(rule.text().parse::<renamed::proc::learning::LearningRule>().map(|rule| rule.seed()), Ok(Some(7)));
}

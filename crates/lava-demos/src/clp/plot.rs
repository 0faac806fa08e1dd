//! A picture of the lessons and of the prototypes.

use lava::plot::{Figure, curves, images};
use ndarray::Array3;

use super::course::Lesson;
use super::network::Prototypes;
use lava_examples::digits::SIZE;

/// The most prototypes that are shown of a class.
const OF_A_CLASS: usize = 16;

/// The picture of how well the classes so far are known after each lesson, and of the first prototypes
/// of every class, a row each.
///
/// # Errors
/// If a Var cannot be read.
pub fn picture(lessons: &[Lesson], prototypes: &Prototypes) -> lava::Result<Figure> {
    let learned: Vec<f64> = (1_u32..).take(lessons.len()).map(f64::from).collect();
    let share = |of: &dyn Fn(&Lesson) -> f64| -> Vec<f64> {
        lessons.iter().map(|lesson| 100.0 * of(lesson)).collect()
    };
    let right = |lesson: &Lesson| Lesson::mean(&lesson.right);
    let novel = |lesson: &Lesson| Lesson::mean(&lesson.unknown);
    let wrong = |lesson: &Lesson| 1.0 - right(lesson) - novel(lesson);
    let shares = curves("digits learned", "test images of these (%)")
        .curve("right", &learned, &share(&right))
        .curve("wrong", &learned, &share(&wrong))
        .curve("novel", &learned, &share(&novel))
        .curve(
            "the first digit right",
            &learned,
            &share(&|lesson| lesson.right[0]),
        )
        .dots()
        .y_range(0.0, 100.0);
    let used = prototypes.used()?;
    let fields = images(gallery(lessons.len(), prototypes)?.view()).grid_columns(OF_A_CLASS);
    Ok(Figure::new()
        .title("Digits, learned one after the other")
        .plot(shares)
        .plot(fields.title(format!(
            "The first prototypes of each digit, of {used} in use"
        ))))
}

/// The patterns of the first prototypes of each class, nothing where a class has fewer.
fn gallery(classes: usize, prototypes: &Prototypes) -> lava::Result<Array3<f64>> {
    let (patterns, class_of) = (prototypes.patterns()?, prototypes.classes()?);
    let mut gallery = Array3::from_elem((classes * OF_A_CLASS, SIZE, SIZE), f64::NAN);
    for class in 0..classes {
        let mut of_class =
            (0..class_of.len()).filter(|prototype| class_of[*prototype] == Some(class));
        for (place, prototype) in of_class.by_ref().take(OF_A_CLASS).enumerate() {
            for pixel in 0..SIZE * SIZE {
                let value = f64::from(patterns[[prototype, pixel]]);
                gallery[[class * OF_A_CLASS + place, pixel / SIZE, pixel % SIZE]] = value;
            }
        }
    }
    Ok(gallery)
}

//! Prototypes learn from one look, notice what is novel, and forget nothing.

use anyhow::Result;
use lava_demos::clp::{Answer, Lesson, Prototypes, picture, teach};
use lava_examples::digits::{Digits, SIZE};
use ndarray::array;

#[test]
fn one_look_is_enough() -> Result<()> {
    let prototypes = Prototypes::new(4, 3, 0.9)?;
    let (one, other) = (array![1.0, 0.1, 0.0], array![0.0, 1.0, 1.0]);
    assert_eq!(prototypes.recall(&one)?, Answer::Novel);
    assert_eq!(prototypes.used()?, 0, "a question teaches nothing");
    assert_eq!(prototypes.learn(&one, 7)?, Answer::Novel);
    assert_eq!(
        prototypes.recall(&array![10.0, 0.0, 1.0])?,
        Answer::Class(7)
    );
    assert_eq!(prototypes.recall(&other)?, Answer::Novel);
    assert_eq!(prototypes.learn(&other, 2)?, Answer::Novel);
    assert_eq!(
        prototypes.learn(&other, 2)?,
        Answer::Class(2),
        "it was known by then"
    );
    assert_eq!(prototypes.recall(&one)?, Answer::Class(7));
    assert_eq!(prototypes.used()?, 2);
    assert_eq!(prototypes.classes()?, [Some(7), Some(2), None, None]);
    Ok(())
}

#[test]
fn without_prototypes_left_patterns_stay_novel() -> Result<()> {
    let prototypes = Prototypes::new(1, 2, 0.9)?;
    prototypes.learn(&array![1.0, 0.0], 0)?;
    prototypes.learn(&array![0.0, 1.0], 1)?;
    assert_eq!(prototypes.recall(&array![0.0, 1.0])?, Answer::Novel);
    assert_eq!(prototypes.recall(&array![1.0, 0.0])?, Answer::Class(0));
    assert_eq!(prototypes.used()?, 1);
    Ok(())
}

#[test]
fn digits_are_learned_and_not_forgotten() -> Result<()> {
    let digits = Digits::load()?;
    let prototypes = Prototypes::new(400, SIZE * SIZE, 0.9)?;
    let lessons = teach(&prototypes, &digits, 100)?;
    assert_eq!(lessons.len(), 10);
    let last = &lessons[9];
    assert!(Lesson::mean(&last.right) > 0.8, "{:?}", last.right);
    for (class, lesson) in lessons.iter().enumerate() {
        let (then, now) = (lesson.right[class], last.right[class]);
        assert!(
            now > then - 0.1,
            "digit {class}: {then}, and {now} in the end"
        );
        assert!(lesson.novel < lesson.shown, "some were known");
    }
    let drawing = picture(&lessons, &prototypes)?.to_svg()?;
    assert!(drawing.contains(&format!("of {} in use", last.used)));
    Ok(())
}

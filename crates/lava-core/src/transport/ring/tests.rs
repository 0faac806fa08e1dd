//! Tests of message rings.

use super::*;

#[test]
#[cfg_attr(not(debug_assertions), ignore = "borrows are counted in debug builds")]
#[should_panic(expected = "a cell is read while it is written")]
fn reading_a_slot_that_is_being_written_is_caught() {
    let ring = Arc::new(MessageRing::<f32>::new(1, 1));
    RingWriter(Arc::clone(&ring)).write(1, |_| {
        let _ = ring.message(1);
        0
    });
}

#[test]
fn a_slot_answers_for_its_own_step_only() {
    let ring = Arc::new(MessageRing::<i32>::new(1, 2));
    let mut writer = RingWriter(Arc::clone(&ring));
    let mut send = |step, value| {
        writer.write(step, |row| i32::write(row, [value].iter()));
    };
    send(1, 7);
    assert_eq!(ring.message(1), Some([7].as_slice()));
    assert_eq!(ring.message(2), None);
    send(3, 9);
    assert_eq!(ring.message(1), None);
    ring.reset();
    assert_eq!(ring.message(3), None);
    assert_eq!(ring.message(0), None, "step 0 is before the first message");
}

#[test]
fn rows_written_ahead_follow_each_other_round_the_ring() {
    let ring = Arc::new(MessageRing::<i32>::new(2, 4));
    let mut writer = RingWriter(Arc::clone(&ring));
    for step in 1..9 {
        let mut rows = writer.buffers_ahead(step, 2);
        assert_eq!(rows.len(), 6);
        assert!(rows.range_mut(4, 2).is_some() && rows.range_mut(4, 3).is_none());
        for offset in 0..6 {
            let address = rows.address(rows.place(offset as u32));
            let item = rows.get_mut(offset).expect("the offset is within the rows");
            assert!(std::ptr::eq(item, address));
            *item += 10_i32.pow(offset as u32);
        }
        let message = ring.message(step).expect("the step is written");
        let all = [[10_101, 101_010], [101, 1010], [1, 10]];
        assert_eq!(message, all[3_usize.saturating_sub(step as usize)]);
    }
}

#[test]
fn there_is_nothing_beyond_the_steps_written_ahead() {
    let ring = Arc::new(MessageRing::<i32>::new(1, 4));
    let mut writer = RingWriter(ring);
    let mut rows = writer.buffers_ahead(1, 1);
    assert!(rows.get_mut(1).is_some() && rows.get_mut(2).is_none());
}

#[test]
fn messages_of_joint_rings_lie_side_by_side() {
    let rings = ErasedRing::joint::<i32>(&[3, 20, 5], 2);
    let mut joint = JointWriter::<i32>::new([&rings[0], &rings[2]]).expect("made jointly");
    let mut other = rings[1].writer::<i32>();
    other.buffer_mut(1).fill(7);
    let (first, last) = (joint.first(0), joint.first(1));
    let row = joint.buffer_mut(1);
    row[first + 2] = 1;
    row[last + 4] = 2;
    assert_eq!(
        rings[0].downcast::<i32>().message(1),
        Some([0, 0, 1].as_slice())
    );
    assert_eq!(
        rings[1].downcast::<i32>().message(1),
        Some([7; 20].as_slice())
    );
    assert_eq!(
        rings[2].downcast::<i32>().message(1),
        Some([0, 0, 0, 0, 2].as_slice())
    );
    assert!(joint.buffer_mut(2)[last..].iter().all(|item| *item == 0));
    let alone = ErasedRing::joint::<i32>(&[3], 2);
    assert!(JointWriter::<i32>::new([&rings[0], &alone[0]]).is_none());
}

#[test]
fn unmarked_parts_of_a_message_are_silent() {
    let ring = Arc::new(MessageRing::<f32>::new(40, 1));
    let mut writer = RingWriter(Arc::clone(&ring));
    writer.buffer_mut(1).fill(1.0);
    assert!(matches!(ring.arrivals(1), Arrivals::All));
    assert!(matches!(ring.arrivals(2), Arrivals::None));
    for (step, element) in [(2, 3), (3, 39), (4, 17)] {
        let (row, marks) = writer.parts_mut(step);
        assert!(row.iter().all(|item| *item == 0.0), "step {step}");
        (row[element], marks[element / PART]) = (2.0, 1);
        let arrivals = ring.arrivals(step);
        assert!(arrivals.are_in(element..element + 1));
        assert!(
            (0..40)
                .all(|other| other / PART == element / PART || !arrivals.are_in(other..other + 1))
        );
    }
    assert!(writer.buffer_mut(5).iter().all(|item| *item == 0.0));
    writer.parts_mut(5).0[20] = 1.0;
    assert!(ring.arrivals(5).are_in(0..1), "the whole may be written");
    writer.write(6, |row| {
        row.fill(3.0);
        row.len()
    });
    assert!(ring.arrivals(6).are_in(0..1));
    assert!(writer.parts_mut(7).0.iter().all(|item| *item == 0.0));
}

#[test]
fn joint_rings_share_the_marks_of_a_step() {
    let rings = ErasedRing::joint::<i32>(&[3, 20, 5], 1);
    let mut joint =
        JointWriter::<i32>::new([&rings[0], &rings[1], &rings[2]]).expect("made jointly");
    let arrivals = |ring: usize, step| rings[ring].downcast::<i32>().arrivals(step).are_in(0..3);
    for step in 1..4 {
        let first = joint.first(1);
        let (row, marks) = joint.parts_mut(step);
        assert!(row.iter().all(|item| *item == 0));
        (row[first], marks[first / PART]) = (1, 1);
        assert!(arrivals(1, step) && !arrivals(0, step) && !arrivals(2, step));
    }
}

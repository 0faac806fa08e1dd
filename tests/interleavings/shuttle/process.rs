//! What can travel.

/// Numbers.
pub(crate) trait Payload: Sized + Send + Sync + 'static {
    type Record: Copy;
    type Item: Copy + Default + Send + Sync + 'static;
    fn silence(row: &mut [Self::Item]) -> usize;
    fn write<'a>(row: &mut [Self::Item], record: impl Iterator<Item = &'a Self::Record>) -> usize;
}

macro_rules! payload {
    ($($number:ty)+) => {$(
        impl Payload for $number {
            type Record = $number;
            type Item = $number;

            fn silence(row: &mut [$number]) -> usize {
                row.fill(<$number>::default());
                row.len()
            }

            fn write<'a>(row: &mut [$number], record: impl Iterator<Item = &'a $number>) -> usize {
                row.iter_mut().zip(record).for_each(|(item, value)| *item = *value);
                row.len()
            }
        }
    )+};
}

payload!(i32 f32);

//! Arrays of NumPy.

use lava::io::{Tensor, TensorValues};

use super::fixture;

#[test]
fn arrays_are_read_in_their_type_and_order() -> lava::Result<()> {
    // arange(6).reshape(2, 3), in row-major and in column-major order, and big-endian.
    for name in ["row_major", "column_major", "big_endian"] {
        let tensor = Tensor::read_npy(fixture(&format!("npy/{name}.npy")))?;
        assert_eq!(tensor.shape(), [2, 3], "{name}");
        assert_eq!(tensor.to_i64(), Some(vec![0, 1, 2, 3, 4, 5]), "{name}");
    }
    let truth = Tensor::read_npy(fixture("npy/truth.npy"))?;
    assert_eq!(truth.values(), &TensorValues::Bool(vec![true, false]));
    Ok(())
}

#[test]
fn arrays_that_are_written_are_read_equal() -> lava::Result<()> {
    let arrays = [
        Tensor::new([2, 2], vec![1.0_f64, -0.5, f64::MAX, 0.0]),
        Tensor::scalar(7_u8),
        Tensor::new([0, 3], Vec::<i16>::new()),
        Tensor::new([3], vec![true, false, true]),
    ];
    for array in arrays {
        assert_eq!(Tensor::from_npy(&array.to_npy()?)?, array);
    }
    Ok(())
}

#[test]
fn damaged_files_are_errors() -> lava::Result<()> {
    let bytes = Tensor::new([4], vec![1_i32, 2, 3, 4]).to_npy()?;
    for len in 0..bytes.len() {
        assert!(Tensor::from_npy(&bytes[..len]).is_err(), "{len} bytes");
    }
    let text = Tensor::new([1], vec!["text".to_owned()]);
    assert!(text.to_npy().is_err());
    Ok(())
}

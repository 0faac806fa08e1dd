//! Errors of pictures.

/// A picture cannot be made or written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// A file name whose ending is no format of pictures.
    #[error("a picture cannot be written to `{path}`: name it `….svg` or `….png`")]
    Ending {
        /// The path that was given.
        path: String,
    },
    /// The file cannot be written.
    #[error("the picture cannot be written to `{path}`: {reason}")]
    File {
        /// The file.
        path: String,
        /// The reason that the system gives.
        reason: String,
    },
    /// A size that no picture has.
    #[error(
        "a picture of {width} × {height} points cannot be made: from 160 × 120 to 8000 × 8000 it can"
    )]
    Size {
        /// The width in points.
        width: u32,
        /// The height in points.
        height: u32,
    },
    /// An array of a number of axes that the plot has no place for.
    #[error("{plot} shows arrays of shape {expected}, and this one has the shape {shape:?}")]
    Dimensions {
        /// The plot.
        plot: &'static str,
        /// The shapes that it shows.
        expected: &'static str,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// Two lists that belong together, of different lengths.
    #[error("{one} has {first} values and {other} has {second}; give as many of both")]
    Lengths {
        /// The first list.
        one: &'static str,
        /// Its length.
        first: usize,
        /// The second list.
        other: &'static str,
        /// Its length.
        second: usize,
    },
}

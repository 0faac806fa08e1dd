//! Reports.

/// The report.
#[derive(Clone, Debug, Default)]
pub struct Report {}
impl std::fmt::Display for Report {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

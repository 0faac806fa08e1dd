//! Live views: a page in the browser, or in the terminal, that shows a network while it runs, and lets
//! its user hold it, make single steps, and change Vars.
//!
//! [`Network::live`](crate::Network::live) describes the view: panels of rasters, traces and sliders.
//! Somebody who looks attaches its probes between two steps; when nobody looks, they are removed, and the
//! network runs as without a view.
//!
//! The page is served to this machine only: the server listens on the loopback interface, answers
//! requests that name it as their host and come from its own page, and the address contains a token.

mod control;
mod error;
mod frame;
mod meter;
mod panel;
#[cfg(feature = "live")]
mod server;
mod session;
mod store;
#[cfg(feature = "terminal")]
mod terminal;
mod view;
mod watched;

pub use error::LiveError;
#[cfg(feature = "live")]
pub use server::LiveView;
pub use view::Live;

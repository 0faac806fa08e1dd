//! Errors of channels.

use lava_core::data::Dims;

/// A message could not be sent through a channel.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// The message has the wrong shape.
    #[error("the channel carries messages of shape {expected}, not {given}")]
    Shape {
        /// The shape of the message.
        given: Dims,
        /// The shape of the channel's messages.
        expected: Dims,
    },
    /// There is no receiver.
    #[error(
        "nobody receives what is sent through this channel: every receiver was dropped, or the network that received was stopped"
    )]
    Closed,
}

//! Packets: a message of any length in pieces, one at a time each way.
//!
//! Two ranks send each other the same number of packets in an exchange. The first begins with the length of
//! the whole message; each next is sent when one has arrived. So no more than two packets to a rank are on
//! their way, whatever the length, and a buffer of known size takes all that is sent.

use lava::ranks::RankError;

/// The bytes of the length at the beginning of the first packet.
const LENGTH: usize = 8;

/// The exchange with one other rank.
pub(crate) struct PacketExchange<'a> {
    message: &'a [u8],
    /// The most bytes of a packet.
    size: usize,
    sent: usize,
    received: usize,
    /// The length of the message that arrives, once it is known.
    expected: Option<usize>,
}

impl<'a> PacketExchange<'a> {
    /// The exchange that sends `message` in packets of at most `size` bytes.
    pub(crate) fn new(message: &'a [u8], size: usize) -> PacketExchange<'a> {
        PacketExchange {
            message,
            size,
            sent: 0,
            received: 0,
            expected: None,
        }
    }

    /// The same exchange, whose first packet has been sent.
    pub(crate) fn begun(message: &'a [u8], size: usize) -> PacketExchange<'a> {
        PacketExchange {
            sent: 1,
            ..PacketExchange::new(message, size)
        }
    }

    /// Makes the next packet in `packet`.
    pub(crate) fn next(&mut self, packet: &mut Vec<u8>) {
        packet.clear();
        let start = self.start(self.sent);
        if self.sent == 0 {
            packet.extend((self.message.len() as u64).to_le_bytes());
        }
        self.sent += 1;
        let end = self.start(self.sent).min(self.message.len());
        packet.extend_from_slice(self.message.get(start..end).unwrap_or_default());
    }

    /// Appends a packet that has arrived to `message`.
    ///
    /// # Errors
    /// [`RankError::Message`] if it has another length than it should; `own` and `rank` are the ranks.
    pub(crate) fn arrived(
        &mut self,
        packet: &[u8],
        message: &mut Vec<u8>,
        [own, rank]: [usize; 2],
    ) -> Result<(), RankError> {
        let unfit = |problem: &str| RankError::Message {
            own,
            rank,
            problem: problem.to_owned(),
        };
        let mut bytes = packet;
        if self.received == 0 {
            let (length, rest) = packet
                .split_first_chunk::<LENGTH>()
                .ok_or_else(|| unfit("it has no length"))?;
            let length = usize::try_from(u64::from_le_bytes(*length));
            self.expected = Some(length.map_err(|_| unfit("it is too long"))?);
            message.clear();
            bytes = rest;
        }
        message.extend_from_slice(bytes);
        self.received += 1;
        let expected = self.expected.unwrap_or(0);
        match message.len() == self.start(self.received).min(expected) {
            true => Ok(()),
            false => Err(unfit("a part of it has another length than it says")),
        }
    }

    /// Returns `true` if a packet is to be sent: the first, or one for each that has arrived.
    pub(crate) fn is_to_send(&self) -> bool {
        self.sent == 0 || self.sent == self.received && self.sent < self.packets()
    }

    /// Returns `true` if nothing is left to be sent or to arrive.
    pub(crate) fn is_over(&self) -> bool {
        self.expected.is_some() && self.received == self.packets()
    }

    /// The packets of each rank: those of the longer message.
    fn packets(&self) -> usize {
        let length = self.message.len().max(self.expected.unwrap_or(0));
        (length + LENGTH).div_ceil(self.size)
    }

    /// The first byte of a message that packet number `packet` has.
    fn start(&self, packet: usize) -> usize {
        (packet * self.size).saturating_sub(LENGTH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exchanges two messages in packets of 16 bytes. Returns what has arrived, and the number of packets.
    fn exchange(a: &[u8], b: &[u8]) -> (Vec<u8>, Vec<u8>, usize) {
        let mut ends = [PacketExchange::new(a, 16), PacketExchange::new(b, 16)];
        let mut arrived = [Vec::new(), Vec::new()];
        let (mut packets, mut count) = ([Vec::new(), Vec::new()], 0);
        while ends.iter().any(|end| !end.is_over()) {
            for (end, packet) in ends.iter_mut().zip(&mut packets) {
                assert!(end.is_to_send());
                end.next(packet);
                assert!(packet.len() <= 16);
            }
            for at in 0..2 {
                let packet = &packets[1 - at];
                ends[at]
                    .arrived(packet, &mut arrived[at], [at, 1 - at])
                    .unwrap();
            }
            count += 1;
        }
        let [at_a, at_b] = arrived;
        (at_b, at_a, count)
    }

    #[test]
    fn messages_of_any_length_arrive() {
        for (a, b, packets) in [(0, 0, 1), (8, 3, 1), (9, 0, 2), (24, 100, 7), (1000, 1, 63)] {
            let (a, b): (Vec<u8>, Vec<u8>) = ((0..a).map(|n| n as u8).collect(), vec![7; b]);
            let (from_a, from_b, count) = exchange(&a, &b);
            assert!(from_a == a && from_b == b);
            assert_eq!(count, packets);
        }
    }

    #[test]
    fn a_packet_of_another_length_is_an_error() {
        for packet in [&[1_u8; 5][..], &[2, 0, 0, 0, 0, 0, 0, 0, 1], &[0; 20]] {
            let mut exchange = PacketExchange::new(&[], 16);
            let arrived = exchange.arrived(packet, &mut Vec::new(), [0, 1]);
            assert!(matches!(arrived, Err(RankError::Message { .. })));
        }
    }
}

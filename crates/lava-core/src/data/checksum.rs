//! Checksums: CRC-64 as in the XZ format (ECMA-182, reflected).

/// The checksum of bytes that are added one after the other. It differs for any two contents of equal
/// length that differ within 64 bits that follow each other.
///
/// ```
/// use lava_core::data::Checksum;
///
/// let mut checksum = Checksum::default();
/// checksum.add(b"12345");
/// checksum.add(b"6789");
/// assert_eq!(checksum.value(), 0x995d_c9bb_df19_39fa);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Checksum(u64);

const POLYNOMIAL: u64 = 0xc96c_5795_d787_0f42;

/// Of each byte at each of eight places.
static TABLES: [[u64; 256]; 8] = tables();

const fn tables() -> [[u64; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let (mut value, mut bit) = (byte as u64, 0);
        while bit < 8 {
            value = (value >> 1) ^ ((value & 1) * POLYNOMIAL);
            bit += 1;
        }
        tables[0][byte] = value;
        byte += 1;
    }
    let mut place = 1;
    while place < 8 {
        byte = 0;
        while byte < 256 {
            let before = tables[place - 1][byte];
            tables[place][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        place += 1;
    }
    tables
}

impl Default for Checksum {
    fn default() -> Checksum {
        Checksum(!0)
    }
}

impl Checksum {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            let mixed = (self.0 ^ u64::from_le_bytes(*word)).to_le_bytes();
            let parts = mixed.iter().zip(TABLES.iter().rev());
            self.0 = parts.fold(0, |sum, (byte, table)| sum ^ table[usize::from(*byte)]);
        }
        for byte in rest {
            self.0 = (self.0 >> 8) ^ TABLES[0][usize::from(self.0 as u8 ^ byte)];
        }
    }

    /// The checksum of all bytes that were added.
    pub fn value(&self) -> u64 {
        !self.0
    }

    /// The checksum of these bytes.
    pub fn of(bytes: &[u8]) -> u64 {
        let mut checksum = Checksum::default();
        checksum.add(bytes);
        checksum.value()
    }
}

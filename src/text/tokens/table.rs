//! The merges of an encoding: which two tokens become which. Unpacked from what the build script made of the published
//! tables, and freed with the last who counts.

use miniz_oxide::inflate::decompress_to_vec_zlib;

use super::Encoding;

/// The first tokens are the bytes, in an order of their own.
const BYTES: usize = 256;
/// The bits of a token's number in an entry; the largest encoding has 199,998.
const BITS: u32 = 20;
const TOKEN: u64 = (1 << BITS) - 1;

/// Of an encoding.
pub struct Table {
    of_byte: [u32; BYTES],
    /// By a hash of left and right, with the next free place taken: left, right and what they become, each of [`BITS`]
    /// bits. Zero is a free place, as no pair of tokens becomes token 0.
    pairs: Vec<u64>,
}

impl Table {
    /// Takes some hundredths of a second, and 4 MB for the larger encoding.
    pub fn load(encoding: Encoding) -> Self {
        let packed: &[u8] = match encoding {
            Encoding::O200k => include_bytes!(concat!(env!("OUT_DIR"), "/o200k.z")),
            Encoding::Cl100k => include_bytes!(concat!(env!("OUT_DIR"), "/cl100k.z")),
        };
        Self::from_planes(&decompress_to_vec_zlib(packed).expect("the build script has packed it"))
    }

    fn from_planes(planes: &[u8]) -> Self {
        let (bytes, planes) = planes.split_at(BYTES);
        let mut of_byte = [0; BYTES];
        of_byte.iter_mut().zip(bytes).for_each(|(token, byte)| *token = u32::from(*byte));
        let merges = planes.len() / 6;
        // At most half full.
        let mut table = Self { of_byte, pairs: vec![0; (2 * merges).next_power_of_two()] };
        let number = |plane: usize, at: usize| {
            let byte = |plane: usize| u32::from(planes[plane * merges + at]);
            byte(plane) | byte(plane + 1) << 8 | byte(plane + 2) << 16
        };
        for at in 0..merges {
            table.insert(number(0, at), number(3, at), (BYTES + at) as u32);
        }
        table
    }

    pub fn of_byte(&self, byte: u8) -> u32 {
        self.of_byte[usize::from(byte)]
    }

    /// What two tokens become. The lower, the earlier.
    pub fn merged(&self, left: u32, right: u32) -> Option<u32> {
        let pair = pair(left, right);
        let mut place = self.place(pair);
        loop {
            match self.pairs[place] {
                0 => return None,
                entry if entry >> BITS == pair => return Some((entry & TOKEN) as u32),
                _ => place = (place + 1) & (self.pairs.len() - 1),
            }
        }
    }

    fn insert(&mut self, left: u32, right: u32, merged: u32) {
        let pair = pair(left, right);
        let mut place = self.place(pair);
        while self.pairs[place] != 0 {
            place = (place + 1) & (self.pairs.len() - 1);
        }
        self.pairs[place] = pair << BITS | u64::from(merged);
    }

    /// Fibonacci hashing: the upper bits of a product with the golden ratio.
    fn place(&self, pair: u64) -> usize {
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        (pair.wrapping_mul(GOLDEN) >> (64 - self.pairs.len().trailing_zeros())) as usize
    }
}

fn pair(left: u32, right: u32) -> u64 {
    u64::from(left) << BITS | u64::from(right)
}

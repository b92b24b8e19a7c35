//! The data of a dictd dictionary, plain or compressed by dictzip: gzip in chunks that can be read each for itself, with
//! their sizes in an extra field `RA` of the header (dictzip(1)). Pure: bytes in, text out.
//!
//! Invariant: no header can make it take more memory than one entry and one chunk, whatever sizes it claims.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF as WHOLE_OUTPUT,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::index::{Broken, Place};

/// The longest entries of known dictionaries have some 100 KB; a longer one is a lie, or nothing to read in a panel.
const LONGEST_ENTRY: u64 = 1 << 20;

const GZIP: &[u8] = &[0x1f, 0x8b];
/// The one method that there is.
const DEFLATE: u8 = 8;

/// Flags of the gzip header (RFC 1952).
const HEADER_CHECK: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;

/// Where the extra fields stand.
const FIXED_HEADER: usize = 12;

/// A dictionary's data.
#[derive(Debug, Clone, Copy)]
pub enum Data<'a> {
    Plain(&'a [u8]),
    Chunks(Chunks<'a>),
}

/// Compressed pieces, each of the same size when it is unpacked, but for the last.
#[derive(Debug, Clone, Copy)]
pub struct Chunks<'a> {
    unpacked_size: usize,
    /// Sizes of the packed pieces, two bytes each.
    sizes: &'a [u8],
    packed: &'a [u8],
}

impl<'a> Data<'a> {
    /// # Errors
    /// If it is gzip without the places of its chunks, or a header that is cut.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Broken> {
        match bytes.starts_with(GZIP) {
            true => Chunks::new(bytes).map(Self::Chunks),
            false => Ok(Self::Plain(bytes)),
        }
    }

    /// What stands at `place`; what is not UTF-8 in it is replaced.
    ///
    /// # Errors
    /// If the place is outside, or what is there cannot be unpacked.
    pub fn read(&self, place: Place) -> Result<String, Broken> {
        if place.length > LONGEST_ENTRY {
            return Err(Broken("its index names an entry of more than a megabyte"));
        }
        let start = usize::try_from(place.offset).map_err(|_| OUTSIDE)?;
        let length = usize::try_from(place.length).map_err(|_| OUTSIDE)?;
        let end = start.checked_add(length).ok_or(OUTSIDE)?;
        let bytes = match self {
            Self::Plain(bytes) => bytes.get(start..end).ok_or(OUTSIDE)?.to_vec(),
            Self::Chunks(chunks) => chunks.read(start, end)?,
        };
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })
    }
}

const OUTSIDE: Broken = Broken("its index names a place that is not in its data");
const CUT: Broken = Broken("the header of its data is cut");
const NOT_DICTZIP: Broken = Broken("its data is compressed by gzip and not by dictzip");
const SPOILT: Broken = Broken("its data cannot be unpacked");

impl<'a> Chunks<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, Broken> {
        let flags = match *bytes.get(..FIXED_HEADER).ok_or(CUT)? {
            [_, _, DEFLATE, flags, ..] => flags,
            _ => return Err(NOT_DICTZIP),
        };
        if flags & EXTRA == 0 {
            return Err(NOT_DICTZIP);
        }
        let extra_length = usize::from(u16_at(bytes, FIXED_HEADER - 2).ok_or(CUT)?);
        let extra = bytes.get(FIXED_HEADER..FIXED_HEADER + extra_length).ok_or(CUT)?;
        let (unpacked_size, sizes) = chunk_sizes(extra)?;
        let rest = &bytes[FIXED_HEADER + extra_length..];
        Ok(Self { unpacked_size, sizes, packed: behind_names(rest, flags)? })
    }

    fn read(&self, start: usize, end: usize) -> Result<Vec<u8>, Broken> {
        let mut text = Vec::new();
        let (first, mut skip) = (start / self.unpacked_size, start % self.unpacked_size);
        for chunk in first.. {
            let wanted = end - start - text.len();
            if wanted == 0 {
                break;
            }
            let unpacked = self.unpack(chunk)?;
            let here = unpacked.get(skip..).filter(|here| !here.is_empty()).ok_or(OUTSIDE)?;
            text.extend_from_slice(&here[..here.len().min(wanted)]);
            skip = 0;
        }
        Ok(text)
    }

    fn unpack(&self, chunk: usize) -> Result<Vec<u8>, Broken> {
        let size = |entry: &[u8]| usize::from(u16::from_le_bytes([entry[0], entry[1]]));
        let mut sizes = self.sizes.chunks_exact(2);
        let before: usize = sizes.by_ref().take(chunk).map(size).sum();
        let length = sizes.next().map(size).ok_or(OUTSIDE)?;
        let packed = self.packed.get(before..before + length).ok_or(SPOILT)?;
        let mut unpacked = vec![0; self.unpacked_size];
        let flags = TINFL_FLAG_HAS_MORE_INPUT | WHOLE_OUTPUT;
        let mut inflater = Box::<DecompressorOxide>::default();
        let (status, _, written) = decompress(&mut inflater, packed, &mut unpacked, 0, flags);
        match status {
            // All chunks but the last end in the middle of a stream.
            TINFLStatus::Done | TINFLStatus::NeedsMoreInput | TINFLStatus::HasMoreOutput => {
                unpacked.truncate(written);
                Ok(unpacked)
            }
            _ => Err(SPOILT),
        }
    }
}

/// The chunks' size when unpacked, and the table of their packed sizes: the extra field `RA`, version 1.
fn chunk_sizes(mut extra: &[u8]) -> Result<(usize, &[u8]), Broken> {
    while let [first, second, ..] = *extra {
        let length = usize::from(u16_at(extra, 2).ok_or(CUT)?);
        let field = extra.get(4..4 + length).ok_or(CUT)?;
        extra = &extra[4 + length..];
        if [first, second] != *b"RA" {
            continue;
        }
        let number = |at| u16_at(field, at).map(usize::from).ok_or(CUT);
        let (version, unpacked_size, count) = (number(0)?, number(2)?, number(4)?);
        if version != 1 || unpacked_size == 0 {
            return Err(NOT_DICTZIP);
        }
        return Ok((unpacked_size, field.get(6..6 + 2 * count).ok_or(CUT)?));
    }
    Err(NOT_DICTZIP)
}

/// What comes after the parts of the header that may be there.
fn behind_names(mut rest: &[u8], flags: u8) -> Result<&[u8], Broken> {
    for named in [NAME, COMMENT] {
        if flags & named != 0 {
            let end = rest.iter().position(|byte| *byte == 0).ok_or(CUT)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & HEADER_CHECK != 0 {
        rest = rest.get(2..).ok_or(CUT)?;
    }
    Ok(rest)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::define::tiny::zipped;

    fn place(offset: u64, length: u64) -> Place {
        Place { offset, length }
    }

    #[test]
    fn entries_are_read_within_and_across_chunks() {
        let text: String = (0..2000).map(|number| format!("entry {number};")).collect();
        for size in [7, 100, 4096, 60_000] {
            let bytes = zipped(&text, size);
            let data = Data::new(&bytes).unwrap();
            for (offset, length) in [(0, 8), (3, 500), (6_000, 4_000), (text.len() as u64 - 4, 4), (9, 0)] {
                let (from, to) = (offset as usize, (offset + length) as usize);
                assert_eq!(data.read(place(offset, length)).as_deref(), Ok(&text[from..to]), "{size} {offset}");
            }
            assert_eq!(data.read(place(text.len() as u64 - 4, 5)), Err(OUTSIDE), "{size}");
        }
        let plain = Data::new(text.as_bytes()).unwrap();
        assert_eq!(plain.read(place(3, 5)).unwrap(), &text[3..8]);
        assert_eq!(plain.read(place(1 << 40, 5)), Err(OUTSIDE));
    }

    #[test]
    fn lies_about_sizes_are_told_and_fill_no_memory() {
        let bytes = zipped("some text", 100);
        let data = Data::new(&bytes).unwrap();
        assert_eq!(data.read(place(0, 1 << 40)).unwrap_err().0, "its index names an entry of more than a megabyte");
        assert_eq!(data.read(place(0, LONGEST_ENTRY)), Err(OUTSIDE));
        assert_eq!(data.read(place(1 << 35, 1)), Err(OUTSIDE));
        for end in 2..bytes.len() {
            let cut = Data::new(&bytes[..end]).and_then(|data| data.read(place(0, 9)));
            assert!(cut.is_err() || cut.as_deref() == Ok("some text"), "{end}");
        }
        for at in 0..bytes.len() {
            let mut spoilt = bytes.clone();
            spoilt[at] ^= 0xff;
            let _ = Data::new(&spoilt).and_then(|data| data.read(place(0, 9)));
        }
    }

    #[test]
    fn plain_gzip_is_no_dictzip() {
        let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0];
        assert_eq!(Data::new(&gzip).map(|_| ()), Err(NOT_DICTZIP));
    }
}

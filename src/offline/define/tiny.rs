//! For tests: dictionaries as dictfmt and dictzip make them, but tiny.

use std::fmt::Write as _;
use std::path::Path;

use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, compress, create_comp_flags_from_zip_params};

/// `text` as dictzip would pack it, in chunks of `size`.
pub fn zipped(text: &str, size: usize) -> Vec<u8> {
    let mut sizes = Vec::new();
    let mut packed = Vec::new();
    // One stream whose every chunk ends in a full flush, as dictzip's do.
    let mut deflater = CompressorOxide::new(create_comp_flags_from_zip_params(6, -15, 0));
    let chunks: Vec<_> = text.as_bytes().chunks(size).collect();
    for (number, chunk) in chunks.iter().enumerate() {
        let flush = if number + 1 == chunks.len() { TDEFLFlush::Finish } else { TDEFLFlush::Full };
        let mut room = vec![0; 2 * size + 64];
        let (_, read, written) = compress(&mut deflater, chunk, &mut room, flush);
        assert_eq!(read, chunk.len());
        sizes.extend(u16::try_from(written).unwrap().to_le_bytes());
        packed.extend(&room[..written]);
    }
    let number = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    let field = [&number(1)[..], &number(size), &number(chunks.len()), &sizes].concat();
    let header = [0x1f, 0x8b, 8, 1 << 2 | 1 << 3, 0, 0, 0, 0, 2, 3];
    let extra = [&b"RA"[..], &number(field.len()), &field].concat();
    let check = [0; 8];
    [&header[..], &number(extra.len()), &extra, b"tiny\0", &packed, &check].concat()
}

/// Writes the dictionary `name` of these entries into `folder`.
pub fn write(folder: &Path, name: &str, entries: &[(&str, &str)]) {
    let mut data = String::new();
    let mut lines = Vec::new();
    for (word, text) in entries {
        let folded: String =
            word.to_lowercase().chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect();
        lines.push((folded.clone(), format!("{folded}\t{}\t{}\n", base64(data.len()), base64(text.len()))));
        write!(data, "{text}").unwrap();
    }
    lines.sort();
    let index: String = lines.into_iter().map(|(_, line)| line).collect();
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(format!("{name}.index")), index).unwrap();
    std::fs::write(folder.join(format!("{name}.dict.dz")), zipped(&data, 1000)).unwrap();
}

fn base64(mut number: usize) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = Vec::new();
    loop {
        digits.insert(0, DIGITS[number % 64]);
        number /= 64;
        if number == 0 {
            return String::from_utf8(digits).unwrap();
        }
    }
}

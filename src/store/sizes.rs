//! How large the panel's windows were drawn, by what was run in them: a name, a width and a height a line, in the state
//! folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::panel::protocol::Size;
use crate::store::file;

const FILE: &str = "panel-sizes";

/// A file that cannot be read, or a line, means that windows are as large as what is in them.
pub fn load(state_dir: &Path) -> BTreeMap<String, Size> {
    let lines = fs::read_to_string(state_dir.join(FILE)).unwrap_or_default();
    lines.lines().filter_map(read).collect()
}

fn read(line: &str) -> Option<(String, Size)> {
    let mut fields = line.rsplitn(3, ' ');
    let (height, width, name) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?, fields.next()?);
    Some((name.to_owned(), Size { width, height }))
}

pub fn save(state_dir: &Path, sizes: &BTreeMap<String, Size>) -> io::Result<()> {
    let line = |(name, size): (&String, &Size)| format!("{name} {} {}\n", size.width, size.height);
    let lines: String = sizes.iter().map(line).collect();
    file::replace(&state_dir.join(FILE), lines.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_is_known_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(load(dir.path()), BTreeMap::new());
        let sizes = BTreeMap::from([
            ("of two words".to_owned(), Size { width: 300, height: 200 }),
            ("x".to_owned(), Size { width: 1, height: 2 }),
        ]);
        save(dir.path(), &sizes).unwrap();
        assert_eq!(load(dir.path()), sizes);
        fs::write(dir.path().join(FILE), "x 1\n\ny 3 4\nz a b\n").unwrap();
        assert_eq!(load(dir.path()), BTreeMap::from([("y".to_owned(), Size { width: 3, height: 4 })]));
    }
}

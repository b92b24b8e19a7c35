//! A table as lines of text, its columns aligned.

use unicode_width::UnicodeWidthStr;

use super::{Run, Style};

/// The cells of a table, row by row; the first row is its head.
pub(super) struct Rows {
    /// Of each column, whether it ends at the right.
    is_right: Vec<bool>,
    rows: Vec<Vec<Vec<Run>>>,
}

/// Between two columns.
const GAP: &str = "  ";

impl Rows {
    pub(super) fn new(is_right: Vec<bool>) -> Self {
        Self { is_right, rows: Vec::new() }
    }

    pub(super) fn row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn cell(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.push(Vec::new());
        }
    }

    pub(super) fn run(&mut self, mut run: Run) {
        let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) else { return };
        run.text = run.text.replace('\n', " ");
        cell.push(run);
    }

    /// A line for each row, and one below the head.
    pub(super) fn aligned(mut self) -> Vec<Run> {
        let widths = self.widths();
        if let Some(head) = self.rows.first_mut() {
            head.iter_mut().flatten().for_each(|run| run.style.bold = true);
        }
        let line: usize = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
        let mut runs = Vec::new();
        for (number, row) in self.rows.into_iter().enumerate() {
            if number == 1 {
                runs.push(plain(format!("\n{}", "─".repeat(line))));
            }
            if number > 0 {
                runs.push(plain("\n".to_owned()));
            }
            for (column, cell) in row.into_iter().enumerate() {
                let wide = widths.get(column).copied().unwrap_or_default();
                let space = " ".repeat(wide.saturating_sub(width(&cell)));
                let before = if column == 0 { "" } else { GAP };
                let (left, right) = match self.is_right.get(column) {
                    Some(true) => (format!("{before}{space}"), String::new()),
                    _ => (before.to_owned(), space),
                };
                runs.push(plain(left));
                runs.extend(cell);
                runs.push(plain(right));
            }
        }
        runs.retain(|run| !run.text.is_empty());
        runs
    }

    fn widths(&self) -> Vec<usize> {
        let column = |number: usize| self.rows.iter().filter_map(|row| row.get(number)).map(|cell| width(cell)).max();
        (0..self.is_right.len()).map(|number| column(number).unwrap_or_default()).collect()
    }
}

fn plain(text: String) -> Run {
    Run { text, style: Style::default() }
}

/// In columns of a terminal: two for a Chinese character.
fn width(cell: &[Run]) -> usize {
    cell.iter().map(|run| run.text.width()).sum()
}

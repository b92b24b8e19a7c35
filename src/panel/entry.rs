//! A dictionary's entry, which the built-in `define` writes for terminals, laid out as one: the word as a heading, what kind
//! of word it is on a line of its own, meanings as a list with their examples below them.

/// The entry as Markdown.
pub fn markdown(entry: &str) -> String {
    let mut laid_out = String::new();
    let mut begins = true;
    let mut lines = entry.lines().peekable();
    while let Some(line) = lines.next() {
        let is_last_of_block = lines.peek().is_none_or(|next| next.trim().is_empty());
        match line.trim() {
            "" => laid_out.push_str("\n\n"),
            // A word stands alone with its dictionary; what is above a list is the kind of word.
            word if begins && is_last_of_block => laid_out.push_str(&format!("### {}\n", escaped(word))),
            kind if begins && !is_meaning(kind) => laid_out.push_str(&format!("*{}*\n\n", escaped(kind))),
            meaning if is_meaning(meaning) && !line.starts_with(' ') => laid_out.push_str(&numbered(meaning)),
            below if line.starts_with(' ') => laid_out.push_str(&format!("\\\n   {}", escaped(below))),
            other => laid_out.push_str(&format!("{}\n", escaped(other))),
        }
        begins = line.trim().is_empty();
    }
    laid_out.push('\n');
    laid_out
}

fn is_meaning(line: &str) -> bool {
    line.split_once(". ")
        .is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty())
}

fn numbered(meaning: &str) -> String {
    let (number, rest) = meaning.split_once(". ").unwrap_or_default();
    format!("\n{number}. {}", escaped(rest))
}

/// What a dictionary writes is no Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_laid_out() {
        let entry = "walk (WordNet)\n\nnoun\n1. the act of *traveling*\n   “an example”\n   = walking\n2. a path\n\nverb\n1. use one's feet\n";
        let expected = "### walk (WordNet)\n\n\n*noun*\n\n\n1. the act of \\*traveling\\*\\\n   “an example”\\\n   = walking\n2. a path\n\n*verb*\n\n\n1. use one's feet\n";
        assert_eq!(markdown(entry), expected);
    }

    #[test]
    fn what_is_no_entry_stays_readable() {
        assert_eq!(markdown("nothing is found\nbut this"), "*nothing is found*\n\nbut this\n\n");
    }
}

//! Markdown as blocks of styled text, at once or as it comes.
//!
//! Invariant: a text that comes in pieces gives the blocks that it gives at once, however it was cut. A block is read by
//! itself for that: a link whose address stands in another block (`[a][1]`) stays as it is written.
//!
//! HTML is shown and never interpreted, as are pictures, of which nothing is loaded.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

mod table;

/// A piece of text that stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    /// In how many lists it stands.
    pub depth: usize,
    /// In how many quotes it stands.
    pub quotes: usize,
    pub runs: Vec<Run>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Paragraph,
    /// From 1 to 6.
    Heading(u8),
    /// In a list, with what stands before its first paragraph: `•`, `3.`, `☐`.
    Item(String),
    /// As it is, with the language that it names.
    Code(Option<String>),
    /// Its columns are aligned for a font whose characters are equally wide.
    Table,
    Rule,
}

/// Text of one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    pub text: String,
    pub style: Style,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    pub bold: bool,
    pub italic: bool,
    pub struck: bool,
    pub code: bool,
    /// The address that it leads to.
    pub link: Option<String>,
}

/// A text that grows.
#[derive(Debug, Default)]
pub struct Growing {
    text: String,
    /// Before this byte no block changes any more.
    settled: usize,
    /// How many blocks stand before it.
    blocks: usize,
}

/// What a piece has changed: the blocks after the first `kept` are now these.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub kept: usize,
    pub blocks: Vec<Block>,
}

impl Growing {
    /// All of it so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Takes a piece more. The time that takes is that of the last block, not of the whole.
    pub fn push(&mut self, piece: &str) -> Change {
        self.text.push_str(piece);
        let kept = self.blocks;
        let tail = &self.text[self.settled..];
        let ranges = outline(tail);
        let blocks = ranges.iter().flat_map(|range| read(&tail[range.clone()])).collect();
        self.settle();
        Change { kept, blocks }
    }

    /// The last block may go on, and a line that is not whole may yet become anything; what stands before them is over.
    fn settle(&mut self) {
        let tail = &self.text[self.settled..];
        let whole = tail.rfind('\n').map_or(0, |end| end + 1);
        let ranges = outline(&tail[..whole]);
        let Some((last, over)) = ranges.split_last() else { return };
        self.blocks += over.iter().map(|range| read(&tail[range.clone()]).len()).sum::<usize>();
        self.settled += last.start;
    }
}

/// All blocks of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    Growing::default().push(text).blocks
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Where the outermost blocks stand, from the beginning of their first lines.
fn outline(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let is_outermost = depth == 0;
        match event {
            Event::Start(_) => depth += 1,
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                // A list is told to reach to the next block, over the address of a link before it.
                if let (1, TagEnd::Item, Some(list)) = (depth, tag, ranges.last_mut()) {
                    list.end = range.end;
                }
                continue;
            }
            _ => {}
        }
        if is_outermost {
            // Indented code is told without its indent.
            let line = text[..range.start].rfind('\n').map_or(0, |end| end + 1);
            // The address of a link (`[a]: /b`) is no block, but what follows it is read otherwise without it.
            let before = ranges.last().map_or(0, |range| range.end);
            let has_address = text.get(before..line).is_some_and(|between| !between.trim().is_empty());
            ranges.push(if has_address { before } else { line }..range.end);
        }
    }
    ranges
}

/// Reads one outermost block.
fn read(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    Parser::new_ext(text, options()).for_each(|event| reader.take(event));
    reader.close();
    reader.blocks
}

/// Where the reading stands.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: Option<Block>,
    style: Style,
    /// The links around, as they may stand within pictures.
    links: Vec<Option<String>>,
    /// The number that the next item has, of each list around.
    lists: Vec<Option<u64>>,
    /// What stands before the next paragraph.
    marker: Option<String>,
    quotes: usize,
    table: Option<table::Rows>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => self.code(&text),
            Event::SoftBreak | Event::HardBreak => self.text("\n"),
            Event::Rule => {
                self.begin_block(Kind::Rule);
                self.close();
            }
            Event::TaskListMarker(done) => self.marked(if done { "☑" } else { "☐" }),
            // Not asked for in `options`.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.text(&text),
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin_text(),
            Tag::Heading { level, .. } => self.begin_block(Kind::Heading(level as u8)),
            Tag::BlockQuote(_) => {
                self.close();
                self.quotes += 1;
            }
            Tag::CodeBlock(kind) => self.begin_block(Kind::Code(language(kind))),
            Tag::List(first) => {
                self.close();
                self.lists.push(first);
            }
            Tag::Item => self.begin_item(),
            Tag::Table(alignments) => {
                self.close();
                self.table = Some(table::Rows::new(alignments.iter().map(|one| *one == Alignment::Right).collect()));
            }
            Tag::TableHead | Tag::TableRow => self.table.iter_mut().for_each(table::Rows::row),
            Tag::TableCell => self.table.iter_mut().for_each(table::Rows::cell),
            Tag::Emphasis => self.style.italic = true,
            Tag::Strong => self.style.bold = true,
            Tag::Strikethrough => self.style.struck = true,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(&dest_url),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::Heading(_) | TagEnd::CodeBlock => self.close(),
            TagEnd::BlockQuote(_) => {
                self.close();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Item => self.end_item(),
            TagEnd::Table => self.end_table(),
            TagEnd::Emphasis => self.style.italic = false,
            TagEnd::Strong => self.style.bold = false,
            TagEnd::Strikethrough => self.style.struck = false,
            TagEnd::Link | TagEnd::Image => self.style.link = self.links.pop().flatten(),
            _ => {}
        }
    }

    fn begin_block(&mut self, kind: Kind) {
        self.close();
        let (depth, quotes) = (self.lists.len(), self.quotes);
        self.open = Some(Block { kind, depth, quotes, runs: Vec::new() });
    }

    /// A paragraph; in a list, one of an item.
    fn begin_text(&mut self) {
        let kind = match (self.lists.is_empty(), self.marker.take()) {
            (true, _) => Kind::Paragraph,
            (false, marker) => Kind::Item(marker.unwrap_or_default()),
        };
        self.begin_block(kind);
    }

    fn begin_item(&mut self) {
        self.close();
        let marker = match self.lists.last_mut() {
            Some(Some(number)) => {
                let marker = format!("{number}.");
                *number += 1;
                marker
            }
            _ => "•".to_owned(),
        };
        self.marker = Some(marker);
    }

    /// One without a word still has its marker.
    fn end_item(&mut self) {
        if self.marker.is_some() {
            self.begin_text();
        }
        self.close();
    }

    fn marked(&mut self, sign: &str) {
        match &mut self.open {
            Some(Block { kind: Kind::Item(marker), .. }) => sign.clone_into(marker),
            _ => self.marker = Some(sign.to_owned()),
        }
    }

    fn link(&mut self, address: &str) {
        self.links.push(self.style.link.replace(address.to_owned()));
    }

    fn code(&mut self, text: &str) {
        self.style.code = true;
        self.text(text);
        self.style.code = false;
    }

    fn text(&mut self, text: &str) {
        let run = Run { text: text.to_owned(), style: self.style.clone() };
        if let Some(rows) = &mut self.table {
            return rows.run(run);
        }
        if self.open.is_none() {
            // The words of a tight list stand in no paragraph.
            self.begin_text();
        }
        let Some(block) = &mut self.open else { return };
        match block.runs.last_mut() {
            Some(last) if last.style == run.style => last.text.push_str(&run.text),
            _ => block.runs.push(run),
        }
    }

    fn end_table(&mut self) {
        let Some(rows) = self.table.take() else { return };
        self.begin_block(Kind::Table);
        if let Some(block) = &mut self.open {
            block.runs = rows.aligned();
        }
        self.close();
    }

    fn close(&mut self) {
        let Some(mut block) = self.open.take() else { return };
        if matches!(block.kind, Kind::Code(_) | Kind::Paragraph)
            && let Some(last) = block.runs.last_mut()
            && last.text.ends_with('\n')
        {
            last.text.pop();
        }
        self.blocks.push(block);
    }
}

fn language(kind: CodeBlockKind<'_>) -> Option<String> {
    let CodeBlockKind::Fenced(info) = kind else { return None };
    let word = |info: CowStr<'_>| info.split([' ', ',', '{']).next().map(str::to_owned);
    word(info).filter(|word| !word.is_empty())
}

#[cfg(test)]
#[path = "markdown/tests.rs"]
mod tests;

//! What the dictionary says of a word, as bits. The build script writes them, the program reads them; so this file stands
//! for itself.

pub const NOUN: u64 = 1;
/// A noun that stands for several: `fields`.
pub const PLURAL: u64 = 1 << 1;
pub const ADJECTIVE: u64 = 1 << 2;
pub const ADVERB: u64 = 1 << 3;
/// A verb as in a dictionary: `take`.
pub const VERB: u64 = 1 << 4;
/// `takes`.
pub const VERB_OF_ONE: u64 = 1 << 5;
/// `worked`.
pub const PAST: u64 = 1 << 6;
/// `taken`, `worked`.
pub const PARTICIPLE: u64 = 1 << 7;
/// `taking`.
pub const PROGRESSIVE: u64 = 1 << 8;
/// A pronoun, determiner, conjunction or preposition.
pub const FUNCTION: u64 = 1 << 9;
/// A noun that is not counted: `information`.
pub const MASS: u64 = 1 << 10;
/// `larger`.
pub const COMPARATIVE: u64 = 1 << 11;
/// At home in American English.
pub const AMERICAN: u64 = 1 << 12;
/// At home in British English.
pub const BRITISH: u64 = 1 << 13;
/// A word that everybody knows.
pub const COMMON: u64 = 1 << 14;
/// It is written with a capital, and no other way.
pub const NAME: u64 = 1 << 15;

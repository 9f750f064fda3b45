//! Makes a crate of any size, of the kinds of code that crates have, to see how the call graph grows with it.
//!
//! Shared by `cargo xtask scale` and by the partitioner's tests. The crate compiles, so the compiler can be asked
//! about it. The same number of modules makes the same text.

use std::fmt::Write as _;
use std::fs;
use std::io::Result;
use std::path::Path;

/// Methods of a module's type, and as many free functions.
const EACH: usize = 30;
/// One module in so many has a type with code to run at its end.
const DROPS: usize = 10;

const MANIFEST: &str =
    "[package]\nname = \"many\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";

/// What all modules share: a macro, and a trait that each implements.
const SHARED: &str = "\
#![allow(dead_code)]
macro_rules! scaled {
    ($($name:ident by $by:expr;)*) => { $(pub fn $name(value: u32) -> u32 { value.wrapping_mul($by) })* };
}
pub trait Stage {
    fn run(&self, input: u32) -> u32;
    fn run_twice(&self, input: u32) -> u32 { self.run(self.run(input)) }
}
pub fn all(stages: &[&dyn Stage]) -> u32 { stages.iter().map(|stage| stage.run_twice(1)).sum() }
";

/// What is in each module once. `AFTER` is the module after it.
const MODULE: &str = "\
use core::fmt::{Display, Formatter};
use core::ops::{Add, AddAssign, Index};
use crate::Stage;
use crate::AFTER::{self as after, Act as _, Item as Other};

#[derive(Clone, Debug, PartialEq)]
pub struct Item { pub key: u32 }
pub struct Table { items: Vec<Item>, hook: fn(u32) -> u32 }
pub struct Counter(u32);
pub enum Command { Get(usize), Put { key: u32 }, Stop }

scaled! { scaled0 by 3; scaled1 by 5; scaled2 by 7; scaled3 by 11; scaled4 by 13; scaled5 by 17; }

pub trait Act {
    fn act(&self) -> u32;
    fn act_twice(&self) -> u32 { self.act() + self.act() }
    fn act_with(&self, other: &Self) -> u32 { self.act() + other.act_twice() }
}
impl Act for Item { fn act(&self) -> u32 { self.key } }
impl Act for Table {
    fn act(&self) -> u32 { self.items.iter().map(Act::act).sum() }
    fn act_twice(&self) -> u32 { self.act() * 2 }
}
impl Stage for Item { fn run(&self, input: u32) -> u32 { self.m0(input) } }
impl Add for Item { type Output = Item; fn add(self, other: Item) -> Item { Item { key: self.key + other.key } } }
impl AddAssign<u32> for Item { fn add_assign(&mut self, more: u32) { self.key = scaled0(self.key) + more; } }
impl From<u32> for Item { fn from(key: u32) -> Item { Item::new(key) } }
impl Index<usize> for Table { type Output = Item; fn index(&self, at: usize) -> &Item { &self.items[at] } }
impl Display for Item { fn fmt(&self, to: &mut Formatter<'_>) -> core::fmt::Result { write!(to, \"{}\", self.act()) } }
impl Iterator for Counter {
    type Item = u32;
    fn next(&mut self) -> Option<u32> { self.0 = self.0.checked_sub(1)?; Some(self.0) }
}

impl Table {
    pub fn new() -> Table { Table { items: Vec::new(), hook: scaled1 } }
    pub fn put(&mut self, key: u32) { self.items.push(key.into()); }
    pub fn hooked(&self, key: u32) -> u32 { (self.hook)(key) }
    pub fn obey(&mut self, command: Command) -> u32 {
        match command {
            Command::Get(at) => self[at].act_twice(),
            Command::Put { key } => { self.put(key); self.hooked(key) }
            Command::Stop => total(Counter(3)),
        }
    }
}

pub fn total(counter: Counter) -> u32 { let mut sum = 0; for value in counter { sum += after::scaled2(value); } sum }
pub fn text(item: &Item) -> String { format!(\"{item} {:?}\", item) }
pub fn generic0<T: Act>(items: &[T]) -> u32 { items.iter().map(|item| item.act()).max().unwrap_or(0) }
pub fn generic1<T: Act>(one: &T, two: &T) -> u32 { one.act_with(two) }
pub fn generic2(one: &impl after::Act) -> u32 { one.act_twice() + after::generic0(&[Other::new(1)]) }
pub fn generic3<T: Add<Output = T> + Clone>(one: &T) -> T { one.clone() + one.clone() }
pub fn dynamic0(stage: &dyn Stage) -> u32 { stage.run(2) }
pub fn dynamic1(stages: &[Box<dyn Stage>]) -> u32 { stages.iter().map(|stage| stage.run_twice(3)).sum() }
pub fn boxed(key: u32) -> Box<dyn Stage> { Box::new(Item::new(key)) }
pub fn closure0(items: &[Item]) -> u32 { items.iter().filter(|item| item.m1(1) > 2).map(|item| item.act()).sum() }
pub fn closure1(by: u32) -> impl Fn(u32) -> u32 { move |value| scaled3(value) + by }
pub fn closure2(items: &mut [Item]) { items.sort_by(|one, two| one.key.cmp(&two.key)); items[0] += closure1(1)(2); }
pub fn closure3(with: &mut dyn FnMut(&Item)) { let sum = Item::new(1) + Item::from(2); with(&sum); }
pub fn closure4() -> u32 { let mut seen = 0; closure3(&mut |item| seen += item.m2(1)); seen }
pub fn pointer0() -> fn(u32) -> u32 { after::scaled4 }
pub fn pointer1(apply: fn(u32) -> u32, value: u32) -> u32 { apply(value) }
pub fn pointer2(value: u32) -> u32 { pointer1(scaled5, pointer0()(value)) }
pub const POINTERS: [fn(u32) -> u32; 2] = [scaled0, pointer2];
pub fn pointer3(at: usize) -> u32 { POINTERS[at % 2](1) }
";

/// Writes a crate of so many modules, of about a hundred functions each, which call each other.
///
/// # Errors
/// The directory cannot be written.
pub(crate) fn generate(directory: &Path, modules: usize) -> Result<()> {
    fs::create_dir_all(directory.join("src"))?;
    fs::write(directory.join("Cargo.toml"), MANIFEST)?;
    let mut library = SHARED.to_owned();
    for number in 0..modules {
        let _ = writeln!(library, "pub mod m{number};");
        let text = module(number, (number + 1) % modules);
        fs::write(directory.join(format!("src/m{number}.rs")), text)?;
    }
    fs::write(directory.join("src/lib.rs"), library)
}

/// The text of a module.
fn module(number: usize, after: usize) -> String {
    let mut text = MODULE.replace("AFTER", &format!("m{after}"));
    text.push_str("\nimpl Item {\n    pub fn new(key: u32) -> Item { Item { key } }\n");
    for each in 0..EACH {
        let next = (each + 1) % EACH;
        let _ = writeln!(
            text,
            "    pub fn m{each}(&self, n: u32) -> u32 {{ if n > {each} {{ self.m{next}(n - 1) }} else {{ free{each}(&Other::new(n)) }} }}"
        );
    }
    text.push_str("}\n\n");
    for each in 0..EACH {
        let _ = writeln!(
            text,
            "pub fn free{each}(other: &Other) -> u32 {{ let copy = other.clone(); if copy == *other {{ copy.m{each}(1) }} else {{ other.act() }} }}"
        );
    }
    if number.is_multiple_of(DROPS) {
        text.push_str(
            "\npub struct Guard(Item);\nimpl Drop for Guard { fn drop(&mut self) { self.0 += 1; } }\n\
             pub fn guarded(key: u32) -> Guard { Guard(Item::new(key)) }\n",
        );
    }
    text
}

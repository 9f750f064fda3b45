//! The same operations on every driver: what each does, says and leaves, for a comparison.
//!
//! `record` does one and reports it, `view` is what the kernel then shows of the card. What is done:
//! `control` the tools and requests of users, `network` what needs the other card, `loading` module
//! parameters, sleep and unloading. A group of operations has a name, by which the documentation
//! refers to it.

mod control;
mod loading;
mod network;
mod record;
mod view;

use anyhow::Result;

use crate::boot::Parameters;
use crate::pair::Pair;
use crate::ports::Ports;
use crate::variant::{Driver, ethernet_cards, load_modules};
use record::Recorder;

/// Does it all.
pub(super) fn run(parameters: &Parameters) -> Result<()> {
    if let Some(files) = parameters.get("kernel_modules") {
        load_modules(files, c"")?;
    }
    let cards = ethernet_cards()?;
    let near = cards.first().map_or("", String::as_str);
    let mut record = Recorder::new(Ports::open(near)?);

    let driver = record.make("probe", "insmod", || Driver::load(parameters))?;
    record.watch(&driver.cards[0].interface)?;
    record.run("probe", "ip -d link show @")?;
    let pair = record.make("up", "up", || Pair::up(&driver))?;
    pair.introduce()?;
    control::run(&mut record)?;
    network::run(&mut record, &pair, parameters)?;
    loading::sleep(&mut record, &pair)?;
    record.make("down", "down", || pair.down())?;
    record.forget();
    record.make("unload", "rmmod", || driver.unload())?;
    loading::parameters(&mut record, parameters)?;
    loading::unload_while_up(&mut record, parameters)
}

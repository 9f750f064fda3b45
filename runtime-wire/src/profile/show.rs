//! The counts as a profile: the JSON that `partitioner/src/profile` reads.

use super::ASKED;
use super::tables::{Partner, ProfileTable};
use core::fmt::{self, Write};
use core::sync::atomic::Ordering;

/// What a profile says besides the counts. Texts need no quotes in them: they are plain.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What was going on, for people.
    pub workload: &'a str,
    /// The kernel's release.
    pub kernel: &'a str,
    /// How long was recorded; 0 if that is not known.
    pub milliseconds: u64,
}

impl ProfileTable {
    /// Writes what was counted since [`ProfileTable::clear`].
    pub fn write(&self, about: About<'_>, to: &mut impl Write) -> fmt::Result {
        let lost = self.lost.load(Ordering::Relaxed);
        if lost != 0 {
            // Not a profile, so that nothing takes it for one.
            return writeln!(to, "the tables were too small: {lost} events are missing");
        }
        writeln!(to, "{{\n  \"schema\": 2,")?;
        text(to, "driver", self.driver)?;
        text(to, "source", self.source)?;
        text(to, "workload", about.workload)?;
        text(to, "origin", "instrumented")?;
        text(to, "kernel", about.kernel)?;
        writeln!(to, "  \"milliseconds\": {},", about.milliseconds)?;
        text(to, "unit", "cycles")?;
        write!(to, "  \"functions\": {{")?;
        let mut first = true;
        for (number, name) in (0..).zip(self.names) {
            function(self, number, name, &mut first, to)?;
        }
        write!(to, "\n  }}\n}}\n")
    }
}

fn text(to: &mut impl Write, key: &str, value: &str) -> fmt::Result {
    writeln!(to, "  \"{key}\": \"{value}\",")
}

fn function(
    table: &ProfileTable,
    number: u16,
    name: &str,
    first: &mut bool,
    to: &mut impl Write,
) -> fmt::Result {
    let Some(cell) = table.cells.get(usize::from(number)) else {
        return Ok(());
    };
    let calls = cell.calls.load(Ordering::Relaxed);
    let cost = cell.cost.load(Ordering::Relaxed);
    // A call may have been counted before the recording began, or by the other half.
    if calls == 0 && cost == 0 && table.partners(number).next().is_none() {
        return Ok(());
    }
    let comma = if core::mem::take(first) { "" } else { "," };
    write!(
        to,
        "{comma}\n    \"{name}\": {{\n      \"calls\": {calls},\n      \"cost\": {cost}"
    )?;
    let callee = |partner| match partner {
        Partner::Function(number) => table.name(number),
        Partner::Service(_) => None,
    };
    let service = |partner| match partner {
        Partner::Function(_) => None,
        Partner::Service(number) => ASKED.get(usize::from(number)).copied(),
    };
    counts(
        table,
        number,
        "callees",
        |partner, count, _| Some((callee(partner)?, count)),
        to,
    )?;
    // Of a call that leaves the user half it is not known.
    let costs = |partner, _, cost| Some((callee(partner)?, cost)).filter(|(_, cost)| *cost != 0);
    counts(table, number, "callee_costs", costs, to)?;
    counts(
        table,
        number,
        "services",
        |partner, count, _| Some((service(partner)?, count)),
        to,
    )?;
    write!(to, "\n    }}")
}

/// One map of a function: the partners that have a name in it, each with a number.
fn counts(
    table: &ProfileTable,
    number: u16,
    key: &str,
    entry: impl Fn(Partner, u64, u64) -> Option<(&'static str, u64)>,
    to: &mut impl Write,
) -> fmt::Result {
    let mut some = false;
    for (partner, count, cost) in table.partners(number) {
        let Some((name, value)) = entry(partner, count, cost) else {
            continue;
        };
        if some {
            write!(to, ",")?;
        } else {
            write!(to, ",\n      \"{key}\": {{")?;
        }
        some = true;
        write!(to, "\n        \"{name}\": {value}")?;
    }
    if some {
        write!(to, "\n      }}")?;
    }
    Ok(())
}

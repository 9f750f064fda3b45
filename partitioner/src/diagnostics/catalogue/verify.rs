//! MD0030 to MD0035: what the compiler or a linked object sees, and the analysis does not.

use super::{Code, Entry};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::MissingEdge,
        id: "MD0030",
        text: "the compiler sees a call that the call graph has not.

`verify` has the compiler print what each function calls, drops and hands on, and looks for each of these in the
graph by which functions are placed. One that is missing is a mistake of the partitioner, not of the driver: a
function could be taken away from a caller that needs it. The labels show the call and what it calls. Until the
partitioner is mended, write the call so that it is seen: name the type of the receiver, or call by path.

Wrong:
    let port = self.choose(wanted);             // of a type that the graph does not see
    port.reset();

Right:
    let port: Port = self.choose(wanted);
    Port::reset(&port);",
    },
    Entry {
        code: Code::UnmatchedFunction,
        id: "MD0031",
        text: "the compiler sees a function that the call graph has not.

Either it calls something that looks like a function of the crate and is none of those in the graph, or it
prints the body of a function that is not there. What the graph does not have cannot be placed. A macro may have
made the function; write it out.

Wrong:
    accessors!(read, write);                    // a macro of another crate makes two functions

Right:
    fn read(&self) -> u32 { ... }
    fn write(&self, value: u32) { ... }",
    },
    Entry {
        code: Code::NoWitness,
        id: "MD0032",
        text: "the compiler could not be asked.

`verify` compiles the crate with cargo, for this machine, without optimisation, into a target directory of its
own. What keeps it from compiling keeps the call graph from being verified.

Wrong:
    pcnet-partition verify drivers/does-not-build

Right:
    pcnet-partition verify drivers/pcnet32      # cargo build accepts it",
    },
    Entry {
        code: Code::MissingField,
        id: "MD0033",
        text: "the compiler sees a function touch a field that the analysis does not know of.

A crossing carries the fields of the state that the called function may touch, and the plan lists them. `verify`
reads in the compiler's MIR which fields of the state each function touches. One that is missing is a mistake of
the partitioner; until it is mended, name the field in the function itself.

Wrong:
    fn total(&self) -> u32 { sum!(self) }           // a macro reads `self.counters`

Right:
    fn total(&self) -> u32 { sum!(self.counters.lock()) }",
    },
    Entry {
        code: Code::LinkedCrossing,
        id: "MD0034",
        text: "in the linked kernel half, what may not sleep reaches a crossing.

The object that is linked into the module says by its relocations which function refers to which. From no root that
the kernel calls in atomic context may there be a way to the functions that wait for the user half. The notes show
the way that was found. A module with such a way can hang the machine; it is not made.

Wrong:
    fn poll(&self, budget: u32) -> u32 {            // an atomic root
        self.report_link();                         // in the user half
        budget
    }

Right:
    fn poll(&self, budget: u32) -> u32 {
        self.link_work.schedule(0);                 // a worker calls the user half
        budget
    }",
    },
    Entry {
        code: Code::MissingLock,
        id: "MD0035",
        text: "the compiler sees a function take a lock that the analysis does not know of.

In which order locks are taken, what a function may do while it holds one, and what a crossing brings along follow from
which locks each function takes. `verify` reads in the compiler's MIR which locks of the state these are. One that is
missing is a mistake of the partitioner; until it is mended, take the lock by the name of its field.

Wrong:
    fn level(&self) -> u32 { peek!(self).level }    // a macro takes `self.settings`

Right:
    fn level(&self) -> u32 { self.settings.lock().level }",
    },
];

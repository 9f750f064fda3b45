//! Machines for a driver and a scenario.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Result;
use rig::initramfs::Image;
use rig::kernel::Kernel;
use rig::vm::{Machine, Report};

use crate::Context;
use crate::build::Driver;

/// Tools that the scenarios use.
const TOOLS: &[&str] = &["ip", "ethtool", "iperf3"];

/// Modules of the kernel's own that the scenarios use, each with what it needs, in the order in which
/// they are loaded, and the word that tells the agent.
const KERNEL_MODULES: &[(&str, &[&str])] = &[
    (
        "kernel_modules",
        &[
            "net/llc/llc",
            "net/802/stp",
            "net/802/garp",
            "net/802/mrp",
            "net/8021q/8021q",
        ],
    ),
    (
        "netconsole_modules",
        &["fs/configfs/configfs", "drivers/net/netconsole"],
    ),
];

/// An image with a driver, and the words that tell the agent about it.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) image: PathBuf,
    words: Vec<String>,
}

/// Makes the image of a driver for a kernel.
pub(crate) fn image(
    context: &Context,
    agent: &Path,
    driver: &Driver,
    kernel: &Kernel,
) -> Result<Loaded> {
    image_with(context, agent, driver, kernel, "", &[])
}

/// The same with more tools, under a name of its own.
pub(crate) fn image_with(
    context: &Context,
    agent: &Path,
    driver: &Driver,
    kernel: &Kernel,
    name: &str,
    more: &[&str],
) -> Result<Loaded> {
    let mut image = Image::new(agent)?;
    for tool in TOOLS.iter().chain(more) {
        image.tool(tool)?;
    }
    let mut words = vec![
        format!("variant={}", driver.name),
        format!("modules={}", add_modules(&mut image, &driver.modules)),
    ];
    for (word, paths) in KERNEL_MODULES {
        let modules: Vec<PathBuf> = paths
            .iter()
            .map(|path| kernel.module(path))
            .collect::<Result<_>>()?;
        words.push(format!("{word}={}", add_modules(&mut image, &modules)));
    }
    if let Some(user) = &driver.user {
        image.file("/driver/microdriver-launch", &user.launcher, true);
        image.file("/driver/user-half", &user.program, true);
    }
    let variant = &driver.label;
    let path = context
        .layout
        .target("images")
        .join(format!("{}-{variant}{name}.cpio", kernel.version));
    image.write(&path)?;
    Ok(Loaded { image: path, words })
}

/// Makes an image with several drivers, which the agent knows by their labels, and with modules of the
/// kernel's or of a job's own, each list with the word that tells the agent. `more` are tools beside the usual ones.
pub(crate) fn image_of_all(
    context: &Context,
    agent: &Path,
    name: &str,
    drivers: &[Driver],
    modules: &[(&str, Vec<PathBuf>)],
    more: &[&str],
) -> Result<Loaded> {
    let mut image = Image::new(agent)?;
    for tool in TOOLS.iter().chain(more) {
        image.tool(tool)?;
    }
    let mut words = Vec::new();
    for driver in drivers {
        let label = &driver.label;
        let places = add_modules_in(&mut image, &format!("/modules/{label}"), &driver.modules);
        words.push(format!("{label}.variant={}", driver.name));
        words.push(format!("{label}.modules={places}"));
        if let Some(user) = &driver.user {
            let program = format!("/driver/{label}");
            image.file("/driver/microdriver-launch", &user.launcher, true);
            image.file(&program, &user.program, true);
            words.push(format!("{label}.user_half={program}"));
        }
    }
    for (word, modules) in modules {
        words.push(format!("{word}={}", add_modules(&mut image, modules)));
    }
    let path = context.layout.target("images").join(format!("{name}.cpio"));
    image.write(&path)?;
    Ok(Loaded { image: path, words })
}

/// Adds modules to an image; gives their places in it.
fn add_modules(image: &mut Image, modules: &[PathBuf]) -> String {
    add_modules_in(image, "/modules", modules)
}

fn add_modules_in(image: &mut Image, folder: &str, modules: &[PathBuf]) -> String {
    let mut places = Vec::new();
    for module in modules {
        let name = module.file_name().unwrap_or_default().to_string_lossy();
        let place = format!("{folder}/{name}");
        image.file(&place, module, false);
        places.push(place);
    }
    places.join(",")
}

/// Runs a scenario in a machine of its own.
pub(crate) fn run(
    context: &Context,
    kernel: &Kernel,
    loaded: &Loaded,
    mut machine: Machine,
    scenario: &str,
) -> Result<Report> {
    machine.command_line.push(format!("scenario={scenario}"));
    machine.command_line.extend(loaded.words.iter().cloned());
    let step = context.progress.step(format!("machine {}", machine.name));
    let report = machine.run(kernel, &loaded.image, &context.layout.logs())?;
    match report.faults.len() {
        0 => step.done(""),
        faults => step.done(&format!("{faults} faults in the kernel log")),
    }
    Ok(report)
}

/// Runs jobs, `width` of them at a time, and gives their results in the order of the jobs.
///
/// # Errors
/// The errors of all jobs that failed.
pub(crate) fn side_by_side<J: Send, T: Send>(
    jobs: Vec<J>,
    width: usize,
    work: impl Fn(J) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let results: Vec<Mutex<Option<Result<T>>>> = jobs.iter().map(|_| Mutex::new(None)).collect();
    let queue = Mutex::new(jobs.into_iter().enumerate());
    std::thread::scope(|scope| {
        for _ in 0..width {
            scope.spawn(|| {
                loop {
                    // Not in the loop's head: the guard would live as long as its body.
                    let next = lock(&queue).next();
                    let Some((index, job)) = next else { return };
                    if rig::cancel::requested() {
                        return;
                    }
                    let result = work(job);
                    *lock(&results[index]) = Some(result);
                }
            });
        }
    });
    let mut done = Vec::new();
    let mut failed = Vec::new();
    for result in results {
        match result.into_inner().unwrap_or_else(|e| e.into_inner()) {
            Some(Ok(result)) => done.push(result),
            Some(Err(error)) => failed.push(error),
            // Only an interrupt leaves jobs undone.
            None => failed.push(rig::cancel::Cancelled.into()),
        }
    }
    // One error keeps its help; of several, the later ones are put in words.
    let mut failed = failed.into_iter();
    match failed.next() {
        None => Ok(done),
        Some(first) => {
            let others: Vec<String> = failed.map(|error| format!("{error:#}")).collect();
            if others.is_empty() || first.is::<rig::cancel::Cancelled>() {
                return Err(first);
            }
            Err(first.context(format!("and also: {}", others.join("; "))))
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn results_keep_their_order() {
        let doubled = side_by_side(vec![1, 2, 3, 4, 5], 2, |n| Ok(n * 2)).unwrap();
        assert_eq!(doubled, [2, 4, 6, 8, 10]);
    }

    #[test]
    fn all_failures_are_told() {
        let failed = side_by_side(vec![1, 2, 3], 2, |n| {
            if n == 2 { Ok(n) } else { bail!("no {n}") }
        });
        let text = format!("{:#}", failed.unwrap_err());
        assert!(text.contains("no 1") && text.contains("no 3"));
    }
}

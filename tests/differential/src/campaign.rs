//! Many sequences, and what came of them.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde::Serialize;

use crate::generate;
use crate::known;
use crate::session::{Compared, Session};
use crate::step::Step;

/// Sequences with one seed. A difference ends its batch, not the campaign.
const BATCH: u32 = 250;

/// How long a failing sequence is made shorter, at most.
const SHRINKING: Duration = Duration::from_secs(60);

/// A campaign ends after so many differences: one cause may show in every batch.
const ENOUGH: usize = 5;

/// What to do.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Of the first batch; the others have the numbers behind it.
    pub seed: u64,
    /// How many sequences.
    pub sequences: u64,
    /// No batch is begun after this time.
    pub time: Duration,
}

/// What came of a campaign.
#[derive(Debug, Serialize)]
pub struct Report {
    /// How much was compared.
    #[serde(flatten)]
    pub compared: Compared,
    /// The differences that nothing explains, each with the shortest sequence that shows it.
    pub differences: Vec<Unexplained>,
    /// The known differences, and how often each has shown.
    pub known: Vec<(String, u64)>,
    /// How long it took.
    pub seconds: f64,
}

/// A difference that is not known.
#[derive(Debug, Serialize)]
pub struct Unexplained {
    /// The seed of its batch.
    pub seed: u64,
    /// What differs.
    pub what: String,
    /// The steps, shortened.
    pub steps: Vec<String>,
}

/// Runs sequences on one emulator.
///
/// # Errors
/// The emulator fails, or does not do the same thing twice.
pub fn run(plan: &Plan, mut progress: impl FnMut(u64)) -> Result<Report> {
    let started = Instant::now();
    let mut session = Session::start()?;
    let mut differences = Vec::new();
    let mut seed = plan.seed;
    while session.compared().sequences < plan.sequences
        && started.elapsed() < plan.time
        && differences.len() < ENOUGH
    {
        rig::cancel::check()?;
        differences.extend(batch(&mut session, seed)?);
        seed += 1;
        progress(session.compared().sequences);
    }
    let known = known::all().map(|known| known.id);
    Ok(Report {
        compared: session.compared(),
        differences,
        known: known
            .map(|id| (id.to_owned(), session.seen().count(id)))
            .collect(),
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// Sequences of one seed, up to the first difference, which is then shrunk.
fn batch(session: &mut Session, seed: u64) -> Result<Option<Unexplained>> {
    let config = Config {
        cases: BATCH,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        max_shrink_time: SHRINKING.as_millis() as u32,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, random);
    let session = RefCell::new(session);
    let broken = Cell::new(None);
    let outcome = runner.run(&generate::sequences(), |steps: Vec<Step>| {
        match session.borrow_mut().run(&steps) {
            Ok(None) => Ok(()),
            Ok(Some(difference)) => Err(TestCaseError::fail(difference.to_string())),
            Err(error) => {
                broken.set(Some(error));
                // Nothing of this is about the sequence, and all that follow will pass.
                Ok(())
            }
        }
    });
    if let Some(error) = broken.take() {
        return Err(error);
    }
    let (reason, steps) = match outcome {
        Ok(()) => return Ok(None),
        Err(TestError::Fail(reason, steps)) => (reason, steps),
        Err(TestError::Abort(reason)) => return Err(anyhow!("no sequences: {reason}")),
    };
    let what = match session.borrow_mut().run(&steps)? {
        Some(difference) => difference.to_string(),
        None => format!("{reason}, which did not show again"),
    };
    Ok(Some(Unexplained {
        seed,
        what,
        steps: steps.iter().map(ToString::to_string).collect(),
    }))
}

impl std::fmt::Display for Unexplained {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "seed {}, {}", self.seed, self.what)?;
        for (number, step) in self.steps.iter().enumerate() {
            writeln!(f, "  {:>2}. {step}", number + 1)?;
        }
        Ok(())
    }
}

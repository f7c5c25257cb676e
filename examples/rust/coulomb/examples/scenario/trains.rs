//! Training: checkpoints, closures that fail and that stop, arrays, threads.
use super::data::{digest_of, fill};
use coulomb::{BoxError, Context, Network, Trainer};
use std::fmt;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::thread;

const HALF: u64 = 50;
const WHOLE: u64 = 100;
const SAMPLES: usize = 1000;

pub type Outcome<T> = Result<T, BoxError>;

/// A trainer of the 25 Gaussians without data.
pub fn new_trainer<'a>() -> coulomb::Result<Trainer<'a>> {
    let context = Context::new()?;
    context.set_threads(2)?;
    let generator = Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
    let discriminator = Network::preset(&context, "mlp-discriminator", &[2], 0, 2)?;
    Trainer::new(&generator, Some(&discriminator))
}

fn with_closure<'a>() -> coulomb::Result<Trainer<'a>> {
    let mut trainer = new_trainer()?;
    trainer.set_data(|update, batch| {
        fill(update, batch);
        Ok(())
    })?;
    Ok(trainer)
}

fn digest(trainer: &Trainer) -> coulomb::Result<u64> {
    let mut samples = vec![0.0; 2 * SAMPLES];
    trainer.generator().generate(&mut samples)?;
    Ok(digest_of(&samples))
}

pub fn trains(checkpoint: &Path) -> Outcome<u64> {
    let mut trainer = with_closure()?;
    trainer.run(HALF)?;
    trainer.save(checkpoint)?;
    trainer.run(WHOLE)?;
    Ok(digest(&trainer)?)
}

/// Goes on from every checkpoint in the directory; returns their number if all come to the same samples.
pub fn opens(directory: &Path, expected: u64) -> Outcome<Option<usize>> {
    let mut opened = 0;
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().map_or(true, |extension| extension != "safetensors") {
            continue;
        }
        let mut trainer = with_closure()?;
        trainer.load(&path)?;
        if trainer.update()? != HALF {
            return Ok(None);
        }
        trainer.run(WHOLE)?;
        if digest(&trainer)? != expected {
            println!("# {} leads to other samples", path.display());
            return Ok(None);
        }
        opened += 1;
    }
    Ok(Some(opened))
}

#[derive(Debug, PartialEq)]
struct OutOfData {
    update: u64,
}

impl fmt::Display for OutOfData {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "no data for update {}", self.update)
    }
}

impl std::error::Error for OutOfData {}

/// The error comes back as it was, the update does not count, and training goes on.
pub fn fails_and_goes_on() -> Outcome<bool> {
    let mut trainer = new_trainer()?;
    trainer.set_data(|update, batch| {
        if update == 3 {
            return Err(OutOfData { update }.into());
        }
        fill(update, batch);
        Ok(())
    })?;
    let error = trainer.run(HALF).expect_err("the closure fails");
    let itself = error.downcast::<OutOfData>()? == OutOfData { update: 3 };
    let at = trainer.update()?;
    trainer.set_data(|update, batch| {
        fill(update, batch);
        Ok(())
    })?;
    trainer.run(HALF)?;
    Ok(itself && at == 2 && trainer.update()? == HALF)
}

pub fn stops_and_goes_on() -> Outcome<Option<u64>> {
    let mut trainer = with_closure()?;
    let stopped = trainer.run_with(WHOLE, |_, update| {
        Ok(if update == 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    if stopped != ControlFlow::Break(()) || trainer.update()? != 20 {
        return Ok(None);
    }
    trainer.run(WHOLE)?;
    Ok(Some(digest(&trainer)?))
}

/// Two contexts on two threads at the same time. One trainer is made here and sent.
pub fn trains_twice_at_once() -> Outcome<[u64; 2]> {
    let mut sent = with_closure()?;
    let first = thread::spawn(move || {
        sent.run(WHOLE)?;
        digest(&sent)
    });
    let second = thread::spawn(|| {
        let mut trainer = with_closure()?;
        trainer.run(WHOLE)?;
        digest(&trainer)
    });
    let ended = |thread: thread::JoinHandle<coulomb::Result<u64>>| thread.join().expect("the thread ends well");
    Ok([ended(first)?, ended(second)?])
}

pub fn trains_from_an_array() -> Outcome<u64> {
    let mut samples = vec![0.0; 2 * 4096];
    fill(1, &mut samples);
    let mut trainer = new_trainer()?;
    trainer.set_data_array(&samples, 0)?;
    trainer.run(HALF)?;
    Ok(digest(&trainer)?)
}

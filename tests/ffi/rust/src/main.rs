//! Trains on 25 Gaussians with a closure as data, and tells for each promise of the layer whether it holds.
use coulomb::{Error, Training};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

const HALF: u64 = 50;
const SAMPLES: usize = 1000;

type Failed = Error<String>;

fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d049bb133111eb);
    word ^ (word >> 31)
}

/// Sample `index` of an update: one of 25 means, and a normal number as the sum of twelve uniform ones.
fn sample(update: u64, index: u64) -> [f32; 2] {
    let key = mix(update.wrapping_mul(0x9e3779b97f4a7c15).wrapping_add(index));
    let mode = key % 25;
    let mut point = [0.0; 2];
    for (axis, line) in [mode % 5, mode / 5].into_iter().enumerate() {
        let normal: f64 = (0..12).fold(0.0, |sum, term| {
            sum + (mix(key.wrapping_add(1 + 12 * axis as u64 + term)) >> 11) as f64 * 2f64.powi(-53)
        }) - 6.0;
        point[axis] = (10.5 * (line as f64 - 2.0) + normal) as f32;
    }
    point
}

fn fill(update: u64, batch: &mut [f32]) -> Result<(), String> {
    for (index, point) in batch.chunks_exact_mut(2).enumerate() {
        point.copy_from_slice(&sample(update, index as u64));
    }
    Ok(())
}

/// FNV-1a over the samples' bytes.
fn digest(samples: &[f32]) -> u64 {
    let bytes = samples.iter().flat_map(|value| value.to_le_bytes());
    bytes.fold(0xcbf29ce484222325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100000001b3))
}

fn new_training() -> Result<Training<String>, Failed> {
    let mut training = Training::new(2, 8, 2)?;
    training.set_data(fill)?;
    Ok(training)
}

fn trains(checkpoint: &str) -> Result<u64, Failed> {
    let mut training = new_training()?;
    training.run(HALF)?;
    training.save(checkpoint)?;
    // On another thread, whole.
    let (training, done) = std::thread::spawn(move || {
        let done = training.run(2 * HALF);
        (training, done)
    })
    .join()
    .expect("the thread ends well");
    done?;
    let mut training = training;
    assert!(training.loss()?.is_finite());
    Ok(digest(&training.generate(SAMPLES)?))
}

fn goes_on(checkpoint: &str) -> Result<u64, Failed> {
    let mut training = new_training()?;
    training.load(checkpoint)?;
    assert_eq!(training.update(), HALF);
    training.run(2 * HALF)?;
    Ok(digest(&training.generate(SAMPLES)?))
}

/// The error comes back as it was, the update is not counted, and training goes on when the cause is gone.
fn returns_errors() -> Result<bool, Failed> {
    let mut training = new_training()?;
    training.set_data(|update, batch| match update {
        3 => Err(format!("no data for update {update}")),
        _ => fill(update, batch),
    })?;
    let told = matches!(training.run(HALF), Err(Error::Data(reason)) if reason == "no data for update 3");
    let at = training.update();
    training.set_data(fill)?;
    training.run(HALF)?;
    Ok(told && at == 2 && training.update() == HALF)
}

fn keeps_panics() -> Result<bool, Failed> {
    let mut training = new_training()?;
    training.set_data(|_, _| panic!("out of paper"))?;
    std::panic::set_hook(Box::new(|_| ())); // it is expected
    let panic = catch_unwind(AssertUnwindSafe(|| training.run(1))).expect_err("it panics");
    let _ = std::panic::take_hook();
    training.set_data(fill)?;
    training.run(1)?;
    Ok(panic.downcast_ref::<&str>() == Some(&"out of paper"))
}

fn drops_closures() -> Result<bool, Failed> {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let drops = Arc::new(AtomicUsize::new(0));
    let mut training = new_training()?;
    for _ in 0..2 {
        let counted = Counted(drops.clone());
        training.set_data(move |update, batch| {
            let _held = &counted;
            fill(update, batch)
        })?;
    }
    training.run(1)?;
    let replaced = drops.load(Ordering::SeqCst);
    drop(training);
    Ok(replaced == 1 && drops.load(Ordering::SeqCst) == 2)
}

fn tells_messages() -> Result<bool, Failed> {
    let refused = new_training()?.load("/nowhere/checkpoint");
    Ok(matches!(refused, Err(Error::Library { message, .. }) if message.contains("/nowhere/checkpoint")))
}

fn tell(what: &str, holds: Result<bool, Failed>) {
    match holds {
        Ok(true) => println!("ok - {what}"),
        other => println!("not ok - {what}\n# {other:?}"),
    }
}

fn main() {
    let checkpoint = std::env::args().nth(1).expect("the file for a checkpoint");
    let whole = trains(&checkpoint);
    tell("trains, also on another thread", Ok(whole.is_ok()));
    let whole = whole.expect("it trains");
    tell("goes on from a checkpoint to the same bits", goes_on(&checkpoint).map(|resumed| resumed == whole));
    tell("gets the error back that its closure returned", returns_errors());
    tell("keeps a panic from crossing C", keeps_panics());
    tell("drops each closure once", drops_closures());
    tell("has the library's error message", tells_messages());
    println!("digest {whole:016x}");
}

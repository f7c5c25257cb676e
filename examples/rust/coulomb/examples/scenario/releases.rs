//! Closures and handles are dropped once, and nothing is leaked.
use super::trains::{new_trainer, Outcome};
use coulomb::{Context, Schedule};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

const CYCLES: usize = 10_000;

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Bytes of the process in memory.
fn resident() -> Outcome<i64> {
    let text = fs::read_to_string("/proc/self/statm")?;
    let pages: i64 = text.split(' ').nth(1).ok_or("no field")?.parse()?;
    Ok(4096 * pages)
}

/// Returns how many closures were made and dropped, and by how much memory grew.
pub fn releases() -> Outcome<(usize, usize, i64)> {
    let drops = Arc::new(AtomicUsize::new(0));
    let context = Context::new()?;
    let mut trainer = new_trainer()?;
    let mut made = 0;
    let mut before = 0;
    for cycle in 0..CYCLES + 100 {
        if cycle == 100 {
            before = resident()?; // the allocator has what it needs
        }
        let (one, other) = (Counted(drops.clone()), Counted(drops.clone()));
        made += 2;
        let schedule = Schedule::callback(&context, move |_| {
            let _held = &one;
            Ok(1.0)
        })?;
        schedule.factor(1)?;
        trainer.set_data(move |_, batch| {
            let _held = &other;
            batch.fill(0.0);
            Ok(())
        })?;
    }
    let growth = resident()? - before;
    drop(trainer);
    Ok((made, drops.load(Ordering::SeqCst), growth))
}

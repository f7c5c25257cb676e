//! Threads as the ranks of one run.
use crate::{discriminator, fails, fill, generator, new_context};
use coulomb::{BoxError, CallbackResult, Communicator, Error, Result, Status, Trainer, Transport};
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Where the ranks meet: each leaves its bytes, and takes those of all.
struct Table {
    rounds: Mutex<Round>,
    changed: Condvar,
}

struct Round {
    left: Vec<Option<Vec<u8>>>,
    taken: usize,
}

struct Seat {
    rank: usize,
    size: usize,
    table: Arc<Table>,
}

impl Seat {
    /// All ranks' bytes, in their order.
    fn meet(&self, bytes: &[u8]) -> std::result::Result<Vec<Vec<u8>>, BoxError> {
        let gone = || Error::with_status(Status::PROCESS, "a rank is gone");
        let patience = Duration::from_secs(20);
        let wait = |guard, until: &dyn Fn(&Round) -> bool| {
            let (guard, timeout) =
                self.table.changed.wait_timeout_while(guard, patience, |round| !until(round)).unwrap();
            if timeout.timed_out() {
                Err(gone())
            } else {
                Ok(guard)
            }
        };
        let rank = self.rank;
        let mut round =
            wait(self.table.rounds.lock().unwrap(), &|round| round.left[rank].is_none() && round.taken == 0)?;
        round.left[rank] = Some(bytes.to_vec());
        self.table.changed.notify_all();
        let mut round = wait(round, &|round| round.left.iter().all(Option::is_some))?;
        let all = round.left.iter().flatten().cloned().collect();
        round.taken += 1;
        if round.taken == self.size {
            *round = Round { left: vec![None; self.size], taken: 0 };
        }
        self.table.changed.notify_all();
        drop(round);
        Ok(all)
    }
}

impl Transport for Seat {
    fn allgather(&mut self, send: &[u8], receive: &mut [u8]) -> CallbackResult {
        receive.copy_from_slice(&self.meet(send)?.concat());
        Ok(())
    }

    fn alltoall(&mut self, send: &[u8], receive: &mut [u8]) -> CallbackResult {
        let each = send.len() / self.size;
        let parts = self.meet(send)?;
        for (to, from) in receive.chunks_mut(each).zip(parts) {
            to.copy_from_slice(&from[each * self.rank..each * (self.rank + 1)]);
        }
        Ok(())
    }
}

fn new_trainer<'a>() -> Result<Trainer<'a>> {
    let context = new_context();
    let mut trainer = Trainer::new(&generator(&context), Some(&discriminator(&context)))?;
    trainer.set_batch(8)?;
    trainer.set_shards(2)?;
    trainer.set_data(fill)?;
    Ok(trainer)
}

fn new_table() -> Arc<Table> {
    Arc::new(Table { rounds: Mutex::new(Round { left: vec![None; 2], taken: 0 }), changed: Condvar::new() })
}

/// Runs two ranks; returns what each came to.
fn ranks<T: Send + 'static>(run: fn(Trainer, usize) -> Result<T>) -> Vec<Result<T>> {
    let table = new_table();
    let start = |rank| {
        let seat = Seat { rank, size: 2, table: table.clone() };
        thread::spawn(move || {
            let mut trainer = new_trainer()?;
            let communicator = Communicator::new(&trainer.context(), rank, 2, seat)?;
            assert_eq!((communicator.rank()?, communicator.size()?), (rank, 2));
            let mut all = [0; 2];
            communicator.allgather(&[rank as u8], &mut all)?;
            assert_eq!(all, [0, 1]);
            trainer.set_communicator(Some(&communicator))?;
            drop(communicator);
            assert_eq!(trainer.communicator()?.expect("a communicator").rank()?, rank);
            run(trainer, rank)
        })
    };
    let both = [start(0), start(1)];
    both.into_iter().map(|rank| rank.join().expect("the rank ends well")).collect()
}

#[test]
fn two_ranks_train_as_one() {
    let mut alone = new_trainer().unwrap();
    assert!(alone.communicator().unwrap().is_none());
    alone.run(5).unwrap();
    let expected = alone.save_bytes().unwrap();
    let both = ranks(|mut trainer, _| {
        trainer.run(5)?;
        trainer.save_bytes()
    });
    assert!(both.into_iter().all(|bytes| bytes.unwrap() == expected));
}

#[test]
fn an_error_of_one_rank_ends_all() {
    let mut both = ranks(|mut trainer, rank| {
        if rank == 1 {
            trainer.set_data(|_, _| Err("no disk".into()))?;
        }
        trainer.run(5)
    });
    let own = both.pop().unwrap().unwrap_err();
    assert_eq!(own.to_string(), "no disk");
    let other = fails(Status::CLOSURE, both.pop().unwrap());
    assert!(other.cause().is_none() && other.message().contains("rank 1"), "{other}");
}

#[test]
fn one_rank_stops_all() {
    let both = ranks(|mut trainer, rank| {
        let ended = trainer.run_with(9, |_, update| {
            Ok(if rank == 0 && update == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok((ended, trainer.update()?))
    });
    assert!(both.into_iter().all(|ended| ended.unwrap() == (ControlFlow::Break(()), 3)));
}

#[test]
fn a_communicator_that_is_refused_keeps_nothing() {
    let table = new_table();
    let seat = Seat { rank: 2, size: 2, table: table.clone() };
    fails(Status::ARGUMENT, Communicator::new(&new_context(), 2, 2, seat));
    assert_eq!(Arc::strong_count(&table), 1);
}

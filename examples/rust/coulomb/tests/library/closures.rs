use crate::{fails, fill, generator, new_context, points, trainer};
use coulomb::{CallbackResult, Error, Network, Schedule, Statistic, Status, Stream, Trainer};
use std::fmt;
use std::ops::ControlFlow;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Debug, PartialEq)]
struct Broken(u64);

impl fmt::Display for Broken {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        write!(to, "broken at {}", self.0)
    }
}

impl std::error::Error for Broken {}

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Makes a closure hold a value.
fn uses<T>(_: &T) -> CallbackResult {
    Ok(())
}

#[test]
fn an_error_comes_back_as_itself() {
    let mut trainer = trainer();
    trainer
        .set_data(|update, batch| if update == 3 { Err(Broken(update).into()) } else { fill(update, batch) })
        .unwrap();
    let error = trainer.run(10).unwrap_err();
    assert_eq!((error.status(), trainer.update().unwrap()), (Status::CLOSURE, 2));
    assert_eq!(error.to_string(), "broken at 3");
    assert_eq!(error.downcast_ref::<Broken>(), Some(&Broken(3)));
    let error = error.downcast::<std::io::Error>().unwrap_err();
    assert_eq!(error.downcast::<Broken>().unwrap(), Broken(3));
    trainer.set_data(fill).unwrap();
    trainer.run(10).unwrap();
}

#[test]
fn a_code_of_ones_own_is_told() {
    let mut trainer = trainer();
    let code = Status::caller(1234).unwrap();
    assert_eq!(Status::caller(999), None);
    trainer.set_data(move |_, _| Err(Error::with_status(code, "mine").into())).unwrap();
    let error = trainer.step().unwrap_err();
    assert_eq!((error.status(), error.downcast_ref::<Error>().unwrap().message()), (code, "mine"));
}

#[test]
fn a_panic_goes_on_in_the_caller() {
    let mut trainer = trainer();
    trainer.set_data(|_, _| panic!("out of paper")).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| trainer.run(1))).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"out of paper"));
    trainer.set_data(fill).unwrap();
    trainer.run(1).unwrap();
}

#[test]
fn progress_sees_the_trainer_and_stops_it() {
    let mut trainer = trainer();
    let mut seen = Vec::new();
    let ended = trainer.run_with(10, |trainer, update| {
        seen.push((update, trainer.update()?, trainer.statistic(Statistic::Energy)?.is_finite()));
        trainer.set_seed(update)?;
        trainer.generator().generate(&mut [0.0; 2])?;
        fails(Status::STATE, trainer.step());
        Ok(if update == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    assert_eq!(ended.unwrap(), ControlFlow::Break(()));
    assert_eq!(seen, [(1, 1, true), (2, 2, true)]);
    let error = trainer.run_with(10, |_, update| Err(Broken(update).into())).unwrap_err();
    assert_eq!(error.downcast::<Broken>().unwrap(), Broken(3));
    let result = catch_unwind(AssertUnwindSafe(|| trainer.run_with(10, |_, _| panic!("stop"))));
    assert!(result.is_err() && trainer.update().unwrap() == 4);
    assert_eq!(trainer.run(10).unwrap(), ControlFlow::Continue(()));
}

#[test]
fn progress_may_put_another_trainer_in_its_place() {
    let mut first = trainer();
    first
        .run_with(5, |running, update| {
            if update == 2 {
                drop(std::mem::replace(running, trainer())); // destroyed when the run returns
            }
            Ok(if update == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .unwrap();
    assert_eq!(first.update().unwrap(), 0);
    first.run(1).unwrap();
}

#[test]
fn closures_are_dropped_once() {
    let drops = Arc::new(AtomicUsize::new(0));
    let counted = || Counted(drops.clone());
    let context = new_context();
    let network = generator(&context);
    let mut trainer = Trainer::new(&network, None).unwrap();
    for _ in 0..2 {
        let (one, two, three) = (counted(), counted(), counted());
        trainer.set_data(move |_, _| uses(&one)).unwrap();
        network.set_latent_callback(move |_, _| uses(&two)).unwrap();
        context.set_log(move |_, _| uses(&three).unwrap()).unwrap();
    }
    assert_eq!(drops.load(Ordering::SeqCst), 3, "those that were replaced");
    drop(network);
    drop(context);
    assert_eq!(drops.load(Ordering::SeqCst), 3, "the trainer keeps all alive");
    drop(trainer);
    assert_eq!(drops.load(Ordering::SeqCst), 6);
}

#[test]
fn a_setter_that_fails_keeps_nothing() {
    let drops = Arc::new(AtomicUsize::new(0));
    let counted = Counted(drops.clone());
    let network = Network::new(&new_context()).unwrap();
    fails(Status::STATE, network.set_latent_callback(move |_, _| uses(&counted)));
    assert_eq!(drops.load(Ordering::SeqCst), 1);

    let mut first = trainer();
    let counted = Arc::new(Mutex::new(Some(Counted(drops.clone()))));
    first
        .run_with(1, |running, _| {
            let held = counted.lock().unwrap().take();
            running.set_data(move |_, _| uses(&held))?;
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    drop(first);
    assert_eq!(drops.load(Ordering::SeqCst), 2);
}

/// The destructor of a captured value may use the library and panic: it runs when C has returned.
#[test]
fn destructors_of_closures_run_outside_the_library() {
    struct Generates(Network);
    impl Drop for Generates {
        fn drop(&mut self) {
            self.0.generate(&mut [0.0; 2]).unwrap();
            panic!("dropped");
        }
    }
    let context = new_context();
    let network = generator(&context);
    let captured = Generates(generator(&context));
    network.set_latent_callback(move |_, _| uses(&captured)).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| network.clear_latent_callback())).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"dropped"));
    network.generate(&mut [0.0; 2]).unwrap();
}

#[test]
fn a_closure_cannot_call_itself() {
    let context = new_context();
    let itself: Arc<Mutex<Option<Schedule>>> = Arc::default();
    let inside = itself.clone();
    let schedule = Schedule::callback(&context, move |update| {
        let schedule = inside.lock().unwrap().clone().expect("it is there");
        Ok(schedule.factor(update)?)
    })
    .unwrap();
    *itself.lock().unwrap() = Some(schedule.clone());
    let error = schedule.factor(1).unwrap_err();
    assert!(error.to_string().contains("already running"), "{error}");
    itself.lock().unwrap().take();
}

#[test]
fn a_closure_may_use_other_handles() {
    let mut trainer = trainer();
    let other = generator(&trainer.context());
    trainer
        .set_data(move |_, batch| {
            other.generate(batch)?;
            Ok(())
        })
        .unwrap();
    trainer.run(2).unwrap();
}

#[test]
fn a_running_handle_refuses_other_calls() {
    let context = new_context();
    let mut moments = coulomb::Moments::new(&context, 1).unwrap();
    let mut features = |_: usize, block: &mut [f32]| {
        fails(Status::STATE, context.set_threads(2));
        block.copy_from_slice(&points(block.len()));
        Ok(())
    };
    moments.add_streamed(Stream::new(10, &mut features)).unwrap();
    assert_eq!(moments.count(), 10);
}

use crate::{fill, generator, new_context, trainer};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

fn is_send<T: Send>(_: &T) {}

#[test]
fn handles_are_send() {
    let mut trainer = trainer();
    is_send(&trainer.context());
    is_send(&generator(&trainer.context()));
    is_send(&trainer);
    is_send(&trainer.data().unwrap());
    let ended = thread::spawn(move || {
        trainer.run(3).unwrap();
        trainer
    });
    assert_eq!(ended.join().unwrap().update().unwrap(), 3);
}

/// Two handles of one context on two threads: the calls take turns.
#[test]
fn one_thread_at_a_time_is_inside_a_context() {
    let mut trainer = trainer();
    let network = generator(&trainer.context());
    let running = Arc::new(AtomicBool::new(false));
    let alone = |running: &AtomicBool, milliseconds| {
        assert!(!running.swap(true, Ordering::SeqCst), "another closure is running");
        thread::sleep(Duration::from_millis(milliseconds));
        running.store(false, Ordering::SeqCst);
    };
    let seen = running.clone();
    trainer
        .set_data(move |update, batch| {
            alone(&seen, 5);
            fill(update, batch)
        })
        .unwrap();
    network
        .set_latent_callback(move |_, latents| {
            alone(&running, 1);
            latents.fill(0.5);
            Ok(())
        })
        .unwrap();
    let training = thread::spawn(move || trainer.run(10).unwrap());
    while !training.is_finished() {
        network.generate(&mut [0.0; 20]).unwrap();
    }
    training.join().unwrap();
}

/// A handle that is dropped while another thread computes: the release waits.
#[test]
fn handles_are_dropped_on_any_thread() {
    let mut trainer = trainer();
    let mut networks = vec![generator(&trainer.context())];
    networks.resize_with(50, || generator(&trainer.context()));
    let training = thread::spawn(move || trainer.run(200).unwrap());
    networks.into_iter().for_each(drop);
    training.join().unwrap();
    assert_eq!(new_context().threads().unwrap(), 1);
}

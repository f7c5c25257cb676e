//! Tests of the layer against the library. Each function of the library is called at least once.
mod closures;
mod contexts;
mod files;
mod graphs;
mod measures;
mod networks;
mod optimizers;
mod parameters;
mod potentials;
mod ranks;
mod threads;
mod trainers;

use coulomb::{CallbackResult, Context, Error, Network, Result, Status, Trainer};

fn new_context() -> Context {
    Context::new().expect("a context")
}

fn generator(context: &Context) -> Network {
    Network::preset(context, "mlp-generator", &[2], 4, 1).expect("a generator")
}

fn discriminator(context: &Context) -> Network {
    Network::preset(context, "mlp-discriminator", &[2], 0, 2).expect("a discriminator")
}

/// A trainer with a batch of 8, which has data.
fn trainer<'a>() -> Trainer<'a> {
    let context = new_context();
    let mut trainer = Trainer::new(&generator(&context), Some(&discriminator(&context))).expect("a trainer");
    trainer.set_batch(8).expect("a batch");
    trainer.set_data(fill).expect("data");
    trainer
}

fn fill(update: u64, values: &mut [f32]) -> CallbackResult {
    for (index, value) in values.iter_mut().enumerate() {
        *value = ((update as usize * 31 + index * 17) % 23) as f32 / 23.0;
    }
    Ok(())
}

fn points(count: usize) -> Vec<f32> {
    let mut points = vec![0.0; count];
    fill(1, &mut points).expect("points");
    points
}

/// The error of a call that must fail with this status.
fn fails<T>(status: Status, result: Result<T>) -> Error {
    let error = result.err().expect("it fails");
    assert_eq!(error.status(), status, "{error}");
    error
}

//! Seconds for an update of the 25 Gaussians, with a closure that copies samples or from an array: cost MODE UPDATES.
#[path = "scenario/data.rs"]
mod data;

use coulomb::{BoxError, Context, Network, Trainer};
use std::time::Instant;

const WARM_UP: u64 = 200;
const BATCHES: usize = 32;

fn main() -> Result<(), BoxError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mode, updates): (&str, u64) = match &arguments[..] {
        [mode, updates] => (mode, updates.parse()?),
        _ => return Err("usage: cost callback|array UPDATES".into()),
    };
    let mut samples = vec![0.0; 2 * 128 * BATCHES];
    data::fill(1, &mut samples);

    let context = Context::new()?;
    let generator = Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
    let discriminator = Network::preset(&context, "mlp-discriminator", &[2], 0, 2)?;
    let mut trainer = Trainer::new(&generator, Some(&discriminator))?;
    match mode {
        "callback" => trainer.set_data(|update, batch| {
            let first = update as usize % BATCHES * batch.len();
            batch.copy_from_slice(&samples[first..first + batch.len()]);
            Ok(())
        })?,
        "array" => trainer.set_data_array(&samples, 1)?,
        _ => return Err(format!("there is no mode '{mode}'").into()),
    }
    trainer.run(WARM_UP)?;
    let start = Instant::now();
    trainer.run(WARM_UP + updates)?;
    println!("{:.9}", start.elapsed().as_secs_f64() / updates as f64);
    Ok(())
}

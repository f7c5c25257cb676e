//! Trains as one of the processes that mpirun or srun started, and prints a digest of what the generator makes, which
//! does not depend on their number: mpirun -n 2 processes.
#[path = "scenario/data.rs"]
mod data;

use coulomb::{Communicator, Context, Network, Result, Trainer};

fn main() -> Result<()> {
    let context = Context::new()?;
    let generator = Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
    let discriminator = Network::preset(&context, "mlp-discriminator", &[2], 0, 2)?;
    let mut trainer = Trainer::new(&generator, Some(&discriminator))?;
    trainer.set_shards(4)?;
    trainer.set_data(|update, batch| {
        data::fill(update, batch);
        Ok(())
    })?;
    // This is the main thread, and nothing else here uses MPI.
    let communicator = unsafe { Communicator::mpi_world(&context) }?;
    trainer.set_communicator(Some(&communicator))?;
    trainer.run(20)?;
    let mut samples = vec![0.0; 2 * 100];
    generator.generate(&mut samples)?;
    if communicator.rank()? == 0 {
        println!("{} ranks, digest {:016x}", communicator.size()?, data::digest_of(&samples));
    }
    Ok(())
}

use crate::handle::{Borrowed, Handle};
use crate::network::is_set;
use crate::{Context, Error, Loss, Network, Optimizer, Result, Role, Schedule, Status};
use coulomb_sys as sys;
use std::marker::PhantomData;
use std::ptr;

/// The training step and loop of the Coulomb GAN.
///
/// A trainer holds references to its networks: their handles may be dropped. It borrows its data, for `'a`, so the data
/// must be there before the trainer and outlive it:
///
/// ```compile_fail,E0597
/// # let context = coulomb::Context::new()?;
/// # let generator = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
/// # let discriminator = coulomb::Network::preset(&context, "mlp-discriminator", &[2], 0, 2)?;
/// let mut trainer = coulomb::Trainer::new(&generator, Some(&discriminator))?;
/// {
///     let samples = vec![0.5; 2000];
///     trainer.set_data_array(&samples, 1)?;
/// }
/// trainer.step()?; // the samples are gone
/// # Ok::<(), coulomb::Error>(())
/// ```
///
/// A trainer that was dropped, or sent away, cannot be used:
///
/// ```compile_fail,E0382
/// # let context = coulomb::Context::new()?;
/// # let generator = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
/// let mut trainer = coulomb::Trainer::new(&generator, None)?;
/// std::thread::spawn(move || trainer.set_batch(16));
/// trainer.step()?;
/// # Ok::<(), coulomb::Error>(())
/// ```
///
/// Setters take `&mut self` and cannot be called while something of the trainer is borrowed.
pub struct Trainer<'a> {
    pub(crate) handle: Handle<sys::coulomb_trainer>,
    pub(crate) values: usize,
    generator: Network,
    discriminator: Option<Network>,
    generator_optimizer: Optimizer,
    discriminator_optimizer: Option<Optimizer>,
    /// What the library uses, to return it.
    pub(crate) epsilon_schedule: Option<Schedule>,
    _data: PhantomData<Box<dyn FnMut() + Send + 'a>>,
}

/// Tells the compiler that dropping a trainer uses what it borrows: closures are dropped with the handle.
impl Drop for Trainer<'_> {
    fn drop(&mut self) {}
}

impl<'a> Trainer<'a> {
    /// Creates a trainer with batch 128, exponent 1, epsilon 1, L2 loss, seed 0 and self-terms. Without a discriminator
    /// the generator follows the field itself.
    pub fn new(generator: &Network, discriminator: Option<&Network>) -> Result<Self> {
        let context = &generator.handle.context;
        let values = generator.output_values()?;
        let other = discriminator.map_or(ptr::null_mut(), |network| network.handle.raw);
        let create = |out: *mut _| unsafe { sys::coulomb_trainer_new(context.raw, generator.handle.raw, other, out) };
        let handle = Handle::new(context, sys::coulomb_trainer_free, create)?;

        let network = |role: Role| -> Result<Network> {
            let raw = handle.part(|raw, out| unsafe { sys::coulomb_trainer_network(raw, role as i32, out) })?;
            Ok(Network { handle: Handle::borrowed(context, raw) })
        };
        let optimizer = |role: Role| -> Result<Optimizer> {
            let raw = handle.part(|raw, out| unsafe { sys::coulomb_trainer_optimizer(raw, role as i32, out) })?;
            Ok(Optimizer::of(Handle::borrowed(context, raw)))
        };
        let generator = network(Role::Generator)?;
        let generator_optimizer = optimizer(Role::Generator)?;
        let both = discriminator.map(|_| Role::Discriminator);
        let (discriminator, discriminator_optimizer) =
            (both.map(network).transpose()?, both.map(optimizer).transpose()?);
        Ok(Trainer {
            handle,
            values,
            generator,
            discriminator,
            generator_optimizer,
            discriminator_optimizer,
            epsilon_schedule: None,
            _data: PhantomData,
        })
    }

    /// The context.
    pub fn context(&self) -> Context {
        Context::of(self.handle.context.clone())
    }

    /// The generator. It shares its parameters with the handle that the trainer was created from.
    pub fn generator(&self) -> &Network {
        &self.generator
    }

    /// One of the networks.
    pub fn network(&self, role: Role) -> Result<&Network> {
        match role {
            Role::Generator => Ok(&self.generator),
            Role::Discriminator => self.discriminator.as_ref().ok_or_else(no_discriminator),
        }
    }

    /// The optimizer of one of the networks, to change its settings.
    pub fn optimizer(&self, role: Role) -> Result<&Optimizer> {
        match role {
            Role::Generator => Ok(&self.generator_optimizer),
            Role::Discriminator => self.discriminator_optimizer.as_ref().ok_or_else(no_discriminator),
        }
    }

    /// The network with the averaged parameters, to generate from it or to save it.
    pub fn average(&self) -> Result<Borrowed<Network>> {
        let raw = self.handle.part(|raw, out| unsafe { sys::coulomb_trainer_average(raw, out) })?;
        Ok(Borrowed::new(Network { handle: Handle::borrowed(&self.handle.context, raw) }))
    }

    /// Bytes that the arrays of training take, with the present settings.
    pub fn memory(&self) -> Result<usize> {
        self.handle.read(|raw, bytes| unsafe { sys::coulomb_trainer_memory(raw, bytes) })
    }

    /// Sets the number of model samples, and of target samples, that an update learns from.
    pub fn set_batch(&mut self, batch: usize) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_batch(raw, batch) })
    }

    /// The batch.
    pub fn batch(&self) -> Result<usize> {
        self.handle.read(|raw, batch| unsafe { sys::coulomb_trainer_get_batch(raw, batch) })
    }

    /// Sets the discriminator's loss.
    pub fn set_loss(&mut self, loss: Loss) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_loss(raw, loss as i32) })
    }

    /// The discriminator's loss.
    pub fn loss(&self) -> Result<Loss> {
        Loss::from_raw(self.handle.read(|raw, loss| unsafe { sys::coulomb_trainer_get_loss(raw, loss) })?)
    }

    /// Turns replay of the previous update's model samples on or off.
    pub fn set_replay(&mut self, replay: bool) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_replay(raw, replay.into()) })
    }

    /// Whether replay is on.
    pub fn replay(&self) -> Result<bool> {
        self.handle.read(|raw, replay| unsafe { sys::coulomb_trainer_get_replay(raw, replay) }).map(is_set)
    }

    /// Sets the standard deviation of the smoothing noise, in the unit of the samples; 0: none.
    pub fn set_smoothing(&mut self, deviation: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_smoothing(raw, deviation) })
    }

    /// The standard deviation of the smoothing noise.
    pub fn smoothing(&self) -> Result<f64> {
        self.handle.read(|raw, deviation| unsafe { sys::coulomb_trainer_get_smoothing(raw, deviation) })
    }

    /// Sets the seed of latents and smoothing noise.
    pub fn set_seed(&mut self, seed: u64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_seed(raw, seed) })
    }

    /// The seed of latents and smoothing noise.
    pub fn seed(&self) -> Result<u64> {
        self.handle.read(|raw, seed| unsafe { sys::coulomb_trainer_get_seed(raw, seed) })
    }

    /// Sets the decay of the moving average of the generator's parameters; 0: none.
    pub fn set_averaging(&mut self, decay: f64) -> Result<()> {
        self.handle.call(|raw| unsafe { sys::coulomb_trainer_set_averaging(raw, decay) })
    }

    /// The decay of the average.
    pub fn averaging(&self) -> Result<f64> {
        self.handle.read(|raw, decay| unsafe { sys::coulomb_trainer_get_averaging(raw, decay) })
    }
}

fn no_discriminator() -> Error {
    Error::with_status(Status::STATE, "the trainer has no discriminator")
}

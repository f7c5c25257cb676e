//! Coulomb GANs (Unterthiner et al. 2017): training, evaluation, and estimators of potential and distance. A safe layer
//! over libcoulomb.
//!
//! ```
//! use coulomb::{Context, Network, Role, Trainer};
//!
//! let context = Context::new()?;
//! let generator = Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
//! let discriminator = Network::preset(&context, "mlp-discriminator", &[2], 0, 2)?;
//! let mut trainer = Trainer::new(&generator, Some(&discriminator))?;
//! trainer.set_data(|update, batch| {
//!     for (index, value) in batch.iter_mut().enumerate() {
//!         *value = if (update as usize + index) % 3 == 0 { 2.0 } else { -2.0 };
//!     }
//!     Ok(())
//! })?;
//! trainer.optimizer(Role::Generator)?.set_learning_rate(1e-3)?;
//! trainer.run(20)?;
//! let mut samples = vec![0.0; 2 * 100];
//! generator.generate(&mut samples)?;
//! # Ok::<(), coulomb::Error>(())
//! ```
//!
//! # Threads
//!
//! Handles are `Send` and not `Sync`. Those of one context may be on several threads, but one thread at a time computes:
//! a call waits while another thread is inside a call on the same context. Do not wait inside a closure for a thread
//! that needs the closure's context. Contexts are independent of each other.
//!
//! # Closures
//!
//! Closures run on the thread of the call that needs them. An error that one returns ends the call and comes back as
//! itself, [`Error::downcast`]; a panic does not pass through C and goes on in the caller. In both cases an update that
//! was under way does not count, and training goes on when the cause is gone. Closures are dropped once, when they are
//! replaced or when nothing uses them any more, after the library has returned. Inside a closure, getters may be called,
//! and everything on handles that take no part in the running call; other calls fail with [`Status::STATE`].
//!
//! # Lifetimes
//!
//! A handle keeps what it needs alive, and handles may be dropped in any order. What is lent (a trainer's networks, its
//! optimizers) cannot be used after its owner:
//!
//! ```compile_fail,E0505
//! # let context = coulomb::Context::new()?;
//! # let generator = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
//! let mut trainer = coulomb::Trainer::new(&generator, None)?;
//! trainer.set_averaging(0.9)?;
//! let average = trainer.average()?;
//! drop(trainer);
//! average.generate(&mut [0.0; 2])?;
//! # Ok::<(), coulomb::Error>(())
//! ```
//!
//! and not while it could be replaced:
//!
//! ```compile_fail,E0502
//! # let context = coulomb::Context::new()?;
//! # let generator = coulomb::Network::preset(&context, "mlp-generator", &[2], 8, 1)?;
//! # let discriminator = coulomb::Network::preset(&context, "mlp-discriminator", &[2], 0, 2)?;
//! # let mut trainer = coulomb::Trainer::new(&generator, None)?;
//! trainer.set_features(Some(&discriminator))?;
//! let features = trainer.features()?;
//! trainer.set_features(None)?;
//! features.expect("a network").output_shape()?;
//! # Ok::<(), coulomb::Error>(())
//! ```

mod cell;
mod charges;
mod closures;
mod communicator;
mod context;
#[cfg(feature = "cuda")]
mod cuda;
mod data;
mod enums;
mod error;
mod files;
mod handle;
mod latent;
mod layers;
mod modes;
mod moments;
mod neighbours;
mod network;
mod ngrams;
mod optimizer;
mod parameters;
mod plummer;
mod points;
mod schedule;
mod status;
mod trainer;
mod training;
mod version;
mod windows;

pub use communicator::{Communicator, Transport};
pub use context::{Allocator, Context, Log};
#[cfg(feature = "cuda")]
pub use cuda::{cuda_device_count, cuda_device_memory, cuda_device_name};
pub use data::{Batches, SliceRequest, Slices};
pub use enums::*;
pub use error::{BoxError, CallbackResult, Error, Result};
pub use handle::Borrowed;
pub use latent::{LatentRequest, Latents};
pub use modes::Modes;
pub use moments::Moments;
pub use neighbours::SupportSize;
pub use network::{Network, Node, Pass};
pub use ngrams::Ngrams;
pub use optimizer::Optimizer;
pub use plummer::{EnergyTest, Plummer};
pub use points::Stream;
pub use schedule::{Factor, Schedule};
pub use status::Status;
pub use trainer::Trainer;
pub use version::{abi_version, has_feature, presets, version, version_string};
pub use windows::{Padding, Window1d, Window2d};

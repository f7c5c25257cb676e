//! C's constants as enums.
use crate::{Error, Result};
use coulomb_sys as sys;

macro_rules! constants {
    ($($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $value:ident,)+ })+) => { $(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        #[non_exhaustive]
        pub enum $name { $($(#[$meaning])* $variant = sys::$value,)+ }

        impl $name {
            #[allow(dead_code)] // not every constant comes back from the library
            pub(crate) fn from_raw(value: i32) -> Result<Self> {
                match value {
                    $(sys::$value => Ok($name::$variant),)+
                    _ => Err(Error::argument(format!("{} {value} is unknown to this crate", stringify!($name)))),
                }
            }
        }
    )+ };
}

constants! {
    /// Precisions of products and of stored activations inside layers.
    Precision {
        /// float32 throughout.
        Float32 = COULOMB_PRECISION_FLOAT32,
        /// Products of float32 numbers rounded to 10 bits of fraction, summed in float32.
        Tf32 = COULOMB_PRECISION_TF32,
        /// Products and activations in bfloat16, summed in float32.
        Bf16 = COULOMB_PRECISION_BF16,
    }
    /// Levels of log lines.
    LogLevel {
        Warning = COULOMB_LOG_WARNING,
        Info = COULOMB_LOG_INFO,
    }
    /// Kernels of potentials.
    Kernel {
        /// `(|a-b|^2 + epsilon^2)^(-exponent/2)`; the default.
        Plummer = COULOMB_KERNEL_PLUMMER,
        /// `exp(-|a-b|^2 / (2 epsilon^2))`.
        Gaussian = COULOMB_KERNEL_GAUSSIAN,
    }
    /// Distributions of initializers and latents.
    Distribution {
        Normal = COULOMB_DISTRIBUTION_NORMAL,
        /// Values beyond two standard deviations are drawn again.
        TruncatedNormal = COULOMB_DISTRIBUTION_TRUNCATED_NORMAL,
        Uniform = COULOMB_DISTRIBUTION_UNIFORM,
    }
    /// Arenas of a network.
    Arena {
        /// Parameters and their gradients, batch norm's statistics.
        Parameters = COULOMB_MEMORY_PARAMETERS,
        /// Values kept for the backward pass.
        Kept = COULOMB_MEMORY_KEPT,
        /// Workspace of forward and backward passes.
        Temporary = COULOMB_MEMORY_TEMPORARY,
        /// Evaluation and generation.
        Inference = COULOMB_MEMORY_INFERENCE,
    }
    /// What a backward pass does with the parameters' gradients.
    Gradients {
        /// Compute none.
        None = COULOMB_GRADIENT_NONE,
        /// Replace those of the last backward pass.
        Write = COULOMB_GRADIENT_WRITE,
        /// Add to them.
        Add = COULOMB_GRADIENT_ADD,
    }
    /// Kinds of initializers. The first four may be set with
    /// [`set_initializer`](crate::Network::set_initializer); the others say which function set the initializer.
    Initializer {
        GlorotUniform = COULOMB_INITIALIZER_GLOROT_UNIFORM,
        GlorotNormal = COULOMB_INITIALIZER_GLOROT_NORMAL,
        HeUniform = COULOMB_INITIALIZER_HE_UNIFORM,
        HeNormal = COULOMB_INITIALIZER_HE_NORMAL,
        Constant = COULOMB_INITIALIZER_CONSTANT,
        VarianceScaling = COULOMB_INITIALIZER_VARIANCE_SCALING,
        Random = COULOMB_INITIALIZER_RANDOM,
    }
    /// Denominators of variance scaling.
    Fan {
        In = COULOMB_FAN_IN,
        Out = COULOMB_FAN_OUT,
        Average = COULOMB_FAN_AVERAGE,
    }
    /// Methods of an optimizer.
    Method {
        /// Adam (Kingma & Ba 2015, Algorithm 1).
        Adam = COULOMB_METHOD_ADAM,
        /// Plain gradient descent.
        Sgd = COULOMB_METHOD_SGD,
    }
    /// Kinds of schedules.
    ScheduleKind {
        Exponential = COULOMB_SCHEDULE_EXPONENTIAL,
        Steps = COULOMB_SCHEDULE_STEPS,
        Callback = COULOMB_SCHEDULE_CALLBACK,
    }
    /// The networks of a trainer.
    Role {
        Generator = COULOMB_GENERATOR,
        Discriminator = COULOMB_DISCRIMINATOR,
    }
    /// Losses of the discriminator.
    Loss {
        /// Mean squared difference from the potential; the default.
        L2 = COULOMB_LOSS_L2,
        /// Mean absolute difference from the potential.
        L1 = COULOMB_LOSS_L1,
    }
    /// What a generator without a discriminator follows.
    Field {
        /// The gradient of the potential; the default.
        Potential = COULOMB_FIELD_POTENTIAL,
        /// The normalised drift: the gradient of the logarithm of the potentials' quotient.
        Drift = COULOMB_FIELD_DRIFT,
    }
    /// Statistics of an update.
    Statistic {
        /// The discriminator's loss, without the L2 penalty.
        LossDiscriminator = COULOMB_STATISTIC_LOSS_DISCRIMINATOR,
        /// The generator's loss, without the L2 penalty.
        LossGenerator = COULOMB_STATISTIC_LOSS_GENERATOR,
        /// Half the mean potential at the target samples minus that at the model samples.
        Energy = COULOMB_STATISTIC_ENERGY,
        PotentialModel = COULOMB_STATISTIC_POTENTIAL_MODEL,
        PotentialTarget = COULOMB_STATISTIC_POTENTIAL_TARGET,
        /// Euclidean norm of the generator's gradient, without L2.
        GradientGenerator = COULOMB_STATISTIC_GRADIENT_GENERATOR,
        /// Euclidean norm of the discriminator's gradient, without L2.
        GradientDiscriminator = COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR,
        /// Learning rate times the schedule's factor.
        LearningRateGenerator = COULOMB_STATISTIC_LEARNING_RATE_GENERATOR,
        /// Learning rate times the schedule's factor.
        LearningRateDiscriminator = COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR,
        /// Epsilon of the kernel times its schedule's factor.
        Epsilon = COULOMB_STATISTIC_EPSILON,
    }
    /// The network of a file.
    Part {
        /// That of a file of one network.
        Only = COULOMB_PART_ONLY,
        /// A trainer's generator.
        Generator = COULOMB_PART_GENERATOR,
        /// A trainer's discriminator.
        Discriminator = COULOMB_PART_DISCRIMINATOR,
        /// A trainer's averaged generator.
        Average = COULOMB_PART_AVERAGE,
    }
}

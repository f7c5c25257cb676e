"""Choices. Wherever one is taken, its name in lower case is taken too: "gaussian" for Kernel.GAUSSIAN."""
from __future__ import annotations

from enum import IntEnum

from ._library import lib


class Kernel(IntEnum):
    """Kernels of potentials."""

    PLUMMER = lib.COULOMB_KERNEL_PLUMMER
    GAUSSIAN = lib.COULOMB_KERNEL_GAUSSIAN


class Precision(IntEnum):
    """Precisions of products and of stored activations inside layers."""

    FLOAT32 = lib.COULOMB_PRECISION_FLOAT32
    TF32 = lib.COULOMB_PRECISION_TF32
    BF16 = lib.COULOMB_PRECISION_BF16


class Distribution(IntEnum):
    """Distributions of initialisers and latents."""

    NORMAL = lib.COULOMB_DISTRIBUTION_NORMAL
    TRUNCATED_NORMAL = lib.COULOMB_DISTRIBUTION_TRUNCATED_NORMAL
    UNIFORM = lib.COULOMB_DISTRIBUTION_UNIFORM


class Arena(IntEnum):
    """Arenas of a network, see Network.memory()."""

    PARAMETERS = lib.COULOMB_MEMORY_PARAMETERS
    KEPT = lib.COULOMB_MEMORY_KEPT
    TEMPORARY = lib.COULOMB_MEMORY_TEMPORARY
    INFERENCE = lib.COULOMB_MEMORY_INFERENCE


class Gradient(IntEnum):
    """What Network.backward() does with the parameters' gradients."""

    NONE = lib.COULOMB_GRADIENT_NONE
    WRITE = lib.COULOMB_GRADIENT_WRITE
    ADD = lib.COULOMB_GRADIENT_ADD


class Initializer(IntEnum):
    """Initialisers of parameters. The last three are set by functions of their own."""

    GLOROT_UNIFORM = lib.COULOMB_INITIALIZER_GLOROT_UNIFORM
    GLOROT_NORMAL = lib.COULOMB_INITIALIZER_GLOROT_NORMAL
    HE_UNIFORM = lib.COULOMB_INITIALIZER_HE_UNIFORM
    HE_NORMAL = lib.COULOMB_INITIALIZER_HE_NORMAL
    CONSTANT = lib.COULOMB_INITIALIZER_CONSTANT
    VARIANCE_SCALING = lib.COULOMB_INITIALIZER_VARIANCE_SCALING
    RANDOM = lib.COULOMB_INITIALIZER_RANDOM


class Fan(IntEnum):
    """Denominator of Network.set_initializer_variance_scaling()."""

    IN = lib.COULOMB_FAN_IN
    OUT = lib.COULOMB_FAN_OUT
    AVERAGE = lib.COULOMB_FAN_AVERAGE


class Method(IntEnum):
    """Methods of optimizers."""

    ADAM = lib.COULOMB_METHOD_ADAM
    SGD = lib.COULOMB_METHOD_SGD


class ScheduleKind(IntEnum):
    """Kinds of schedules."""

    EXPONENTIAL = lib.COULOMB_SCHEDULE_EXPONENTIAL
    STEPS = lib.COULOMB_SCHEDULE_STEPS
    CALLBACK = lib.COULOMB_SCHEDULE_CALLBACK


class Loss(IntEnum):
    """Losses of the discriminator."""

    L2 = lib.COULOMB_LOSS_L2
    L1 = lib.COULOMB_LOSS_L1


class Field(IntEnum):
    """What a generator without a discriminator follows."""

    POTENTIAL = lib.COULOMB_FIELD_POTENTIAL
    DRIFT = lib.COULOMB_FIELD_DRIFT


class Statistic(IntEnum):
    """Statistics of an update."""

    LOSS_DISCRIMINATOR = lib.COULOMB_STATISTIC_LOSS_DISCRIMINATOR
    LOSS_GENERATOR = lib.COULOMB_STATISTIC_LOSS_GENERATOR
    ENERGY = lib.COULOMB_STATISTIC_ENERGY
    POTENTIAL_MODEL = lib.COULOMB_STATISTIC_POTENTIAL_MODEL
    POTENTIAL_TARGET = lib.COULOMB_STATISTIC_POTENTIAL_TARGET
    GRADIENT_GENERATOR = lib.COULOMB_STATISTIC_GRADIENT_GENERATOR
    GRADIENT_DISCRIMINATOR = lib.COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR
    LEARNING_RATE_GENERATOR = lib.COULOMB_STATISTIC_LEARNING_RATE_GENERATOR
    LEARNING_RATE_DISCRIMINATOR = lib.COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR
    EPSILON = lib.COULOMB_STATISTIC_EPSILON


class Part(IntEnum):
    """The network of a file: the only one of Network.save(), or one of Trainer.save()."""

    ONLY = lib.COULOMB_PART_ONLY
    GENERATOR = lib.COULOMB_PART_GENERATOR
    DISCRIMINATOR = lib.COULOMB_PART_DISCRIMINATOR
    AVERAGE = lib.COULOMB_PART_AVERAGE

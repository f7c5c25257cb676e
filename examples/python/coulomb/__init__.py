"""libcoulomb: generative networks trained as charges in a potential field (Coulomb GANs, Unterthiner et al. 2017).

    context = coulomb.Context(threads=2)
    generator = coulomb.Network.preset(context, "mlp-generator", [2], latent=8, seed=1)
    discriminator = coulomb.Network.preset(context, "mlp-discriminator", [2], seed=2)
    trainer = coulomb.Trainer(generator, discriminator, data)      # an array, a function, a DataLoader
    trainer.run(10000, progress=True)
    samples = generator.generate(1000)

Arrays are float32 in C order; the first dimension is the sample. doc/python.md in the source describes threads, errors
and callbacks.
"""

from . import cuda
from .communicator import Communicator
from .context import Context
from .enums import (
    Arena,
    Distribution,
    Fan,
    Field,
    Gradient,
    Initializer,
    Kernel,
    Loss,
    Method,
    Part,
    Precision,
    ScheduleKind,
    Statistic,
)
from .errors import (
    ArgumentError,
    CallbackError,
    DeviceError,
    Error,
    FileError,
    FormatError,
    MismatchError,
    NotFiniteError,
    NotFoundError,
    OutOfMemoryError,
    ProcessError,
    ShapeError,
    StateError,
    ThreadError,
)
from .metrics import Modes, Ngrams
from .moments import Moments
from .neighbours import closest_pairs, neighbours, support_size
from .network import Network, presets
from .optimizer import Optimizer
from .plummer import Plummer
from .points import Points
from .schedule import Schedule
from .trainer import Trainer
from .version import abi_version, has_feature, library_path, version, version_number

__version__ = version()

__all__ = [
    "Arena", "ArgumentError", "CallbackError", "Communicator", "Context", "DeviceError", "Distribution", "Error", "Fan",
    "Field", "FileError", "FormatError", "Gradient", "Initializer", "Kernel", "Loss", "Method", "MismatchError",
    "Modes", "Moments", "Network", "Ngrams", "NotFiniteError", "NotFoundError", "Optimizer", "OutOfMemoryError", "Part",
    "Plummer", "Points", "Precision", "ProcessError", "Schedule", "ScheduleKind", "ShapeError", "StateError",
    "Statistic", "ThreadError", "Trainer", "abi_version", "closest_pairs", "cuda", "has_feature", "library_path",
    "neighbours", "presets", "support_size", "version", "version_number",
]

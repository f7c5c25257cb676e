"""Contexts: log, memory, lifetime, version, additional libraries."""

import ctypes.util
import gc
import logging
import tracemalloc
import unittest

import coulomb
import numpy
from gaussians import training


class Contexts(unittest.TestCase):
    def test_threads_and_names(self):
        context = coulomb.Context(threads=2)
        self.assertEqual(context.threads, 2)
        context.threads = 0
        self.assertGreaterEqual(context.threads, 1)
        with self.assertRaisesRegex(coulomb.ArgumentError, "1024"):
            context.threads = 5000
        self.assertIs(context.precision, coulomb.Precision.FLOAT32)
        context.precision = "float32"
        with self.assertRaises(ValueError):
            context.precision = "bf16"
        self.assertIn(context.kernels, ("avx512", "avx2", "portable"))
        self.assertIn(context.kernels, repr(context))
        self.assertIn(context.blas, repr(context))
        self.assertIs(context.context, context)

    def test_log_goes_to_logging(self):
        with self.assertLogs("coulomb", "INFO") as lines:
            context = coulomb.Context()
        self.assertIn("BLAS", "".join(lines.output))
        self.assertIsInstance(context.log, logging.Logger)
        seen = []
        take = lambda level, line: seen.append((level, line))  # noqa: E731
        context.log = take
        self.assertIs(context.log, take)
        self.assertIn(seen[0][0], (logging.INFO, logging.WARNING))
        context.log = None
        self.assertIsNone(context.log)

    def test_a_log_function_must_not_call_the_library(self):
        context = coulomb.Context()
        refused = []

        def meddle(level, line):
            try:
                context.threads  # noqa: B018
            except coulomb.StateError as error:
                refused.append(error)

        context.log = meddle
        self.assertTrue(refused)

    def test_memory_is_traced(self):
        tracemalloc.start()
        try:
            context = coulomb.Context(traced=True)
            network = coulomb.Network.preset(context, "mlp-generator", [1000], latent=1000, seed=1)
            before = tracemalloc.get_traced_memory()[0]
            network.reserve(256)
            grown = tracemalloc.get_traced_memory()[0] - before
            self.assertGreater(grown, 1 << 20)
            network.close()
            context.close()
            gc.collect()
            self.assertLess(tracemalloc.get_traced_memory()[0], before)
        finally:
            tracemalloc.stop()

    def test_handles_go_in_any_order(self):
        generator, trainer = training()
        trainer.averaging = 0.5
        average = trainer.average
        optimizer = trainer.generator_optimizer
        context = trainer.context
        context.close()
        generator.close()
        self.assertTrue(trainer.run(2) == 2 and numpy.isfinite(average.generate(2)).all())
        trainer.close()
        for lent in (average, optimizer):
            self.assertTrue(lent.closed)
            self.assertIn("closed", repr(lent))
        with self.assertRaises(coulomb.StateError):
            average.generate(2)
        with self.assertRaises(coulomb.StateError):
            coulomb.Network(context)

    def test_with_closes(self):
        with coulomb.Context() as context, coulomb.Plummer(context) as plummer:
            self.assertFalse(plummer.closed)
        self.assertTrue(plummer.closed and context.closed)
        with self.assertRaises(coulomb.StateError), plummer:
            pass

    def test_10000_of_each_leave_nothing(self):
        context = coulomb.Context()
        made = {
            "network": lambda: coulomb.Network(context),
            "plummer": lambda: coulomb.Plummer(context),
            "schedule": lambda: coulomb.Schedule.exponential(context, 1, 2, 0.5),
            "communicator": lambda: coulomb.Communicator(context, 0, 1, print, print),
        }
        for name, make in made.items():
            make()
            gc.collect()
            before = len(gc.get_objects())
            for _ in range(10000):
                make()
            self.assertLess(len(gc.get_objects()) - before, 100, name)


class Versions(unittest.TestCase):
    def test_versions(self):
        self.assertEqual(coulomb.__version__, coulomb.version())
        major, minor, patch = (int(part) for part in coulomb.version().split("."))
        self.assertEqual(coulomb.version_number(), 10000 * major + 100 * minor + patch)
        self.assertEqual(coulomb.abi_version(), 0)
        self.assertTrue(coulomb.has_feature("portable"))
        self.assertFalse(coulomb.has_feature("nonsense"))
        self.assertIn("libcoulomb", coulomb.library_path())

    def test_errors_have_the_codes(self):
        from coulomb._library import lib
        from coulomb.errors import error_of

        for name in dir(lib):
            if name.startswith("COULOMB_ERROR_"):
                error = error_of(getattr(lib, name), "")
                self.assertEqual((error.status_name, str(error)), (name, name))
                self.assertIsNot(type(error), coulomb.Error, name)
        self.assertIs(type(error_of(1234, "told")), coulomb.Error)

    def test_a_missing_library_is_an_import_error(self):
        for name, ask in (("coulomb-cuda", coulomb.cuda.device_count), ("coulomb-cuda", coulomb.Context.cuda)):
            if ctypes.util.find_library(name) is None:
                with self.assertRaisesRegex(ImportError, name):
                    ask()


if __name__ == "__main__":
    unittest.main()

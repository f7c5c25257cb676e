"""Trainers: data of all kinds, callbacks' exceptions, settings, running, checkpoints."""

import contextlib
import gc
import io
import pathlib
import signal
import tempfile
import threading
import unittest
import weakref

import coulomb
import numpy
from coulomb import Field, Kernel, Loss, Method, Schedule, Statistic
from gaussians import fill, fill_slice, training


class Loader:
    """What a DataLoader does: batches of (samples, labels) in its own order, anew with each iteration."""

    def __init__(self, samples, batch):
        self.samples, self.batch, self.begun = samples, batch, 0

    def __iter__(self):
        self.begun += 1
        for first in range(0, len(self.samples), self.batch):
            part = self.samples[first : first + self.batch]
            yield part, numpy.zeros(len(part), int)


class Tensor:
    """An array of another library: only its protocol tells what it is."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return numpy.asarray(self.values, dtype)

    def __len__(self):
        return len(self.values)


def batches_of(data, updates=5, batch=128):
    """What a trainer reads from data: recorded by a discriminator-free trainer's own target charges."""
    _, trainer = training(data)
    trainer.batch = batch
    read = coulomb.data.Batches(data, (2,), coulomb.data._first)
    out = []
    for update in range(1, updates + 1):
        batch_ = numpy.empty((batch, 2), numpy.float32)
        read(update, batch_)
        out.append(batch_)
    trainer.run(updates)
    return numpy.concatenate(out)


class Data(unittest.TestCase):
    samples = numpy.arange(2000, dtype=numpy.float32).reshape(1000, 2) / 1000

    def test_a_function_writes_or_returns(self):
        generators = []
        for function in (fill, lambda update, batch: (fill(update, copy := batch.copy()), copy)[1]):
            generator, trainer = training(function)
            trainer.run(5)
            generators.append(generator.generate(10))
            self.assertIs(trainer.data, function)
        numpy.testing.assert_array_equal(*generators)

    def test_the_function_sees_the_librarys_memory(self):
        seen = []

        def look(update, batch):
            seen.append(not batch.flags.owndata and bool(numpy.isnan(batch).all()))
            fill(update, batch)

        training(look)[1].run(2)
        self.assertEqual(seen, [True, True])

    def test_slices_train_the_same(self):
        one, trainer = training(fill)
        trainer.run(5)
        other, trainer = training(None)
        trainer.set_data_slices(fill_slice)
        self.assertIs(trainer.data, fill_slice)
        trainer.run(5)
        numpy.testing.assert_array_equal(one.generate(10), other.generate(10))

    def test_an_array_is_used_in_place_or_converted(self):
        exact = self.samples.copy()
        generated = []
        arrays = ((exact, True), (Tensor(exact), True), (exact.astype(float), False), (exact.tolist(), False))
        for array, in_place in arrays:
            generator, trainer = training()
            trainer.set_data_array(array, seed=3)
            self.assertEqual(trainer.data is exact, in_place)
            trainer.run(3)
            generated.append(generator.generate(4))
        for samples in generated[1:]:
            numpy.testing.assert_array_equal(samples, generated[0])
        for array in (Tensor(exact), memoryview(exact)):
            trainer.data = array
            self.assertIsInstance(trainer.data, numpy.ndarray)
        with self.assertRaisesRegex(coulomb.ShapeError, r"\[3, 3\] but should be \[count, 2\]"):
            trainer.data = numpy.zeros((3, 3))
        with self.assertRaises(coulomb.NotFiniteError):
            trainer.data = numpy.full((3, 2), numpy.nan)
        self.assertIsNotNone(trainer.data)
        trainer.data = None
        self.assertIsNone(trainer.data)
        with self.assertRaisesRegex(coulomb.StateError, "target samples"):
            trainer.step()

    def test_batches_are_cut_and_joined(self):
        loader = Loader(self.samples, 300)  # of 300, 300, 300, 100
        read = batches_of(loader, updates=10)
        expected = numpy.concatenate([self.samples, self.samples])[:1280]
        numpy.testing.assert_array_equal(read, expected)
        self.assertEqual(loader.begun, 4)  # twice for the recorder, twice for the trainer
        parts = [self.samples[:7], self.samples[7:]]
        for same in (list(self.samples), [Tensor(self.samples)], self.samples.tolist(), parts):
            numpy.testing.assert_array_equal(batches_of(same, updates=7), self.samples[:896])

    def test_an_update_that_is_asked_for_again_gets_the_same(self):
        read = coulomb.data.Batches([self.samples], (2,), coulomb.data._first)
        one, again = numpy.empty((2, 10, 2), numpy.float32)
        read(1, one)
        read(1, again)
        numpy.testing.assert_array_equal(one, again)

    def test_an_iterable_that_cannot_begin_anew_says_so(self):
        _, trainer = training(part for part in [self.samples[:300]])
        with self.assertRaisesRegex(ValueError, "a generator can be read only once"):
            trainer.run(10)
        self.assertEqual(trainer.update, 2)
        for empty, message in (([], "no samples"), ([numpy.zeros((5, 3))], r"an item has shape \[5, 3\]")):
            trainer.data = empty
            with self.assertRaisesRegex(ValueError, message):
                trainer.step()
        trainer.set_data_iterable([{"image": self.samples}], select=lambda item: item["image"])
        trainer.step()

    def test_images_flow_through_a_loader(self):
        context = coulomb.Context(2)
        generator = coulomb.Network(context)
        node = generator.dense(generator.input([3]), 4 * 4 * 2)
        generator.finish(generator.reshape(node, [4, 4, 2]), seed=1)
        images = numpy.random.default_rng(0).random((50, 2, 4, 4))
        trainer = coulomb.Trainer(generator)
        trainer.set_data_iterable(Loader(images, 20), select=lambda item: item[0].transpose(0, 2, 3, 1))
        self.assertEqual(trainer.run(3), 3)


class Callbacks(unittest.TestCase):
    def test_an_exception_comes_back_as_itself(self):
        cause = KeyError("no data for update 3")

        def fail(update, batch):
            if update == 3:
                raise cause
            fill(update, batch)

        _, trainer = training(fail)
        with self.assertRaises(KeyError) as caught:
            trainer.run(5)
        self.assertIs(caught.exception, cause)
        self.assertEqual(trainer.update, 2)
        trainer.data = fill
        self.assertEqual(trainer.run(5), 5)

    def test_a_result_of_the_wrong_shape_is_an_error(self):
        _, trainer = training(lambda update, batch: numpy.zeros(2))
        with self.assertRaisesRegex(coulomb.ShapeError, r"shape \[2\] instead of \[128, 2\]"):
            trainer.step()
        trainer.data = lambda update, batch: None
        with self.assertRaises(coulomb.NotFiniteError):
            trainer.step()

    def test_forbidden_calls_are_errors(self):
        refused = []

        def meddle(update, batch):
            for forbidden in (lambda: trainer.step(), lambda: setattr(trainer, "batch", 3)):
                try:
                    forbidden()
                except coulomb.StateError as error:
                    refused.append(str(error))
            fill(update, batch)

        _, trainer = training(meddle)
        trainer.run(1)
        self.assertEqual(len(refused), 2)

    def test_a_trainer_may_be_closed_in_its_callback(self):
        _, trainer = training(fill)
        self.assertEqual(trainer.run(5, progress=lambda update: trainer.close()), 0)
        self.assertTrue(trainer.closed)
        with self.assertRaisesRegex(coulomb.StateError, "this Trainer is closed"):
            trainer.update  # noqa: B018
        self.assertEqual(repr(trainer), "<coulomb.Trainer, closed>")
        trainer.close()

    def test_functions_go_when_they_are_replaced(self):
        class Held:
            def __call__(self, update, batch):
                fill(update, batch)

        held = Held()
        gone = weakref.ref(held)
        _, trainer = training(held)
        del held
        trainer.run(1)
        self.assertIsNotNone(gone())
        trainer.data = fill
        self.assertIsNone(gone())

    def test_a_function_that_knows_its_trainer_is_collected_with_it(self):
        class Experiment:
            def __init__(self):
                _, self.trainer = training(self.fill)

            def fill(self, update, batch):
                fill(update, batch)

        experiment = Experiment()
        experiment.trainer.run(2)
        gone = weakref.ref(experiment.trainer)
        del experiment
        gc.collect()
        self.assertIsNone(gone())

    def test_a_handle_that_is_not_in_a_cycle_goes_at_once(self):
        _, trainer = training(fill)
        trainer.run(1)
        gone = weakref.ref(trainer)
        del trainer
        self.assertIsNone(gone())


class Running(unittest.TestCase):
    def test_progress_stops_or_raises(self):
        generator, trainer = training()
        self.assertEqual(trainer.run(50, progress=lambda update: update < 20), 20)
        with self.assertRaises(ZeroDivisionError):
            trainer.run(50, progress=lambda update: 1 // (30 - update))
        self.assertEqual(trainer.update, 30)
        self.assertEqual(trainer.run(50), 50)
        whole, other = training()
        other.run(50)
        numpy.testing.assert_array_equal(generator.generate(5), whole.generate(5))

    def test_an_interrupt_stops_with_whole_state(self):
        # What a shell runs in the background ignores the signal, and Python then sets no handler.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        for data in (fill, numpy.zeros((10, 2))):
            _, trainer = training(data)
            for progress in (None, lambda update: None):
                timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
                timer.start()
                with self.assertRaises(KeyboardInterrupt):
                    trainer.run(10**9, progress)
                timer.join()
            done = trainer.update
            self.assertEqual(trainer.run(done + 3), done + 3)

    def test_a_bar_is_drawn(self):
        _, trainer = training()
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            trainer.run(30, progress=True)
        self.assertIn("30", said.getvalue())
        from coulomb.progress import Line

        line = Line(10, 0, said := io.StringIO())
        line.set_postfix_str("energy 1.00e-02")
        line.update(10)
        line.close()
        self.assertRegex(said.getvalue(), r"update 10 of 10, \d+ a second, energy 1.00e-02")

    def test_other_threads_run_meanwhile_but_must_not_use_the_context(self):
        refused, turned = [], []

        def meddle():
            turned.append(True)
            try:
                trainer.update  # noqa: B018
            except coulomb.StateError as error:
                refused.append(str(error))

        def progress(update):
            thread = threading.Thread(target=meddle)
            thread.start()
            thread.join()

        _, trainer = training()
        trainer.run(1, progress)
        self.assertTrue(turned)
        self.assertIn("another thread", refused[0])

    def test_a_handle_released_by_another_thread_waits(self):
        generator, trainer = training()

        def progress(update):
            thread = threading.Thread(target=generator.close)
            thread.start()
            thread.join()

        trainer.run(1, progress)
        self.assertTrue(generator.closed)
        self.assertEqual(trainer.generator.output_shape, (2,))
        trainer.run(2)


class Settings(unittest.TestCase):
    def test_every_setting_is_what_was_set(self):
        _, trainer = training()
        for name, value in {
            "batch": 64, "loss": Loss.L1, "replay": True, "smoothing": 0.5, "seed": 2**64 - 1, "averaging": 0.99,
            "kernel": Kernel.GAUSSIAN, "exponent": 2.0, "epsilon": 0.25, "epsilons": [0.5, 2.0], "self_terms": False,
            "potential_scale": 10.0, "charges": (64, 256), "shards": 2, "synchronized_norm": True,
        }.items():  # fmt: skip
            self.assertNotEqual(getattr(trainer, name), value, name)
            setattr(trainer, name, value)
            self.assertEqual(getattr(trainer, name), value, name)
        trainer.loss = "l2"
        self.assertIs(trainer.loss, Loss.L2)
        trainer.run(2)
        self.assertGreater(trainer.memory, 100000)
        self.assertTrue(numpy.isfinite(trainer.average.generate(3)).all())
        for name, bad in {"batch": 0, "kernel": "cubic", "seed": -1, "exponent": 0}.items():
            with self.assertRaises(ValueError):
                setattr(trainer, name, bad)
        self.assertIn("epsilon", coulomb.Trainer.epsilon.__doc__.lower())

    def test_optimizers_and_schedules(self):
        _, trainer = training()
        context = trainer.context
        decay = Schedule.exponential(context, 10, 20, 0.01)
        for optimizer in trainer.optimizers:
            optimizer.learning_rate = 1e-3
            optimizer.betas = (0.5, 0.9)
            optimizer.epsilon, optimizer.l2 = 1e-6, 1e-5
            optimizer.schedule = decay
        optimizer = trainer.discriminator_optimizer
        self.assertEqual((optimizer.learning_rate, optimizer.betas), (1e-3, (0.5, 0.9)))
        self.assertEqual((optimizer.epsilon, optimizer.l2, optimizer.method), (1e-6, 1e-5, Method.ADAM))
        self.assertIs(trainer.generator_optimizer.schedule, decay)
        self.assertIs(optimizer.network, trainer.discriminator)
        trainer.generator_optimizer.method = "sgd"
        trainer.generator_optimizer.schedule = None
        self.assertIsNone(trainer.generator_optimizer.schedule)
        trainer.epsilon_schedule = Schedule.function(context, lambda update: 1 / update)
        trainer.run(4)
        self.assertEqual(trainer.statistic("epsilon"), 0.25)
        trainer.epsilon_schedule.close()  # the trainer goes on with it
        trainer.run(5)
        self.assertEqual(trainer.statistic(Statistic.EPSILON), 0.2)
        trainer.epsilon_schedule = None
        self.assertIsNone(trainer.epsilon_schedule)
        self.assertEqual(set(trainer.statistics), {one.name.lower() for one in Statistic})

    def test_without_a_discriminator(self):
        generator, _ = training()
        features = coulomb.Network(generator.context)
        features.finish(features.tanh(features.dense(features.input([2]), 4)), seed=3)
        trainer = coulomb.Trainer(generator, data=fill)
        self.assertIsNone(trainer.discriminator)
        self.assertEqual(len(trainer.optimizers), 1)
        trainer.features = features
        self.assertIs(trainer.features, features)
        trainer.field = "drift"
        self.assertIs(trainer.field, Field.DRIFT)
        trainer.run(3)
        self.assertNotIn("loss_discriminator", trainer.statistics)
        trainer.features = None
        self.assertIsNone(trainer.features)
        with self.assertRaises(coulomb.StateError):
            trainer.loss = "l1"

    def test_a_loop_of_ones_own(self):
        network = coulomb.Network.preset(coulomb.Context(), "mlp-discriminator", [2], seed=1)
        optimizer = coulomb.Optimizer(network)
        optimizer.learning_rate = 1e-2
        optimizer.schedule = Schedule.steps(network.context, [50], 0.5)
        x = numpy.random.default_rng(0).normal(size=(64, 2))
        wanted = x[:, :1] * x[:, 1:]
        losses = []
        for update in range(1, 101):
            error = network.forward(x) - wanted
            losses.append(float((error**2).mean()))
            network.backward(2 * error / len(x))
            optimizer.step(update)
        self.assertLess(losses[-1], losses[0] / 10)
        self.assertIn("adam", repr(optimizer))


class Schedules(unittest.TestCase):
    def test_kinds_arguments_and_factors(self):
        context = coulomb.Context()
        exponential = Schedule.exponential(context, 10, 20, 0.01)
        self.assertEqual(exponential.arguments, {"first": 10, "last": 20, "final_factor": 0.01})
        self.assertAlmostEqual(exponential(15), 0.1)
        steps = Schedule.steps(context, [5, 7], 0.5)
        self.assertEqual(steps.arguments, {"after": [5, 7], "factor": 0.5})
        self.assertEqual([steps(update) for update in (5, 6, 8)], [1, 0.5, 0.25])
        function = Schedule.function(context, len)
        self.assertEqual((function.kind, function.arguments), (coulomb.ScheduleKind.CALLBACK, {"factor": len}))
        self.assertIn("steps, after=[5, 7]", repr(steps))
        with self.assertRaises(TypeError):
            function(3)  # len(3)
        with self.assertRaises(coulomb.ArgumentError):
            Schedule.exponential(context, 20, 10, 0.01)


class Checkpoints(unittest.TestCase):
    def test_a_run_goes_on_to_the_same_bits(self):
        generator, trainer = training()
        trainer.averaging = 0.9
        trainer.run(10)
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "run.safetensors"
            trainer.save(path)
            contents = trainer.save_bytes()
            self.assertEqual(path.read_bytes(), contents)
            trainer.run(15)
            expected = generator.generate(5)
            for load in (lambda trainer: trainer.load(path), lambda trainer: trainer.load_bytes(contents)):
                generator, other = training()
                with self.assertRaisesRegex(coulomb.MismatchError, "averag"):
                    load(other)
                other.averaging = 0.9
                load(other)
                self.assertEqual(other.run(15), 15)
                numpy.testing.assert_array_equal(generator.generate(5), expected)
            average = coulomb.Network.open(coulomb.Context(), path, "average")
            self.assertEqual(average.output_shape, (2,))


if __name__ == "__main__":
    unittest.main()

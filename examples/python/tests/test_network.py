"""Networks: every layer, passes, parameters, latents, files."""

import math
import pathlib
import tempfile
import unittest

import coulomb
import numpy
from coulomb import Arena, Distribution, Fan, Initializer, Network


def image_network(context):
    """A network with every layer: returns its nodes' numbers by name."""
    network = Network(context)
    node = {"input": network.input([8, 8, 2])}
    node["conv"] = network.conv2d(node["input"], 4, 3, stride=2, padding="same")
    node["norm"] = network.batch_norm(node["conv"], scale=False, name="own")
    node["leaky"] = network.leaky_relu(node["norm"], 0.1)
    node["up"] = network.upsample2d(node["leaky"], (2, 1))
    node["transposed"] = network.conv2d_transposed(node["up"], 4, (3, 3), padding=[1, 1, 1, 1])
    node["average"] = network.average_pool2d(node["transposed"], 2)
    node["max"] = network.max_pool2d(node["average"], (2, 2), stride=1)
    node["line"] = network.reshape(node["max"], [3, 4])
    node["conv1"] = network.conv1d(node["line"], 6, 3, padding=(1, 1))
    node["back1"] = network.conv1d_transposed(node["conv1"], 4, 2, stride=2)
    node["average1"] = network.average_pool1d(node["back1"], 2)
    node["up1"] = network.upsample1d(node["average1"], 2)
    node["max1"] = network.max_pool1d(node["up1"], 2)
    node["flat"] = network.flatten(node["max1"])
    node["elu"] = network.elu(node["flat"])
    node["both"] = network.concatenate(node["elu"], network.relu(node["flat"]))
    node["part"] = network.slice(node["both"], 2, 8)
    node["chosen"] = network.select(node["part"], [0, 0, 3, 7])
    node["sum"] = network.add(network.tanh(node["chosen"]), network.lecun_tanh(node["chosen"]))
    node["gate"] = network.multiply(node["sum"], network.sigmoid(node["chosen"]))
    node["drawn"] = network.categorical(node["gate"], network.dense(node["part"], 4), [2, 2], temperature=0.7)
    node["soft"] = network.softmax(network.shift(network.scale(node["drawn"], 2.0), -1.0))
    network.set_initializer("he_normal")
    network.finish(network.dense(node["soft"], 1, name="last"), seed=3)
    return network, node


class Layers(unittest.TestCase):
    def test_every_layer_goes_forward_and_back(self):
        network, node = image_network(coulomb.Context())
        self.assertEqual((network.input_shape, network.output_shape), ((8, 8, 2), (1,)))
        self.assertEqual(sorted(node.values()), sorted(set(node.values())))
        x = numpy.random.default_rng(0).normal(size=(5, 8, 8, 2)).astype(numpy.float32)
        y = network.forward(x)
        gradient = network.backward(numpy.ones((5, 1)), input=True)
        self.assertEqual((y.shape, gradient.shape), ((5, 1), x.shape))
        self.assertTrue(numpy.isfinite(gradient).all())
        numpy.testing.assert_array_equal(network.evaluate(x), network.forward(x, evaluation=True))

    def test_gradient_is_that_of_differences(self):
        network = Network(coulomb.Context())
        network.finish(network.dense(network.tanh(network.dense(network.input([3]), 5)), 2), seed=1)
        x = numpy.array([[0.3, -0.2, 0.5]], numpy.float32)
        network.forward(x)
        gradient = network.backward([[1.0, 1.0]], "none", input=True)
        for axis in range(3):
            step = numpy.zeros_like(x)
            step[0, axis] = 1e-2
            slope = (network(x + step).sum() - network(x - step).sum()) / 2e-2
            self.assertAlmostEqual(float(slope), float(gradient[0, axis]), places=3)

    def test_errors_of_the_graph_name_what_is_wrong(self):
        network = Network(coulomb.Context())
        node = network.input([4])
        with self.assertRaises(coulomb.ShapeError):
            network.conv2d(node, 3, 3)
        with self.assertRaises(coulomb.ArgumentError):
            network.dense(99, 3)
        with self.assertRaises(ValueError):
            network.conv1d(node, 3, 3, padding="full")
        with self.assertRaises(ValueError):
            network.dense(node, -1)
        self.assertFalse(network.finished)
        self.assertIn("not finished", repr(network))
        with self.assertRaises(coulomb.StateError):
            network.evaluate([[0, 0, 0, 0]])


class Passes(unittest.TestCase):
    def setUp(self):
        self.context = coulomb.Context()
        self.network = Network.preset(self.context, "mlp-discriminator", [2], seed=5)

    def test_inputs_are_used_in_place_or_converted(self):
        x = numpy.linspace(-1, 1, 12).reshape(6, 2)
        exact = self.network(x.astype(numpy.float32))
        for same in (x, x.tolist(), numpy.asfortranarray(x), x.astype(numpy.float32)[::1]):
            numpy.testing.assert_array_equal(self.network(same), exact)
        frozen = x.astype(numpy.float32)
        frozen.setflags(write=False)
        numpy.testing.assert_array_equal(self.network(frozen), exact)

    def test_output_goes_where_it_should(self):
        out = numpy.empty((6, 1), numpy.float32)
        self.assertIs(self.network.evaluate(numpy.zeros((6, 2)), out=out), out)
        for bad, error in (
            (numpy.empty((5, 1), numpy.float32), coulomb.ShapeError),
            (numpy.empty((6, 1)), TypeError),
            (numpy.empty((6, 2), numpy.float32)[:, ::2], ValueError),
            ([0], TypeError),
        ):
            with self.assertRaises(error):
                self.network.evaluate(numpy.zeros((6, 2)), out=bad)

    def test_arrays_that_do_not_fit_are_errors(self):
        for bad, error in (
            (numpy.zeros((6, 3)), coulomb.ShapeError),
            (numpy.zeros(2), coulomb.ShapeError),
            (numpy.zeros((6, 2), complex), TypeError),
            ([["a", "b"]], TypeError),
        ):
            with self.assertRaises(error):
                self.network.evaluate(bad)
        self.assertEqual(self.network.evaluate(numpy.zeros((0, 2))).shape, (0, 1))

    def test_the_gradient_must_fit_the_forward_pass(self):
        self.network.forward(numpy.zeros((4, 2)))
        with self.assertRaises(ValueError):
            self.network.backward(numpy.zeros((3, 1)))

    def test_memory_and_inference(self):
        self.network.reserve(32)
        self.network.reserve_inference(64)
        self.assertGreater(self.network.memory(Arena.KEPT, 64), self.network.memory("kept", 32))
        self.network.inference_only = True
        self.assertTrue(self.network.inference_only)
        with self.assertRaises(coulomb.StateError):
            coulomb.Optimizer(self.network)

    def test_presets_are_named(self):
        self.assertIn("dcgan-generator", coulomb.presets())
        with self.assertRaisesRegex(coulomb.NotFoundError, "mlp-generator") as caught:
            Network.preset(self.context, "nothing", [2])
        self.assertIsInstance(caught.exception, LookupError)
        self.assertEqual(caught.exception.status_name, "COULOMB_ERROR_NOT_FOUND")


class Parameters(unittest.TestCase):
    def setUp(self):
        self.network = Network.preset(coulomb.Context(), "mlp-discriminator", [2], seed=5)

    def test_values_by_name(self):
        parameters = self.network.parameters
        self.assertEqual(list(parameters)[:2], ["dense1.weight", "dense1.bias"])
        self.assertEqual(parameters["dense1.weight"].shape, (2, 128))
        parameters["dense1.bias"] = numpy.arange(128)
        numpy.testing.assert_array_equal(parameters["dense1.bias"], numpy.arange(128))
        self.assertEqual(self.network.parameter_count, sum(values.size for values in parameters.values()))
        with self.assertRaises(coulomb.ShapeError):
            parameters["dense1.bias"] = [1, 2]
        with self.assertRaises(KeyError):
            parameters["dense9.bias"]
        self.assertNotIn("dense9.bias", parameters)

    def test_gradients_and_frozen_ones(self):
        self.network.freeze("dense1")
        self.assertTrue(self.network.is_frozen("dense1.weight"))
        self.network.forward(numpy.ones((4, 2)))
        self.network.backward(numpy.ones((4, 1)))
        self.assertEqual(numpy.abs(self.network.gradients["dense1.weight"]).max(), 0)
        self.assertGreater(numpy.abs(self.network.gradients["dense3.weight"]).max(), 0)
        self.network.unfreeze()
        self.assertFalse(self.network.is_frozen("dense1.weight"))

    def test_initializers(self):
        network, name = self.network, "dense1.weight"
        network.set_initializer(Initializer.HE_UNIFORM)
        self.assertEqual(network.initializer(name)["kind"], Initializer.HE_UNIFORM)
        network.set_initializer_constant(0.5, name)
        self.assertEqual(network.initializer(name), {"kind": Initializer.CONSTANT, "value": 0.5})
        network.initialize(7)
        self.assertTrue((network.parameters[name] == 0.5).all())
        network.set_initializer_random("uniform", 0.1, name)
        told = network.initializer(name)
        self.assertEqual((told["distribution"], told["spread"]), (Distribution.UNIFORM, 0.1))
        network.set_initializer_variance_scaling(3.0, Fan.OUT, "normal", name)
        told = network.initializer(name)
        self.assertEqual((told["scale"], told["fan"], told["distribution"]), (3.0, Fan.OUT, Distribution.NORMAL))
        with self.assertRaisesRegex(ValueError, "he_normal"):
            network.set_initializer("he-something")


class Latents(unittest.TestCase):
    def setUp(self):
        self.network = Network.preset(coulomb.Context(), "mlp-generator", [2], latent=4, seed=1)

    def test_generated_samples_come_from_drawn_latents(self):
        self.network.generation_seed = 9
        self.assertEqual(self.network.generation_seed, 9)
        samples = self.network.generate(10)
        latents = self.network.draw_latents(9, 0, 0, 10)
        numpy.testing.assert_array_equal(self.network(latents), samples)
        self.network.generation_seed = 9
        out = numpy.empty((10, 2), numpy.float32)
        self.assertIs(self.network.generate(10, out=out), out)
        numpy.testing.assert_array_equal(out, samples)

    def test_settings(self):
        self.network.set_latent("uniform", 2.0)
        self.assertEqual(self.network.latent, (Distribution.UNIFORM, 2.0))
        self.network.latent_signs = 3
        self.network.running_averages = True
        self.assertEqual((self.network.latent_signs, self.network.running_averages), (3, True))
        signs = self.network.draw_latents(0, 1, 0, 50)[:, :3]
        self.assertTrue((numpy.abs(signs) == 1).all())

    def test_a_function_draws_latents(self):
        seen = []

        def latents(seed, update, first, latent):
            seen.append((seed, update, first, latent.shape))
            latent[:] = first + numpy.arange(len(latent))[:, None]

        self.network.latent_function = latents
        self.assertIs(self.network.latent_function, latents)
        numpy.testing.assert_array_equal(self.network.draw_latents(5, 2, 10, 3)[:, 0], [10, 11, 12])
        self.assertEqual(seen, [(5, 2, 10, (3, 4))])
        self.network.latent_function = lambda seed, update, first, latent: latent[:1]
        with self.assertRaisesRegex(coulomb.ShapeError, r"\[1, 4\] instead of \[3, 4\]"):
            self.network.draw_latents(5, 2, 10, 3)
        self.network.latent_function = None
        self.assertIsNone(self.network.latent_function)
        self.assertTrue(numpy.isfinite(self.network.generate(3)).all())


class Files(unittest.TestCase):
    def test_files_and_bytes(self):
        context = coulomb.Context()
        network = Network.preset(context, "mlp-generator", [2], latent=4, seed=1)
        network.set_latent("uniform")
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "generator.safetensors"
            network.save(path)
            contents = network.save_bytes()
            self.assertEqual(path.read_bytes(), contents)
            expected = network.generate(5)
            for opened in (Network.open(context, str(path)), Network.open_bytes(context, contents)):
                numpy.testing.assert_array_equal(opened.generate(5), expected)
            other = Network.preset(context, "mlp-generator", [2], latent=4, seed=2)
            other.load_parameters(path)
            third = Network.preset(context, "mlp-generator", [2], latent=4, seed=3)
            third.load_parameters_bytes(contents, "only")
            for name in network.parameters:
                numpy.testing.assert_array_equal(other.parameters[name], network.parameters[name])
                numpy.testing.assert_array_equal(third.parameters[name], network.parameters[name])
        with self.assertRaisesRegex(coulomb.FileError, "No such file") as caught:
            Network.open(context, path)
        self.assertIsInstance(caught.exception, OSError)
        self.assertEqual(caught.exception.status, 7)
        with self.assertRaises(coulomb.FormatError):
            Network.open_bytes(context, contents[:100])
        with self.assertRaises(ValueError):
            Network.open(context, "a\0b")
        self.assertEqual(math.prod(network.output_shape), 2)


if __name__ == "__main__":
    unittest.main()

"""Estimators and measures, against numpy."""

import unittest

import coulomb
import numpy
from coulomb import Points

random = numpy.random.default_rng(1)
MODEL, TARGET, AT = (random.normal(size=(count, 3)).astype(numpy.float32) for count in (20, 30, 7))


def kernel(a, b, epsilon=0.5):
    return ((((a[:, None] - b[None]) ** 2).sum(-1) + epsilon**2) ** -0.5).astype(float)


def streamed(array):
    return Points(len(array), array.shape[1], lambda first, block: array[first : first + len(block)])


class Plummer(unittest.TestCase):
    def setUp(self):
        self.plummer = coulomb.Plummer(coulomb.Context(2), exponent=1, epsilon=0.5)

    def test_potential_field_and_energy_are_their_definitions(self):
        expected = kernel(AT, TARGET).mean(1) - kernel(AT, MODEL).mean(1)
        numpy.testing.assert_allclose(self.plummer.potential(AT, MODEL, TARGET), expected, atol=1e-5)
        field, potential = self.plummer.field(AT, MODEL, TARGET)
        numpy.testing.assert_allclose(potential, expected, atol=1e-5)
        step = numpy.array([1e-2, 0, 0], numpy.float32)
        slope = self.plummer.potential(AT + step, MODEL, TARGET) - self.plummer.potential(AT - step, MODEL, TARGET)
        numpy.testing.assert_allclose(field[:, 0], -slope / 2e-2, atol=1e-3)
        energy = 0.5 * (kernel(TARGET, TARGET).mean() - 2 * kernel(MODEL, TARGET).mean() + kernel(MODEL, MODEL).mean())
        self.assertAlmostEqual(self.plummer.energy(MODEL, TARGET), energy, places=6)
        batch = self.plummer.batch(MODEL, TARGET)
        self.assertAlmostEqual(batch.energy, energy, places=6)
        numpy.testing.assert_allclose(batch.model, self.plummer.potential(MODEL, MODEL, TARGET), atol=1e-5)
        numpy.testing.assert_allclose(batch.target, self.plummer.potential(TARGET, MODEL, TARGET), atol=1e-5)
        test = self.plummer.energy_test(MODEL, MODEL + 3, permutations=99, seed=1)
        self.assertEqual(test.p_value, 0.01)

    def test_sets_larger_than_memory_give_the_same(self):
        repelling, attracting = streamed(MODEL), streamed(TARGET)
        for model, target in ((repelling, attracting), (MODEL, attracting), (repelling, TARGET)):
            numpy.testing.assert_allclose(
                self.plummer.potential(AT, model, target), self.plummer.potential(AT, MODEL, TARGET), atol=1e-5
            )
            for one, other in zip(self.plummer.field(AT, model, target), self.plummer.field(AT, MODEL, TARGET)):
                numpy.testing.assert_allclose(one, other, atol=1e-5)
            energy = self.plummer.energy(MODEL, TARGET)
            self.assertAlmostEqual(self.plummer.energy(model, target), energy, places=6)

        def fail(first, block):
            raise LookupError(first)

        with self.assertRaises(LookupError):
            self.plummer.energy(Points(10, 3, fail), TARGET)
        self.assertEqual(len(streamed(MODEL)), 20)

    def test_samples_of_any_shape_are_points(self):
        images = random.normal(size=(6, 4, 4, 2)).astype(numpy.float32)
        field, _ = self.plummer.field(images, images[:3], images[3:])
        self.assertEqual(field.shape, images.shape)
        out = numpy.empty_like(images)
        self.assertIs(self.plummer.field(images, images[:3], images[3:], out=out)[0], out)
        numpy.testing.assert_array_equal(out, field)
        with self.assertRaisesRegex(coulomb.ShapeError, "3 and 32 values"):
            self.plummer.energy(MODEL, images)
        with self.assertRaises(coulomb.ShapeError):
            self.plummer.energy(MODEL[0], TARGET)

    def test_settings(self):
        plummer = self.plummer
        plummer.kernel, plummer.epsilons, plummer.self_terms = "gaussian", [1, 2], False
        self.assertIs(plummer.kernel, coulomb.Kernel.GAUSSIAN)
        self.assertEqual((plummer.epsilons, plummer.self_terms), ([1, 2], False))
        plummer.exponent, plummer.epsilon = 3, 4
        self.assertEqual((plummer.exponent, plummer.epsilon, plummer.epsilons), (3, 4, [4]))
        self.assertIn("gaussian", repr(plummer))


class Measures(unittest.TestCase):
    def setUp(self):
        self.context = coulomb.Context()

    def test_modes(self):
        means = [[0, 0], [10, 0], [20, 0]]
        samples = [[0, 1], [0, -1], [10, 0], [15, 30]]
        modes = coulomb.Modes(self.context, means, samples, radius=2)
        self.assertEqual((modes.found, modes.share), (2, 0.75))
        self.assertEqual(modes.counts.sum(), 4)
        numpy.testing.assert_allclose(modes.covariance(0), [[0, 0], [0, 2]])
        self.assertGreater(modes.variance, 0)
        shares = modes.counts / 4
        self.assertAlmostEqual(
            modes.divergence([0.5, 0.25, 0.25]),
            sum(p * numpy.log(p / q) for p, q in zip(shares, [0.5, 0.25, 0.25]) if p),
        )
        self.assertGreater(modes.divergence(), 0)
        with self.assertRaises(coulomb.ShapeError):
            modes.divergence([1.0])
        self.assertIn("2 of 3", repr(modes))

    def test_ngrams(self):
        one, other = coulomb.Ngrams(self.context, 2), coulomb.Ngrams(coulomb.Context(), 2)
        one.add([[1, 2, 3], [1, 2, 1]])
        other.add(numpy.array([[7, 8, 9]], numpy.uint16))
        self.assertEqual((one.total, one.distinct, one.divergence(other), one.divergence(one)), (4, 3, 1.0, 0.0))
        for bad in ([[1.5, 2]], [[-1, 2]], [[70000, 1]]):
            with self.assertRaises(ValueError):
                one.add(bad)
        with self.assertRaises(coulomb.ShapeError):
            one.add([1, 2])
        self.assertIn("n=2", repr(one))

    def test_moments(self):
        one, other = coulomb.Moments(self.context, 3), coulomb.Moments(self.context, 3)
        one.add(TARGET)
        other.add(streamed(TARGET))
        self.assertEqual((one.count, one.dimension), (30, 3))
        numpy.testing.assert_allclose(one.mean, TARGET.mean(0), atol=1e-6)
        numpy.testing.assert_allclose(one.covariance, numpy.cov(TARGET.T), atol=1e-5)
        numpy.testing.assert_allclose(other.covariance, one.covariance)
        other.set(100, [0, 0, 2], numpy.eye(3))
        same = coulomb.Moments(coulomb.Context(), 3)
        same.set(0, [0, 0, 0], numpy.eye(3))
        self.assertAlmostEqual(other.distance(same), 4.0)
        with self.assertRaises(coulomb.ShapeError):
            one.add(TARGET[:, :2])
        with self.assertRaises(coulomb.ShapeError):
            one.set(5, [1, 2], numpy.eye(3))
        with self.assertRaises(coulomb.StateError):
            coulomb.Moments(self.context, 3).mean  # noqa: B018
        self.assertIn("count=30", repr(one))

    def test_neighbours(self):
        distances = numpy.linalg.norm(AT[:, None] - TARGET[None], axis=-1)
        for targets in (TARGET, streamed(TARGET)):
            found = coulomb.neighbours(self.context, AT, targets, 2)
            numpy.testing.assert_array_equal(found.indices, distances.argsort(1)[:, :2])
            numpy.testing.assert_allclose(found.distances, numpy.sort(distances, 1)[:, :2], rtol=1e-5)
        self.assertEqual(TARGET[found.indices].shape, (7, 2, 3))
        pairs = coulomb.closest_pairs(self.context, numpy.vstack([TARGET, TARGET[4:5]]), 1)
        self.assertEqual((pairs.indices.tolist(), pairs.distances.tolist()), ([[4, 30]], [0.0]))
        size = coulomb.support_size(self.context, [100, 100], [1, 0])
        self.assertEqual(size.estimate, 2 * 100 * 99 / 2)
        self.assertLess(size.low, size.estimate)
        with self.assertRaises(coulomb.ShapeError):
            coulomb.neighbours(self.context, AT, MODEL[:, :2])
        with self.assertRaises(coulomb.ShapeError):
            coulomb.support_size(self.context, [100], [1, 0])


if __name__ == "__main__":
    unittest.main()

package coulomb

// #include <coulomb/coulomb.h>
import "C"

// sets is the number of points of each of three slices.
func sets(dimension int, at, model, target []float32) (points, models, targets int, err error) {
	if points, err = rows("at", len(at), dimension); err == nil {
		models, err = rows("model", len(model), dimension)
	}
	if err == nil {
		targets, err = rows("target", len(target), dimension)
	}
	return points, models, targets, err
}

// Potential computes the potential at given points (Eq. 32): the mean of k(at[i], target) over the target less that over
// the model. Any of the sets may be empty: without model samples the target acts alone.
func (p *Plummer) Potential(dimension int, at, model, target []float32) (potential []float32, err error) {
	err = p.with(func() error {
		points, models, targets, err := sets(dimension, at, model, target)
		if err != nil {
			return err
		}
		potential = make([]float32, points)
		return p.turns.check(C.coulomb_plummer_potential(p.c(), C.size_t(dimension), first[C.float](at), C.size_t(points),
			first[C.float](model), C.size_t(models), first[C.float](target), C.size_t(targets),
			first[C.float](potential)))
	})
	return potential, err
}

// Field computes the field at given points, [len(at)/dimension, dimension]: minus the potential's gradient (Eq. 33); and
// the potential. A model sample moves against the field.
func (p *Plummer) Field(dimension int, at, model, target []float32) (field, potential []float32, err error) {
	err = p.with(func() error {
		points, models, targets, err := sets(dimension, at, model, target)
		if err != nil {
			return err
		}
		field, potential = make([]float32, len(at)), make([]float32, points)
		return p.turns.check(C.coulomb_plummer_field(p.c(), C.size_t(dimension), first[C.float](at), C.size_t(points),
			first[C.float](model), C.size_t(models), first[C.float](target), C.size_t(targets),
			first[C.float](field), first[C.float](potential)))
	})
	return field, potential, err
}

// Batch computes the potential at every sample of a batch, and the energy. Each pair of samples is computed once. Each
// set has at least one sample, without self-terms two.
func (p *Plummer) Batch(dimension int, model, target []float32) (atModel, atTarget []float32, energy float64, err error) {
	err = p.with(func() error {
		_, models, targets, err := sets(dimension, nil, model, target)
		if err != nil {
			return err
		}
		atModel, atTarget = make([]float32, models), make([]float32, targets)
		var sum C.double
		err = p.turns.check(C.coulomb_plummer_batch(p.c(), C.size_t(dimension), first[C.float](model), C.size_t(models),
			first[C.float](target), C.size_t(targets), first[C.float](atModel), first[C.float](atTarget), &sum))
		energy = float64(sum)
		return err
	})
	return atModel, atTarget, energy, err
}

// Energy computes the energy between two sets (Eq. 8): half the squared maximum mean discrepancy with this kernel, 0 for
// equal densities. Each set has at least one sample, without self-terms two; then it may be slightly negative.
func (p *Plummer) Energy(dimension int, model, target []float32) (energy float64, err error) {
	err = p.with(func() error {
		_, models, targets, err := sets(dimension, nil, model, target)
		if err != nil {
			return err
		}
		var sum C.double
		err = p.turns.check(C.coulomb_plummer_energy(p.c(), C.size_t(dimension), first[C.float](model),
			C.size_t(models), first[C.float](target), C.size_t(targets), &sum))
		energy = float64(sum)
		return err
	})
	return energy, err
}

// EnergyTest tests with the energy whether both sets, of at least two samples each, could come from one density, by a
// permutation test (Gretton et al. 2012). pValue is (1 + permutations whose energy is at least as large) / (1 +
// permutations); permutations is 1 to 1,000,000, usually 999, and seed is theirs. The samples must be independent.
func (p *Plummer) EnergyTest(dimension int, model, target []float32, permutations int,
	seed uint64) (energy, pValue float64, err error) {
	err = p.with(func() error {
		_, models, targets, err := sets(dimension, nil, model, target)
		if err != nil {
			return err
		}
		var sum, value C.double
		err = p.turns.check(C.coulomb_plummer_energy_test(p.c(), C.size_t(dimension), first[C.float](model),
			C.size_t(models), first[C.float](target), C.size_t(targets), C.size_t(permutations), C.uint64_t(seed), &sum,
			&value))
		energy, pValue = float64(sum), float64(value)
		return err
	})
	return energy, pValue, err
}

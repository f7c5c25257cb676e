package coulomb_test

import (
	"errors"
	"io"
	"math"
	"testing"

	"libcoulomb.invalid/coulomb"
)

func TestPlummerOptions(t *testing.T) {
	plummer := must(newContext(t).NewPlummer(1, 0.5))(t)
	pair(t, "exponent", plummer.SetExponent, plummer.Exponent, 1, 2)
	pair(t, "kernel", plummer.SetKernel, plummer.Kernel, coulomb.KernelPlummer, coulomb.KernelGaussian)
	pair(t, "epsilon", plummer.SetEpsilon, plummer.Epsilon, 0.5, 1)
	pair(t, "epsilons", func(all []float64) error { return plummer.SetEpsilons(all...) }, plummer.Epsilons,
		[]float64{1}, []float64{1, 3})
	pair(t, "self-terms", plummer.SetSelfTerms, plummer.SelfTerms, true, false)
	fails(t, plummer.SetEpsilons(), coulomb.ErrorArgument)
	fails(t, second(newContext(t).NewPlummer(0, 1)), coulomb.ErrorArgument)
	ok(t, plummer.Close())
	equal(t, second(plummer.Epsilon()), coulomb.ErrClosed)
}

func TestPotentials(t *testing.T) {
	plummer := must(newContext(t).NewPlummer(1, 1))(t)
	// one target at 0, one model sample at 1: k(r) = 1/sqrt(r^2 + 1)
	potential := must(plummer.Potential(1, []float32{0, 1}, []float32{1}, []float32{0}))(t)
	expected := float32(1 - math.Sqrt(0.5))
	equal(t, math.Abs(float64(potential[0]-expected)) < 1e-6 && math.Abs(float64(potential[1]+expected)) < 1e-6, true)
	field, beside, err := plummer.Field(1, []float32{0, 1}, []float32{1}, []float32{0})
	ok(t, err)
	equal(t, beside, potential)
	equal(t, field[0] > 0 && field[1] > 0, true)
	atModel, atTarget, energy, err := plummer.Batch(1, []float32{1}, []float32{0})
	ok(t, err)
	equal(t, []float32{atTarget[0], atModel[0]}, potential)
	equal(t, must(plummer.Energy(1, []float32{1}, []float32{0}))(t), energy)
	again, p, err := plummer.EnergyTest(1, points(20), points(20), 99, 1)
	ok(t, err)
	equal(t, []any{again, p}, []any{0.0, 1.0})

	alone := must(plummer.Potential(1, []float32{0}, nil, []float32{0}))(t)
	equal(t, math.Abs(float64(alone[0]-1)) < 1e-6, true)
	fails(t, second(plummer.Potential(2, []float32{0}, nil, []float32{0, 0})), coulomb.ErrorShape)
	fails(t, second(plummer.Potential(0, []float32{0}, nil, []float32{0, 0})), coulomb.ErrorArgument)
	fails(t, second(plummer.Potential(-1, []float32{0}, nil, []float32{0, 0})), coulomb.ErrorArgument)
	fails(t, second(plummer.Energy(1, nil, []float32{0})), coulomb.ErrorArgument)
	fails(t, second(plummer.Energy(1, []float32{float32(math.NaN())}, []float32{0})), coulomb.ErrorNotFinite)
}

func stream(values []float32, dimension int) coulomb.Points {
	return coulomb.Points{Count: len(values) / dimension, Write: func(first int, block []float32) error {
		copy(block, values[first*dimension:])
		return nil
	}}
}

func TestStreams(t *testing.T) {
	plummer := must(newContext(t).NewPlummer(1, 1))(t)
	all := points(60)
	at, model, target := all[:12], all[12:30], all[30:]
	field, potential, err := plummer.FieldStreamed(3, at, stream(model, 3), stream(target, 3))
	ok(t, err)
	expectedField, expected, err := plummer.Field(3, at, model, target)
	ok(t, err)
	for i := range expected {
		equal(t, math.Abs(float64(potential[i]-expected[i])) < 1e-5, true)
	}
	equal(t, math.Abs(float64(field[4]-expectedField[4])) < 1e-5, true)
	energy := must(plummer.EnergyStreamed(3, stream(model, 3), stream(target, 3)))(t)
	equal(t, math.Abs(energy-must(plummer.Energy(3, model, target))(t)) < 1e-6, true)

	ended := coulomb.Points{Count: 3, Write: func(int, []float32) error { return io.ErrUnexpectedEOF }}
	if err := second(plummer.EnergyStreamed(3, ended, stream(target, 3))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("the error is %v", err)
	}
	_, _, err = plummer.FieldStreamed(3, at, coulomb.Points{Count: 3}, coulomb.Points{})
	fails(t, err, coulomb.ErrorArgument)
	_, _, err = plummer.FieldStreamed(3, at, coulomb.Points{}, stream(target, 3))
	ok(t, err)
}

// A function may use the kernel's getters, but not compute with it, and may use another kernel.
func TestKernelsInUse(t *testing.T) {
	context := newContext(t)
	plummer, other := must(context.NewPlummer(1, 1))(t), must(context.NewPlummer(1, 2))(t)
	set := coulomb.Points{Count: 2, Write: func(first int, block []float32) error {
		equal(t, must(plummer.Epsilon())(t), 1.0)
		fails(t, second(plummer.Energy(1, block[:1], block[:1])), coulomb.ErrorState)
		must(other.Energy(1, []float32{1}, []float32{2}))(t)
		for i := range block {
			block[i] = float32(first + i)
		}
		return nil
	}}
	must(plummer.EnergyStreamed(1, set, set))(t)
}

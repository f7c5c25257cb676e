package coulomb_test

import (
	"errors"
	"io"
	"math"
	"testing"

	"libcoulomb.invalid/coulomb"
)

func TestMoments(t *testing.T) {
	context := newContext(t)
	moments := must(context.NewMoments(2))(t)
	fails(t, second(moments.Mean()), coulomb.ErrorState)
	ok(t, moments.Add([]float32{0, 0, 2, 4}))
	ok(t, moments.AddStreamed(stream([]float32{1, 2}, 2)))
	equal(t, must(moments.Count())(t), uint64(3))
	equal(t, must(moments.Dimension())(t), 2)
	equal(t, must(moments.Mean())(t), []float64{1, 2})
	equal(t, must(moments.Covariance())(t), []float64{1, 2, 2, 4})
	fails(t, moments.Add([]float32{1}), coulomb.ErrorShape)

	elsewhere := must(newContext(t).NewMoments(2))(t)
	ok(t, elsewhere.Set(0, []float64{4, 6}, []float64{1, 2, 2, 4}))
	fails(t, elsewhere.Add([]float32{1, 2}), coulomb.ErrorState)
	fails(t, elsewhere.Set(0, []float64{4}, []float64{1, 2, 2, 4}), coulomb.ErrorShape)
	for _, distance := range []float64{
		must(moments.Distance(elsewhere))(t), must(elsewhere.Distance(moments))(t), 25 + must(moments.Distance(moments))(t),
	} {
		equal(t, math.Abs(distance-25) < 1e-5, true)
	}
	fails(t, second(moments.Distance(must(context.NewMoments(3))(t))), coulomb.ErrorShape)
	ended := coulomb.Points{Count: 1, Write: func(int, []float32) error { return io.EOF }}
	if err := moments.AddStreamed(ended); !errors.Is(err, io.EOF) {
		t.Fatalf("the error is %v", err)
	}
	ok(t, elsewhere.Close())
	equal(t, second(moments.Distance(elsewhere)), coulomb.ErrClosed)
	fails(t, second(context.NewMoments(0)), coulomb.ErrorArgument)
	ok(t, moments.Close())
	equal(t, moments.AddStreamed(ended), coulomb.ErrClosed)
}

func TestModes(t *testing.T) {
	modes := must(newContext(t).NewModes(1, []float32{0, 10, 20}, []float32{-1, 1, 10, 14}, 3))(t)
	equal(t, must(modes.Found())(t), 2)
	equal(t, must(modes.Share())(t), 0.75)
	equal(t, must(modes.Counts())(t), []uint64{2, 2, 0})
	equal(t, must(modes.Covariance(0))(t), []float64{2})
	equal(t, must(modes.Variance())(t) > 0, true)
	equal(t, math.Abs(must(modes.Divergence(nil))(t)-math.Log(1.5)) < 1e-12, true)
	equal(t, math.Abs(must(modes.Divergence([]float64{0.25, 0.25, 0.5}))(t)-math.Log(2)) < 1e-12, true)
	fails(t, second(modes.Divergence([]float64{1})), coulomb.ErrorShape)
	fails(t, second(modes.Covariance(3)), coulomb.ErrorArgument)
	ok(t, modes.Close())
	equal(t, second(modes.Found()), coulomb.ErrClosed)
	fails(t, second(newContext(t).NewModes(1, nil, []float32{1}, 3)), coulomb.ErrorArgument)
}

func TestNgrams(t *testing.T) {
	context := newContext(t)
	a, b := must(context.NewNgrams(2))(t), must(newContext(t).NewNgrams(2))(t)
	ok(t, a.Add([]uint16{1, 2, 1, 2, 3, 3}, 3))
	equal(t, must(a.Total())(t), uint64(4))
	equal(t, must(a.Distinct())(t), uint64(4))
	fails(t, second(a.Divergence(b)), coulomb.ErrorState)
	ok(t, b.Add([]uint16{7, 8}, 2))
	equal(t, must(a.Divergence(b))(t), 1.0)
	equal(t, must(b.Divergence(b))(t), 0.0)
	fails(t, a.Add([]uint16{1, 2, 3}, 2), coulomb.ErrorShape)
	fails(t, a.Add([]uint16{1, 2, 3}, 1), coulomb.ErrorArgument)
	fails(t, second(context.NewNgrams(7)), coulomb.ErrorArgument)
	ok(t, a.Close())
	equal(t, second(b.Divergence(a)), coulomb.ErrClosed)
}

func TestNeighbours(t *testing.T) {
	context := newContext(t)
	targets := []float32{0, 0, 3, 4, 6, 8}
	indices, distances, err := context.Neighbours(2, []float32{3, 4, 7, 8}, targets, 2)
	ok(t, err)
	equal(t, indices, []int{1, 0, 2, 1})
	equal(t, distances[:3], []float64{0, 5, 1})
	again, _, err := context.NeighboursStreamed(2, []float32{3, 4, 7, 8}, stream(targets, 2), 2)
	ok(t, err)
	equal(t, again, indices)
	for _, wrong := range []int{-1, 0, 4} {
		_, _, err = context.Neighbours(2, []float32{3, 4}, targets, wrong)
		fails(t, err, coulomb.ErrorArgument)
	}
	indices, _, err = context.Neighbours(2, nil, targets, 2)
	ok(t, err)
	equal(t, len(indices), 0)

	pairs, distances, err := context.ClosestPairs(2, append(targets, 0, 1), 2)
	ok(t, err)
	equal(t, pairs[0], [2]int{0, 3})
	equal(t, distances[0], 1.0)
	for _, wrong := range []int{-1, 0, 7} {
		_, _, err = context.ClosestPairs(2, append(targets, 0, 1), wrong)
		fails(t, err, coulomb.ErrorArgument)
	}
	size, low, high, err := context.SupportSize([]int{100, 100}, []uint64{1, 0})
	ok(t, err)
	equal(t, size, 9900.0)
	equal(t, low < size && size < high, true)
	_, _, _, err = context.SupportSize([]int{100}, nil)
	fails(t, err, coulomb.ErrorShape)
}

package coulomb_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"testing"
	"time"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

var background = context.Background()

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must is for results that come with an error: must(network.Generate(3))(t).
func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		ok(t, err)
		return value
	}
}

func fails(t testing.TB, err error, status coulomb.Status) {
	t.Helper()
	var refused *coulomb.Error
	if !errors.Is(err, status) || !errors.As(err, &refused) || refused.Message == "" {
		t.Fatalf("the error is %v, expected one of %v with a message", err, status)
	}
}

func equal(t testing.TB, got, expected any) {
	t.Helper()
	if !reflect.DeepEqual(got, expected) {
		t.Fatalf("it is %v, expected %v", got, expected)
	}
}

func newContext(t testing.TB) *coulomb.Context {
	t.Helper()
	context, err := coulomb.NewContext()
	ok(t, err)
	t.Cleanup(func() { context.Close() })
	return context
}

func newTraining(t testing.TB) *gaussians.Training {
	t.Helper()
	training, err := gaussians.New(1)
	ok(t, err)
	t.Cleanup(training.Close)
	ok(t, training.Trainer.SetData(gaussians.Fill))
	return training
}

// points are numbers in [0, 1) that differ.
func points(count int) []float32 {
	values := make([]float32, count)
	for i := range values {
		values[i] = float32(float64(gaussians.Mix(uint64(i))>>40) * 0x1p-24)
	}
	return values
}

// eventually collects garbage until the condition holds: finalizers run a moment after the collection.
func eventually(condition func() bool) bool {
	for tries := 0; tries < 200 && !condition(); tries++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	return condition()
}

// pair checks a pair of setter and getter.
func pair[T any](t *testing.T, name string, set func(T) error, get func() (T, error), initial, value T) {
	t.Helper()
	equal(t, must(get())(t), initial)
	if err := set(value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	equal(t, must(get())(t), value)
}

package coulomb_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

const cycles = 10000

// held counts what functions hold on to; it is too large for the blocks in which Go allocates small objects together.
type held struct {
	count *int64
	value float64
	_     [6]int64
}

func hold(count *int64) *held {
	atomic.AddInt64(count, 1)
	one := &held{count: count, value: 0.5}
	runtime.SetFinalizer(one, func(one *held) { atomic.AddInt64(one.count, -1) })
	return one
}

// releases runs cycles on a context whose allocator counts, and expects nothing to be left.
func releases(t *testing.T, count int, cycle func(context *coulomb.Context, alive *int64)) {
	memory, alive := &counting{}, new(int64)
	context, err := coulomb.NewContextWithAllocator(memory)
	ok(t, err)
	before := memory.blocks
	for i := 0; i < count; i++ {
		cycle(context, alive)
	}
	if !eventually(func() bool {
		must(context.Threads())(t)
		return atomic.LoadInt64(alive) == 0 && memory.blocks == before
	}) {
		t.Errorf("%d functions and %d blocks are left", atomic.LoadInt64(alive), memory.blocks-before)
	}
	ok(t, context.Close())
	equal(t, memory.blocks, 0)
}

func TestClosedSchedulesAreReleased(t *testing.T) {
	releases(t, cycles, func(context *coulomb.Context, alive *int64) {
		object := hold(alive)
		schedule := must(context.NewSchedule(func(uint64) (float64, error) { return object.value, nil }))(t)
		must(schedule.Factor(1))(t)
		ok(t, schedule.Close())
	})
}

func TestLostHandlesAreReleased(t *testing.T) {
	releases(t, cycles, func(context *coulomb.Context, alive *int64) {
		object := hold(alive)
		must(context.NewSchedule(func(uint64) (float64, error) { return object.value, nil }))(t)
		must(context.NewPlummer(1, 1))(t)
		must(context.NewNgrams(2))(t)
		must(context.NewModes(1, []float32{1}, []float32{1}, 1))(t)
		must(context.NewCommunicator(0, 1, rank{newHub(1), 0}))(t)
	})
}

// Networks and trainers with all that they keep, lost or closed in turn.
func TestTrainersAreReleased(t *testing.T) {
	turn := 0
	releases(t, cycles/100, func(context *coulomb.Context, alive *int64) {
		object := hold(alive)
		network := must(context.NewNetwork())(t)
		ok(t, network.Finish(network.Dense(network.Input(1), 1, ""), 1))
		ok(t, network.SetLatentCallback(func(seed, update, first uint64, latents []float32) error {
			latents[0] = float32(object.value)
			return nil
		}))
		ok(t, network.Forward([]float32{1}, nil))
		trainer := must(context.NewTrainer(network, nil))(t)
		schedule := must(context.NewSchedule(func(uint64) (float64, error) { return object.value, nil }))(t)
		ok(t, trainer.SetEpsilonSchedule(schedule))
		ok(t, must(trainer.Optimizer(coulomb.Generator))(t).SetSchedule(schedule))
		ok(t, trainer.SetAveraging(0.5))
		ok(t, trainer.SetDataArray(points(10), 1))
		average := must(trainer.Average())(t)
		if turn++; turn%2 == 0 {
			ok(t, trainer.Close())
			ok(t, average.Close())
			ok(t, network.Close())
			ok(t, schedule.Close())
		}
	})
}

func TestReplacedFunctionsAreReleased(t *testing.T) {
	training := newTraining(t)
	alive := new(int64)
	for i := 0; i < cycles; i++ {
		object := hold(alive)
		ok(t, training.Trainer.SetData(func(update uint64, batch []float32) error {
			batch[0] = float32(object.value)
			return nil
		}))
	}
	equal(t, eventually(func() bool { return atomic.LoadInt64(alive) == 1 }), true) // the last is in use
	ok(t, training.Trainer.SetData(gaussians.Fill))
	equal(t, eventually(func() bool { return atomic.LoadInt64(alive) == 0 }), true)
}

// An update allocates nothing on Go's heap, whatever functions of the caller it calls.
func TestUpdatesAllocateNothing(t *testing.T) {
	training := newTraining(t)
	schedule := must(training.Context.NewSchedule(func(uint64) (float64, error) { return 0.5, nil }))(t)
	ok(t, training.Trainer.SetEpsilonSchedule(schedule))
	last := uint64(50)
	ok(t, training.Trainer.Run(background, last, nil))
	run := func(updates uint64) float64 {
		return testing.AllocsPerRun(10, func() {
			last += updates
			ok(t, training.Trainer.Run(background, last, func(uint64) error { return nil }))
		})
	}
	if one, many := run(1), run(50); many > one {
		t.Fatalf("50 updates allocate %v times, one %v times", many, one)
	}
	// cgo's check of a call's arguments allocates 8 bytes for the trainer
	if each := testing.AllocsPerRun(100, func() { ok(t, training.Trainer.Step()) }); each > 1 {
		t.Fatalf("a step allocates %v times", each)
	}
}

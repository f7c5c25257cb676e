package coulomb_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

// alone is an allocator that finds out when two goroutines are in one context.
type alone struct {
	coulomb.Malloc
	inside, met int32
}

func (a *alone) pass() {
	if atomic.AddInt32(&a.inside, 1) > 1 {
		atomic.AddInt32(&a.met, 1)
	}
	runtime.Gosched()
	atomic.AddInt32(&a.inside, -1)
}

func (a *alone) Allocate(size uintptr) unsafe.Pointer {
	a.pass()
	return a.Malloc.Allocate(size)
}

func (a *alone) Release(memory unsafe.Pointer) {
	a.pass()
	a.Malloc.Release(memory)
}

// Several goroutines use one context, and finalizers release what they lose: each waits for its turn.
func TestGoroutinesShareAContext(t *testing.T) {
	memory := &alone{}
	context, err := coulomb.NewContextWithAllocator(memory)
	ok(t, err)
	defer context.Close()
	trainer := must(context.NewTrainer(must(context.NewPreset("mlp-generator", []int{2}, 8, 1))(t), nil))(t)
	defer trainer.Close()
	ok(t, trainer.SetData(gaussians.Fill))
	var all sync.WaitGroup
	for i := 0; i < 4; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			for j := 0; j < 20; j++ {
				schedule := must(context.NewSchedule(func(update uint64) (float64, error) { return 0.5, nil }))(t)
				must(schedule.Factor(1))(t)
				must(context.NewMoments(2))(t)
				if i == 0 {
					ok(t, trainer.Step())
				}
				if j%2 == 0 {
					ok(t, schedule.Close())
				} else if j%5 == 0 {
					runtime.GC() // finalizers release the others, while calls are under way
				}
			}
		}(i)
	}
	all.Wait()
	equal(t, must(trainer.Update())(t), uint64(20))
	equal(t, atomic.LoadInt32(&memory.met), int32(0))
}

// A call from another goroutine while a function of the caller runs is made as if that function had made it, and the
// function's end waits for it.
func TestFunctionsLendTheContext(t *testing.T) {
	training := newTraining(t)
	plummer := must(training.Context.NewPlummer(1, 1))(t)
	begun, ended := make(chan bool), make(chan bool)
	inside := false
	ok(t, training.Trainer.SetData(func(update uint64, batch []float32) error {
		if update == 1 {
			go func() {
				defer close(ended)
				equal(t, must(training.Trainer.Update())(t), uint64(0))
				fails(t, training.Trainer.Step(), coulomb.ErrorState)
				set := coulomb.Points{Count: 2, Write: func(first int, block []float32) error {
					select {
					case <-begun:
					default:
						close(begun)
						time.Sleep(20 * time.Millisecond) // the data function may end here, and must wait
						inside = true
					}
					return stream([]float32{1, 2}, 1).Write(first, block)
				}}
				must(plummer.EnergyStreamed(1, set, set))(t)
			}()
			<-begun
		} else {
			equal(t, inside, true)
		}
		return gaussians.Fill(update, batch)
	}))
	ok(t, training.Trainer.Run(background, 2, nil))
	<-ended
}

// What the garbage collector finds during a call is released when the call ends, and never within it.
func TestFinalizersWaitForCalls(t *testing.T) {
	memory := &counting{}
	context, err := coulomb.NewContextWithAllocator(memory)
	ok(t, err)
	defer context.Close()
	plummer := must(context.NewPlummer(1, 1))(t)
	var held int
	set := coulomb.Points{Count: 1, Write: func(first int, block []float32) error {
		for i := 0; i < 10; i++ {
			must(context.NewMoments(4))(t)
		}
		held = memory.blocks
		for i := 0; i < 5; i++ {
			runtime.GC()
			runtime.Gosched()
		}
		must(context.Threads())(t) // the end of a call within the call
		equal(t, memory.blocks, held)
		block[0] = 1
		return nil
	}}
	must(plummer.EnergyStreamed(1, set, set))(t)
	if !eventually(func() bool {
		must(context.Threads())(t) // its end releases what was found meanwhile
		return memory.blocks < held-10
	}) {
		t.Fatalf("%d blocks are left of %d", memory.blocks, held)
	}
}

func TestTwoContextsInBothOrders(t *testing.T) {
	a, b := must(newContext(t).NewNgrams(1))(t), must(newContext(t).NewNgrams(1))(t)
	ok(t, a.Add([]uint16{1, 2}, 1))
	ok(t, b.Add([]uint16{1, 3}, 1))
	var all sync.WaitGroup
	for _, two := range [][2]*coulomb.Ngrams{{a, b}, {b, a}} {
		all.Add(1)
		go func(one, other *coulomb.Ngrams) {
			defer all.Done()
			for i := 0; i < 1000; i++ {
				if _, err := one.Divergence(other); err != nil {
					t.Error(err)
				}
			}
		}(two[0], two[1])
	}
	all.Wait()
}

// Panics leave through nested calls of two functions of the caller.
func TestNestedPanics(t *testing.T) {
	training := newTraining(t)
	plummer := must(training.Context.NewPlummer(1, 1))(t)
	bad := coulomb.Points{Count: 1, Write: func(int, []float32) error { panic("deep") }}
	ok(t, training.Trainer.SetData(func(update uint64, batch []float32) error {
		must(plummer.EnergyStreamed(1, bad, bad))(t)
		return nil
	}))
	func() {
		defer func() { equal(t, recover(), "deep") }()
		training.Trainer.Step()
		t.Error("there was no panic")
	}()
	must(plummer.EnergyStreamed(1, stream([]float32{1}, 1), stream([]float32{1}, 1)))(t)
	ok(t, training.Trainer.SetData(gaussians.Fill))
	ok(t, training.Trainer.Step())
}

// A goroutine that ends in a function of the caller, which it must not, locks nobody out of the context.
func TestExitInFunctionLeavesTheContextUsable(t *testing.T) {
	context := newContext(t)
	schedule := must(context.NewSchedule(func(uint64) (float64, error) {
		runtime.Goexit()
		return 1, nil
	}))(t)
	ended := make(chan bool)
	go func() {
		defer close(ended)
		schedule.Factor(1)
	}()
	<-ended
	must(context.Threads())(t)
	ok(t, schedule.Close())
}

package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"libcoulomb.invalid/coulomb/internal/gaussians"
)

const (
	cycles = 10000
	growth = 4 << 20 // bytes
)

// held is what a function holds on to: it is gone when the function is. It is too large for the blocks in which Go
// allocates small objects together.
type held struct {
	factor float64
	_      [7]float64
}

var alive int64

func hold() *held {
	atomic.AddInt64(&alive, 1)
	one := &held{factor: 0.5}
	runtime.SetFinalizer(one, func(*held) { atomic.AddInt64(&alive, -1) })
	return one
}

// A schedule with a function is created and closed, and a trainer's data function is replaced, again and again.
func releasesAll() bool {
	training := newTraining()
	defer training.Close()
	cycle := func() {
		factor, data := hold(), hold()
		schedule, err := training.Context.NewSchedule(func(uint64) (float64, error) { return factor.factor, nil })
		must(err)
		value, err := schedule.Factor(1)
		must(err)
		if value != factor.factor {
			panic("another function's factor")
		}
		must(schedule.Close())
		must(training.Trainer.SetData(func(update uint64, batch []float32) error {
			batch[0] = float32(data.factor)
			return gaussians.Fill(update, batch)
		}))
	}
	for i := 0; i < cycles; i++ { // until Go's heap has its size
		cycle()
	}
	gone(1)
	before := resident()
	for i := 0; i < cycles; i++ {
		cycle()
	}
	left := gone(1) // the last data function is in use
	grown := resident() - before
	must(training.Trainer.SetData(gaussians.Fill))
	fmt.Printf("# functions held at the end: %d, expected 1; bytes more: %d\n", left, grown)
	return left == 1 && gone(0) == 0 && grown <= growth
}

// gone collects garbage until no more than that is held: finalizers run a moment after the collection.
func gone(expected int64) int64 {
	for tries := 0; tries < 100 && atomic.LoadInt64(&alive) > expected; tries++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	return atomic.LoadInt64(&alive)
}

// resident is the memory of the process that is in the machine's, without what Go's heap keeps for later.
func resident() int64 {
	debug.FreeOSMemory()
	contents, err := os.ReadFile("/proc/self/statm")
	must(err)
	var size, pages int64
	_, err = fmt.Sscan(string(contents), &size, &pages)
	must(err)
	return pages * int64(os.Getpagesize())
}

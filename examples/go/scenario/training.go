package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

var (
	background = context.Background()
	errNoData  = errors.New("no data for update 3")
)

func trains(checkpoint string) uint64 {
	training := newTraining()
	defer training.Close()
	must(training.Trainer.Run(background, half, nil))
	must(training.Trainer.Save(checkpoint))
	must(training.Trainer.Run(background, updates, nil))
	return generated(training)
}

// opensAll goes on from the checkpoints of all languages that have written one, its own included.
func opensAll(directory string, whole uint64) int {
	files, err := filepath.Glob(directory + "/*.safetensors")
	must(err)
	for _, file := range files {
		tell("goes on to the same bits from "+filepath.Base(file), func() bool { return goesOn(file, whole) })
	}
	return len(files)
}

func goesOn(checkpoint string, whole uint64) bool {
	training := newTraining()
	defer training.Close()
	must(training.Trainer.Load(checkpoint))
	atHalf := update(training) == half
	must(training.Trainer.Run(background, updates, nil))
	return atHalf && generated(training) == whole
}

// The very error comes back, the update is not counted, and training goes on when the cause is gone.
func returnsErrors() bool {
	training := newTraining()
	defer training.Close()
	must(training.Trainer.SetData(func(update uint64, batch []float32) error {
		if update == 3 {
			return errNoData
		}
		return gaussians.Fill(update, batch)
	}))
	failed := training.Trainer.Run(background, half, nil)
	atTwo := update(training) == 2
	must(training.Trainer.SetData(gaussians.Fill))
	must(training.Trainer.Run(background, half, nil))
	return errors.Is(failed, errNoData) && atTwo && update(training) == half
}

func stops(whole uint64) bool {
	training := newTraining()
	defer training.Close()
	must(training.Trainer.Run(background, updates, func(update uint64) error {
		if update == 20 {
			return coulomb.Stop
		}
		return nil
	}))
	at20 := update(training) == 20
	must(training.Trainer.Run(background, updates, nil))
	return at20 && generated(training) == whole
}

func trainsTwo(whole uint64) bool {
	done := make(chan uint64)
	for i := 0; i < 2; i++ {
		go func() {
			training := newTraining()
			defer training.Close()
			must(training.Trainer.Run(background, updates, nil))
			done <- generated(training)
		}()
	}
	first, second := <-done, <-done
	return first == whole && second == whole
}

func trainsFromArray() bool {
	training := newTraining()
	defer training.Close()
	points := make([]float32, 2*4096)
	must(gaussians.Fill(1, points))
	must(training.Trainer.SetDataArray(points, 0))
	must(training.Trainer.Run(background, half, nil))
	fmt.Printf("digest array %016x\n", generated(training))
	return update(training) == half
}

// Trains on 25 Gaussians with a Go function as data, and tells for each promise of the package whether it holds.
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"libcoulomb.invalid/coulomb/coulomb"
)

const (
	half    = 50
	samples = 1000
)

var errNoData = errors.New("no data for update 3")

func mix(word uint64) uint64 {
	word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9
	word = (word ^ (word >> 27)) * 0x94d049bb133111eb
	return word ^ (word >> 31)
}

// Each sample: one of 25 means, and a normal number as the sum of twelve uniform ones.
func fill(update uint64, batch []float32) error {
	for i := 0; i < len(batch)/2; i++ {
		key := mix(update*0x9e3779b97f4a7c15 + uint64(i))
		mode := key % 25
		for axis, line := range [2]uint64{mode % 5, mode / 5} {
			normal := 0.0
			for term := 0; term < 12; term++ {
				normal += float64(mix(key+uint64(1+12*axis+term))>>11) * 0x1p-53
			}
			batch[2*i+axis] = float32(10.5*(float64(line)-2) + (normal - 6))
		}
	}
	return nil
}

// FNV-1a over the samples' bytes.
func digest(values []float32) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for _, value := range values {
		for bits, i := math.Float32bits(value), 0; i < 4; bits, i = bits>>8, i+1 {
			hash = (hash ^ uint64(bits&0xff)) * 0x100000001b3
		}
	}
	return hash
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func newTraining() *coulomb.Training {
	made, err := coulomb.New(2, 8, 2)
	must(err)
	must(made.SetData(fill))
	return made
}

func generated(training *coulomb.Training) uint64 {
	values, err := training.Generate(samples)
	must(err)
	return digest(values)
}

func trains(checkpoint string) uint64 {
	training := newTraining()
	defer training.Close()
	must(training.Run(half))
	must(training.Save(checkpoint))
	done := make(chan error) // another goroutine, and so perhaps another thread
	go func() { done <- training.Run(2 * half) }()
	must(<-done)
	loss, err := training.Loss()
	must(err)
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		panic("the loss is not finite")
	}
	return generated(training)
}

func goesOn(checkpoint string, whole uint64) bool {
	training := newTraining()
	defer training.Close()
	must(training.Load(checkpoint))
	atHalf := training.Update() == half
	must(training.Run(2 * half))
	return atHalf && generated(training) == whole
}

// The very error comes back, the update is not counted, and training goes on when the cause is gone.
func returnsErrors() bool {
	training := newTraining()
	defer training.Close()
	must(training.SetData(func(update uint64, batch []float32) error {
		if update == 3 {
			return errNoData
		}
		return fill(update, batch)
	}))
	told := training.Run(half) == errNoData && training.Update() == 2
	must(training.SetData(fill))
	must(training.Run(half))
	return told && training.Update() == half
}

func keepsPanics() (kept bool) {
	training := newTraining()
	defer training.Close()
	must(training.SetData(func(uint64, []float32) error { panic("out of paper") }))
	func() {
		defer func() { kept = recover() == "out of paper" }()
		must(training.Run(1))
	}()
	must(training.SetData(fill))
	must(training.Run(1))
	return kept
}

func tellsMessages() bool {
	training := newTraining()
	defer training.Close()
	var refused *coulomb.Error
	return errors.As(training.Load("/nowhere/checkpoint"), &refused) &&
		strings.Contains(refused.Sentence, "/nowhere/checkpoint")
}

func tell(what string, holds func() bool) {
	defer func() {
		if panicked := recover(); panicked != nil {
			fmt.Printf("not ok - %s\n# %v\n", what, panicked)
		}
	}()
	if !holds() {
		fmt.Print("not ")
	}
	fmt.Println("ok -", what)
}

func main() {
	checkpoint := os.Args[1]
	whole := trains(checkpoint)
	tell("trains, also on another goroutine", func() bool { return whole != 0 })
	tell("goes on from a checkpoint to the same bits", func() bool { return goesOn(checkpoint, whole) })
	tell("gets the error back that its function returned", returnsErrors)
	tell("keeps a panic from crossing C", keepsPanics)
	tell("has the library's error message", tellsMessages)
	fmt.Printf("digest %016x\n", whole)
}

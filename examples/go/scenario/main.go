// Scenario does what the same program does in every language, and tells whether each promise holds: scenario DIRECTORY
// LANGUAGE. The digests must be the same in all languages.
package main

import (
	"fmt"
	"os"

	"libcoulomb.invalid/coulomb/internal/gaussians"
)

const (
	half    = 50
	updates = 2 * half
	samples = 1000
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func newTraining() *gaussians.Training {
	training, err := gaussians.New(2)
	must(err)
	must(training.Trainer.SetData(gaussians.Fill))
	return training
}

func generated(training *gaussians.Training) uint64 {
	values, err := training.Generator.Generate(samples)
	must(err)
	return gaussians.Digest(values)
}

func update(training *gaussians.Training) uint64 {
	number, err := training.Trainer.Update()
	must(err)
	return number
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
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: scenario DIRECTORY LANGUAGE")
		os.Exit(2)
	}
	directory, language := os.Args[1], os.Args[2]
	var whole uint64
	tell("trains and saves", func() bool {
		whole = trains(directory + "/" + language + ".safetensors")
		return whole != 0
	})
	opened := opensAll(directory, whole)
	fmt.Printf("# checkpoints opened: %d\n", opened)
	tell("gets the error back that its data function returned", returnsErrors)
	tell("evaluates the estimators on its own arrays", estimates)
	tell("stops where the progress function says", func() bool { return stops(whole) })
	tell("trains two contexts on two goroutines", func() bool { return trainsTwo(whole) })
	tell("trains from an array", trainsFromArray)
	tell("releases what 10,000 handles and functions held", releasesAll)
	fmt.Printf("digest trained %016x\n", whole)
}

package coulomb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Two dense networks learn 25 Gaussians in the plane.
func Example() {
	ctx, err := coulomb.NewContext()
	check(err)
	defer ctx.Close()
	generator, err := ctx.NewPreset("mlp-generator", []int{2}, 8, 1)
	check(err)
	discriminator, err := ctx.NewPreset("mlp-discriminator", []int{2}, 0, 2)
	check(err)
	trainer, err := ctx.NewTrainer(generator, discriminator)
	check(err)
	check(trainer.SetData(gaussians.Fill))
	check(trainer.Run(context.Background(), 20, nil))
	samples, err := generator.Generate(1000)
	check(err)
	fmt.Println(len(samples))
	// Output: 2000
}

// A network is built layer by layer; the first error is kept for Finish.
func ExampleContext_NewNetwork() {
	ctx, err := coulomb.NewContext()
	check(err)
	defer ctx.Close()
	network, err := ctx.NewNetwork()
	check(err)
	defer network.Close()
	node := network.Input(32, 32, 3)
	node = network.Conv2D(node, 64, coulomb.Window2D{Kernel: [2]int{5, 5}, Stride: [2]int{2, 2}}, "")
	node = network.LeakyReLU(node, 0.2)
	node = network.Dense(network.Flatten(node), 1, "")
	check(network.Finish(node, 1))
	names, err := network.ParameterNames()
	check(err)
	fmt.Println(names)
	// Output: [conv1.weight conv1.bias dense1.weight dense1.bias]
}

// The error of a data function comes back, wrapped, from the call that ran it.
func ExampleTrainer_SetData() {
	ctx, err := coulomb.NewContext()
	check(err)
	defer ctx.Close()
	generator, err := ctx.NewPreset("mlp-generator", []int{2}, 8, 1)
	check(err)
	trainer, err := ctx.NewTrainer(generator, nil)
	check(err)
	check(trainer.SetData(func(update uint64, batch []float32) error {
		if update > 2 {
			return io.EOF
		}
		return gaussians.Fill(update, batch)
	}))
	err = trainer.Run(context.Background(), 10, nil)
	update, _ := trainer.Update()
	fmt.Println(errors.Is(err, io.EOF), update)
	// Output: true 2
}

// A progress function sees each update, and may end the run.
func ExampleTrainer_Run() {
	ctx, err := coulomb.NewContext()
	check(err)
	defer ctx.Close()
	generator, err := ctx.NewPreset("mlp-generator", []int{2}, 8, 1)
	check(err)
	trainer, err := ctx.NewTrainer(generator, nil)
	check(err)
	check(trainer.SetData(gaussians.Fill))
	check(trainer.Run(context.Background(), 100, func(update uint64) error {
		energy, err := trainer.Statistic(coulomb.StatisticEnergy)
		if err == nil && update == 3 {
			fmt.Println("update", update, energy > 0)
			return coulomb.Stop
		}
		return err
	}))
	// Output: update 3 true
}

// Networks go through writers and readers.
func ExampleContext_OpenNetwork() {
	ctx, err := coulomb.NewContext()
	check(err)
	defer ctx.Close()
	generator, err := ctx.NewPreset("mlp-generator", []int{2}, 8, 1)
	check(err)
	var file bytes.Buffer
	_, err = generator.WriteTo(&file)
	check(err)
	opened, err := ctx.OpenNetwork(&file, coulomb.PartOnly)
	check(err)
	shape, err := opened.OutputShape()
	check(err)
	fmt.Println(shape)
	// Output: [2]
}

// The energy is half the squared maximum mean discrepancy between two sets.
func ExampleContext_NewPlummer() {
	ctx, err := coulomb.NewContext()
	check(err)
	defer ctx.Close()
	plummer, err := ctx.NewPlummer(1, 1)
	check(err)
	defer plummer.Close()
	model, target := []float32{0, 0, 0, 2}, []float32{0, 0, 0, 2}
	energy, err := plummer.Energy(2, model, target)
	check(err)
	fmt.Println(energy)
	// Output: 0
}

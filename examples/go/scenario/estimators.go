package main

import (
	"fmt"
	"math"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

const (
	points    = 64
	dimension = 3
)

func estimates() bool {
	context, err := coulomb.NewContext()
	must(err)
	defer context.Close()
	plummer, err := context.NewPlummer(1, 0.5)
	must(err)
	defer plummer.Close()
	values := make([]float32, points*dimension)
	for i := range values {
		values[i] = float32(float64(gaussians.Mix(uint64(i))>>40) * 0x1p-24)
	}
	model, target := values[:len(values)/2], values[len(values)/2:]
	potential, err := plummer.Potential(dimension, target, model, target)
	must(err)
	field, _, err := plummer.Field(dimension, target, model, target)
	must(err)
	energy, err := plummer.Energy(dimension, model, target)
	must(err)
	fmt.Printf("digest potential %016x\n", gaussians.Digest(potential))
	fmt.Printf("digest field %016x\n", gaussians.Digest(field))
	fmt.Printf("digest energy %016x\n", gaussians.Digest64(energy))
	return len(potential) == points/2 && len(field) == len(target) && energy > 0 && !math.IsInf(energy, 0)
}

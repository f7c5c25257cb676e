// Cost measures what a data function of Go costs per update, beside an array: cost MODE UPDATES, where MODE is callback
// or array. It prints seconds per update after 200 updates to warm up.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

const (
	warm  = 200
	batch = 128
	block = 4096 // samples that are ready
)

func run(mode string, updates uint64) error {
	training, err := gaussians.New(1)
	if err != nil {
		return err
	}
	defer training.Close()
	ready := make([]float32, 2*block)
	if err := gaussians.Fill(1, ready); err != nil {
		return err
	}
	if err := feed(training.Trainer, mode, ready); err != nil {
		return err
	}
	if err := training.Trainer.Run(context.Background(), warm, nil); err != nil {
		return err
	}
	start := time.Now()
	if err := training.Trainer.Run(context.Background(), warm+updates, nil); err != nil {
		return err
	}
	fmt.Printf("%.9f\n", time.Since(start).Seconds()/float64(updates))
	return nil
}

func feed(trainer *coulomb.Trainer, mode string, ready []float32) error {
	switch mode {
	case "array":
		return trainer.SetDataArray(ready, 1)
	case "callback":
		return trainer.SetData(func(update uint64, values []float32) error {
			start := int(update%(block/batch)) * len(values)
			copy(values, ready[start:])
			return nil
		})
	}
	return fmt.Errorf("no such mode: %q", mode)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: cost callback|array UPDATES")
		os.Exit(2)
	}
	updates, err := strconv.ParseUint(os.Args[2], 10, 32)
	if err == nil {
		err = run(os.Args[1], updates)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

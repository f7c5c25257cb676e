package coulomb_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"libcoulomb.invalid/coulomb"
)

func TestTrainersAsFiles(t *testing.T) {
	training := newTraining(t)
	ok(t, training.Trainer.Run(background, 3, nil))
	path := filepath.Join(t.TempDir(), "three.safetensors")
	ok(t, training.Trainer.Save(path))
	contents := must(training.Trainer.SaveBytes())(t)
	equal(t, must(os.ReadFile(path))(t), contents)
	var written bytes.Buffer
	equal(t, must(training.Trainer.WriteTo(&written))(t), int64(len(contents)))
	equal(t, written.Bytes(), contents)

	loads := map[string]func(trainer *coulomb.Trainer) error{
		"path":   func(trainer *coulomb.Trainer) error { return trainer.Load(path) },
		"memory": func(trainer *coulomb.Trainer) error { return trainer.LoadBytes(contents) },
		"reader": func(trainer *coulomb.Trainer) error { return second(trainer.ReadFrom(&written)) },
	}
	for name, load := range loads {
		other := newTraining(t)
		ok(t, load(other.Trainer))
		equal(t, must(other.Trainer.Update())(t), uint64(3))
		if !bytes.Equal(must(other.Trainer.SaveBytes())(t), contents) {
			t.Errorf("%s: another state", name)
		}
	}
	fails(t, training.Trainer.Load(path+".not"), coulomb.ErrorFile)
	fails(t, training.Trainer.LoadBytes(contents[:len(contents)-1]), coulomb.ErrorFormat)
	fails(t, training.Trainer.LoadBytes(nil), coulomb.ErrorFormat)
	ok(t, training.Trainer.SetBatch(64))
	fails(t, training.Trainer.Load(path), coulomb.ErrorMismatch)
	if err := second(training.Trainer.ReadFrom(iotest.ErrReader(io.ErrClosedPipe))); err != io.ErrClosedPipe {
		t.Fatalf("the error is %v", err)
	}
}

func TestNetworksAsFiles(t *testing.T) {
	training := newTraining(t)
	ok(t, training.Trainer.Run(background, 1, nil))
	path := filepath.Join(t.TempDir(), "generator.safetensors")
	ok(t, training.Generator.Save(path))
	contents := must(training.Generator.SaveBytes())(t)
	var written bytes.Buffer
	must(training.Generator.WriteTo(&written))(t)
	expected := must(training.Generator.Generate(20))(t)
	whole := must(training.Trainer.SaveBytes())(t)

	context := training.Context
	for _, network := range []*coulomb.Network{
		must(context.OpenNetworkFile(path, coulomb.PartOnly))(t),
		must(context.OpenNetworkBytes(contents, coulomb.PartOnly))(t),
		must(context.OpenNetwork(&written, coulomb.PartOnly))(t),
		must(context.OpenNetworkBytes(whole, coulomb.Generator))(t),
	} {
		equal(t, must(network.Generate(20))(t), expected)
		ok(t, network.Initialize(99))
		ok(t, network.LoadParameters(path, coulomb.PartOnly))
		ok(t, network.SetGenerationSeed(1))
		equal(t, must(network.Generate(20))(t), expected)
		ok(t, network.Initialize(99))
		ok(t, network.LoadParametersBytes(whole, coulomb.Generator))
		ok(t, network.SetGenerationSeed(1))
		equal(t, must(network.Generate(20))(t), expected)
		ok(t, network.Close())
	}
	fails(t, second(context.OpenNetworkBytes(whole, coulomb.PartAverage)), coulomb.ErrorMismatch)
	fails(t, second(context.OpenNetworkFile(path+".not", coulomb.PartOnly)), coulomb.ErrorFile)
	if err := second(context.OpenNetwork(iotest.ErrReader(io.ErrClosedPipe), coulomb.PartOnly)); !errors.Is(err, io.ErrClosedPipe) {
		t.Fatalf("the error is %v", err)
	}
}

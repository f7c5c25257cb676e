// Package gaussians has the 25 Gaussians that every language's programs and tests train on, to the same bits.
package gaussians

import (
	"encoding/binary"
	"math"

	"libcoulomb.invalid/coulomb"
)

// Mix is the finaliser of SplitMix64: a random word from a number.
func Mix(word uint64) uint64 {
	word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9
	word = (word ^ (word >> 27)) * 0x94d049bb133111eb
	return word ^ (word >> 31)
}

// Fill is the data function. Each sample: one of 25 means, and a normal number as the sum of twelve uniform ones.
func Fill(update uint64, batch []float32) error {
	for i := 0; i < len(batch)/2; i++ {
		key := Mix(update*0x9e3779b97f4a7c15 + uint64(i))
		mode := key % 25
		for axis, line := range [2]uint64{mode % 5, mode / 5} {
			normal := 0.0
			for term := 0; term < 12; term++ {
				normal += float64(Mix(key+uint64(1+12*axis+term))>>11) * 0x1p-53
			}
			batch[2*i+axis] = float32(10.5*(float64(line)-2) + (normal - 6))
		}
	}
	return nil
}

// Digest is FNV-1a over the samples' bytes.
func Digest(values []float32) uint64 {
	bytes := make([]byte, 4*len(values))
	for i, value := range values {
		binary.LittleEndian.PutUint32(bytes[4*i:], math.Float32bits(value))
	}
	return digest(bytes)
}

// Digest64 is FNV-1a over a number's bytes.
func Digest64(value float64) uint64 {
	var bytes [8]byte
	binary.LittleEndian.PutUint64(bytes[:], math.Float64bits(value))
	return digest(bytes[:])
}

func digest(bytes []byte) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for _, one := range bytes {
		hash = (hash ^ uint64(one)) * 0x100000001b3
	}
	return hash
}

// Training is the setting of all languages: dense networks for points of the plane, and a latent of 8 values.
type Training struct {
	Context                  *coulomb.Context
	Generator, Discriminator *coulomb.Network
	Trainer                  *coulomb.Trainer
}

// New makes a training without data.
func New(threads int) (*Training, error) {
	context, err := coulomb.NewContext()
	if err != nil {
		return nil, err
	}
	made := &Training{Context: context}
	if err = made.build(threads); err != nil {
		made.Close()
		return nil, err
	}
	return made, nil
}

func (t *Training) build(threads int) (err error) {
	if err = t.Context.SetThreads(threads); err != nil {
		return err
	}
	if t.Generator, err = t.Context.NewPreset("mlp-generator", []int{2}, 8, 1); err != nil {
		return err
	}
	if t.Discriminator, err = t.Context.NewPreset("mlp-discriminator", []int{2}, 0, 2); err != nil {
		return err
	}
	t.Trainer, err = t.Context.NewTrainer(t.Generator, t.Discriminator)
	return err
}

// Close releases all.
func (t *Training) Close() {
	t.Context.Close()
	for _, one := range []*coulomb.Network{t.Generator, t.Discriminator} {
		if one != nil {
			one.Close()
		}
	}
	if t.Trainer != nil {
		t.Trainer.Close()
	}
}

package coulomb_test

import (
	"errors"
	"io"
	"sync"
	"testing"

	"libcoulomb.invalid/coulomb"
	"libcoulomb.invalid/coulomb/internal/gaussians"
)

// hub lets goroutines exchange bytes as ranks: each leaves a message for every rank, and takes its own.
type hub struct {
	boxes [][]chan []byte // [to][from]
	gone  chan struct{}
	once  sync.Once
}

func newHub(size int) *hub {
	h := &hub{boxes: make([][]chan []byte, size), gone: make(chan struct{})}
	for to := range h.boxes {
		h.boxes[to] = make([]chan []byte, size)
		for from := range h.boxes[to] {
			h.boxes[to][from] = make(chan []byte, 1)
		}
	}
	return h
}

func (h *hub) leave() { h.once.Do(func() { close(h.gone) }) }

type rank struct {
	hub    *hub
	number int
}

func (r rank) exchange(part func(to int) []byte, receive []byte) error {
	size := len(r.hub.boxes)
	each := len(receive) / size
	for to := 0; to < size; to++ {
		select {
		case r.hub.boxes[to][r.number] <- append([]byte(nil), part(to)...):
		case <-r.hub.gone:
			return coulomb.ErrorProcess
		}
	}
	for from := 0; from < size; from++ {
		select {
		case message := <-r.hub.boxes[r.number][from]:
			copy(receive[from*each:(from+1)*each], message)
		case <-r.hub.gone:
			return coulomb.ErrorProcess
		}
	}
	return nil
}

func (r rank) Allgather(send, receive []byte) error {
	return r.exchange(func(int) []byte { return send }, receive)
}

func (r rank) Alltoall(send, receive []byte) error {
	each := len(send) / len(r.hub.boxes)
	return r.exchange(func(to int) []byte { return send[to*each : (to+1)*each] }, receive)
}

// together runs a function on each rank, on goroutines of their own.
func together(t *testing.T, size int, do func(training *gaussians.Training, number int) error) []error {
	h, errs := newHub(size), make([]error, size)
	var all sync.WaitGroup
	for number := 0; number < size; number++ {
		training := newTraining(t)
		ok(t, training.Trainer.SetShards(4))
		communicator := must(training.Context.NewCommunicator(number, size, rank{h, number}))(t)
		all.Add(1)
		go func(number int) {
			defer all.Done()
			defer communicator.Close()
			if errs[number] = training.Trainer.SetCommunicator(communicator); errs[number] == nil {
				errs[number] = do(training, number)
			}
			if errors.Is(errs[number], io.ErrClosedPipe) {
				h.leave()
			}
		}(number)
	}
	all.Wait()
	return errs
}

func TestGoroutinesAsRanks(t *testing.T) {
	results := make(map[int]uint64)
	for _, size := range []int{1, 2, 4} {
		var mutex sync.Mutex
		errs := together(t, size, func(training *gaussians.Training, number int) error {
			if err := training.Trainer.Run(background, 5, nil); err != nil {
				return err
			}
			samples, err := training.Generator.Generate(100)
			mutex.Lock()
			results[10*size+number] = gaussians.Digest(samples)
			mutex.Unlock()
			return err
		})
		for _, err := range errs {
			ok(t, err)
		}
	}
	for key, digest := range results {
		if digest != results[10] {
			t.Errorf("rank %d of %d has other bits", key%10, key/10)
		}
	}
}

func TestErrorsOfRanks(t *testing.T) {
	errs := together(t, 2, func(training *gaussians.Training, number int) error {
		ok(t, training.Trainer.SetData(func(update uint64, batch []float32) error {
			if number == 1 && update == 3 {
				return io.EOF
			}
			return gaussians.Fill(update, batch)
		}))
		return training.Trainer.Run(background, 5, nil)
	})
	if !errors.Is(errs[1], io.EOF) || !errors.Is(errs[0], coulomb.CallerFirst) || errors.Is(errs[0], io.EOF) {
		t.Fatalf("the errors are %v", errs)
	}
	errs = together(t, 2, func(training *gaussians.Training, number int) error {
		err := training.Trainer.Run(background, 5, func(update uint64) error {
			if number == 1 && update == 2 {
				return coulomb.Stop
			}
			return nil
		})
		equal(t, must(training.Trainer.Update())(t), uint64(2))
		return err
	})
	equal(t, errs, []error{nil, nil})
	errs = together(t, 2, func(training *gaussians.Training, number int) error {
		if number == 1 {
			return io.ErrClosedPipe // leaves
		}
		return training.Trainer.Step()
	})
	fails(t, errs[0], coulomb.ErrorProcess)
}

func TestCommunicators(t *testing.T) {
	training := newTraining(t)
	communicator := must(training.Context.NewCommunicator(0, 1, rank{newHub(1), 0}))(t)
	equal(t, must(communicator.Rank())(t), 0)
	equal(t, must(communicator.Size())(t), 1)
	equal(t, must(communicator.Allgather([]byte("here")))(t), []byte("here"))
	fails(t, second(communicator.Allgather(nil)), coulomb.ErrorArgument)
	equal(t, must(training.Trainer.Communicator())(t) == nil, true)
	ok(t, training.Trainer.SetCommunicator(communicator))
	ok(t, communicator.Close()) // the trainer keeps it
	equal(t, must(must(training.Trainer.Communicator())(t).Size())(t), 1)
	ok(t, training.Trainer.Step())
	ok(t, training.Trainer.SetCommunicator(nil))
	fails(t, second(training.Context.NewCommunicator(1, 1, rank{newHub(1), 0})), coulomb.ErrorArgument)
	fails(t, second(training.Context.NewCommunicator(0, 1, nil)), coulomb.ErrorArgument)
}

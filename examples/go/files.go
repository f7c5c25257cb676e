package coulomb

// #include <stdlib.h>
// #include <coulomb/coulomb.h>
import "C"
import (
	"io"
	"unsafe"
)

// Files are safetensors files of all languages' trainers and networks. Saving to a path replaces the file atomically;
// checksums cover all of it. Loading changes everything or, on failure, nothing. Errors of reading: ErrorFile (with the
// system's reason), ErrorFormat (damaged, or not of the expected format), ErrorMismatch (it does not fit: the message names
// the first difference), ErrorArgument (an empty path, no such part), ErrorMemory; those of a reader come back as they are.

// Save writes or replaces a file with the complete state of the trainer: networks, moments, update number, and every
// setting. A progress function may save.
//
// Errors: ErrorFile, ErrorArgument (fewer charges than the batch), ErrorNotFinite (an array holds an infinity or NaN),
// ErrorState (an update is under way), ErrorMemory. On failure the old file is unchanged.
func (t *Trainer) Save(path string) error {
	return t.file(path, func(path *C.char) C.coulomb_status { return C.coulomb_trainer_save(t.c(), path) })
}

// SaveBytes returns the bytes that Save would write.
func (t *Trainer) SaveBytes() ([]byte, error) {
	return t.contents(func(bytes unsafe.Pointer, capacity C.size_t, size *C.size_t) C.coulomb_status {
		return C.coulomb_trainer_save_bytes(t.c(), bytes, capacity, size)
	})
}

// WriteTo writes the bytes that Save would write. It is an io.WriterTo.
func (t *Trainer) WriteTo(w io.Writer) (int64, error) { return writeTo(w, t.SaveBytes) }

// Load reads a file of Save into a trainer created with the same networks and settings. Training continues as if it had
// never stopped, to the last bit. Functions are not in the file: set the same ones. Statistics are unavailable until the
// next update.
func (t *Trainer) Load(path string) error {
	return t.file(path, func(path *C.char) C.coulomb_status { return C.coulomb_trainer_load(t.c(), path) })
}

// LoadBytes is Load for a file's contents.
func (t *Trainer) LoadBytes(contents []byte) error {
	return t.call(func() C.coulomb_status {
		return C.coulomb_trainer_load_bytes(t.c(), address(contents), C.size_t(len(contents)))
	})
}

// ReadFrom is Load for what a reader returns until its end. It is an io.ReaderFrom.
func (t *Trainer) ReadFrom(r io.Reader) (int64, error) {
	contents, err := io.ReadAll(r)
	if err == nil {
		err = t.LoadBytes(contents)
	}
	return int64(len(contents)), err
}

// Save writes or replaces a file with the network: graph, layer names, parameters, frozen parameters, latent
// distribution, generation seed and the choice of running averages. Of a latent function, only that there is one.
//
// Errors: ErrorFile, ErrorNotFinite (an array holds an infinity or NaN), ErrorState (not finished), ErrorMemory.
func (n *Network) Save(path string) error {
	return n.file(path, func(path *C.char) C.coulomb_status { return C.coulomb_network_save(n.c(), path) })
}

// SaveBytes returns the bytes that Save would write.
func (n *Network) SaveBytes() ([]byte, error) {
	return n.contents(func(bytes unsafe.Pointer, capacity C.size_t, size *C.size_t) C.coulomb_status {
		return C.coulomb_network_save_bytes(n.c(), bytes, capacity, size)
	})
}

// WriteTo writes the bytes that Save would write. It is an io.WriterTo.
func (n *Network) WriteTo(w io.Writer) (int64, error) { return writeTo(w, n.SaveBytes) }

// OpenNetworkFile creates the network that a file of Network.Save (PartOnly) or of Trainer.Save (another part) describes,
// as it was when it was saved.
func (c *Context) OpenNetworkFile(path string, part Part) (*Network, error) {
	text := C.CString(path)
	defer C.free(unsafe.Pointer(text))
	return c.newNetwork(func(network **C.coulomb_network) C.coulomb_status {
		return C.coulomb_network_open(c.c(), text, C.int32_t(part), network)
	})
}

// OpenNetworkBytes is OpenNetworkFile for a file's contents.
func (c *Context) OpenNetworkBytes(contents []byte, part Part) (*Network, error) {
	return c.newNetwork(func(network **C.coulomb_network) C.coulomb_status {
		return C.coulomb_network_open_bytes(c.c(), address(contents), C.size_t(len(contents)), C.int32_t(part), network)
	})
}

// OpenNetwork is OpenNetworkFile for what a reader returns until its end.
func (c *Context) OpenNetwork(r io.Reader, part Part) (*Network, error) {
	contents, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return c.OpenNetworkBytes(contents, part)
}

// LoadParameters reads parameters into a finished network, from a file of this library or from a safetensors file that
// another program wrote. Each parameter NAME is taken from the array PREFIX.NAME with the part's prefix ("network",
// "generator", "discriminator" or "average"), or else from NAME, with the same shape and dtype F32. Other arrays and all
// metadata are ignored. On failure the network is unchanged.
func (n *Network) LoadParameters(path string, part Part) error {
	return n.file(path, func(path *C.char) C.coulomb_status {
		return C.coulomb_network_load_parameters(n.c(), path, C.int32_t(part))
	})
}

// LoadParametersBytes is LoadParameters for a file's contents.
func (n *Network) LoadParametersBytes(contents []byte, part Part) error {
	return n.call(func() C.coulomb_status {
		return C.coulomb_network_load_parameters_bytes(n.c(), address(contents), C.size_t(len(contents)),
			C.int32_t(part))
	})
}

func (h *handle) file(path string, do func(path *C.char) C.coulomb_status) error {
	text := C.CString(path)
	defer C.free(unsafe.Pointer(text))
	return h.call(func() C.coulomb_status { return do(text) })
}

// contents calls twice, for the size and for the bytes, in one turn: nothing changes in between.
func (h *handle) contents(save func(bytes unsafe.Pointer, capacity C.size_t, size *C.size_t) C.coulomb_status) (
	contents []byte, err error) {
	err = h.with(func() error {
		var size C.size_t
		if err := h.turns.check(save(nil, 0, &size)); err != nil {
			return err
		}
		contents = make([]byte, size)
		return h.turns.check(save(address(contents), size, &size))
	})
	if err != nil {
		return nil, err
	}
	return contents, nil
}

func writeTo(w io.Writer, save func() ([]byte, error)) (int64, error) {
	contents, err := save()
	if err != nil {
		return 0, err
	}
	written, err := w.Write(contents)
	return int64(written), err
}

// none stands for the contents of an empty file: not NULL, which would be another error.
var none [1]byte

func address(contents []byte) unsafe.Pointer {
	if len(contents) == 0 {
		return unsafe.Pointer(&none[0])
	}
	return unsafe.Pointer(&contents[0])
}

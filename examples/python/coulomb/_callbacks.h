/* Functions that the library calls back, written in Python (_callbacks.py), and those of bridge.h: for cffi. */
extern "Python" {
coulomb_status python_batch(void *user, uint64_t update, size_t count, float *batch);
coulomb_status python_slice(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch);
coulomb_status python_points(void *user, size_t first, size_t count, float *points);
coulomb_status python_latent(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count, float *latent);
coulomb_status python_schedule(void *user, uint64_t update, double *factor);
coulomb_status python_progress(void *user, uint64_t update);
coulomb_status python_signals(void *user, uint64_t update);
coulomb_status python_allgather(void *user, const void *send, size_t bytes, void *receive);
coulomb_status python_alltoall(void *user, const void *send, size_t bytes_each, void *receive);
void python_log(void *user, int32_t level, const char *line);
void python_destroy(void *user);
}

struct python_watch {
    int64_t looked;
    ...;
};
coulomb_status python_watched(void *user, uint64_t update);
void *python_allocate(void *user, size_t size);
void python_release(void *user, void *memory);
const char *python_library_path(void);

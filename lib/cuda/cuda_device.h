/* The CUDA device from inside: one GPU, one stream, and the first failure, which stays. Host code of this folder is C;
 * kernels stand in the .cu files, behind the functions that launch.h and pairs.h declare. */
#ifndef CUDA_CUDA_DEVICE_H
#define CUDA_CUDA_DEVICE_H

#include "cuda/flat.h"
#include "device/device.h"

#include <cublas_v2.h>
#include <cuda_runtime_api.h>

enum {
    CUDA_FAILURE_SIZE = 512,
    CUDA_SCRATCH_BYTES = 1 << 16, /* partial sums of reductions */
    STAGING_BYTES = 16 << 20,
    STAGING_PART = 1 << 20, /* of it, for one copy */
    STAGING_ALIGNMENT = 256,
    COPIED_BY_KERNEL = 1 << 20, /* bytes up to which a kernel copies on the device: it starts sooner */
    COLLECTED_BYTES = 1 << 16   /* copies to the host up to this size go through pinned memory */
};

typedef struct pinned_block {
    void *memory;
    size_t bytes;
    struct pinned_block *next;
} pinned_block;

/* Pinned memory through which the host's arrays travel. */
typedef struct cuda_staging {
    char *memory;    /* STAGING_BYTES */
    char *collected; /* COLLECTED_BYTES */
    size_t used;     /* since the stream was last waited for */
    gathered_copies gathered;
} cuda_staging;

typedef struct cuda_device cuda_device;

struct cuda_device {
    device base;
    const device_services *services;
    int32_t ordinal;
    struct cudaDeviceProp properties;
    cudaStream_t stream;
    cublasHandle_t blas; /* NULL until it is started */
    void *blas_workspace;
    struct cudnnContext *dnn;                                    /* NULL until it is started */
    bool products_only;                                          /* convolutions without cuDNN, for tests */
    void (*mark)(cuda_device *cuda, size_t node, bool backward); /* before a node runs, for benchmarks; or NULL */
    void *scratch; /* CUDA_SCRATCH_BYTES on the device; zero between launches where kernels count in it */
    int32_t precision;
    struct device_plan *plans; /* all there are */
    uint64_t releases;         /* of memory: recordings made before the last one may name what is gone */
    bool capturing;            /* calls are being recorded, not run */
    bool unrecordable;         /* one of them cannot be repeated */
    pinned_block *pinned;
    cuda_staging staging;
    coulomb_status failure; /* COULOMB_OK, or COULOMB_ERROR_DEVICE for ever */
    char message[CUDA_FAILURE_SIZE];
};

/* The device, made the calling thread's current one, with all copies from the host on their way. An error that the
 * caller's own use of CUDA left behind is not the device's. */
cuda_device *cuda_enter(device *on);

/* The same without the latter. */
cuda_device *cuda_select(device *on);
void cuda_flush_copies(cuda_device *cuda);

/* Keep a failure, unless there is one already. cudaSuccess is left alone. */
void cuda_note(cuda_device *cuda, cudaError_t error, const char *what);
void cuda_note_blas(cuda_device *cuda, cublasStatus_t status, const char *what);

/* A failure in the library's own words. */
void cuda_note_text(cuda_device *cuda, const char *what, const char *why);

/* After a kernel launch. */
void cuda_launched(cuda_device *cuda, const char *what);

/* COULOMB_OK, or the first failure with its message stored. */
coulomb_status cuda_status(cuda_device *cuda);

/* COULOMB_ERROR_MEMORY, after a library could not get what it needs: it does no harm to the device. */
coulomb_status cuda_lacks_memory(cuda_device *cuda, const char *what);

/* Device memory; NULL after storing an error message. */
void *cuda_get(cuda_device *cuda, size_t bytes);
void cuda_release(cuda_device *cuda, void *memory); /* NULL is left alone */

/* cuBLAS on the device's stream, with workspace of its own, and cuDNN: started before what passes ask of them, since
 * that gets memory. */
coulomb_status cuda_start_blas(cuda_device *cuda);
coulomb_status cuda_start_dnn(cuda_device *cuda);

/* --- rows of the table, by file --- */

/* start.c */
coulomb_status cuda_start(coulomb_context *context, const device_services *services, const void *arguments,
                          device **started); /* arguments: the device's number, int32_t */
void cuda_free(device *on);
coulomb_status cuda_set_precision(device *on, int32_t precision);
int32_t cuda_get_precision(const device *on);

/* memory.c */
void *cuda_row_get(device *on, size_t bytes);
void cuda_row_release(device *on, void *memory);
void *cuda_get_host(device *on, size_t bytes);
void cuda_release_host(device *on, void *memory);
void cuda_copy_in(device *on, void *to, const void *from, size_t bytes);
coulomb_status cuda_copy_out(device *on, void *to, const void *from, size_t bytes);
void cuda_copy(device *on, void *to, const void *from, size_t bytes, const int32_t *go);
void cuda_clear(device *on, void *memory, size_t bytes);
coulomb_status cuda_finish(device *on);
cudaError_t cuda_staging_new(cuda_device *cuda);
void cuda_memory_end(cuda_device *cuda); /* releases staging and what is left of pinned memory */

/* recording.c */
void cuda_run_recorded(device *on, void **recording, uint64_t signature, void (*enqueue)(void *work), void *work);
void cuda_free_recording(device *on, void *recording);

/* flat.c */
void cuda_fill(device *on, size_t count, float value, float *array);
void cuda_mean(device *on, size_t count, const float *array, double *result);
void cuda_add(device *on, size_t count, float factor, const float *from, float *to);
void cuda_scale_rows(device *on, const device_rows *rows);
void cuda_loss(device *on, const device_loss *loss);
void cuda_sum_squares(device *on, size_t count, const float *array, double *result);
void cuda_add_noise(device *on, const random_key *key, const uint64_t *update, uint64_t first, size_t count,
                    float deviation, const float *samples, float *noisy);
void cuda_check_values(device *on, size_t count, const float *array, int32_t *go);
void cuda_check_figures(device *on, size_t count, const double *figures, int32_t *go);
void cuda_adam(device *on, const device_move *move);
void cuda_sgd(device *on, const device_move *move);
void cuda_average(device *on, size_t count, const float *decay, const float *parameter, float *average,
                  const int32_t *go);

/* potentials.c */
device_pairs *cuda_pairs_new(device *on);
void cuda_pairs_free(device_pairs *pairs);
coulomb_status cuda_pairs_bytes(const device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                size_t at, bool field, size_t *bytes);
coulomb_status cuda_potentials(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                               float *potential_model, float *potential_target, double *energy);
coulomb_status cuda_potentials_at(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                  const float *at, size_t n_at, float *field, float *potential);

/* table.c */
extern const device_table cuda_table;

#endif

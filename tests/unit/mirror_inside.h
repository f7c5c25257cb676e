/* What the mirror's files share: each call above the seam becomes a mirror_call, with addresses of the host, which is
 * performed, and kept where a recording is made. */
#ifndef UNIT_MIRROR_INSIDE_H
#define UNIT_MIRROR_INSIDE_H

#include "cpu/cpu.h"
#include "unit/mirror.h"

enum { ARRAYS_MOST = 4096 };

typedef struct mirror mirror;
typedef struct mirror_call mirror_call;

struct mirror_call {
    coulomb_status (*perform)(mirror *m, mirror_call *call);
    device_stretch *stretch; /* of a move; the call's own */
    uint64_t revision;       /* of a pass: the one thing that may change in a recording */
    /* Set field by field, since all bytes are compared. */
    union {
        struct {
            void *to;
            const void *from;
            size_t bytes;
            const int32_t *go;
        } copy;
        struct {
            size_t count;
            float value;
            float *array;
        } fill;
        struct {
            size_t count;
            const void *array;
            void *result;
        } look;
        device_loss loss;
        struct {
            random_key key;
            const uint64_t *update;
            uint64_t first;
            size_t count;
            float deviation;
            const float *samples;
            float *noisy;
        } noise;
        device_move move;
        struct {
            size_t count;
            const float *decay, *parameter;
            float *averaged;
            const int32_t *go;
        } average;
        struct {
            size_t count;
            float factor;
            const float *from;
            float *to;
        } add;
        device_rows rows;
        struct {
            device_plan *plan;
            device_pass pass;
            device_gradients gradients;
            const float *output;
        } pass;
        struct {
            device_pairs *pairs;
            device_kernel kernel;
            charge_batch batch;
            const float *at;
            size_t n_at;
            float *field, *potential, *potential_model, *potential_target;
            double *energy;
        } sums;
    };
};

typedef struct mirror_recording mirror_recording;

/* Memory of the device, by the host's address, or of the host, to copy from and to. */
typedef struct mirror_array {
    void *memory;
    size_t bytes;
    bool host;
} mirror_array;

struct mirror {
    device seam;
    device *cpu;
    mirror_array array[ARRAYS_MOST]; /* got and not released */
    size_t arrays;
    mirror_recording *recording; /* under way; NULL: none is */
    mirror_call call;            /* the call at hand */
    uint64_t repeats;            /* of recordings */
};

mirror *mirror_of(device *on);

/* Zeros, but for `perform`; until the next one. */
mirror_call *mirror_call_new(mirror *m, coulomb_status (*perform)(mirror *m, mirror_call *call));
coulomb_status mirror_do(mirror *m, mirror_call *call);

/* End the program, which broke the seam's rules: also where something that cannot be repeated is in a recording. */
_Noreturn void mirror_refuse(const char *what);
mirror *mirror_at_once(mirror *m);

/* Plans, flat arrays, potentials; the rest of the table is mirror_device.c's. */
void mirror_add_plans(device_table *table);
void mirror_add_flat(device_table *table);
void mirror_add_potentials(device_table *table);

/* mirror_recording.c */
void mirror_run_recorded(device *on, void **kept, uint64_t signature, void (*enqueue)(void *work), void *work);
void mirror_free_recording(device *on, void *kept);

#endif

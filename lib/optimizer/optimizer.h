/* Optimizers and schedules as the layers above see them. */
#ifndef OPTIMIZER_OPTIMIZER_H
#define OPTIMIZER_OPTIMIZER_H

#include "device/arrays.h"
#include "network/network.h"

#include <coulomb/optimizer.h>

struct coulomb_schedule {
    coulomb_context *context;
    int32_t kind; /* COULOMB_SCHEDULE_* */
    uint64_t first, last;
    double factor;
    size_t drops;
    uint64_t after[COULOMB_SCHEDULE_DROPS_MAX];
    coulomb_schedule_callback *callback;
    void *user;
    coulomb_destroy_callback *destroy;
};

/* Of a step on its own: flags that come back from the device, and what the move needs there. */
typedef struct lone_step {
    int32_t gradients_finite, averages_finite;
    adam_factors factors;
} lone_step;

struct coulomb_optimizer {
    coulomb_context *context;
    coulomb_network *network;
    bool lent; /* it belongs to a trainer, which alone steps and frees it */
    bool busy; /* a step of that trainer is under way */
    int32_t method;
    double learning_rate, beta1, beta2, epsilon, l2;
    coulomb_schedule *schedule;
    float *moment1, *moment2; /* on the device; flat, as the network's parameters */
    device_stretch *stretch;  /* [parameter arrays] what it moves, see optimizer_move() */
    staged_array lone;        /* lone_step: what coulomb_optimizer_step() and the device tell each other */
    bool counted;             /* among the network's learners */
};

/* Put `schedule` (may be NULL) where another one was, unless it belongs to another context than this one. */
coulomb_status schedule_replace(coulomb_context *context, coulomb_schedule **place, coulomb_schedule *schedule);

/* base * factor; base itself without a schedule. */
coulomb_status schedule_value(const coulomb_schedule *schedule, double base, uint64_t update, double *value);

/* Everything that tells two schedules apart, as text of at most `size` characters: "exponential 0 1000000 0.01". */
void schedule_describe(const coulomb_schedule *schedule, char *text, size_t size);

/* The learning rate of an update. */
coulomb_status optimizer_rate(const coulomb_optimizer *optimizer, uint64_t update, double *rate);

/* The constants of an update. */
adam_factors optimizer_factors(const coulomb_optimizer *optimizer, uint64_t update, double rate);

/* Move the parameters by `factors`, and the running averages, unless the flag at `go` is 0 (NULL: always). Both stand
 * on the device. */
void optimizer_move(coulomb_optimizer *optimizer, const adam_factors *factors, const int32_t *go);

#endif

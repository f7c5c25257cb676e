#include "memory.h"

#include "console.h"
#include "succeed.h"

#include <stdio.h>

memory_plan memory_begin(coulomb_context *context, const device_settings *device)
{
    return (memory_plan){.context = context, .device = device};
}

static void add(memory_plan *plan, const char *purpose, coulomb_status status, size_t bytes)
{
    if (!succeeded(plan->context, status, "planning memory")) {
        plan->lacking = true;
        return;
    }
    plan->part[plan->parts].purpose = purpose;
    plan->part[plan->parts++].bytes = bytes;
}

/* The plan is told even where there is not so much. */
static void reserved(memory_plan *plan, coulomb_status status)
{
    if (!plan->lacking && !succeeded(plan->context, status, "reserving memory"))
        plan->lacking = true;
}

void memory_add_trainer(memory_plan *plan, const coulomb_trainer *trainer, coulomb_network *generator,
                        coulomb_network *discriminator, size_t samples)
{
    size_t bytes = 0;
    coulomb_status status = coulomb_network_reserve(generator, samples);
    if (status == COULOMB_OK && discriminator)
        status = coulomb_network_reserve(discriminator, samples);
    reserved(plan, status);
    status = coulomb_trainer_memory(trainer, &bytes);
    add(plan, "for training", status, bytes);
}

static coulomb_status sum_arenas(const coulomb_network *network, size_t samples, const int32_t *arena, size_t arenas,
                                 size_t *sum)
{
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < arenas && status == COULOMB_OK; i++) {
        size_t bytes = 0;
        status = coulomb_network_memory(network, arena[i], samples, &bytes);
        *sum += bytes;
    }
    return status;
}

void memory_add_trained(memory_plan *plan, const char *purpose, coulomb_network *network, size_t samples)
{
    /* moments are as many as parameters and gradients */
    static const int32_t arenas[] = {COULOMB_MEMORY_PARAMETERS, COULOMB_MEMORY_PARAMETERS, COULOMB_MEMORY_KEPT,
                                     COULOMB_MEMORY_TEMPORARY};
    size_t bytes = 0;
    reserved(plan, coulomb_network_reserve(network, samples));
    coulomb_status status = sum_arenas(network, samples, arenas, sizeof arenas / sizeof *arenas, &bytes);
    add(plan, purpose, status, bytes);
}

void memory_add_samples(memory_plan *plan, const char *purpose, const coulomb_network *network, size_t samples)
{
    size_t bytes = 0;
    coulomb_status status = coulomb_network_memory(network, COULOMB_MEMORY_INFERENCE, samples, &bytes);
    add(plan, purpose, status, bytes);
}

void memory_add_evaluated(memory_plan *plan, const char *purpose, coulomb_network *network, size_t samples)
{
    static const int32_t arenas[] = {COULOMB_MEMORY_PARAMETERS, COULOMB_MEMORY_INFERENCE};
    size_t bytes = 0;
    reserved(plan, coulomb_network_reserve_inference(network, samples));
    coulomb_status status = sum_arenas(network, samples, arenas, sizeof arenas / sizeof *arenas, &bytes);
    add(plan, purpose, status, bytes);
}

void memory_add_host(memory_plan *plan, const char *purpose, size_t bytes)
{
    plan->host.purpose = purpose;
    plan->host.bytes = bytes;
}

/* "56 KiB", "5.6 MiB", "56 MiB" */
static const char *size_text(size_t bytes, char text[32])
{
    double mebibytes = (double)bytes / 1048576;
    if (mebibytes < 1)
        snprintf(text, 32, "%.0f KiB", 1024 * mebibytes);
    else
        snprintf(text, 32, mebibytes < 10 ? "%.1f MiB" : "%.0f MiB", mebibytes);
    return text;
}

bool memory_tell(const memory_plan *plan)
{
    char word[DEVICE_WORD_SIZE], size[32], text[512];
    size_t length = 0, total = 0;
    device_word(plan->device, word);
    for (size_t i = 0; i < plan->parts; i++) {
        total += plan->part[i].bytes;
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s %s", i > 0 ? ", " : "",
                                   size_text(plan->part[i].bytes, size), plan->part[i].purpose);
    }
    if (plan->parts > 1)
        length += (size_t)snprintf(text + length, sizeof text - length, "; %s in total", size_text(total, size));
    if (plan->host.purpose)
        snprintf(text + length, sizeof text - length, ". Of the host's: %s %s", size_text(plan->host.bytes, size),
                 plan->host.purpose);
    if (plan->parts > 0)
        say("Memory on %s: %s.", word, text);
    return !plan->lacking;
}

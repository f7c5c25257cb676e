/*
 * Contexts on the device that the user asks for. libcoulomb-cuda is loaded when a GPU is asked for, not linked: so one
 * program serves machines with and without CUDA, can be built and packaged where there is none, and starts no slower.
 */
#include "device.h"

#include "console.h"
#include "library.h"
#include "ranks.h"
#include "succeed.h"

#include <coulomb/cuda.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const option_choice precisions[] = {{"default", 0},
                                           {"float32", COULOMB_PRECISION_FLOAT32},
                                           {"tf32", COULOMB_PRECISION_TF32},
                                           {"bf16", COULOMB_PRECISION_BF16},
                                           {NULL, 0}};

void device_options(option_table *table, const char *group, device_settings *chosen, enum device_use use)
{
    const option_row rows[] = {
        {.name = "threads",
         .argument = "N",
         .count = &chosen->threads,
         .high = 1024,
         .passing = true,
         .help = use == DEVICE_OF_RUN ? "number of threads; 0: one per processor, divided among the processes of the "
                                        "run on this host. Results do not depend on it"
                                      : "number of threads; 0: one per processor. Results do not depend on it"},
        {.name = "device",
         .argument = "WORD",
         .text = &chosen->device,
         .passing = true,
         .help = use == DEVICE_OF_RUN
                     ? "where networks and potentials are computed: cpu, cuda (the first NVIDIA GPU; of several "
                       "processes on a host each takes the next one) or cuda:N; unless given, cpu. GPUs need "
                       "libcoulomb-cuda"
                 : use == DEVICE_OF_NETWORKS
                     ? "where networks are computed: cpu, cuda (the first NVIDIA GPU) or cuda:N; "
                       "unless given, cpu. GPUs need libcoulomb-cuda"
                     : "where potentials are computed: cpu, cuda (the first NVIDIA GPU) or "
                       "cuda:N; unless given, cpu. GPUs need libcoulomb-cuda"},
        {.name = "precision",
         .choice = &chosen->precision,
         .choices = precisions,
         .passing = true,
         .help =
             "precision of products inside networks; default: tf32 on a GPU, float32 on the CPU, which has no other"},
    };
    size_t count = sizeof rows / sizeof *rows;
    options_add(table, group, rows, use == DEVICE_OF_POTENTIALS ? count - 1 : count);
}

enum { ON_CPU = -1 };

/* The number of the GPU, or ON_CPU. */
static bool read_word(const char *word, int32_t *number)
{
    static const char cuda[] = "cuda:";
    size_t length = sizeof cuda - 1;
    *number = ON_CPU;
    if (!word || strcmp(word, "cpu") == 0)
        return true;
    *number = 0;
    if (strcmp(word, "cuda") == 0)
        return true;
    if (strncmp(word, cuda, length) != 0)
        return false;
    const char *digits = word + length;
    size_t count = strspn(digits, "0123456789");
    if (count < 1 || count > 3 || digits[count] != '\0')
        return false;
    *number = (int32_t)strtol(digits, NULL, 10);
    return true;
}

bool device_check(const device_settings *chosen)
{
    int32_t number;
    return read_word(chosen->device, &number) ||
           complain("--device is '%s'; expected cpu, cuda or cuda:N", chosen->device);
}

void device_word(const device_settings *chosen, char word[DEVICE_WORD_SIZE])
{
    int32_t number;
    bool on_gpu = read_word(chosen->device, &number) && number != ON_CPU;
    snprintf(word, DEVICE_WORD_SIZE, on_gpu ? "cuda:%" PRId32 : "cpu", number);
}

/* --- libcoulomb-cuda --- */

/* Functions of coulomb/cuda.h; once loaded they stay. */
static struct {
    coulomb_status (*new_context)(int32_t number, coulomb_context **context);
    const char *(*name)(int32_t number);
    coulomb_status (*memory)(int32_t number, size_t *bytes);
    coulomb_status (*count)(int32_t *count);
    const char *(*error)(void);
} loaded;

static bool load_library(void)
{
    static const library cuda = {.name = "libcoulomb-cuda", .needs = "CUDA", .purpose = "--device"};
    void *handle = library_load(&cuda);
    return handle && library_find(&cuda, handle, "coulomb_cuda_device_name", &loaded.name) &&
           library_find(&cuda, handle, "coulomb_cuda_device_memory", &loaded.memory) &&
           library_find(&cuda, handle, "coulomb_cuda_device_count", &loaded.count) &&
           library_find(&cuda, handle, "coulomb_cuda_error", &loaded.error) &&
           library_find(&cuda, handle, "coulomb_context_new_cuda", &loaded.new_context);
}

/* Of several processes on this host each takes another one, as far as there are so many; the first where CUDA does not
 * say how many, which the context will explain. */
static int32_t gpu_of_process(void)
{
    int32_t gpus = 0;
    return loaded.count(&gpus) == COULOMB_OK && gpus > 0 ? (int32_t)(ranks_on_host().place % (size_t)gpus) : 0;
}

static coulomb_context *cuda_context(int32_t number, bool any)
{
    coulomb_context *context;
    size_t bytes = 0;
    if (!load_library())
        return NULL;
    if (any)
        number = gpu_of_process();
    if (loaded.new_context(number, &context) != COULOMB_OK) {
        complain("--device cuda:%" PRId32 ": %s", number, loaded.error());
        return NULL;
    }
    const char *name = loaded.name(number);
    loaded.memory(number, &bytes);
    say_of_process("cuda:%" PRId32 " is %s with %zu MiB.", number, name ? name : "unknown", bytes >> 20);
    return context;
}

/* --- contexts --- */

static coulomb_context *cpu_context(void)
{
    coulomb_context *context;
    return context_created(coulomb_context_new(&context)) ? context : NULL;
}

/* In the option's words. */
static bool set_precision(coulomb_context *context, const device_settings *chosen)
{
    const option_choice *choice = precisions;
    if (chosen->precision == 0 || coulomb_context_set_precision(context, chosen->precision) == COULOMB_OK)
        return true;
    while (choice->word && choice->value != chosen->precision)
        choice++;
    char word[DEVICE_WORD_SIZE];
    device_word(chosen, word);
    return complain("--precision is %s, which %s does not have; expected %s", choice->word, word,
                    strcmp(word, "cpu") == 0 ? "float32 or default there, or another --device"
                                             : "another one, or default");
}

/* Processes that share a host divide the processors that they may run on; a launcher may have done so already. */
static coulomb_status set_threads(coulomb_context *context, size_t threads)
{
    const ranks_sharing here = ranks_on_host();
    size_t own = 0, part = here.processors > here.count ? here.processors / here.count : 1;
    coulomb_status status = coulomb_context_set_threads(context, threads);
    if (status != COULOMB_OK || threads > 0 || here.count == 1 || here.processors == 0)
        return status;
    status = coulomb_context_get_threads(context, &own);
    return status == COULOMB_OK && part < own ? coulomb_context_set_threads(context, part) : status;
}

coulomb_context *device_context(const device_settings *chosen)
{
    int32_t number;
    if (!device_check(chosen) || !read_word(chosen->device, &number))
        return NULL;
    bool any = number != ON_CPU && strchr(chosen->device, ':') == NULL;
    coulomb_context *context = number == ON_CPU ? cpu_context() : cuda_context(number, any);
    if (!context)
        return NULL;
    if (succeeded(context, set_threads(context, (size_t)chosen->threads), "starting threads") &&
        set_precision(context, chosen))
        return context;
    coulomb_context_free(context);
    return NULL;
}

static const char *precision_word(const coulomb_context *context)
{
    int32_t precision = 0;
    coulomb_context_get_precision(context, &precision);
    const option_choice *choice = precisions;
    while (choice->word && choice->value != precision)
        choice++;
    return choice->word ? choice->word : "unknown";
}

void device_record(const device_settings *chosen, const coulomb_context *context, json_t **record)
{
    char word[DEVICE_WORD_SIZE];
    int32_t number;
    size_t threads = 0;
    device_word(chosen, word);
    coulomb_context_get_threads(context, &threads);
    const char *name = read_word(chosen->device, &number) && number != ON_CPU ? loaded.name(number) : NULL;
    json_put(record, "device", json_string(name ? name : word));
    json_put(record, "precision", json_string(precision_word(context)));
    json_put(record, "kernels", json_string(coulomb_context_kernels(context)));
    json_put(record, "blas", json_string(coulomb_context_blas(context)));
    json_put(record, "threads", json_integer((json_int_t)threads));
    json_put(record, "processes", json_integer((json_int_t)ranks_count()));
}

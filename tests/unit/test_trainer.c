#include "trainer/trainer.h"

#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/test_trainer.h"

#include <coulomb/checkpoint.h>
#include <stdio.h>
#include <unistd.h>

coulomb_network *generator, *discriminator;
coulomb_trainer *trainer;

void trainer_end(void)
{
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    trainer = NULL;
    generator = discriminator = NULL;
}

coulomb_network *parse_network(const char *text, uint64_t seed)
{
    coulomb_network *made;
    ck_ok(context, network_parse(context, text, NULL, 0, &made));
    ck_ok(context, coulomb_network_finish(made, (int32_t)made->graph.nodes - 1, seed));
    return made;
}

float *copy_of_array(const device_array *array, size_t count)
{
    buffer room = {0};
    coulomb_status status;
    const float *there = device_view(context_device(context), &room, array->data, count, sizeof *there, &status);
    ck_ok(context, status);
    float *copy = malloc(count * sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, there, count * sizeof *copy);
    buffer_release(context, &room);
    return copy;
}

static char *checkpoint(size_t *bytes)
{
    enum { MOST = 1 << 17 };
    char path[] = "/tmp/coulomb-trainer-XXXXXX", *content = malloc(MOST);
    close(mkstemp(path));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    FILE *file = fopen(path, "rb");
    *bytes = fread(content, 1, MOST, file);
    ck_assert(feof(file));
    fclose(file);
    unlink(path);
    return content;
}

/* After four updates, of which another trainer does the last two if there is a path. */
static char *trained(trainer_maker *make, int options, size_t threads, const char *path, size_t *bytes)
{
    make(options);
    ck_ok(context, coulomb_context_set_threads(context, threads));
    ck_ok(context, coulomb_trainer_run(trainer, 2, NULL, NULL));
    if (path != NULL) {
        ck_ok(context, coulomb_trainer_save(trainer, path));
        make(options);
        ck_ok(context, coulomb_trainer_load(trainer, path));
    }
    ck_ok(context, coulomb_trainer_run(trainer, 4, NULL, NULL));
    return checkpoint(bytes);
}

void ck_trainer_repeats(trainer_maker *make, int options)
{
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    size_t bytes, again;
    close(mkstemp(path));
    char *expected = trained(make, options, 1, NULL, &bytes), *found = trained(make, options, 3, NULL, &again);
    ck_assert_uint_eq(again, bytes);
    ck_assert_mem_eq(found, expected, bytes);
    free(found);
    found = trained(make, options, 2, path, &again);
    ck_assert_uint_eq(again, bytes);
    ck_assert_mem_eq(found, expected, bytes);
    free(found);
    free(expected);
    unlink(path);
}

void ck_allocated_once(const ledger *book, size_t bytes)
{
    size_t before = ledger_bytes(book, context);
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_assert(device_has_own_memory() || ledger_bytes(book, context) - before == bytes);
    size_t calls = book->calls;
    ck_ok(context, coulomb_trainer_run(trainer, 5, NULL, NULL));
    ck_assert_uint_eq(book->calls, calls);
}

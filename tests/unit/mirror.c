/* The mirror itself: what must die on it dies, and what it computes has the CPU's bits. */
#include "unit/mirror.h"

#include "cpu/cpu.h"
#include "device/arrays.h"
#include "trainer/step.h"
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static coulomb_context *context;
static device *on;
static const device_table *table;

static void setup(void)
{
    ck_assert_int_eq(mirror_context_new(&(context_memory){0}, &context), COULOMB_OK);
    on = context_device(context);
    table = on->table;
}

static void teardown(void)
{
    coulomb_context_free(context);
}

/* --- what must not be done --- */

static void die_of_a_read(int number)
{
    (void)number;
    raise(SIGSEGV);
}

/* A sanitizer's own handler would turn the signal into an exit; and where an address stands in the register of the
 * stack, x86-64 has another signal. */
static void die_by_signals(void)
{
    signal(SIGSEGV, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    signal(SIGBUS, die_of_a_read);
}

static float *get_floats(size_t count)
{
    float *array = table->get(on, count * sizeof *array);
    ck_assert_ptr_nonnull(array);
    return array;
}

/* A trainer of small networks whose first update is done. */
static coulomb_trainer *trained(void)
{
    static const size_t two = 2;
    static float samples[20];
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    random_floats(1, 20, 1.0f, samples);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, 10, 1));
    ck_ok(context, coulomb_trainer_step(trainer));
    return trainer;
}

/* What the layers above may not look at: a network's parameters, an optimizer's moments, an update's samples. */
START_TEST(a_read_dies)
{
    const coulomb_trainer *trainer = trained();
    const void *const places[] = {trainer->generator->values, trainer->discriminator_optimizer->moment1,
                                  trainer->arrays.model.data};
    const volatile float *place = places[_i];
    die_by_signals();
    ck_assert(isfinite(*place));
}
END_TEST

START_TEST(a_write_dies)
{
    volatile float *array = get_floats(1);
    die_by_signals();
    array[0] = 1.0f;
}
END_TEST

/* Valgrind reports the call, and would fail a process that exits. */
START_TEST(a_system_call_fails)
{
    float *array = get_floats(1);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], array, sizeof *array), -1);
    ck_assert_int_eq(errno, EFAULT);
    raise(SIGTERM);
}
END_TEST

START_TEST(an_address_of_the_host_dies)
{
    float own = 0.0f;
    die_by_signals();
    table->fill(on, 1, 1.0f, &own);
}
END_TEST

START_TEST(an_array_released_twice_dies)
{
    float *array = get_floats(1);
    table->release(on, array);
    die_by_signals();
    table->release(on, array);
}
END_TEST

START_TEST(an_array_never_released_dies)
{
    get_floats(1);
    die_by_signals();
    teardown();
}
END_TEST

/* --- recordings --- */

typedef struct filling {
    float *array, value;
    size_t asked; /* how often */
} filling;

static void enqueue_fill(void *work)
{
    filling *asked = work;
    table->fill(on, 1, asked->value, asked->array);
    asked->asked++;
}

static float read_float(const float *array)
{
    float value;
    ck_assert_int_eq(table->copy_out(on, &value, array, sizeof value), COULOMB_OK);
    return value;
}

/* From the third time on nobody is asked, and the device does the same again. */
START_TEST(recordings_repeat)
{
    void *recording = NULL;
    filling work = {.array = get_floats(1), .value = 1.0f};
    for (size_t i = 1; i <= 4; i++) {
        table->fill(on, 1, 0.0f, work.array);
        table->run_recorded(on, &recording, 1, enqueue_fill, &work);
        ck_assert_uint_eq(work.asked, i < 3 ? i : 2);
        ck_assert_float_eq(read_float(work.array), 1.0f);
    }
    work.value = 2.0f;
    table->run_recorded(on, &recording, 2, enqueue_fill, &work);
    ck_assert_uint_eq(work.asked, 3);
    ck_assert_float_eq(read_float(work.array), 2.0f);
    table->free_recording(on, recording);
    table->release(on, work.array);
}
END_TEST

START_TEST(a_recording_of_other_calls_dies)
{
    void *recording = NULL;
    filling work = {.array = get_floats(1), .value = 1.0f};
    table->run_recorded(on, &recording, 1, enqueue_fill, &work);
    work.value = 2.0f;
    die_by_signals();
    table->run_recorded(on, &recording, 1, enqueue_fill, &work);
}
END_TEST

static void enqueue_copy_in(void *work)
{
    filling *asked = work;
    table->copy_in(on, asked->array, &asked->value, sizeof asked->value);
}

START_TEST(host_memory_in_a_recording_dies)
{
    void *recording = NULL;
    filling work = {.array = get_floats(1), .value = 1.0f};
    die_by_signals();
    table->run_recorded(on, &recording, 1, enqueue_copy_in, &work);
}
END_TEST

/* --- the CPU's bits --- */

enum { COUNT = 1000 };

typedef struct flat_results {
    float values[COUNT], gradient[COUNT], moments[2 * COUNT], averaged[COUNT], noisy[COUNT], scaled[200];
    double mean, squares, loss;
    int32_t go;
} flat_results;

/* Everything that takes flat arrays, in memory of the device: a struct of results is one array of it. */
static void run_flat(device *d, flat_results *results)
{
    const device_table *t = d->table;
    flat_results *r = t->get(d, sizeof *r);
    static float drawn[2 * COUNT];
    random_floats(1, 2 * COUNT, 1.0f, drawn);
    t->clear(d, r, sizeof *r);
    t->copy_in(d, r->values, drawn, COUNT * sizeof(float));
    t->copy_in(d, r->gradient, drawn + COUNT, COUNT * sizeof(float));
    t->fill(d, 10, 0.5f, r->averaged);
    t->mean(d, COUNT, r->values, &r->mean);
    t->sum_squares(d, COUNT, r->values, &r->squares);
    const device_loss loss = {.kind = COULOMB_LOSS_L2,
                              .count = COUNT,
                              .total = COUNT,
                              .scale = 2.0f,
                              .output = r->values,
                              .potential = r->averaged,
                              .divisor = 3.0f,
                              .gradient = r->gradient,
                              .sum = &r->loss};
    t->loss(d, &loss);
    const device_rows rows = {
        .rows = 10, .columns = 20, .factor = 0.3f, .from = r->values, .divisor = r->gradient, .to = r->scaled};
    t->scale_rows(d, &rows);
    struct {
        adam_factors factors;
        float decay;
        uint64_t update;
    } host = {.factors = {.beta1 = 0.9f,
                          .gain1 = 0.1f,
                          .beta2 = 0.99f,
                          .gain2 = 0.01f,
                          .rate = 0.1f,
                          .correction = 1.0f,
                          .epsilon = 1e-8f},
              .decay = 0.25f,
              .update = 7},
      *figures = t->get(d, sizeof host);
    t->copy_in(d, figures, &host, sizeof host);
    const int32_t one = 1;
    t->copy_in(d, &r->go, &one, sizeof one);
    const device_stretch stretch[] = {{.first = 0, .count = 100}, {.first = 200, .count = 800, .l2 = 0.5f}};
    const device_move move = {.stretch = stretch,
                              .stretches = 2,
                              .factors = &figures->factors,
                              .gradient = r->gradient,
                              .moment1 = r->moments,
                              .moment2 = r->moments + COUNT,
                              .parameter = r->values,
                              .go = &r->go};
    t->adam(d, &move);
    t->sgd(d, &move);
    t->average(d, COUNT, &figures->decay, r->values, r->averaged, &r->go);
    t->add(d, COUNT, 0.5f, r->values, r->averaged);
    const random_key key = {.seed = 3, .stream = STREAM_SMOOTHING};
    t->add_noise(d, &key, &figures->update, 5, COUNT, 0.1f, r->values, r->noisy);
    t->copy(d, r->gradient, r->noisy, 10 * sizeof(float), &r->go);
    t->check_values(d, COUNT, r->values, &r->go);
    t->check_figures(d, 3, &r->mean, &r->go);
    ck_assert_int_eq(t->finish(d), COULOMB_OK);
    ck_assert_int_eq(t->copy_out(d, results, r, sizeof *r), COULOMB_OK);
    t->release(d, figures);
    t->release(d, r);
}

static coulomb_context *cpu_context(void)
{
    coulomb_context *made;
    ck_assert_int_eq(coulomb_context_new(&made), COULOMB_OK);
    return made;
}

START_TEST(flat_functions_have_the_cpus_bits)
{
    static flat_results cpu, mirrored;
    coulomb_context *other = cpu_context();
    run_flat(context_device(other), &cpu);
    run_flat(on, &mirrored);
    ck_assert_int_eq(cpu.go, 1);
    ck_assert_mem_eq(&cpu, &mirrored, sizeof cpu);
    coulomb_context_free(other);
}
END_TEST

START_TEST(what_is_staged_is_copied)
{
    float host[3] = {1.0f, 2.0f, 3.0f};
    device_array room = {0};
    buffer copy = {0};
    coulomb_status status;
    const float *borrowed = device_borrow(on, &room, host, 3, sizeof(float));
    ck_assert_ptr_eq(borrowed, room.data);
    const float *viewed = device_view(on, &copy, borrowed, 3, sizeof(float), &status);
    ck_assert_int_eq(status, COULOMB_OK);
    ck_assert_ptr_eq(viewed, copy.data);
    ck_assert_mem_eq(viewed, host, sizeof host);
    device_release(on, &room);
    buffer_release(context, &copy);
}
END_TEST

enum { POINTS = 60, CHARGES = 200, DIMENSION = 40 };

typedef struct plummer_results {
    float potential[POINTS], field[POINTS * DIMENSION], at_model[CHARGES], at_target[CHARGES + 1];
    double energy;
} plummer_results;

static void run_plummer(coulomb_context *c, size_t dimension, int32_t self_terms, plummer_results *r)
{
    static float points[POINTS * DIMENSION], model[CHARGES * DIMENSION], target[(CHARGES + 1) * DIMENSION];
    coulomb_plummer *plummer;
    memset(r, 0, sizeof *r);
    random_floats(1, POINTS * dimension, 1.0f, points);
    random_floats(2, CHARGES * dimension, 1.0f, model);
    random_floats(3, (CHARGES + 1) * dimension, 1.0f, target);
    ck_ok(c, coulomb_plummer_new(c, 1.0, 0.3, &plummer));
    ck_ok(c, coulomb_plummer_set_self_terms(plummer, self_terms));
    ck_ok(c, coulomb_plummer_field(plummer, dimension, points, POINTS, model, CHARGES, target, CHARGES + 1, r->field,
                                   r->potential));
    ck_ok(c, coulomb_plummer_potential(plummer, dimension, points, POINTS / 2, model, CHARGES, NULL, 0, r->potential));
    ck_ok(c, coulomb_plummer_batch(plummer, dimension, model, CHARGES, target, CHARGES + 1, r->at_model, r->at_target,
                                   &r->energy));
    coulomb_plummer_free(plummer);
}

START_TEST(potentials_have_the_cpus_bits)
{
    static plummer_results cpu, mirrored;
    coulomb_context *other = cpu_context();
    for (int32_t self_terms = 0; self_terms <= 1; self_terms++) {
        run_plummer(other, _i == 0 ? 3 : DIMENSION, self_terms, &cpu);
        run_plummer(context, _i == 0 ? 3 : DIMENSION, self_terms, &mirrored);
        ck_assert_mem_eq(&cpu, &mirrored, sizeof cpu);
    }
    coulomb_context_free(other);
}
END_TEST

/* --- training --- */

enum { IMAGE = 8 * 8 * 3, BATCH = 12, UPDATES = 5, SAMPLES = 40 };

static const char generator_text[] = "input[5] dense(64) reshape[4, 4, 4] batch_norm(0.001 0.9 scale) relu "
                                     "conv_transposed(8 4x4 stride 2x2 same) batch_norm(0.001 0.9) leaky_relu(0.2) "
                                     "conv(3 3x3 stride 1x1 same) tanh";
static const char *const discriminator_texts[] = {
    "input[8, 8, 3] conv(8 3x3 stride 2x2 same) elu reshape[128] dense(16) lecun_tanh dense(1)",
    "input[8, 8, 3] conv(8 3x3 stride 2x2 same) batch_norm(0.001 0.9 scale) relu max_pool(2x2 stride 2x2 valid) "
    "reshape[32] dense(1)"};

static coulomb_network *parse(coulomb_context *c, const char *text, uint64_t seed)
{
    coulomb_network *made;
    ck_ok(c, network_parse(c, text, NULL, 0, &made));
    ck_ok(c, coulomb_network_finish(made, (int32_t)made->graph.nodes - 1, seed));
    return made;
}

static void set_options(coulomb_context *c, coulomb_trainer *trainer, int set)
{
    ck_ok(c, coulomb_trainer_set_batch(trainer, BATCH));
    if (set == 1) {
        ck_ok(c, coulomb_trainer_set_smoothing(trainer, 0.1));
        ck_ok(c, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1));
        ck_ok(c, coulomb_trainer_set_self_terms(trainer, 0));
    }
    if (set == 3)
        ck_ok(c, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    if (set >= 2) {
        ck_ok(c, coulomb_trainer_set_replay(trainer, 1));
        ck_ok(c, coulomb_trainer_set_averaging(trainer, 0.9));
        ck_ok(c, coulomb_trainer_set_charges(trainer, 30, 20));
    }
}

/* The bytes of a checkpoint after some updates: parameters, moments, averages, samples to replay. */
static size_t train(coulomb_context *c, int set, const char *path, char *bytes, size_t most)
{
    static float samples[SAMPLES * IMAGE];
    coulomb_network *generator = parse(c, generator_text, 1), *discriminator;
    coulomb_trainer *trainer;
    random_floats(1, SAMPLES * IMAGE, 1.0f, samples);
    discriminator = set == 3 ? NULL : parse(c, discriminator_texts[set == 1], 2);
    ck_ok(c, coulomb_trainer_new(c, generator, discriminator, &trainer));
    ck_ok(c, coulomb_trainer_set_data_array(trainer, samples, SAMPLES, 1));
    set_options(c, trainer, set);
    for (int i = 0; i < UPDATES; i++)
        ck_ok(c, coulomb_trainer_step(trainer));
    ck_ok(c, coulomb_trainer_save(trainer, path));
    FILE *file = fopen(path, "rb");
    size_t size = fread(bytes, 1, most, file);
    ck_assert(feof(file));
    fclose(file);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    return size;
}

START_TEST(training_has_the_cpus_bits)
{
    enum { MOST = 1 << 20 };
    char path[] = "/tmp/coulomb-mirror-XXXXXX", *bytes = malloc(MOST), *mirrored = malloc(MOST);
    close(mkstemp(path));
    coulomb_context *other = cpu_context();
    size_t size = train(other, _i, path, bytes, MOST);
    ck_assert_uint_eq(train(context, _i, path, mirrored, MOST), size);
    ck_assert_mem_eq(bytes, mirrored, size);
    ck_assert_uint_gt(size, 10000);
    unlink(path);
    free(bytes);
    free(mirrored);
    coulomb_context_free(other);
}
END_TEST

Suite *suite_mirror(void)
{
    Suite *suite = suite_create("mirror");
    TCase *test = tcase_create("mirror");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test_raise_signal(test, a_read_dies, SIGSEGV, 0, 3);
    tcase_add_test_raise_signal(test, a_write_dies, SIGSEGV);
    tcase_add_test_raise_signal(test, a_system_call_fails, SIGTERM);
    tcase_add_test_raise_signal(test, an_address_of_the_host_dies, SIGABRT);
    tcase_add_test_raise_signal(test, an_array_released_twice_dies, SIGABRT);
    tcase_add_test_raise_signal(test, an_array_never_released_dies, SIGABRT);
    tcase_add_test(test, recordings_repeat);
    tcase_add_test_raise_signal(test, a_recording_of_other_calls_dies, SIGABRT);
    tcase_add_test_raise_signal(test, host_memory_in_a_recording_dies, SIGABRT);
    tcase_add_test(test, flat_functions_have_the_cpus_bits);
    tcase_add_test(test, what_is_staged_is_copied);
    tcase_add_loop_test(test, potentials_have_the_cpus_bits, 0, 2);
    tcase_add_loop_test(test, training_has_the_cpus_bits, 0, 4);
    suite_add_tcase(suite, test);
    return suite;
}

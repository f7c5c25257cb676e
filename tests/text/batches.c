/* The order of lines, and batches of them. */
#include "fixture.h"
#include "suites.h"
#include "unit/check_more.h"

/* Lines are told apart by their first three characters, decimal digits. */
static void number_lines(size_t count)
{
    corpus_builder *builder = corpus_begin();
    for (size_t i = 0; i < count; i++) {
        const uint32_t points[] = {(uint32_t)('0' + i / 100 % 10), (uint32_t)('0' + i / 10 % 10),
                                   (uint32_t)('0' + i % 10), (uint32_t)('a' + i / 1000)};
        ck_assert(corpus_add(builder, points, 4));
    }
    ck_assert(corpus_finish(builder, VOCABULARY_PAPER, &text));
}

static size_t number_of(const uint16_t *numbers)
{
    size_t digit[4];
    for (size_t i = 0; i < 4; i++)
        digit[i] = text.characters[numbers[i]];
    return 1000 * (digit[3] - 'a') + 100 * (digit[0] - '0') + 10 * (digit[1] - '0') + digit[2] - '0';
}

/* Whether each place has one 1 and otherwise zeros. */
static bool read_one_hot(const float *places, uint16_t *numbers)
{
    for (size_t j = 0; j < LINE_LENGTH; j++, places += text.vocabulary) {
        size_t ones = 0;
        for (size_t k = 0; k < text.vocabulary; k++) {
            if (places[k] == 1.0f) {
                numbers[j] = (uint16_t)k;
                ones++;
            } else if (places[k] != 0.0f) {
                return false;
            }
        }
        if (ones != 1)
            return false;
    }
    return true;
}

START_TEST(an_epoch_shows_each_training_line_once)
{
    enum { LINES = 2000, BATCH = 17 };
    number_lines(LINES);
    ck_assert(corpus_hold_out(&text, 5));
    ck_assert_uint_eq(text.count, LINES - LINES_MEASURED);
    static unsigned shown[LINES];
    float *batch = malloc(BATCH * LINE_LENGTH * text.vocabulary * sizeof *batch);
    /* 17 epochs are whole batches */
    for (uint64_t update = 1; update <= text.count; update++) {
        size_t part = update % BATCH, rest = part * LINE_LENGTH * text.vocabulary; /* as two ranks would read it */
        ck_assert_int_eq(corpus_batch(&text, update, BATCH, 0, part, batch), COULOMB_OK);
        ck_assert_int_eq(corpus_batch(&text, update, BATCH, part, BATCH - part, batch + rest), COULOMB_OK);
        for (size_t i = 0; i < BATCH; i++) {
            uint16_t numbers[LINE_LENGTH];
            ck_assert(read_one_hot(batch + i * LINE_LENGTH * text.vocabulary, numbers));
            /* within an epoch each line has its turn before any has a second one */
            uint64_t epoch = ((update - 1) * BATCH + i) / text.count;
            ck_assert_uint_eq(shown[number_of(numbers)]++, epoch);
        }
    }
    free(batch);
    for (size_t i = 0; i < LINES_MEASURED; i++)
        ck_assert_uint_eq(shown[number_of(corpus_held_out(&text) + i * LINE_LENGTH)]++, 0);
    for (size_t i = 0; i < LINES; i++)
        ck_assert(shown[i] == BATCH || shown[i] == 1);
}
END_TEST

START_TEST(lines_held_out_depend_on_the_seed_alone)
{
    enum { SIZE = LINES_MEASURED * LINE_LENGTH };
    static uint16_t first[SIZE];
    for (uint64_t turn = 0; turn < 3; turn++) {
        corpus_free(&text);
        number_lines(3000);
        ck_assert(corpus_hold_out(&text, turn / 2));
        const uint16_t *held_out = corpus_held_out(&text);
        if (turn == 0)
            memcpy(first, held_out, sizeof first);
        ck_assert((memcmp(first, held_out, sizeof first) == 0) == (turn < 2));
    }
}
END_TEST

START_TEST(too_few_lines_are_refused)
{
    number_lines(2 * LINES_MEASURED - 1);
    ck_assert(!corpus_hold_out(&text, 1));
    corpus_free(&text);
    number_lines(2 * LINES_MEASURED);
    ck_assert(corpus_hold_out(&text, 1));
}
END_TEST

TCase *text_batches(void)
{
    TCase *tests = tcase_create("batches");
    tcase_set_timeout(tests, 60.0);
    tcase_add_checked_fixture(tests, NULL, release_text);
    tcase_add_test(tests, an_epoch_shows_each_training_line_once);
    tcase_add_test(tests, lines_held_out_depend_on_the_seed_alone);
    tcase_add_test(tests, too_few_lines_are_refused);
    return tests;
}

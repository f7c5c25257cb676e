/* What billion-word makes of text, character by character, and the networks it builds. */
#include "billion-word/corpus.h"
#include "billion-word/networks.h"
#include "billion-word/text.h"
#include "billion-word/utf8.h"
#include "unit/check_more.h"
#include "unit/run_suites.h"

#include <coulomb/parameters.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static corpus text;
static line_reader reader;

static void teardown(void)
{
    corpus_free(&text);
}

/* Read bytes in pieces of some size into `text`, at most so many lines of so many characters. */
static void read_bytes(const char *bytes, size_t size, size_t piece, size_t lines, size_t vocabulary)
{
    corpus_builder *builder = corpus_begin();
    ck_assert_ptr_nonnull(builder);
    reader = (line_reader){0};
    line_reader_begin(&reader, builder, lines);
    for (size_t at = 0; at < size; at += piece)
        ck_assert(line_reader_feed(&reader, (const uint8_t *)bytes + at, size - at < piece ? size - at : piece));
    ck_assert(line_reader_end(&reader));
    corpus_free(&text);
    ck_assert(corpus_finish(builder, vocabulary, &text));
}

static void read_text(const char *bytes)
{
    read_bytes(bytes, strlen(bytes), SIZE_MAX, SIZE_MAX, VOCABULARY_PAPER);
}

/* A line of the corpus in UTF-8, number 0 as '?'. */
static const char *line(size_t index)
{
    static char bytes[LINE_LENGTH * UTF8_BYTES_MOST + 1];
    size_t used = 0;
    ck_assert_uint_lt(index, text.count);
    for (size_t i = 0; i < LINE_LENGTH; i++) {
        uint16_t number = text.lines[index * LINE_LENGTH + i];
        ck_assert_uint_lt(number, text.vocabulary);
        used += utf8_encode(number > 0 ? text.characters[number] : '?', bytes + used);
    }
    bytes[used] = '\0';
    return bytes;
}

START_TEST(short_lines_are_padded_with_backticks)
{
    read_text("The end .\nX\n");
    ck_assert_uint_eq(text.count, 2);
    ck_assert_str_eq(line(0), "The end .```````````````````````");
    ck_assert_str_eq(line(1), "X```````````````````````````````");
    /* the backtick is a character, here the most frequent one: 23 + 31 times */
    ck_assert_uint_eq(text.characters[1], '`');
    ck_assert_uint_eq(text.counts[1], 54);
    ck_assert_uint_eq(text.counts[0], 0);
}
END_TEST

START_TEST(long_lines_are_cut)
{
    read_text("abcdefghijklmnopqrstuvwxyzABCDEF\nabcdefghijklmnopqrstuvwxyzABCDEFGHIJ\n\n"
              "abcdefghijklmnopqrstuvwxyzABCDE\n");
    ck_assert_uint_eq(text.count, 3);
    ck_assert_str_eq(line(0), "abcdefghijklmnopqrstuvwxyzABCDEF");
    ck_assert_str_eq(line(1), "abcdefghijklmnopqrstuvwxyzABCDEF");
    ck_assert_str_eq(line(2), "abcdefghijklmnopqrstuvwxyzABCDE`");
}
END_TEST

/* 32 code points, however many bytes: two, three and four each. */
START_TEST(characters_are_code_points)
{
    read_text("ÄäÖöÜüÄäÖöÜüÄäÖöÜüÄäÖöÜüÄäÖöÜüÄäÖ\n€100 – “no” 😀\nA\n");
    ck_assert_str_eq(line(0), "ÄäÖöÜüÄäÖöÜüÄäÖöÜüÄäÖöÜüÄäÖöÜüÄä");
    ck_assert_str_eq(line(1), "€100 – “no” 😀```````````````````");
    ck_assert_uint_eq(reader.replaced, 0);
    /* upper and lower case stay apart */
    ck_assert_uint_eq(text.distinct, 18);
}
END_TEST

/* Lines "aaaabbbccde" and "ba": backticks 21 + 30, a 5, b 4, c 2, then d and e, once each. */
START_TEST(rare_characters_become_number_0)
{
    read_bytes("aaaabbbccde\nba\n", 15, SIZE_MAX, SIZE_MAX, 5);
    ck_assert_uint_eq(text.vocabulary, 6);
    ck_assert_uint_eq(text.distinct, 6);
    const uint32_t characters[] = {0xfffd, '`', 'a', 'b', 'c', 'd'};
    const uint64_t counts[] = {1, 51, 5, 4, 2, 1};
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(text.characters[i], characters[i]);
        ck_assert_uint_eq(text.counts[i], counts[i]);
    }
    ck_assert_str_eq(line(0), "aaaabbbccd?`````````````````````");
    ck_assert_str_eq(line(1), "ba``````````````````````````````");
}
END_TEST

/* Equally frequent characters come in the order of their code points, wherever they stand in the text. */
START_TEST(ties_are_broken_by_code_point)
{
    read_bytes("zéa\naéz\n", 10, SIZE_MAX, SIZE_MAX, 3);
    ck_assert_uint_eq(text.characters[1], '`');
    ck_assert_uint_eq(text.characters[2], 'a');
    ck_assert_uint_eq(text.characters[3], 'z');
    ck_assert_str_eq(line(0), "z?a`````````````````````````````");
}
END_TEST

/* As Python's decoder with errors="replace" gives them. */
static const struct {
    const char *bytes, *expected;
    size_t replaced;
} broken[] = {
    {"\xff", "�", 1},
    {"\xc0\xaf", "��", 2},
    {"\xe2\x82", "�", 1},
    {"\xed\xa0\x80", "���", 3},
    {"\xf4\x90\x80\x80", "����", 4},
    {"\xe2\x82"
     "A",
     "�A", 1},
    {"\xf0\x80\x80"
     "A",
     "���A", 3},
    {"\xe2\xe2\x82\xac", "�€", 1},
    {"\x80\x80", "��", 2},
    {"\xef\xbf\xbd", "�", 0},
    {"\xf0\x9f\x98", "�", 1},
    {"\xe0\x80\xaf", "���", 3},
    {"\xf5\x80", "��", 2},
    {"\xc2\xc2\xa9", "�©", 1},
    {"\xf0\x9f\x98\xe2\x82\xff", "���", 3},
    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", 0},
    {"\xee\x80\x80\xed\x9f\xbf", "\xee\x80\x80\xed\x9f\xbf", 0},
};

START_TEST(what_is_not_utf8_is_replaced_and_counted)
{
    char bytes[40];
    snprintf(bytes, sizeof bytes, "%s\nab", broken[_i].bytes);
    read_text(bytes);
    ck_assert_int_eq(strncmp(line(0), broken[_i].expected, strlen(broken[_i].expected)), 0);
    ck_assert_int_eq(line(0)[strlen(broken[_i].expected)], '`');
    ck_assert_uint_eq(reader.replaced, broken[_i].replaced);
    ck_assert_str_eq(line(1), "ab``````````````````````````````");
}
END_TEST

/* Only what is kept of a line counts: its 32nd character is broken, and so are those behind it. */
START_TEST(what_is_cut_off_is_not_counted)
{
    read_text("0123456789012345678901234567890\xff\xff\xff\n");
    ck_assert_str_eq(line(0), "0123456789012345678901234567890�");
    ck_assert_uint_eq(reader.replaced, 1);
    read_text("0123456789012345678901234567890\xe2\x82\xff\n");
    ck_assert_str_eq(line(0), "0123456789012345678901234567890�");
    ck_assert_uint_eq(reader.replaced, 1);
}
END_TEST

START_TEST(carriage_returns_end_lines_only_with_line_feeds)
{
    read_text("one\r\n01234567890123456789012345678901\r\ntwo\rthree\r\n\r\nfour\r\r\nfive\r");
    ck_assert_uint_eq(text.count, 5);
    ck_assert_str_eq(line(0), "one`````````````````````````````");
    ck_assert_str_eq(line(1), "01234567890123456789012345678901");
    ck_assert_str_eq(line(2), "two\rthree```````````````````````");
    ck_assert_str_eq(line(3), "four\r```````````````````````````");
    ck_assert_str_eq(line(4), "five\r```````````````````````````");
    ck_assert_uint_eq(reader.empties, 1);
}
END_TEST

START_TEST(a_byte_order_mark_is_left_out_at_the_beginning_only)
{
    read_text("\xef\xbb\xbfone\n\xef\xbb\xbftwo\n");
    ck_assert_str_eq(line(0), "one`````````````````````````````");
    ck_assert_str_eq(line(1), "\xef\xbb\xbftwo````````````````````````````");
}
END_TEST

START_TEST(empty_lines_are_left_out_and_counted)
{
    read_text("\n\none\n\n\ntwo\n\n");
    ck_assert_uint_eq(text.count, 2);
    ck_assert_uint_eq(reader.lines, 7);
    ck_assert_uint_eq(reader.empties, 5);
    ck_assert_str_eq(line(1), "two`````````````````````````````");
}
END_TEST

START_TEST(empty_text_is_refused)
{
    const char *const empty[] = {"", "\n", "\r\n\n\n", "\xef\xbb\xbf\n"};
    for (size_t i = 0; i < 4; i++) {
        corpus_builder *builder = corpus_begin();
        reader = (line_reader){0};
        line_reader_begin(&reader, builder, SIZE_MAX);
        ck_assert(line_reader_feed(&reader, (const uint8_t *)empty[i], strlen(empty[i])));
        ck_assert(line_reader_end(&reader));
        ck_assert(!corpus_finish(builder, VOCABULARY_PAPER, &text));
        ck_assert_uint_eq(text.count, 0);
    }
}
END_TEST

/* A million bytes without a line feed, of two each and broken ones among them, then a short line. */
START_TEST(a_line_of_a_megabyte_is_a_line)
{
    enum { SIZE = 1000000 };
    char *bytes = malloc(SIZE + 16);
    for (size_t i = 0; i < SIZE; i += 2)
        memcpy(bytes + i, i % 1000 == 998 ? "\xc3\xff" : "é", 2);
    memcpy(bytes + SIZE, "\nshort", 6);
    read_bytes(bytes, SIZE + 6, 4096, SIZE_MAX, VOCABULARY_PAPER);
    free(bytes);
    ck_assert_uint_eq(text.count, 2);
    ck_assert_str_eq(line(0), "éééééééééééééééééééééééééééééééé");
    ck_assert_str_eq(line(1), "short```````````````````````````");
    ck_assert_uint_eq(reader.replaced, 0);
}
END_TEST

START_TEST(pieces_do_not_matter)
{
    const char *bytes = "\xef\xbb\xbf€ and \xe2\x82 more\r\n\r\n01234567890123456789012345678901\r\n😀\xf0\x9f\nend";
    read_text(bytes);
    corpus whole = text;
    text = (corpus){0};
    for (size_t piece = 1; piece < 6; piece++) {
        read_bytes(bytes, strlen(bytes), piece, SIZE_MAX, VOCABULARY_PAPER);
        ck_assert_uint_eq(text.count, whole.count);
        ck_assert_mem_eq(text.lines, whole.lines, whole.count * LINE_LENGTH * sizeof *whole.lines);
        ck_assert_mem_eq(text.characters, whole.characters, whole.vocabulary * sizeof *whole.characters);
    }
    corpus_free(&whole);
}
END_TEST

START_TEST(no_more_lines_are_read_than_wanted)
{
    read_bytes("one\n\ntwo\nthree\nfour\n", 20, 3, 3, VOCABULARY_PAPER);
    ck_assert_uint_eq(text.count, 3);
    ck_assert_str_eq(line(2), "three```````````````````````````");
    /* characters that come later are not in the vocabulary */
    for (size_t i = 1; i < text.vocabulary; i++)
        ck_assert_uint_ne(text.characters[i], 'f');
}
END_TEST

/* 70,016 different characters, each once, but for the last one, which comes a thousand times: it is one too many. */
START_TEST(characters_beyond_the_last_number_are_rare)
{
    corpus_builder *builder = corpus_begin();
    uint32_t points[LINE_LENGTH];
    for (uint32_t first = 0; first < 70016; first += LINE_LENGTH) {
        for (uint32_t i = 0; i < LINE_LENGTH; i++)
            points[i] = 0x10000 + first + i;
        ck_assert(corpus_add(builder, points, LINE_LENGTH));
    }
    for (size_t i = 0; i < 1000; i++)
        ck_assert(corpus_add(builder, points + LINE_LENGTH - 1, 1));
    ck_assert(corpus_finish(builder, 2047, &text));
    ck_assert_uint_eq(text.vocabulary, 2048);
    ck_assert_uint_eq(text.distinct, VOCABULARY_MOST);
    /* the backtick is met too late as well; the first ones in the order of their code points are kept */
    ck_assert_uint_eq(text.characters[1], 0x10000);
    ck_assert_uint_eq(text.characters[2047], 0x10000 + 2046);
    ck_assert_uint_eq(text.counts[0], 70016 - 2047 + 32000);
    ck_assert_uint_eq(text.lines[2047], 0);
    ck_assert_uint_eq(text.lines[2046], 2047);
}
END_TEST

/* --- order and batches --- */

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

/* --- files --- */

static char directory[] = "/tmp/text-cases.XXXXXX";

static void make_directory(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void write_file(const char *name, const char *contents)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (contents == NULL) {
        ck_assert_int_eq(mkdir(path, 0777), 0);
        return;
    }
    FILE *stream = fopen(path, "w");
    ck_assert_ptr_nonnull(stream);
    fputs(contents, stream);
    fclose(stream);
}

static void read_directory(const char *below)
{
    char path[200];
    snprintf(path, sizeof path, "%s%s", directory, below);
    corpus_builder *builder = corpus_begin();
    ck_assert(text_read(path, SIZE_MAX, builder));
    ck_assert(corpus_finish(builder, VOCABULARY_PAPER, &text));
}

static void remove_directory(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    ck_assert_int_eq(system(command), 0);
    corpus_free(&text);
}

START_TEST(directories_are_read_in_the_order_of_names)
{
    write_file("b.txt", "three\nfour");
    write_file("a", NULL);
    write_file("a/z.txt", "one\n");
    write_file("aa", "two\n");
    write_file(".hidden", "never\n");
    read_directory("");
    const char *const expected[] = {"one", "two", "three", "four"};
    ck_assert_uint_eq(text.count, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(strncmp(line(i), expected[i], strlen(expected[i])), 0);
    corpus_free(&text);
    read_directory("/b.txt");
    ck_assert_uint_eq(text.count, 2);
}
END_TEST

/* Parts 01 to 99 alone, by number. */
START_TEST(the_benchmark_is_recognised)
{
    const char *const places[] = {"", "training-monolingual.tokenized.shuffled/"};
    for (size_t i = 0; i < 2; i++) {
        const char *const names[] = {"news.en-00010-of-00100", "news.en-00002-of-00100", "news.en-00000-of-00100",
                                     "news.en-00100-of-00100", "a.txt"};
        const char *const contents[] = {"ten", "two", "never", "never", "never"};
        if (i == 1)
            write_file("training-monolingual.tokenized.shuffled", NULL);
        for (size_t j = 0; j < 5; j++) {
            char name[100], words[20];
            snprintf(name, sizeof name, "%s%s", places[i], names[j]);
            snprintf(words, sizeof words, "%s %zu\n", contents[j], i);
            write_file(name, words);
        }
        corpus_free(&text);
        read_directory("");
        ck_assert_uint_eq(text.count, 2);
        ck_assert_str_eq(line(0), i == 0 ? "two 0```````````````````````````" : "two 1```````````````````````````");
        ck_assert_str_eq(line(1), i == 0 ? "ten 0```````````````````````````" : "ten 1```````````````````````````");
    }
}
END_TEST

/* Without them the text would be a shorter one. */
START_TEST(parts_that_cannot_be_read_are_errors)
{
    char path[200];
    text_files found;
    write_file("news.en-00010-of-00100", "ten\n");
    snprintf(path, sizeof path, "%s/news.en-00002-of-00100", directory);
    ck_assert_int_eq(symlink("on a disk that is not there", path), 0);
    ck_assert(!text_files_find(directory, &found));
    ck_assert_int_eq(unlink(path), 0);
    ck_assert(text_files_find(directory, &found));
    ck_assert_uint_eq(found.count, 1);
    text_files_free(&found);
}
END_TEST

START_TEST(places_without_text_are_refused)
{
    char path[200];
    text_files found;
    ck_assert(!text_files_find(directory, &found));
    snprintf(path, sizeof path, "%s/missing", directory);
    ck_assert(!text_files_find(path, &found));
    ck_assert(!text_files_find("/dev/null", &found));
    ck_assert_uint_eq(found.count, 0);
}
END_TEST

/* --- grammar and networks --- */

static void synthesize(uint64_t seed, size_t count)
{
    corpus_builder *builder = corpus_begin();
    corpus_free(&text);
    ck_assert(text_synthetic(seed, count, builder));
    ck_assert(corpus_finish(builder, VOCABULARY_PAPER, &text));
}

START_TEST(sentences_are_varied_and_depend_on_the_seed)
{
    enum { COUNT = 5000 };
    synthesize(1, COUNT);
    ck_assert_uint_eq(text.count, COUNT);
    size_t repeated = 0, ended = 0;
    for (size_t i = 0; i < COUNT; i++) {
        char sentence[LINE_LENGTH * UTF8_BYTES_MOST + 1];
        snprintf(sentence, sizeof sentence, "%s", line(i));
        ck_assert(sentence[0] >= 'A' && sentence[0] <= 'Z');
        ck_assert_ptr_null(strpbrk(sentence, "{}|?"));
        ended += strstr(sentence, " .`") != NULL || strcmp(sentence + 30, " .") == 0;
        repeated += i > 0 && strcmp(sentence, line(i - 1)) == 0;
    }
    ck_assert_uint_lt(repeated, 10);
    ck_assert_uint_gt(ended, COUNT / 3);
    uint16_t *lines = malloc(COUNT * LINE_LENGTH * sizeof *lines);
    memcpy(lines, text.lines, COUNT * LINE_LENGTH * sizeof *lines);
    synthesize(1, COUNT);
    ck_assert_mem_eq(lines, text.lines, COUNT * LINE_LENGTH * sizeof *lines);
    synthesize(2, COUNT);
    ck_assert_mem_ne(lines, text.lines, COUNT * LINE_LENGTH * sizeof *lines);
    free(lines);
}
END_TEST

static void compare_networks(coulomb_context *context, const coulomb_network *a, const coulomb_network *b)
{
    ck_assert_uint_eq(coulomb_network_parameter_count(a), coulomb_network_parameter_count(b));
    for (size_t i = 0; i < coulomb_network_parameter_count(a); i++) {
        const char *name = coulomb_network_parameter_name(a, i);
        size_t rank[2], shape[2][COULOMB_RANK_MAX], count = 1;
        ck_assert_str_eq(name, coulomb_network_parameter_name(b, i));
        ck_ok(context, coulomb_network_parameter_shape(a, name, shape[0], COULOMB_RANK_MAX, &rank[0]));
        ck_ok(context, coulomb_network_parameter_shape(b, name, shape[1], COULOMB_RANK_MAX, &rank[1]));
        ck_assert_uint_eq(rank[0], rank[1]);
        ck_assert_mem_eq(shape[0], shape[1], rank[0] * sizeof shape[0][0]);
        for (size_t j = 0; j < rank[0]; j++)
            count *= shape[0][j];
        float *values[2] = {malloc(count * sizeof(float)), malloc(count * sizeof(float))};
        ck_ok(context, coulomb_network_read_parameter(a, name, values[0], count));
        ck_ok(context, coulomb_network_read_parameter(b, name, values[1], count));
        ck_assert_mem_eq(values[0], values[1], count * sizeof(float));
        free(values[0]);
        free(values[1]);
    }
}

/* The same parameters under the same seed, and the same output. */
START_TEST(networks_of_full_width_are_the_presets)
{
    enum { LATENT = 128, VOCABULARY = 40, VALUES = LINE_LENGTH * VOCABULARY };
    static float latent[LATENT], values[2][VALUES], potential[2][1];
    const size_t shape[] = {LINE_LENGTH, VOCABULARY};
    const network_settings full = {.latent = LATENT, .width = 512, .blocks = 5};
    coulomb_context *context;
    coulomb_network *generator[2], *discriminator[2];
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_assert(networks_make(context, &full, VOCABULARY, 3, &generator[0], &discriminator[0]));
    ck_ok(context, coulomb_network_new_preset(context, "billion-word-generator", shape, 2, LATENT, 6, &generator[1]));
    ck_ok(context,
          coulomb_network_new_preset(context, "billion-word-discriminator", shape, 2, 0, 7, &discriminator[1]));
    compare_networks(context, generator[0], generator[1]);
    compare_networks(context, discriminator[0], discriminator[1]);
    random_floats(1, LATENT, 1.0f, latent);
    for (size_t i = 0; i < 2; i++) {
        ck_ok(context, coulomb_network_forward(generator[i], 1, latent, values[i]));
        ck_ok(context, coulomb_network_forward(discriminator[i], 1, values[0], potential[i]));
        coulomb_network_free(generator[i]);
        coulomb_network_free(discriminator[i]);
    }
    ck_assert_mem_eq(values[0], values[1], sizeof values[0]);
    ck_assert_mem_eq(potential[0], potential[1], sizeof potential[0]);
    coulomb_context_free(context);
}
END_TEST

static Suite *suite_text(void)
{
    Suite *suite = suite_create("text");
    TCase *lines = tcase_create("lines"), *files = tcase_create("files");
    tcase_set_timeout(lines, 60.0);
    tcase_add_checked_fixture(lines, NULL, teardown);
    tcase_add_test(lines, short_lines_are_padded_with_backticks);
    tcase_add_test(lines, long_lines_are_cut);
    tcase_add_test(lines, characters_are_code_points);
    tcase_add_test(lines, rare_characters_become_number_0);
    tcase_add_test(lines, ties_are_broken_by_code_point);
    tcase_add_loop_test(lines, what_is_not_utf8_is_replaced_and_counted, 0, sizeof broken / sizeof *broken);
    tcase_add_test(lines, what_is_cut_off_is_not_counted);
    tcase_add_test(lines, carriage_returns_end_lines_only_with_line_feeds);
    tcase_add_test(lines, a_byte_order_mark_is_left_out_at_the_beginning_only);
    tcase_add_test(lines, empty_lines_are_left_out_and_counted);
    tcase_add_test(lines, empty_text_is_refused);
    tcase_add_test(lines, a_line_of_a_megabyte_is_a_line);
    tcase_add_test(lines, pieces_do_not_matter);
    tcase_add_test(lines, no_more_lines_are_read_than_wanted);
    tcase_add_test(lines, characters_beyond_the_last_number_are_rare);
    tcase_add_test(lines, an_epoch_shows_each_training_line_once);
    tcase_add_test(lines, lines_held_out_depend_on_the_seed_alone);
    tcase_add_test(lines, too_few_lines_are_refused);
    tcase_add_test(lines, sentences_are_varied_and_depend_on_the_seed);
    tcase_add_test(lines, networks_of_full_width_are_the_presets);
    suite_add_tcase(suite, lines);
    tcase_add_checked_fixture(files, make_directory, remove_directory);
    tcase_add_test(files, directories_are_read_in_the_order_of_names);
    tcase_add_test(files, the_benchmark_is_recognised);
    tcase_add_test(files, parts_that_cannot_be_read_are_errors);
    tcase_add_test(files, places_without_text_are_refused);
    suite_add_tcase(suite, files);
    return suite;
}

int main(int count, char **arguments)
{
    const named_suite suite = {"text", suite_text, NULL};
    return run_suites(&suite, 1, count, arguments);
}

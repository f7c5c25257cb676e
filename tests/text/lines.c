/* Characters and lines of texts, byte by byte. */
#include "fixture.h"
#include "suites.h"
#include "unit/check_more.h"

#include <stdio.h>

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

TCase *text_lines(void)
{
    TCase *tests = tcase_create("lines");
    tcase_set_timeout(tests, 60.0);
    tcase_add_checked_fixture(tests, NULL, release_text);
    tcase_add_test(tests, short_lines_are_padded_with_backticks);
    tcase_add_test(tests, long_lines_are_cut);
    tcase_add_test(tests, characters_are_code_points);
    tcase_add_test(tests, rare_characters_become_number_0);
    tcase_add_test(tests, ties_are_broken_by_code_point);
    tcase_add_loop_test(tests, what_is_not_utf8_is_replaced_and_counted, 0, sizeof broken / sizeof *broken);
    tcase_add_test(tests, what_is_cut_off_is_not_counted);
    tcase_add_test(tests, carriage_returns_end_lines_only_with_line_feeds);
    tcase_add_test(tests, a_byte_order_mark_is_left_out_at_the_beginning_only);
    tcase_add_test(tests, empty_lines_are_left_out_and_counted);
    tcase_add_test(tests, empty_text_is_refused);
    tcase_add_test(tests, a_line_of_a_megabyte_is_a_line);
    tcase_add_test(tests, pieces_do_not_matter);
    tcase_add_test(tests, no_more_lines_are_read_than_wanted);
    tcase_add_test(tests, characters_beyond_the_last_number_are_rare);
    return tests;
}

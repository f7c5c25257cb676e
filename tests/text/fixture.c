#include "fixture.h"

#include "unit/check_more.h"

corpus text;
line_reader reader;

void release_text(void)
{
    corpus_free(&text);
}

void read_bytes(const char *bytes, size_t size, size_t piece, size_t lines, size_t vocabulary)
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

void read_text(const char *bytes)
{
    read_bytes(bytes, strlen(bytes), SIZE_MAX, SIZE_MAX, VOCABULARY_PAPER);
}

const char *line(size_t index)
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

/* Lines from text: files of the benchmark's directory, other text files, or sentences of a small grammar. */
#ifndef BILLION_WORD_TEXT_H
#define BILLION_WORD_TEXT_H

#include "corpus.h"
#include "utf8.h"

/* Text on its way into lines. Only a line's first LINE_LENGTH characters are decoded and kept, so that lines may be of
 * any length. A byte order mark at the beginning is left out, and so is a carriage return in front of a line feed. */
typedef struct line_reader {
    corpus_builder *into;
    size_t most; /* lines that `into` is to have at most */
    utf8_decoder decoder;
    uint32_t points[LINE_LENGTH + 2]; /* room for what a last byte can complete at once */
    size_t length;
    bool started; /* a byte of the line was seen */
    bool begun;   /* past a byte order mark */
    uint64_t lines, empties;
    uint64_t characters, replaced, zeros; /* of what was kept: all, those that were not UTF-8, and U+0000 */
} line_reader;

/* Another text begins; counts go on. */
void line_reader_begin(line_reader *reader, corpus_builder *into, size_t most);

/* Some more bytes of it. False with a complaint without memory. */
bool line_reader_feed(line_reader *reader, const uint8_t *bytes, size_t size);

/* Its last line may have no line feed. */
bool line_reader_end(line_reader *reader);

/* Read `path`: a file, or a directory's files with those below it, in the order of their names. If it holds the
 * benchmark's files news.en-000NN-of-00100, directly or in training-monolingual.tokenized.shuffled, only those are
 * read. Stops at `most` lines. Shows how far it is, and says what it found; false with a complaint. */
bool text_read(const char *path, size_t most, corpus_builder *into);

/* As many sentences of the grammar. */
bool text_synthetic(uint64_t seed, size_t count, corpus_builder *into);

/* The names of the files that text_read() reads, in its order. */
typedef struct text_files {
    char **paths;
    size_t count, room;
    uint64_t bytes;
    size_t left_out; /* hidden names, links to directories, and what is neither file nor directory */
} text_files;

/* False with a complaint if there are none. */
bool text_files_find(const char *path, text_files *found);
void text_files_free(text_files *found);

#endif

/* What the tests of texts share: a corpus, and reading into it. */
#ifndef TEXT_FIXTURE_H
#define TEXT_FIXTURE_H

#include "billion-word/corpus.h"
#include "billion-word/text.h"

extern corpus text;
extern line_reader reader;

/* After each test. */
void release_text(void);

/* Read bytes in pieces of some size into `text`, at most so many lines of so many characters. */
void read_bytes(const char *bytes, size_t size, size_t piece, size_t lines, size_t vocabulary);
void read_text(const char *bytes);

/* A line of the corpus in UTF-8, number 0 as '?'. */
const char *line(size_t index);

#endif

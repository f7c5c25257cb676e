/* Texts that stand in columns of numbers and dates where there is none: "", NA, null and so on. */
#ifndef TABLE_WORDS_H
#define TABLE_WORDS_H

#include <stddef.h>

enum { WORDS_MOST = 32, WORD_NONE = -1 };

/* The number of a word, below WORDS_MOST; spaces around it do not count. WORD_NONE if it is none. */
int word_find(const char *text);

const char *word_text(int number);

#endif

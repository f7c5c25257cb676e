/* vocabulary.json of a run: what the generator's numbers mean, and by how often each character stands in the text,
 * which text it was. */
#ifndef BILLION_WORD_VOCABULARY_H
#define BILLION_WORD_VOCABULARY_H

#include "corpus.h"

/* Write the file; of a run that is resumed, check instead that the text is the one it began with. */
bool vocabulary_record(const corpus *of, const char *path, bool resumed);

#endif

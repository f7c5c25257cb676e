/* Options of ops as text in a graph's description, such as "(64 5x5 stride 2x2 same)".
 *
 * An op describes its options once, by a function that names them in the order of the text; options_print() and
 * options_read() run this function in one direction and in the other. An op's build function checks the values, so that
 * options that were read are checked as those of a caller are. */
#ifndef OPS_OPTIONS_H
#define OPS_OPTIONS_H

#include "ops/ops.h"

enum { OPTIONS_TEXT = 192 }; /* no op's options print longer than this, the final '\0' included */

/* "(...)" into text[OPTIONS_TEXT], or "" for an op without options. Numbers need the C locale. */
void options_print(const op *of, const op_settings *settings, char *text);

/* Read what options_print() writes for this op, and move *text to what follows. Returns false, with *text where the
 * error is, for anything else. Numbers need the C locale. */
bool options_read(const op *of, const char **text, op_settings *settings);

/* Read a decimal number without sign, and move *text to what follows; false if there is none, or if it does not
 * fit. */
bool read_size(const char **text, size_t *value);

/* --- for the ops' functions; each is one option --- */

void option_size(option_text *text, size_t *value);                     /* 64 */
void option_number(option_text *text, double *value);                   /* 0.5, with all digits of a double */
void option_pair(option_text *text, const char *word, size_t value[2]); /* "stride 2x2", or "2x2" with word NULL */
void option_flag(option_text *text, const char *word, bool *value);     /* the word if true, otherwise nothing */
void option_padding(option_text *text, op_settings *settings);          /* "same", "valid" or "pads 1,2,3,4" */
void option_shape(option_text *text, tensor_shape *value);              /* "[4, 4, 1024]", the op's only option */

#endif

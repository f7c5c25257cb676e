/* Options of ops as text in a graph's description, such as "(64 5x5 stride 2x2 same)".
 *
 * An op describes its options once, by a function that names them in the order of the text; options_print() and
 * options_read() run this function in one direction and in the other. An op's build function checks the values, so that
 * options that were read are checked as those of a caller are. */
#ifndef OPS_OPTIONS_H
#define OPS_OPTIONS_H

#include "ops/ops.h"

/* "(...)" into text[capacity], or "" for an op without options. Returns the length, without the final '\0', as
 * snprintf() does. Numbers need the C locale. */
size_t options_print(const op *of, const op_settings *settings, char *text, size_t capacity);

/* Read what options_print() writes for this op, and move *text to what follows. COULOMB_ERROR_FORMAT without a message,
 * with *text where the error is, for anything else. Numbers need the C locale. Of the settings, the list is to be
 * released with options_release(), on failure too. */
coulomb_status options_read(coulomb_context *context, const op *of, const char **text, op_settings *settings);
void options_release(coulomb_context *context, op_settings *settings);

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
void option_list(option_text *text, size_list *value);                  /* "3,2,7" */
void option_ranges(option_text *text, size_list *value);                /* "0-2,7,5": each run of successors as one */

#endif

/* Numbers as tables write them: what a text says, and the same format again. */
#ifndef TABLE_NUMBER_H
#define TABLE_NUMBER_H

#include "column.h"

enum { NUMBER_TEXT_SIZE = 400 };

enum number_result {
    NUMBER_FINE,
    NUMBER_NONE,     /* not a number; also one with zeros in front, such as 007, or a plus sign */
    NUMBER_TOO_LARGE /* such as 1e400 */
};

/* A number and how it is written. */
typedef struct number_text {
    double value;
    int digits;      /* after the point */
    int significant; /* digits from the first that is not 0 */
    char point;      /* '.' or ',', or '\0' if there is none */
    bool exponent;
    bool bare_point; /* .5 */
    bool zero_point; /* 0.5 */
} number_text;

/* Read a text that is a number as a whole, with spaces around it if it likes. */
enum number_result number_read(const char *text, number_text *read);

/* How the numbers of a column are written, gathered from one after the other. Begin with number_habits_start(). */
typedef struct number_habits {
    int digits_least, digits_most, significant;
    char point;
    bool exponents, bare_points, zero_points;
} number_habits;

number_habits number_habits_start(void);

/* False if a number does not go with those before, because its point is another. */
bool number_habits_add(number_habits *habits, const number_text *number);

/* The format that has room for all of them. */
number_format number_habits_format(const number_habits *habits);

/* Write a finite number. */
void number_write(const number_format *format, double value, char text[NUMBER_TEXT_SIZE]);

#endif

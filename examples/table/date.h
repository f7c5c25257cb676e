/*
 * Dates and times as whole numbers. A format is a text in which YYYY is the year, MM or M the month, DD or D the day,
 * hh the hour, mm the minute, ss the second and f to ffffff decimals of the second; a single letter is written without
 * zeros in front. All other characters stand for themselves. The number counts the format's smallest unit: days since
 * 1970-01-01, seconds since then, minutes of a day ...
 */
#ifndef TABLE_DATE_H
#define TABLE_DATE_H

#include "column.h"

enum { DATE_GUESSES = 4 };

/* Whether a text is a format: each part at most once; a year, month and day, a year and month, a time, or a date with a
 * time, without gaps. */
bool date_is_format(const char *format);

/* The formats of those in common use that a text can have; how many. */
size_t date_guess(const char *text, char formats[DATE_GUESSES][DATE_FORMAT_SIZE]);

/* False if it has not this format, or there is no such day. */
bool date_read(const char *format, const char *text, double *value);

/* Write the date that a number means. Years stay within 0 to 9999, and times within a day. */
void date_write(const char *format, double value, char text[2 * DATE_FORMAT_SIZE]);

#endif

/*
 * How far a long loop is: on a terminal one line with a bar, redrawn a few times a second; otherwise a plain line every
 * ten seconds or per cent, whichever comes later, and at least every five minutes.
 */
#ifndef SUPPORT_PROGRESS_H
#define SUPPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    const char *noun; /* what is counted, in the plural */
    uint64_t first, last;
    double started, shown, rate, rate_time;
    uint64_t rate_done, shown_done;
    bool terminal;
} progress;

/* `first` of `last` are done already. */
void progress_begin(progress *meter, const char *noun, uint64_t first, uint64_t last);

/* Whether it is time to show something again; cheap enough to ask after every update. */
bool progress_due(const progress *meter, uint64_t done);

/* Show; `figures` is a few numbers in words, or NULL. */
void progress_show(progress *meter, uint64_t done, const char *figures);

/* Remove the bar. */
void progress_end(progress *meter);

/* Seconds since some fixed moment. */
double seconds_now(void);

/* "3 min 20 s" and the like. */
void format_duration(double seconds, char text[32]);

#endif

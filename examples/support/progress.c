#include "progress.h"

#include "console.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Of durations, in seconds, that are told as they are. */
static const double longest = 1e5 * 3600 - 1;
static const double redraw_seconds = 0.2, line_seconds = 10, line_seconds_most = 300, rate_seconds = 5;

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void format_duration(double seconds, char text[32])
{
    uint64_t whole = seconds < longest ? (uint64_t)(seconds + 0.5) : (uint64_t)longest;
    uint64_t hours = whole / 3600, minutes = whole / 60 % 60;
    if (whole >= 3600)
        snprintf(text, 32, "%" PRIu64 " h %02" PRIu64 " min", hours, minutes);
    else if (whole >= 60)
        snprintf(text, 32, "%" PRIu64 " min %02" PRIu64 " s", minutes, whole % 60);
    else
        snprintf(text, 32, "%" PRIu64 " s", whole);
}

void progress_begin(progress *meter, const char *noun, uint64_t first, uint64_t last)
{
    double now = seconds_now();
    meter->noun = noun;
    meter->first = meter->rate_done = meter->shown_done = first;
    meter->last = last;
    meter->started = meter->shown = meter->rate_time = now;
    meter->rate = 0;
    meter->terminal = console_is_terminal();
}

bool progress_due(const progress *meter, uint64_t done)
{
    double waited = seconds_now() - meter->shown;
    if (meter->terminal)
        return waited >= redraw_seconds;
    uint64_t step = (meter->last - meter->first) / 100;
    return waited >= line_seconds_most || (waited >= line_seconds && done - meter->shown_done >= step);
}

/* Updates per second over the last few seconds: it follows the machine, but does not flicker. */
static void measure(progress *meter, uint64_t done, double now)
{
    double span = now - meter->rate_time;
    if (span <= 0 || done == meter->rate_done)
        return;
    double rate = (double)(done - meter->rate_done) / span;
    double share = span / (span + rate_seconds);
    meter->rate = meter->rate > 0 ? meter->rate + share * (rate - meter->rate) : rate;
    meter->rate_time = now;
    meter->rate_done = done;
}

/* Slow steps are told by the time that each takes. */
static void format_rate(double rate, char text[32])
{
    if (rate >= 10)
        snprintf(text, 32, "%.0f/s", rate);
    else if (rate >= 1)
        snprintf(text, 32, "%.1f/s", rate);
    else
        snprintf(text, 32, "%.1f s each", rate > 0 ? 1 / rate : 0);
}

static void bar(double share, size_t width, char *text)
{
    size_t filled = (size_t)(share * (double)width);
    text[0] = '[';
    for (size_t i = 0; i < width; i++)
        text[1 + i] = (char)(i < filled ? '=' : i == filled ? '>' : ' ');
    text[1 + width] = ']';
    text[2 + width] = '\0';
}

void progress_show(progress *meter, uint64_t done, const char *figures)
{
    double now = seconds_now(), share = meter->last > 0 ? (double)done / (double)meter->last : 1;
    measure(meter, done, now);
    meter->shown = now;
    meter->shown_done = done;

    char left[32], rate[32], text[320], line[400];
    format_rate(meter->rate, rate);
    format_duration(meter->rate > 0 ? (double)(meter->last - done) / meter->rate : 0, left);
    snprintf(text, sizeof text, "%3d %%  %" PRIu64 " of %" PRIu64 " %s, %s, %s left%s%s", (int)(100 * share), done,
             meter->last, meter->noun, rate, left, figures ? "  " : "", figures ? figures : "");
    if (!meter->terminal) {
        say("%s", text);
        return;
    }
    /* the bar takes what the text leaves, if that is worth drawing; a line that is too long would not be redrawn in
     * place */
    size_t width = console_width() - 1, used = strlen(text) + 4;
    char drawn[64] = "";
    if (width >= used + 8)
        bar(share, width - used < 30 ? width - used : 30, drawn);
    snprintf(line, sizeof line, "%s%s%s", drawn, drawn[0] ? " " : "", text);
    if (width < sizeof line)
        line[width] = '\0';
    console_status(line);
}

void progress_end(progress *meter)
{
    if (meter->terminal)
        console_status(NULL);
}

#include "told.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *file; /* one for all: making files takes most of the time of tests with thousands of complaints */
static int terminal;

void told_begin(void)
{
    if (!file)
        file = tmpfile();
    ck_assert_ptr_nonnull(file);
    rewind(file);
    ck_assert_int_eq(ftruncate(fileno(file), 0), 0);
    fflush(stderr);
    terminal = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
}

const char *told_text(void)
{
    static char text[8192];
    fflush(stderr);
    ck_assert_int_ge(dup2(terminal, STDERR_FILENO), 0);
    close(terminal);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    return text;
}

void ck_told(const char *part)
{
    const char *text = told_text();
    ck_assert_msg(strstr(text, part) != NULL, "expected a complaint with \"%s\", but it was told: %s", part, text);
}

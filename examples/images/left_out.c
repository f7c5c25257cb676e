#include "images/left_out.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kinds that are named; the others are only counted. */
enum { NAMED_MOST = 4 };

static void ending_of(const char *name, char ending[LEFT_OUT_ENDING])
{
    const char *dot = strrchr(name, '.');
    const char *found = name[0] == '.' ? "hidden" : dot && strlen(dot) < LEFT_OUT_ENDING ? dot : "without ending";
    size_t length = 0;
    for (; found[length]; length++)
        ending[length] = (char)tolower((unsigned char)found[length]);
    ending[length] = '\0';
}

void left_out_add(left_out *of, const char *name)
{
    char ending[LEFT_OUT_ENDING];
    size_t at = 0;
    of->count++;
    ending_of(name, ending);
    while (at < of->kinds && strcmp(of->kind[at].ending, ending) != 0)
        at++;
    if (at == LEFT_OUT_KINDS)
        return;
    if (at == of->kinds)
        memcpy(of->kind[of->kinds++].ending, ending, sizeof ending);
    of->kind[at].count++;
}

void left_out_scan(left_out *of, const char *directory, belongs_to_set *belongs)
{
    DIR *stream = opendir(directory);
    if (!stream)
        return; /* a directory that can be entered but not listed hides nothing that could be read */
    for (const struct dirent *entry; (entry = readdir(stream));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !belongs(entry->d_name))
            left_out_add(of, entry->d_name);
    closedir(stream);
}

static int by_count(const void *a, const void *b)
{
    const left_out_kind *first = a, *second = b;
    if (first->count != second->count)
        return first->count < second->count ? 1 : -1;
    return strcmp(first->ending, second->ending);
}

void left_out_print(const left_out *of, size_t size, char *text)
{
    left_out_kind sorted[LEFT_OUT_KINDS];
    size_t named = of->kinds < NAMED_MOST ? of->kinds : NAMED_MOST;
    text[0] = '\0';
    if (of->count == 0)
        return;
    memcpy(sorted, of->kind, sizeof sorted);
    qsort(sorted, of->kinds, sizeof *sorted, by_count);
    int length = snprintf(text, size, "; left out: %zu other file%s (", of->count, of->count == 1 ? "" : "s");
    for (size_t i = 0; i < named && length < (int)size; i++)
        length += snprintf(text + length, size - (size_t)length, "%s%zu %s", i > 0 ? ", " : "", sorted[i].count,
                           sorted[i].ending);
    if (length < (int)size)
        snprintf(text + length, size - (size_t)length, "%s)", of->kinds > named ? ", ..." : "");
}

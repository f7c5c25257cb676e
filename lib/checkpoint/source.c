/* Where a file's bytes come from: a regular file, or the caller's memory. */
#include "checkpoint/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_MOST = 1 << 30 /* bytes in one call: systems have limits of their own */ };

coulomb_status refuse(const file_reading *reading, coulomb_status code, const char *format, ...)
{
    char reason[384];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    const char *mark = reading->memory != NULL ? "" : "'";
    return fail(reading->context, code, "cannot load %s%s%s: %s", mark, reading->shown.text, mark, reason);
}

/* O_NONBLOCK, so that a pipe without a writer is refused and not waited for. */
static coulomb_status open_file(file_reading *reading, const char *path)
{
    do
        reading->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (reading->descriptor < 0 && errno == EINTR);
    struct stat about;
    if (reading->descriptor < 0 || fstat(reading->descriptor, &about) != 0)
        return refuse(reading, COULOMB_ERROR_FILE, "%s", system_reason(errno).text);
    if (S_ISDIR(about.st_mode))
        return refuse(reading, COULOMB_ERROR_FILE, "%s", system_reason(EISDIR).text);
    if (!S_ISREG(about.st_mode))
        return refuse(reading, COULOMB_ERROR_FILE, "it is not a regular file");
    if ((uintmax_t)about.st_size > SIZE_MAX)
        return refuse(reading, COULOMB_ERROR_MEMORY, "it does not fit into memory");
    reading->size = (size_t)about.st_size;
    return COULOMB_OK;
}

coulomb_status source_open(file_reading *reading, const file_source *source)
{
    if (source->in_memory) {
        reading->memory = source->bytes;
        reading->size = source->size;
        snprintf(reading->shown.text, sizeof reading->shown.text, "%zu bytes of memory", source->size);
        return source->bytes != NULL ? COULOMB_OK : fail(reading->context, COULOMB_ERROR_ARGUMENT, "bytes is NULL");
    }
    const char *path = source->path;
    if (path == NULL || path[0] == '\0')
        return fail(reading->context, COULOMB_ERROR_ARGUMENT, "path is %s", path == NULL ? "NULL" : "empty");
    reading->shown = quote_path(path);
    return open_file(reading, path);
}

coulomb_status source_read(const file_reading *reading, size_t begin, void *bytes, size_t count)
{
    if (reading->memory != NULL) {
        memcpy(bytes, reading->memory + begin, count);
        return COULOMB_OK;
    }
    for (char *at = bytes; count > 0;) {
        ssize_t done = pread(reading->descriptor, at, count < READ_MOST ? count : READ_MOST, (off_t)begin);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return refuse(reading, COULOMB_ERROR_FILE, "%s", system_reason(errno).text);
        if (done == 0)
            return refuse(reading, COULOMB_ERROR_FORMAT, "it was truncated while it was read");
        at += done;
        begin += (size_t)done;
        count -= (size_t)done;
    }
    return COULOMB_OK;
}

void source_close(file_reading *reading)
{
    if (reading->descriptor >= 0)
        close(reading->descriptor);
}

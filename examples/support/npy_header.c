#include "npy_header.h"

#include "console.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char magic[] = "\x93NUMPY";
enum { MAGIC = 6, PREFIX_1 = 10, PREFIX_2 = 12, ALIGNMENT = 64 };

/* Where the value of a key of the header's dictionary begins; NULL if it is missing. */
static const char *dictionary_value(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    if (!at)
        return NULL;
    at += strlen(key);
    return at + strspn(at, " :");
}

static bool parse_shape(const char *text, npy_header *header)
{
    if (*text++ != '(')
        return false;
    for (header->rank = 0; *text != ')';) {
        char *end;
        if (header->rank == NPY_RANK_MAX || *text < '0' || *text > '9')
            return false;
        errno = 0;
        unsigned long long extent = strtoull(text, &end, 10);
        if (errno != 0 || extent > SIZE_MAX)
            return false;
        header->shape[header->rank++] = (size_t)extent;
        text = end + strspn(end, ", ");
    }
    return true;
}

static bool count_values(const char *what, npy_header *header)
{
    header->count = 1;
    for (size_t i = 0; i < header->rank; i++) {
        if (header->shape[i] != 0 && header->count > SIZE_MAX / 8 / header->shape[i])
            return complain("the shape of %s has more values than fit into memory", what);
        header->count *= header->shape[i];
    }
    return true;
}

static bool parse_dictionary(const char *what, const char *text, npy_header *header)
{
    const char *type = dictionary_value(text, "'descr'");
    const char *order = dictionary_value(text, "'fortran_order'");
    const char *shape = dictionary_value(text, "'shape'");
    if (!type || !order || !shape || !parse_shape(shape, header))
        return complain("%s has an invalid header: %.80s", what, text);
    header->size = strncmp(type, "'<f4'", 5) == 0 ? 4 : strncmp(type, "'<f8'", 5) == 0 ? 8 : 0;
    if (header->size == 0)
        return complain("%s has values of type %.*s; expected '<f4' or '<f8'", what, (int)strcspn(type, ","), type);
    header->fortran = strncmp(order, "True", 4) == 0;
    if (!header->fortran && strncmp(order, "False", 5) != 0)
        return complain("%s has an invalid header: %.80s", what, text);
    return count_values(what, header);
}

bool npy_header_parse(const char *what, const unsigned char *bytes, size_t available, npy_header *header)
{
    *header = (npy_header){0};
    if (available < PREFIX_2 || memcmp(bytes, magic, MAGIC) != 0)
        return complain("%s is not an npy file", what);
    if (bytes[6] < 1 || bytes[6] > 3)
        return complain("%s is an npy file of version %d; expected version 1, 2 or 3", what, bytes[6]);
    size_t prefix = bytes[6] == 1 ? PREFIX_1 : PREFIX_2, length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (prefix == PREFIX_2)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (length >= NPY_HEADER_MOST - PREFIX_2)
        return complain("%s has a header of %zu bytes; expected fewer than %d", what, length,
                        NPY_HEADER_MOST - PREFIX_2);
    if (length > available - prefix)
        return complain("%s is truncated within its header", what);
    char text[NPY_HEADER_MOST];
    memcpy(text, bytes + prefix, length);
    text[length] = '\0';
    header->length = prefix + length;
    return parse_dictionary(what, text, header);
}

size_t npy_header_make(const char *type, size_t rank, const size_t *shape, unsigned char *bytes)
{
    char text[512];
    size_t length = (size_t)snprintf(text, sizeof text, "{'descr': '%s', 'fortran_order': False, 'shape': (", type);
    for (size_t i = 0; i < rank; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%zu,%s", shape[i], i + 1 < rank ? " " : "");
    length += (size_t)snprintf(text + length, sizeof text - length, "), }");
    /* spaces and a newline bring the values to a multiple of 64 bytes */
    while ((PREFIX_1 + length + 1) % ALIGNMENT != 0)
        text[length++] = ' ';
    text[length++] = '\n';
    memcpy(bytes, magic, MAGIC);
    bytes[6] = 1;
    bytes[7] = 0;
    bytes[8] = (unsigned char)(length & 0xff);
    bytes[9] = (unsigned char)(length >> 8);
    memcpy(bytes + PREFIX_1, text, length);
    return PREFIX_1 + length;
}

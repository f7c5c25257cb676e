#include "model_file.h"

#include "support/console.h"
#include "support/files.h"
#include "support/npz.h"
#include "support/succeed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char table_entry[] = "table.json", network_entry[] = "generator.safetensors";

enum { JSON_MOST = 1 << 28, NETWORK_MOST = 1 << 30 /* bytes of an entry */ };

/* --- writing --- */

static unsigned char *read_whole(const char *path, size_t *size)
{
    FILE *file = file_open(path);
    if (!file)
        return NULL;
    unsigned char *bytes = NULL;
    errno = 0;
    long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (length >= 0 && fseek(file, 0, SEEK_SET) == 0)
        bytes = malloc((size_t)length + 1);
    *size = bytes ? (size_t)length : 0;
    if (bytes && fread(bytes, 1, *size, file) != *size) {
        free(bytes);
        bytes = NULL;
    }
    int reason = errno;
    fclose(file);
    if (!bytes)
        complain("cannot read %s: %s", path, reason ? strerror(reason) : "it became shorter");
    return bytes;
}

static char *print_encoding(const encoding *of)
{
    json_t *json = encoding_to_json(of);
    char *text = json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(json);
    if (!text)
        complain("no memory for the model");
    return text;
}

bool model_write(const char *path, const encoding *of, const char *network)
{
    size_t size = 0;
    char *text = print_encoding(of);
    unsigned char *bytes = text ? read_whole(network, &size) : NULL;
    const npz_entry entries[] = {{table_entry, text, text ? strlen(text) : 0}, {network_entry, bytes, size}};
    bool done = bytes && npz_write_entries(path, entries, 2);
    free(bytes);
    free(text);
    return done;
}

/* --- reading --- */

static bool read_encoding(const char *path, model *read)
{
    size_t size;
    json_error_t error;
    unsigned char *text = npz_read(path, table_entry, JSON_MOST, &size);
    if (!text)
        return false;
    json_t *json = json_loadb((const char *)text, size, 0, &error);
    free(text);
    if (!json)
        return complain("%s: entry '%s' is no JSON: line %d: %s", path, table_entry, error.line, error.text);
    bool done = encoding_from_json(json, &read->columns, &read->encoding);
    json_decref(json);
    return done || complain("%s is no model of coulomb-table", path);
}

/* The network must make what the encoding decodes. */
static bool check_width(const char *path, const model *read)
{
    size_t rank = 0, width = 0;
    coulomb_status status = coulomb_network_output_shape(read->generator, &width, 1, &rank);
    return (status == COULOMB_OK && rank == 1 && width == read->encoding.width) ||
           complain("%s: the generator does not fit the table's columns", path);
}

bool model_read(coulomb_context *context, const char *path, model *read)
{
    size_t size;
    *read = (model){0};
    if (!read_encoding(path, read))
        return false;
    unsigned char *bytes = npz_read(path, network_entry, NETWORK_MOST, &size);
    bool done =
        bytes &&
        succeeded(context, coulomb_network_open_bytes(context, bytes, size, COULOMB_PART_ONLY, &read->generator), path);
    free(bytes);
    return done && check_width(path, read);
}

void model_free(model *of)
{
    coulomb_network_free(of->generator);
    encoding_free(&of->encoding);
    columns_free(&of->columns);
}

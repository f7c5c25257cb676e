/* From a state to a file. */
#include "checkpoint/safetensors.h"

static coulomb_status write_all(replacement *file, const saved_state *state, const char *block, size_t block_size)
{
    coulomb_status status = replacement_write(file, block, block_size);
    const state_array *arrays = state->arrays.data;
    for (size_t i = 0; i < state->array_count && status == COULOMB_OK; i++)
        status = replacement_write(file, arrays[i].values, arrays[i].size * sizeof(float));
    return status == COULOMB_OK ? replacement_finish(file) : status;
}

coulomb_status state_save(saved_state *state, const char *kind, const char *path)
{
    if (state->status != COULOMB_OK)
        return state->status;
    if (path == NULL || path[0] == '\0')
        return fail(state->context, COULOMB_ERROR_ARGUMENT, "path is %s", path == NULL ? "NULL" : "empty");
    char *block;
    size_t block_size;
    coulomb_status status = header_write(state, kind, &block, &block_size);
    if (status != COULOMB_OK)
        return status;
    replacement file;
    status = replacement_begin(&file, state->context, path);
    if (status == COULOMB_OK)
        status = write_all(&file, state, block, block_size);
    replacement_end(&file);
    memory_release(state->context, block);
    return status;
}

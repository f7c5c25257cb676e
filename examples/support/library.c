#include "library.h"

#include "console.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#ifdef LIBRARY_SUFFIX
void *library_load(const library *of)
{
    char file[64];
    snprintf(file, sizeof file, "%s%s", of->name, LIBRARY_SUFFIX);
    void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        complain("%s: %s and the %s libraries are needed: %s", of->purpose, of->name, of->needs, dlerror());
    return handle;
}
#else
void *library_load(const library *of)
{
    complain("%s: this program has libcoulomb inside and cannot load %s", of->purpose, of->name);
    return NULL;
}
#endif

/* POSIX promises that a function's address fits a pointer to data, C does not. */
bool library_find(const library *of, void *handle, const char *name, void *function)
{
    void *address = dlsym(handle, name);
    if (!address)
        return complain("%s: %s", of->purpose, dlerror());
    memcpy(function, &address, sizeof address);
    return true;
}

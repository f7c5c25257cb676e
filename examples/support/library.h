/*
 * Libraries of this project that a program loads when it needs them, and does not link: so one program serves machines
 * with and without what they build on. They use libcoulomb as a shared library; a program that has it inside cannot
 * load them, because two copies must not meet in a process.
 */
#ifndef SUPPORT_LIBRARY_H
#define SUPPORT_LIBRARY_H

#include <stdbool.h>

typedef struct library {
    const char *name;    /* such as "libcoulomb-cuda" */
    const char *needs;   /* what it builds on, such as "CUDA" */
    const char *purpose; /* in front of complaints, such as an option */
} library;

/* The handle; once loaded it stays. NULL with a complaint. */
void *library_load(const library *of);

/* A function's address into the pointer to functions that `function` points at. False with a complaint. */
bool library_find(const library *of, void *handle, const char *name, void *function);

#endif

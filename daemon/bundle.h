/*
 * bundle.h
 *		Small files in memory, on their way into the directory of a child.
 *
 * On a disk that a database writes to as well, making a file waits for the
 * journal now and then, milliseconds at a time; and in a sandbox they are copied
 * into memory anyway.
 */
#ifndef MCPD_BUNDLE_H
#define MCPD_BUNDLE_H

#include "status.h"

#include <stddef.h>

/* *bundle is its descriptor, -1 before the first file is added. */
extern Status bundle_add(int *bundle, const char *name, const char *bytes,
                         size_t length, Error *error) MUST_CHECK;

#endif

/*
 * json_file.h
 *		A file that is one JSON value; what is none is told by line and column.
 */
#ifndef MCPCTL_JSON_FILE_H
#define MCPCTL_JSON_FILE_H

#include "json_view.h"
#include "status.h"

/* Reads the file at path, "-" being standard input, as one value. */
extern Status json_file_read(Arena *arena, const char *path, JsonView *value,
                             Error *error) MUST_CHECK;

/* The same from text in memory, which name stands for in errors. */
extern Status json_file_parse(Arena *arena, const char *name, const char *text,
                              JsonView *value, Error *error) MUST_CHECK;

#endif

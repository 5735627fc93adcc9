/*
 * json_array.h
 *		The items of an array, read by type; json_reader opens the array.
 *
 * As with members of an object, each read yields a value or has added a problem.
 * JSON null is no item of any type: it is a problem.
 */
#ifndef MCP_JSON_ARRAY_H
#define MCP_JSON_ARRAY_H

#include "nodes/pg_list.h"

#include "json_reader.h"

/* The raw item: 0 <= index < array->length. */
extern void
json_array_find(const JsonArray *array, int index, JsonbValue *value);
extern JsonPath json_array_path(const JsonArray *array, int index);
extern bool json_array_read_object(const JsonArray *array, int index,
                                   const char *noun, JsonObject *child);
extern char *json_array_read_string(const JsonArray *array, int index,
                                    const JsonTextLimits *limits);

/* All of them, as a List of char *; adds a problem where one stands twice. */
extern List *
json_array_read_strings(const JsonArray *array, const JsonTextLimits *limits);
extern bool json_array_read_integer(const JsonArray *array, int index,
                                    const JsonRange *range, int *value);

#endif

/*
 * plan_json.h
 *		Reading a definition that was checked when it was written.
 *
 * Whatever is not as it should be is damage, and raises data_corrupted.
 */
#ifndef MCP_PLAN_JSON_H
#define MCP_PLAN_JSON_H

#include "utils/jsonb.h"

/* False where there is no such key; null counts as one that is not there. */
extern bool
plan_json_find(JsonbContainer *object, const char *key, JsonbValue *value);

/* An object or array that may be absent: NULL. */
extern JsonbContainer *
plan_json_find_object(JsonbContainer *object, const char *key);
extern JsonbContainer *
plan_json_find_array(JsonbContainer *object, const char *key);

/* Those that must be there. */
extern JsonbContainer *
plan_json_object(JsonbContainer *object, const char *key);
extern JsonbContainer *plan_json_array(JsonbContainer *object, const char *key);
extern void
plan_json_string(JsonbContainer *object, const char *key, JsonbValue *value);
extern char *plan_json_text(JsonbContainer *object, const char *key);

/* Numbers, the given one where the key is absent. */
extern double
plan_json_double(JsonbContainer *object, const char *key, double absent);
extern int plan_json_int(JsonbContainer *object, const char *key, int absent);

/* NULL where it is absent. */
extern char *plan_json_find_text(JsonbContainer *object, const char *key);

/* Items of an array. */
extern JsonbContainer *plan_json_item(JsonbContainer *array, int index);
extern char **plan_json_texts(JsonbContainer *array, int *count);

extern char *plan_json_copy(const JsonbValue *string);
extern bool plan_json_is(const JsonbValue *value, const char *word);

extern void plan_json_raise(const char *key) pg_attribute_noreturn();

#endif

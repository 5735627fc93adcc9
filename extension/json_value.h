/*
 * json_value.h
 *		One value of a document: has it the type and the range it should have?
 *
 * Each read returns what it found, or adds one problem that says what stands
 * there and what would be right.
 */
#ifndef MCP_JSON_VALUE_H
#define MCP_JSON_VALUE_H

#include "utils/jsonb.h"

#include "json_limits.h"
#include "json_path.h"
#include "problem.h"

/* How a message begins. */
typedef enum JsonSubject
{
	JSON_DOCUMENT, /* the MCP definition */
	JSON_MEMBER,   /* "name" */
	JSON_ITEM      /* each item of "tags" */
} JsonSubject;

/* Where a value stands, and who wants to hear of it. */
typedef struct JsonPlace
{
	JsonPath path;
	JsonSubject subject;
	const char *key; /* or the noun of the document */
	int key_length;
	ProblemList *problems;
} JsonPlace;

/*
 * NULL where there is a problem; else palloc'd and ended with NUL, which jsonb
 * text never holds.
 */
extern char *
json_value_read_string(const JsonbValue *value, const JsonPlace *place,
                       const JsonTextLimits *limits);

/* These leave *result untouched where they return false. */
extern bool
json_value_read_integer(const JsonbValue *value, const JsonPlace *place,
                        const JsonRange *range, int *result);
extern bool
json_value_read_number(const JsonbValue *value, const JsonPlace *place,
                       const JsonRange *range, double *result);
extern bool json_value_read_bool(const JsonbValue *value,
                                 const JsonPlace *place, bool *result);

/* NULL where the value is no object, or no array. */
extern JsonbContainer *
json_value_read_object(const JsonbValue *value, const JsonPlace *place);
extern JsonbContainer *
json_value_read_array(const JsonbValue *value, const JsonPlace *place);

/* The index of the word that stands there, or -1. */
extern int json_value_read_word(const JsonbValue *value, const JsonPlace *place,
                                const char *const *words, int count);

/* Is it the string that text is? */
extern bool json_value_is_text(const JsonbValue *value, const char *text);

/* "a string", "an array", "null": a value's type as messages name it. */
extern const char *json_value_type(const JsonbValue *value);

#endif

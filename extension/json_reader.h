/*
 * json_reader.h
 *		Typed reads from jsonb that add problems instead of raising.
 *
 * A validator opens the document, reads every key it knows and asks at the end
 * for the unknown ones; each read either yields a value of the right type
 * and range or has added a problem that says where and what would be right.  So
 * all problems come out at once, and no read needs its result checked for
 * errors, only for presence.
 *
 * JSON null is as good as absent: an optional key may be null, a required one
 * may not.  Keys given twice never get here; jsonb keeps the last.
 */
#ifndef MCP_JSON_READER_H
#define MCP_JSON_READER_H

#include "utils/jsonb.h"

#include "json_path.h"
#include "json_value.h"
#include "problem.h"

/*
 * An object being read.  Its path frame is the parent of its members' frames:
 * it must stay where it is while they are in use.
 */
typedef struct JsonObject
{
	JsonbContainer *container; /* NULL: none there; every key is absent */
	int size;                  /* of the container, in bytes */
	JsonPath path;
	const char *noun; /* for messages: "step", "python_script config" */
	ProblemList *problems;
} JsonObject;

typedef struct JsonArray
{
	JsonbContainer *container; /* NULL: none there; length is 0 */
	int length;
	JsonPath path;
	const char *key; /* under which it stood */
	ProblemList *problems;
} JsonArray;

/* A walk over the members of an object, in jsonb's order of keys. */
typedef struct JsonMembers
{
	JsonbIterator *iterator; /* NULL: nothing to walk */
} JsonMembers;

typedef enum JsonNeed
{
	JSON_OPTIONAL,
	JSON_REQUIRED
} JsonNeed;

/*
 * Opens the whole document.  Returns false, and has added a problem, where it is
 * no object.  jsonb must outlive the object.
 */
extern bool json_object_open(JsonObject *object, Jsonb *document,
                             const char *noun, ProblemList *problems);

/*
 * Makes an object of any value, at its place; adds a problem where it is none.
 */
extern bool json_object_take(JsonObject *object, const JsonbValue *value,
                             const JsonPlace *place, const char *noun);

/* A document of its own, palloc'd; the object must be there. */
extern Jsonb *json_object_copy(const JsonObject *object);

/* The raw member, JSON null included; false where the key is absent. */
extern bool
json_object_find(const JsonObject *object, const char *key, JsonbValue *value);

/* The frame of one member, for problem_add. */
extern JsonPath json_object_path(const JsonObject *object, const char *key);

/* Is there a value that is not null? */
extern bool json_object_has(const JsonObject *object, const char *key);

/*
 * The reads.  Each returns false, or NULL, where there is no usable value; the
 * place for it is then untouched, so a default may stand there beforehand.
 * Objects and arrays are always initialised, to empty ones where absent.
 */
extern bool
json_object_read_object(const JsonObject *object, const char *key,
                        JsonNeed need, const char *noun, JsonObject *child);
extern bool json_object_read_array(const JsonObject *object, const char *key,
                                   JsonNeed need, JsonArray *array);
extern char *
json_object_read_string(const JsonObject *object, const char *key,
                        JsonNeed need, const JsonTextLimits *limits);
extern bool
json_object_read_integer(const JsonObject *object, const char *key,
                         JsonNeed need, const JsonRange *range, int *value);
extern bool
json_object_read_number(const JsonObject *object, const char *key,
                        JsonNeed need, const JsonRange *range, double *value);
extern bool json_object_read_bool(const JsonObject *object, const char *key,
                                  JsonNeed need, bool *value);

/* One of the words, as its index; -1 where there is no usable value. */
extern int
json_object_read_word(const JsonObject *object, const char *key, JsonNeed need,
                      const char *const *words, int count);

/* Adds a problem for each key that is not among the allowed ones. */
extern void json_object_check_keys(const JsonObject *object,
                                   const char *const *allowed, int count);

/* The same for one member of a walk. */
extern void
json_members_check_key(const JsonObject *object, const JsonbValue *key,
                       const char *const *allowed, int count);

/*
 * Walks the members.  The key is a jbvString, neither copied nor ended by NUL; a
 * member whose value is null is walked like any other.
 */
extern void json_members_open(JsonMembers *members, const JsonObject *object);
extern bool
json_members_next(JsonMembers *members, JsonbValue *key, JsonbValue *value);

/* The frame of the member; key must outlive it. */
extern JsonPath
json_members_path(const JsonObject *object, const JsonbValue *key);

/* The member as an object; adds a problem where it is none. */
extern bool
json_members_read_object(const JsonObject *object, const JsonbValue *key,
                         const JsonbValue *value, const char *noun,
                         JsonObject *child);

#endif

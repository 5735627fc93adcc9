/*
 * json_value.c
 *		One value of a document: has it the type and the range it should have?
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "json_text.h"
#include "json_value.h"

static const char *subject_of(const JsonPlace *place);
static bool has_text_shape(const char *text, int length, const JsonPlace *place,
                           JsonTextShape shape);
static bool
has_text_length(const char *text, int length, const JsonPlace *place,
                const JsonTextLimits *limits);
static void add_type_problem(const JsonbValue *value, const JsonPlace *place,
                             const char *wanted);
static bool is_of_type(const JsonbValue *value, enum jbvType type,
                       const JsonPlace *place, const char *wanted);
static bool is_of_container(const JsonbValue *value, bool is_object,
                            const JsonPlace *place, const char *wanted);
static void add_range_problem(const JsonbValue *value, const JsonPlace *place,
                              const JsonRange *range, const char *kind);

char *
json_value_read_string(const JsonbValue *value, const JsonPlace *place,
                       const JsonTextLimits *limits)
{
	const char *text = value->val.string.val;
	int length = value->val.string.len;

	if (!is_of_type(value, jbvString, place, "a string") ||
	    !has_text_shape(text, length, place, limits->shape) ||
	    !has_text_length(text, length, place, limits))
		return NULL;
	return pnstrdup(text, (Size) length);
}

/*
 * 5.0 and 5e0 are integers, as in JSON Schema: how a number was written is not
 * part of the data.
 */
bool
json_value_read_integer(const JsonbValue *value, const JsonPlace *place,
                        const JsonRange *range, int *result)
{
	Datum number = NumericGetDatum(value->val.numeric);
	bool is_whole;
	bool is_too_large = false;
	int found;

	if (!is_of_type(value, jbvNumeric, place, "an integer"))
		return false;
	is_whole = DatumGetBool(DirectFunctionCall2(
		numeric_eq,
		number,
		DirectFunctionCall2(numeric_trunc, number, Int32GetDatum(0))));
	found = is_whole ? numeric_int4_opt_error(value->val.numeric, &is_too_large)
	                 : 0;
	if (!is_whole || is_too_large || found < range->min || found > range->max)
	{
		add_range_problem(value, place, range, "an integer");
		return false;
	}
	*result = found;
	return true;
}

bool
json_value_read_number(const JsonbValue *value, const JsonPlace *place,
                       const JsonRange *range, double *result)
{
	double found;

	if (!is_of_type(value, jbvNumeric, place, "a number"))
		return false;
	found = DatumGetFloat8(DirectFunctionCall1(
		numeric_float8_no_overflow, NumericGetDatum(value->val.numeric)));
	if (isinf(found) || found < range->min || found > range->max)
	{
		add_range_problem(value, place, range, "a number");
		return false;
	}
	*result = found;
	return true;
}

bool
json_value_read_bool(const JsonbValue *value, const JsonPlace *place,
                     bool *result)
{
	if (!is_of_type(value, jbvBool, place, "true or false"))
		return false;
	*result = value->val.boolean;
	return true;
}

JsonbContainer *
json_value_read_object(const JsonbValue *value, const JsonPlace *place)
{
	if (!is_of_container(value, true, place, "an object"))
		return NULL;
	return value->val.binary.data;
}

JsonbContainer *
json_value_read_array(const JsonbValue *value, const JsonPlace *place)
{
	if (!is_of_container(value, false, place, "an array"))
		return NULL;
	return value->val.binary.data;
}

int
json_value_read_word(const JsonbValue *value, const JsonPlace *place,
                     const char *const *words, int count)
{
	const char *text = value->val.string.val;
	int length = value->val.string.len;

	if (!is_of_type(value, jbvString, place, "a string"))
		return -1;
	for (int i = 0; i < count; i++)
	{
		if (json_value_is_text(value, words[i]))
			return i;
	}
	problem_add(place->problems,
	            PROBLEM_DEFINITION,
	            "unknown_value",
	            &place->path,
	            json_text_suggest(text, length, "values", words, count),
	            "%s has unknown value %s",
	            subject_of(place),
	            json_text_quote(text, length));
	return -1;
}

bool
json_value_is_text(const JsonbValue *value, const char *text)
{
	return value->type == jbvString &&
	       strlen(text) == (size_t) value->val.string.len &&
	       memcmp(value->val.string.val, text, strlen(text)) == 0;
}

const char *
json_value_type(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			return "null";
		case jbvString:
			return "a string";
		case jbvNumeric:
			return "a number";
		case jbvBool:
			return value->val.boolean ? "true" : "false";
		case jbvArray:
			return "an array";
		case jbvObject:
			return "an object";
		case jbvBinary:
			return JsonContainerIsObject(value->val.binary.data) ? "an object"
			                                                     : "an array";
		case jbvDatetime:
			break;
	}
	elog(ERROR, "unexpected type in jsonb: %d", (int) value->type);
	return NULL;
}

/* How a sentence about the value begins. */
static const char *
subject_of(const JsonPlace *place)
{
	switch (place->subject)
	{
		case JSON_DOCUMENT:
			return psprintf("the %s", place->key);
		case JSON_MEMBER:
			return json_text_quote(place->key, place->key_length);
		case JSON_ITEM:
			return psprintf("each item of %s",
			                json_text_quote(place->key, place->key_length));
	}
	return NULL;
}

static bool
has_text_shape(const char *text, int length, const JsonPlace *place,
               JsonTextShape shape)
{
	int code;
	int position;

	if (shape == JSON_TEXT_ANY)
		return true;
	if (json_text_is_blank(text, length))
	{
		problem_add(place->problems,
		            PROBLEM_DEFINITION,
		            "blank",
		            &place->path,
		            NULL,
		            length == 0 ? "%s must not be empty"
		                        : "%s must not be blank",
		            subject_of(place));
		return false;
	}
	if (shape == JSON_TEXT_LINE &&
	    json_text_find_control(text, length, &code, &position))
	{
		problem_add(place->problems,
		            PROBLEM_DEFINITION,
		            "control_character",
		            &place->path,
		            "Tabs, line ends and other control characters are not "
		            "allowed here.",
		            "%s has control character U+%04X at position %d",
		            subject_of(place),
		            (unsigned int) code,
		            position);
		return false;
	}
	return true;
}

static bool
has_text_length(const char *text, int length, const JsonPlace *place,
                const JsonTextLimits *limits)
{
	int characters;

	/* Counting a megabyte for a text without limits would be for nothing. */
	if (limits->min_characters == 0 && limits->max_characters == 0)
		return true;

	characters = pg_mbstrlen_with_len(text, length);
	if (characters < limits->min_characters)
	{
		problem_add(place->problems,
		            PROBLEM_DEFINITION,
		            "too_short",
		            &place->path,
		            NULL,
		            "%s must have at least %d characters, not %d",
		            subject_of(place),
		            limits->min_characters,
		            characters);
		return false;
	}
	if (limits->max_characters > 0 && characters > limits->max_characters)
	{
		problem_add(place->problems,
		            PROBLEM_DEFINITION,
		            "too_long",
		            &place->path,
		            NULL,
		            "%s must have at most %d characters, not %d",
		            subject_of(place),
		            limits->max_characters,
		            characters);
		return false;
	}
	return true;
}

static void
add_type_problem(const JsonbValue *value, const JsonPlace *place,
                 const char *wanted)
{
	problem_add(place->problems,
	            PROBLEM_DEFINITION,
	            "wrong_type",
	            &place->path,
	            NULL,
	            "%s must be %s, not %s",
	            subject_of(place),
	            wanted,
	            json_value_type(value));
}

static bool
is_of_type(const JsonbValue *value, enum jbvType type, const JsonPlace *place,
           const char *wanted)
{
	if (value->type == type)
		return true;
	add_type_problem(value, place, wanted);
	return false;
}

/* Documents come from storage, so their containers are binary. */
static bool
is_of_container(const JsonbValue *value, bool is_object, const JsonPlace *place,
                const char *wanted)
{
	if (value->type == jbvBinary &&
	    (JsonContainerIsObject(value->val.binary.data) != 0) == is_object)
		return true;
	add_type_problem(value, place, wanted);
	return false;
}

static void
add_range_problem(const JsonbValue *value, const JsonPlace *place,
                  const JsonRange *range, const char *kind)
{
	const char *number = DatumGetCString(
		DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));

	problem_add(place->problems,
	            PROBLEM_DEFINITION,
	            "out_of_range",
	            &place->path,
	            NULL,
	            "%s must be %s, not %.40s%s",
	            subject_of(place),
	            json_describe_range(kind, range),
	            number,
	            strlen(number) > 40 ? "..." : "");
}

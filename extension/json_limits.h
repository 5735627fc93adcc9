/*
 * json_limits.h
 *		What a value may be: limits of texts and numbers, and their wording.
 */
#ifndef MCP_JSON_LIMITS_H
#define MCP_JSON_LIMITS_H

typedef enum JsonTextShape
{
	JSON_TEXT_ANY,  /* may be empty, may have many lines */
	JSON_TEXT_BODY, /* not blank, may have many lines */
	JSON_TEXT_LINE  /* not blank, no control characters */
} JsonTextShape;

typedef struct JsonTextLimits
{
	JsonTextShape shape;
	int min_characters;
	int max_characters; /* 0: no limit */
} JsonTextLimits;

typedef struct JsonRange
{
	double min; /* inclusive; -HUGE_VAL: none */
	double max; /* inclusive; HUGE_VAL: none */
} JsonRange;

/*
 * What would be right, as hints say it: "a string of 3 to 100 characters", "an
 * integer of at least 1", "\"auto\" or \"none\"".  kind is "an integer" or "a
 * number".  palloc'd.
 */
extern char *json_describe_text(const JsonTextLimits *limits);
extern char *json_describe_range(const char *kind, const JsonRange *range);
extern char *json_describe_words(const char *const *words, int count);

#endif

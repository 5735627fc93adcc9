/*
 * json_schema_report.h
 *		What an instance breaks, as a sentence that a person can act on.
 */
#ifndef MCP_JSON_SCHEMA_REPORT_H
#define MCP_JSON_SCHEMA_REPORT_H

#include "json_schema_rules.h"

/*
 * Adds an error whose message is the instance ("value of \"a\"") and the rest of
 * the sentence.  Always returns false.  Where nobody collects errors it costs
 * nothing; its arguments must not cost anything either then, as those that the
 * functions below give do not.
 */
extern bool
report(const RuleCall *call, const char *format, ...) pg_attribute_printf(2, 3);

/* The same, of the keyword where a rule has several. */
extern bool report_keyword(const RuleCall *call, const char *keyword,
                           const char *format, ...) pg_attribute_printf(3, 4);

/* The schema "false" says no. */
extern bool report_false(const RuleCall *call);

/* Texts for the messages; "" where nobody collects errors. */
extern const char *report_value(const RuleCall *call, const JsonbValue *value);
extern const char *report_number(const RuleCall *call, Numeric number);
extern const char *
report_name(const RuleCall *call, const char *text, int length);

/* "an integer or null" */
extern const char *report_types(const RuleCall *call, int types);

/* "1, 2 or 3", of many only some */
extern const char *
report_constants(const RuleCall *call, const SchemaConstants *constants);

/* "1 item", "2 items" */
extern const char *report_count(const RuleCall *call, int64 count,
                                const char *noun, const char *nouns);

#endif

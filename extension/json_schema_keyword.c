/*
 * json_schema_keyword.c
 *		The table of keywords.
 */
#include "postgres.h"

#include "json_schema_keyword.h"
#include "json_schema_resolve.h"

#define CORE VOCABULARY_CORE
#define APPLICATOR VOCABULARY_APPLICATOR
#define UNEVALUATED VOCABULARY_UNEVALUATED
#define VALIDATION VOCABULARY_VALIDATION

/* Sorted by name.  $id, $schema and the anchors are read beforehand. */
static const SchemaKeyword keywords[] = {
	{"$defs", CORE, RULE_KINDS, applicator_read_definitions},
	{"$dynamicRef", CORE, RULE_DYNAMIC_REF, resolve_read_reference},
	{"$ref", CORE, RULE_REF, resolve_read_reference},
	{"additionalProperties",
     APPLICATOR,
     RULE_PROPERTIES,
     applicator_read_additional},
	{"allOf", APPLICATOR, RULE_ALL_OF, applicator_read_list},
	{"anyOf", APPLICATOR, RULE_ANY_OF, applicator_read_list},
	{"const", VALIDATION, RULE_CONST, assertion_read_const},
	{"contains", APPLICATOR, RULE_CONTAINS, applicator_read_contains},
	{"definitions", CORE, RULE_KINDS, applicator_read_definitions},
	{"dependencies",
     APPLICATOR,
     RULE_DEPENDENCIES,
     applicator_read_dependencies},
	{"dependentRequired",
     VALIDATION,
     RULE_DEPENDENT_REQUIRED,
     applicator_read_dependencies},
	{"dependentSchemas",
     APPLICATOR,
     RULE_DEPENDENT_SCHEMAS,
     applicator_read_dependencies},
	{"else", APPLICATOR, RULE_CONDITION, applicator_read_alternative},
	{"enum", VALIDATION, RULE_ENUM, assertion_read_enum},
	{"exclusiveMaximum",
     VALIDATION,
     RULE_EXCLUSIVE_MAXIMUM,
     assertion_read_number},
	{"exclusiveMinimum",
     VALIDATION,
     RULE_EXCLUSIVE_MINIMUM,
     assertion_read_number},
	{"format", VOCABULARY_FORMAT, RULE_FORMAT, assertion_read_format},
	{"if", APPLICATOR, RULE_CONDITION, applicator_read_condition},
	{"items", APPLICATOR, RULE_ITEMS, applicator_read_items},
	{"maxContains", VALIDATION, RULE_KINDS, assertion_read_count},
	{"maxItems", VALIDATION, RULE_MAX_ITEMS, assertion_read_count},
	{"maxLength", VALIDATION, RULE_MAX_LENGTH, assertion_read_count},
	{"maxProperties", VALIDATION, RULE_MAX_PROPERTIES, assertion_read_count},
	{"maximum", VALIDATION, RULE_MAXIMUM, assertion_read_number},
	{"minContains", VALIDATION, RULE_KINDS, assertion_read_count},
	{"minItems", VALIDATION, RULE_MIN_ITEMS, assertion_read_count},
	{"minLength", VALIDATION, RULE_MIN_LENGTH, assertion_read_count},
	{"minProperties", VALIDATION, RULE_MIN_PROPERTIES, assertion_read_count},
	{"minimum", VALIDATION, RULE_MINIMUM, assertion_read_number},
	{"multipleOf", VALIDATION, RULE_MULTIPLE_OF, assertion_read_number},
	{"not", APPLICATOR, RULE_NOT, applicator_read_one},
	{"oneOf", APPLICATOR, RULE_ONE_OF, applicator_read_list},
	{"pattern", VALIDATION, RULE_PATTERN, assertion_read_pattern},
	{"patternProperties",
     APPLICATOR,
     RULE_PROPERTIES,
     applicator_read_patterns},
	{"prefixItems", APPLICATOR, RULE_ITEMS, applicator_read_prefix},
	{"properties", APPLICATOR, RULE_PROPERTIES, applicator_read_properties},
	{"propertyNames", APPLICATOR, RULE_PROPERTY_NAMES, applicator_read_one},
	{"required", VALIDATION, RULE_REQUIRED, assertion_read_required},
	{"then", APPLICATOR, RULE_CONDITION, applicator_read_consequence},
	{"type", VALIDATION, RULE_TYPE, assertion_read_type},
	{"unevaluatedItems",
     UNEVALUATED,
     RULE_UNEVALUATED_ITEMS,
     applicator_read_one},
	{"unevaluatedProperties",
     UNEVALUATED,
     RULE_UNEVALUATED_PROPERTIES,
     applicator_read_one},
	{"uniqueItems", VALIDATION, RULE_UNIQUE_ITEMS, assertion_read_unique},
};

/* What bsearch looks for: the key of a jsonb object has no NUL. */
static int
compare_keyword(const void *key, const void *entry)
{
	const SchemaName *name = key;
	const char *keyword = ((const SchemaKeyword *) entry)->name;
	int order = strncmp(name->text, keyword, (size_t) name->length);

	if (order != 0)
		return order;
	return keyword[name->length] == '\0' ? 0 : -1;
}

const SchemaKeyword *
keyword_find(const char *name, int length)
{
	SchemaName key = {name, length};

	return bsearch(&key,
	               keywords,
	               lengthof(keywords),
	               sizeof(SchemaKeyword),
	               compare_keyword);
}

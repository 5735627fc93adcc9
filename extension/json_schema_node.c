/*
 * json_schema_node.c
 *		Names of rules and places.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "json_schema_node.h"

typedef struct RuleFacts
{
	const char *keyword;
	int types;
} RuleFacts;

static const RuleFacts facts[RULE_KINDS] = {
	[RULE_FALSE] = {"false", TYPE_ANY},
	[RULE_TYPE] = {"type", TYPE_ANY},
	[RULE_CONST] = {"const", TYPE_ANY},
	[RULE_ENUM] = {"enum", TYPE_ANY},
	[RULE_MINIMUM] = {"minimum", TYPE_NUMBER},
	[RULE_EXCLUSIVE_MINIMUM] = {"exclusiveMinimum", TYPE_NUMBER},
	[RULE_MAXIMUM] = {"maximum", TYPE_NUMBER},
	[RULE_EXCLUSIVE_MAXIMUM] = {"exclusiveMaximum", TYPE_NUMBER},
	[RULE_MULTIPLE_OF] = {"multipleOf", TYPE_NUMBER},
	[RULE_MIN_LENGTH] = {"minLength", TYPE_STRING},
	[RULE_MAX_LENGTH] = {"maxLength", TYPE_STRING},
	[RULE_PATTERN] = {"pattern", TYPE_STRING},
	[RULE_FORMAT] = {"format", TYPE_STRING},
	[RULE_MIN_ITEMS] = {"minItems", TYPE_ARRAY},
	[RULE_MAX_ITEMS] = {"maxItems", TYPE_ARRAY},
	[RULE_UNIQUE_ITEMS] = {"uniqueItems", TYPE_ARRAY},
	[RULE_MIN_PROPERTIES] = {"minProperties", TYPE_OBJECT},
	[RULE_MAX_PROPERTIES] = {"maxProperties", TYPE_OBJECT},
	[RULE_REQUIRED] = {"required", TYPE_OBJECT},
	[RULE_DEPENDENT_REQUIRED] = {"dependentRequired", TYPE_OBJECT},
	[RULE_REF] = {"$ref", TYPE_ANY},
	[RULE_DYNAMIC_REF] = {"$dynamicRef", TYPE_ANY},
	[RULE_PROPERTIES] = {"properties", TYPE_OBJECT},
	[RULE_PROPERTY_NAMES] = {"propertyNames", TYPE_OBJECT},
	[RULE_DEPENDENT_SCHEMAS] = {"dependentSchemas", TYPE_OBJECT},
	[RULE_DEPENDENCIES] = {"dependencies", TYPE_OBJECT},
	[RULE_ITEMS] = {"items", TYPE_ARRAY},
	[RULE_CONTAINS] = {"contains", TYPE_ARRAY},
	[RULE_ALL_OF] = {"allOf", TYPE_ANY},
	[RULE_ANY_OF] = {"anyOf", TYPE_ANY},
	[RULE_ONE_OF] = {"oneOf", TYPE_ANY},
	[RULE_NOT] = {"not", TYPE_ANY},
	[RULE_CONDITION] = {"if", TYPE_ANY},
	[RULE_UNEVALUATED_ITEMS] = {"unevaluatedItems", TYPE_ARRAY},
	[RULE_UNEVALUATED_PROPERTIES] = {"unevaluatedProperties", TYPE_OBJECT},
};

const char *
rule_keyword(RuleKind kind)
{
	return facts[kind].keyword;
}

int
rule_types(RuleKind kind)
{
	return facts[kind].types;
}

static void
print_token(StringInfo out, const JsonPath *frame)
{
	appendStringInfoChar(out, '/');
	if (frame->key == NULL)
	{
		appendStringInfo(out, "%d", frame->index);
		return;
	}
	for (int i = 0; i < frame->key_length; i++)
	{
		if (frame->key[i] == '~')
			appendStringInfoString(out, "~0");
		else if (frame->key[i] == '/')
			appendStringInfoString(out, "~1");
		else
			appendStringInfoChar(out, frame->key[i]);
	}
}

char *
schema_path_print(const JsonPath *path, const JsonPath *from)
{
	StringInfoData out;
	const JsonPath **frames;
	int depth = 0;

	for (const JsonPath *frame = path; frame != from; frame = frame->parent)
		depth++;
	frames = palloc(sizeof(const JsonPath *) * ((size_t) depth + 1));
	for (int i = depth - 1; i >= 0; i--, path = path->parent)
		frames[i] = path;

	initStringInfo(&out);
	for (int i = 0; i < depth; i++)
		print_token(&out, frames[i]);
	pfree(frames);
	return out.data;
}

char *
schema_node_print(const SchemaNode *node, const char *keyword)
{
	const SchemaResource *resource = node->resource;
	char *pointer = schema_path_print(node->path, resource->path);
	char *text = psprintf("%s#%s%s%s",
	                      resource->index == 0 ? "" : resource->uri,
	                      pointer,
	                      keyword == NULL ? "" : "/",
	                      keyword == NULL ? "" : keyword);

	pfree(pointer);
	return text;
}

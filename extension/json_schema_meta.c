/*
 * json_schema_meta.c
 *		The meta-schemas as the standard publishes them, less their comments.
 *
 * In the text an apostrophe stands for a quotation mark, so that it can be read;
 * none of the documents has an apostrophe of its own.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "json_schema_meta.h"

#define DRAFT "https://json-schema.org/draft/2020-12/"
#define VOCABULARY DRAFT "vocab/"

typedef struct MetaSchema
{
	const char *name; /* behind DRAFT */
	const char *text;
} MetaSchema;

/* clang-format off */
static const MetaSchema meta_schemas[] = {
	{"schema",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "schema',"
	 " '$vocabulary': {'" VOCABULARY "core': true,"
	 "  '" VOCABULARY "applicator': true,"
	 "  '" VOCABULARY "unevaluated': true,"
	 "  '" VOCABULARY "validation': true,"
	 "  '" VOCABULARY "meta-data': true,"
	 "  '" VOCABULARY "format-annotation': true,"
	 "  '" VOCABULARY "content': true},"
	 " '$dynamicAnchor': 'meta',"
	 " 'title': 'Core and Validation specifications meta-schema',"
	 " 'allOf': [{'$ref': 'meta/core'}, {'$ref': 'meta/applicator'},"
	 "  {'$ref': 'meta/unevaluated'}, {'$ref': 'meta/validation'},"
	 "  {'$ref': 'meta/meta-data'}, {'$ref': 'meta/format-annotation'},"
	 "  {'$ref': 'meta/content'}],"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'definitions': {'type': 'object',"
	 "   'additionalProperties': {'$dynamicRef': '#meta'},"
	 "   'deprecated': true, 'default': {}},"
	 "  'dependencies': {'type': 'object',"
	 "   'additionalProperties': {'anyOf': [{'$dynamicRef': '#meta'},"
	 "     {'$ref': 'meta/validation#/$defs/stringArray'}]},"
	 "   'deprecated': true, 'default': {}},"
	 "  '$recursiveAnchor': {'$ref': 'meta/core#/$defs/anchorString', 'deprecated': true},"
	 "  '$recursiveRef': {'$ref': 'meta/core#/$defs/uriReferenceString', 'deprecated': true}}}"},
	{"meta/core",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/core',"
	 " '$vocabulary': {'" VOCABULARY "core': true},"
	 " '$dynamicAnchor': 'meta', 'title': 'Core vocabulary meta-schema',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'$id': {'$ref': '#/$defs/uriReferenceString', 'pattern': '^[^#]*#?$'},"
	 "  '$schema': {'$ref': '#/$defs/uriString'},"
	 "  '$ref': {'$ref': '#/$defs/uriReferenceString'},"
	 "  '$anchor': {'$ref': '#/$defs/anchorString'},"
	 "  '$dynamicRef': {'$ref': '#/$defs/uriReferenceString'},"
	 "  '$dynamicAnchor': {'$ref': '#/$defs/anchorString'},"
	 "  '$vocabulary': {'type': 'object', 'propertyNames': {'$ref': '#/$defs/uriString'},"
	 "   'additionalProperties': {'type': 'boolean'}},"
	 "  '$comment': {'type': 'string'},"
	 "  '$defs': {'type': 'object', 'additionalProperties': {'$dynamicRef': '#meta'}}},"
	 " '$defs': {'anchorString': {'type': 'string', 'pattern': '^[A-Za-z_][-A-Za-z0-9._]*$'},"
	 "  'uriString': {'type': 'string', 'format': 'uri'},"
	 "  'uriReferenceString': {'type': 'string', 'format': 'uri-reference'}}}"},
	{"meta/applicator",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/applicator',"
	 " '$vocabulary': {'" VOCABULARY "applicator': true},"
	 " '$dynamicAnchor': 'meta',"
	 " 'title': 'Applicator vocabulary meta-schema',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'prefixItems': {'$ref': '#/$defs/schemaArray'},"
	 "  'items': {'$dynamicRef': '#meta'},"
	 "  'contains': {'$dynamicRef': '#meta'},"
	 "  'additionalProperties': {'$dynamicRef': '#meta'},"
	 "  'properties': {'type': 'object',"
	 "   'additionalProperties': {'$dynamicRef': '#meta'}, 'default': {}},"
	 "  'patternProperties': {'type': 'object',"
	 "   'additionalProperties': {'$dynamicRef': '#meta'},"
	 "   'propertyNames': {'format': 'regex'}, 'default': {}},"
	 "  'dependentSchemas': {'type': 'object',"
	 "   'additionalProperties': {'$dynamicRef': '#meta'}, 'default': {}},"
	 "  'propertyNames': {'$dynamicRef': '#meta'},"
	 "  'if': {'$dynamicRef': '#meta'}, 'then': {'$dynamicRef': '#meta'},"
	 "  'else': {'$dynamicRef': '#meta'},"
	 "  'allOf': {'$ref': '#/$defs/schemaArray'},"
	 "  'anyOf': {'$ref': '#/$defs/schemaArray'},"
	 "  'oneOf': {'$ref': '#/$defs/schemaArray'},"
	 "  'not': {'$dynamicRef': '#meta'}},"
	 " '$defs': {'schemaArray': {'type': 'array', 'minItems': 1, 'items': {'$dynamicRef': '#meta'}}}}"},
	{"meta/unevaluated",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/unevaluated',"
	 " '$vocabulary': {'" VOCABULARY "unevaluated': true},"
	 " '$dynamicAnchor': 'meta',"
	 " 'title': 'Unevaluated applicator vocabulary meta-schema',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'unevaluatedItems': {'$dynamicRef': '#meta'},"
	 "  'unevaluatedProperties': {'$dynamicRef': '#meta'}}}"},
	{"meta/validation",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/validation',"
	 " '$vocabulary': {'" VOCABULARY "validation': true},"
	 " '$dynamicAnchor': 'meta',"
	 " 'title': 'Validation vocabulary meta-schema',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'type': {'anyOf': [{'$ref': '#/$defs/simpleTypes'},"
	 "    {'type': 'array', 'items': {'$ref': '#/$defs/simpleTypes'},"
	 "     'minItems': 1, 'uniqueItems': true}]},"
	 "  'const': true, 'enum': {'type': 'array', 'items': true},"
	 "  'multipleOf': {'type': 'number', 'exclusiveMinimum': 0},"
	 "  'maximum': {'type': 'number'},"
	 "  'exclusiveMaximum': {'type': 'number'},"
	 "  'minimum': {'type': 'number'},"
	 "  'exclusiveMinimum': {'type': 'number'},"
	 "  'maxLength': {'$ref': '#/$defs/nonNegativeInteger'},"
	 "  'minLength': {'$ref': '#/$defs/nonNegativeIntegerDefault0'},"
	 "  'pattern': {'type': 'string', 'format': 'regex'},"
	 "  'maxItems': {'$ref': '#/$defs/nonNegativeInteger'},"
	 "  'minItems': {'$ref': '#/$defs/nonNegativeIntegerDefault0'},"
	 "  'uniqueItems': {'type': 'boolean', 'default': false},"
	 "  'maxContains': {'$ref': '#/$defs/nonNegativeInteger'},"
	 "  'minContains': {'$ref': '#/$defs/nonNegativeInteger', 'default': 1},"
	 "  'maxProperties': {'$ref': '#/$defs/nonNegativeInteger'},"
	 "  'minProperties': {'$ref': '#/$defs/nonNegativeIntegerDefault0'},"
	 "  'required': {'$ref': '#/$defs/stringArray'},"
	 "  'dependentRequired': {'type': 'object',"
	 "   'additionalProperties': {'$ref': '#/$defs/stringArray'}}},"
	 " '$defs': {'nonNegativeInteger': {'type': 'integer', 'minimum': 0},"
	 "  'nonNegativeIntegerDefault0': {'$ref': '#/$defs/nonNegativeInteger', 'default': 0},"
	 "  'simpleTypes': {'enum': ['array', 'boolean', 'integer', 'null', 'number', 'object',"
	 "    'string']},"
	 "  'stringArray': {'type': 'array', 'items': {'type': 'string'}, 'uniqueItems': true,"
	 "   'default': []}}}"},
	{"meta/meta-data",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/meta-data',"
	 " '$vocabulary': {'" VOCABULARY "meta-data': true},"
	 " '$dynamicAnchor': 'meta',"
	 " 'title': 'Meta-data vocabulary meta-schema',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'title': {'type': 'string'}, 'description': {'type': 'string'},"
	 "  'default': true,"
	 "  'deprecated': {'type': 'boolean', 'default': false},"
	 "  'readOnly': {'type': 'boolean', 'default': false},"
	 "  'writeOnly': {'type': 'boolean', 'default': false},"
	 "  'examples': {'type': 'array', 'items': true}}}"},
	{"meta/format-annotation",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/format-annotation',"
	 " '$vocabulary': {'" VOCABULARY "format-annotation': true},"
	 " '$dynamicAnchor': 'meta',"
	 " 'title': 'Format vocabulary meta-schema for annotation results',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'format': {'type': 'string'}}}"},
	{"meta/format-assertion",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/format-assertion',"
	 " '$vocabulary': {'" VOCABULARY "format-assertion': true},"
	 " '$dynamicAnchor': 'meta',"
	 " 'title': 'Format vocabulary meta-schema for assertion results',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'format': {'type': 'string'}}}"},
	{"meta/content",
	 "{'$schema': '" DRAFT "schema',"
	 " '$id': '" DRAFT "meta/content',"
	 " '$vocabulary': {'" VOCABULARY "content': true},"
	 " '$dynamicAnchor': 'meta', 'title': 'Content vocabulary meta-schema',"
	 " 'type': ['object', 'boolean'],"
	 " 'properties': {'contentEncoding': {'type': 'string'},"
	 "  'contentMediaType': {'type': 'string'},"
	 "  'contentSchema': {'$dynamicRef': '#meta'}}}"},
};
/* clang-format on */

Jsonb *
meta_find(const char *uri)
{
	size_t prefix = strlen(DRAFT);

	if (strncmp(uri, DRAFT, prefix) != 0)
		return NULL;
	for (size_t i = 0; i < lengthof(meta_schemas); i++)
	{
		char *text;
		Datum document;

		if (strcmp(uri + prefix, meta_schemas[i].name) != 0)
			continue;
		text = pstrdup(meta_schemas[i].text);
		for (char *byte = text; *byte != '\0'; byte++)
			if (*byte == '\'')
				*byte = '"';
		document = DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
		pfree(text);
		return DatumGetJsonbP(document);
	}
	return NULL;
}

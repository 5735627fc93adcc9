/*
 * schema_embed.c
 *		The schema of one property of an object, as a document of its own.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "schema_embed.h"
#include "schema_sketch.h"

/* What the whole becomes a resource under. */
#define EMBEDDED_URI "mcp:inputs"

static char *escape(const char *name);
static void push_key(JsonbParseState **state, const char *key);

Jsonb *
schema_embed_property(Jsonb *schema, const char *name)
{
	JsonbValue whole = {.type = jbvBinary};
	JsonbParseState *state = NULL;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue value;

	whole.val.binary.data = &schema->root;
	whole.val.binary.len = (int) VARSIZE(schema) - VARHDRSZ;
	if (!schema_sketch_property(&whole, name, &value) ||
	    getKeyJsonValueFromContainer(&schema->root, "$id", 3, &value) != NULL)
		return NULL;
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_key(&state, "$ref");
	value.type = jbvString;
	value.val.string.val =
		psprintf("%s#/properties/%s", EMBEDDED_URI, escape(name));
	value.val.string.len = (int) strlen(value.val.string.val);
	pushJsonbValue(&state, WJB_VALUE, &value);
	push_key(&state, "$defs");
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_key(&state, "inputs");
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_key(&state, "$id");
	value.val.string.val = pstrdup(EMBEDDED_URI);
	value.val.string.len = (int) strlen(EMBEDDED_URI);
	pushJsonbValue(&state, WJB_VALUE, &value);
	iterator = JsonbIteratorInit(&schema->root);
	(void) JsonbIteratorNext(&iterator, &value, true);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) !=
	       WJB_END_OBJECT)
		pushJsonbValue(&state, token, &value);
	pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

/* A JSON Pointer's member (RFC 6901) in the fragment of a URI. */
static char *
escape(const char *name)
{
	StringInfoData text;

	initStringInfo(&text);
	for (; *name; name++)
	{
		if (*name == '~')
			appendStringInfoString(&text, "~0");
		else if (*name == '/')
			appendStringInfoString(&text, "~1");
		else if (isalnum((unsigned char) *name) && !IS_HIGHBIT_SET(*name))
			appendStringInfoChar(&text, *name);
		else
			appendStringInfo(&text, "%%%02X", (unsigned char) *name);
	}
	return text.data;
}

static void
push_key(JsonbParseState **state, const char *key)
{
	JsonbValue value = {.type = jbvString};

	value.val.string.val = pstrdup(key);
	value.val.string.len = (int) strlen(key);
	pushJsonbValue(state, WJB_KEY, &value);
}

/*
 * json_document.c
 *		Whole documents as values, and values put into new documents.
 */
#include "postgres.h"

#include "json_document.h"

static JsonbValue make_text(const char *text);

void
json_document_value(Jsonb *document, JsonbValue *value)
{
	if (document == NULL)
		value->type = jbvNull;
	else if (JB_ROOT_IS_SCALAR(document))
		(void) JsonbExtractScalar(&document->root, value);
	else
	{
		value->type = jbvBinary;
		value->val.binary.data = &document->root;
		value->val.binary.len = (int) (VARSIZE(document) - VARHDRSZ);
	}
}

Jsonb *
json_document_make(const JsonbValue *value)
{
	JsonbValue copy = *value;

	return JsonbValueToJsonb(&copy);
}

Jsonb *
json_document_empty(void)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

void
json_document_push_key(JsonbParseState **state, const char *key)
{
	JsonbValue value = make_text(key);

	pushJsonbValue(state, WJB_KEY, &value);
}

void
json_document_push(JsonbParseState **state, Jsonb *document)
{
	JsonbValue value;

	json_document_value(document, &value);
	pushJsonbValue(state,
	               *state == NULL || (*state)->contVal.type == jbvArray
	                   ? WJB_ELEM
	                   : WJB_VALUE,
	               &value);
}

void
json_document_push_text(JsonbParseState **state, const char *text)
{
	JsonbValue value = make_text(text);

	pushJsonbValue(state, WJB_VALUE, &value);
}

void
json_document_push_bool(JsonbParseState **state, bool is_true)
{
	JsonbValue value = {.type = jbvBool};

	value.val.boolean = is_true;
	pushJsonbValue(state, WJB_VALUE, &value);
}

static JsonbValue
make_text(const char *text)
{
	JsonbValue value = {.type = jbvString};

	value.val.string.val = pstrdup(text);
	value.val.string.len = (int) strlen(text);
	return value;
}

/*
 * workflow_document.c
 *		Building the normal form of a workflow, key by key.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "workflow_document.h"

static JsonbValue text_value(const char *text);
static void put_numeric(JsonbParseState **out, const char *key, Datum numeric);

void
workflow_document_put_key(JsonbParseState **out, const char *key)
{
	JsonbValue value = text_value(key);

	pushJsonbValue(out, WJB_KEY, &value);
}

void
workflow_document_put_text(JsonbParseState **out, const char *key,
                           const char *text)
{
	JsonbValue value;

	if (text == NULL)
	{
		workflow_document_put_null(out, key);
		return;
	}
	workflow_document_put_key(out, key);
	value = text_value(text);
	pushJsonbValue(out, WJB_VALUE, &value);
}

void
workflow_document_put_null(JsonbParseState **out, const char *key)
{
	JsonbValue value;

	workflow_document_put_key(out, key);
	value.type = jbvNull;
	pushJsonbValue(out, WJB_VALUE, &value);
}

void
workflow_document_put_integer(JsonbParseState **out, const char *key,
                              int number)
{
	put_numeric(
		out, key, DirectFunctionCall1(int4_numeric, Int32GetDatum(number)));
}

void
workflow_document_put_number(JsonbParseState **out, const char *key,
                             double number)
{
	put_numeric(
		out, key, DirectFunctionCall1(float8_numeric, Float8GetDatum(number)));
}

void
workflow_document_put_texts(JsonbParseState **out, const char *key,
                            const List *texts)
{
	ListCell *cell;

	workflow_document_put_key(out, key);
	pushJsonbValue(out, WJB_BEGIN_ARRAY, NULL);
	foreach (cell, texts)
	{
		JsonbValue value = text_value(lfirst(cell));

		pushJsonbValue(out, WJB_ELEM, &value);
	}
	pushJsonbValue(out, WJB_END_ARRAY, NULL);
}

void
workflow_document_put_object(JsonbParseState **out, const char *key)
{
	workflow_document_put_key(out, key);
	pushJsonbValue(out, WJB_BEGIN_OBJECT, NULL);
}

void
workflow_document_end_object(JsonbParseState **out)
{
	pushJsonbValue(out, WJB_END_OBJECT, NULL);
}

static void
put_numeric(JsonbParseState **out, const char *key, Datum numeric)
{
	JsonbValue value;

	workflow_document_put_key(out, key);
	value.type = jbvNumeric;
	value.val.numeric = DatumGetNumeric(numeric);
	pushJsonbValue(out, WJB_VALUE, &value);
}

static JsonbValue
text_value(const char *text)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = pstrdup(text);
	value.val.string.len = (int) strlen(text);
	return value;
}

/*
 * json_schema_compiler.c
 *		Paths, texts and complaints of a compilation.
 */
#include "postgres.h"

#include "json_schema_compiler.h"
#include "json_text.h"

const JsonPath *
schema_keep_key(const JsonPath *parent, const char *key, int length)
{
	JsonPath *path = palloc(sizeof(*path));

	*path = json_path_key(parent, key, length);
	return path;
}

const JsonPath *
schema_keep_item(const JsonPath *parent, int index)
{
	JsonPath *path = palloc(sizeof(*path));

	*path = json_path_item(parent, index);
	return path;
}

char *
schema_string(const JsonbValue *value)
{
	return pnstrdup(value->val.string.val, (Size) value->val.string.len);
}

char *
schema_quote(const JsonbValue *value)
{
	return json_text_quote(value->val.string.val, value->val.string.len);
}

static void pg_attribute_printf(5, 0)
	complain(SchemaCompiler *compiler, ProblemKind kind, const JsonPath *path,
             const char *keyword, const char *format, va_list arguments)
{
	StringInfoData message;
	SchemaError error = {0};
	int needed;

	initStringInfo(&message);
	if (keyword == NULL)
		appendStringInfoString(&message, "the schema ");
	else
		appendStringInfo(&message, "\"%s\" ", keyword);
	for (;;)
	{
		va_list copy;

		va_copy(copy, arguments);
		needed = appendStringInfoVA(&message, format, copy);
		va_end(copy);
		if (needed == 0)
			break;
		enlargeStringInfo(&message, needed);
	}
	error.kind = kind;
	error.path = path;
	error.keyword = keyword == NULL ? "type" : keyword;
	error.message = message.data;
	schema_errors_add(compiler->errors, &error);
}

void
schema_complain(SchemaCompiler *compiler, ProblemKind kind,
                const JsonPath *path, const char *keyword, const char *format,
                ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(compiler, kind, path, keyword, format, arguments);
	va_end(arguments);
}

void
schema_complain_keyword(SchemaDraft *draft, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(draft->compiler,
	         PROBLEM_DEFINITION,
	         draft->path,
	         draft->keyword,
	         format,
	         arguments);
	va_end(arguments);
}

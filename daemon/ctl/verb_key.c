/*
 * verb_key.c
 *		key create, key revoke: who is let in by HTTP.
 */
#include "json_print.h"
#include "verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *print_definition(Context *context);
static ExitCode write_key(Context *context, const char *path, const char *key);

/* The key is shown only here: on standard output, or into a file of 0600. */
ExitCode
verb_key_create(Context *context)
{
	const char *path = command_line_text(context->line, "into");
	Ask ask = {.operation = OPERATION_CREATE_KEY};
	const char *key;
	JsonView answer;

	ask.body = print_definition(context);
	if (ask.body == NULL)
		return EXIT_USAGE;
	if (context_ask(context, &ask, &answer) != STATUS_OK)
		return context->code;
	key = json_print_cell(context->arena, json_view_find(answer, "key"));
	if (path)
		return write_key(context, path, key);
	if (context->output.form == OUTPUT_TABLE)
		puts(key);
	else
		output_object(&context->output, answer, "prefix");
	context_say(context, "mcpctl: keep it now, it is not shown again");
	return EXIT_DONE;
}

ExitCode
verb_key_revoke(Context *context)
{
	Ask ask = {.operation = OPERATION_REVOKE_KEY,
	           .names = {command_line_word(context->line, 0)}};
	JsonView nothing;

	if (context_ask(context, &ask, &nothing) != STATUS_OK)
		return context->code;
	context_say(context, "mcpctl: key %s is revoked", ask.names[0]);
	return EXIT_DONE;
}

static const char *
print_definition(Context *context)
{
	static const struct
	{
		const char *option;
		const char *member;
	} texts[] = {
		{"role", "role"}, {"level", "level"}, {"expires", "expires_at"}};
	Arena *arena = context->arena;
	const char *body = arena_print(
		arena,
		"{\"name\": %s",
		json_print_quoted(arena, command_line_word(context->line, 0)));
	const char *scopes = "";
	const char *scope;
	int at = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		const char *text = command_line_text(context->line, texts[i].option);

		if (text)
			body = arena_print(arena,
			                   "%s, \"%s\": %s",
			                   body,
			                   texts[i].member,
			                   json_print_quoted(arena, text));
	}
	while ((scope = command_line_next(context->line, "scope", &at)) != NULL)
		scopes = arena_print(arena,
		                     "%s%s%s",
		                     scopes,
		                     *scopes ? ", " : "",
		                     json_print_quoted(arena, scope));
	if (!command_line_has(context->line, "role") &&
	    !command_line_has(context->line, "level"))
	{
		context_refuse(context,
		               "--level viewer, operator, developer or admin; or "
		               "--role ROLE of the database.",
		               "whose key is it?");
		return NULL;
	}
	return arena_print(arena, "%s, \"scopes\": [%s]}", body, scopes);
}

/* Never over a file that is there: it may be one that others can read. */
static ExitCode
write_key(Context *context, const char *path, const char *key)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t length = strlen(key);
	bool is_written = file >= 0 &&
	                  write(file, key, length) == (ssize_t) length &&
	                  write(file, "\n", 1) == 1;
	int trouble = errno;

	if (file >= 0 && close(file) != 0)
		is_written = false;
	if (is_written)
		return EXIT_DONE;
	/* It is made already, and would be lost. */
	puts(key);
	context_refuse(context,
	               "The key is on standard output instead.",
	               "\"%s\" cannot be written: %s",
	               path,
	               strerror(trouble));
	return EXIT_FAULT;
}

/*
 * context.c
 *		What a command works with: its line, the way to mcp, its outputs.
 */
#include "context.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *print(Arena *arena, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

Status
context_ask(Context *context, const Ask *ask, JsonView *answer)
{
	Fault fault;
	Status status =
		link_ask(context->link, context->arena, ask, answer, &fault);

	if (status == STATUS_OK)
		return STATUS_OK;
	fault_print(context->arena, &context->messages, NULL, &fault);
	context->code = exit_code_of(status);
	return status;
}

ExitCode
context_refuse(Context *context, const char *hint, const char *format, ...)
{
	Fault fault = {.error = {.status = STATUS_INVALID}};
	va_list arguments;

	va_start(arguments, format);
	error_copy_text(fault.error.message,
	                sizeof(fault.error.message),
	                print(context->arena, format, arguments));
	va_end(arguments);
	error_copy_text(fault.error.hint, sizeof(fault.error.hint), hint);
	fault_print(context->arena, &context->messages, NULL, &fault);
	context->code = EXIT_USAGE;
	return EXIT_USAGE;
}

void
context_say(const Context *context, const char *format, ...)
{
	va_list arguments;

	if (command_line_has(context->line, "quiet"))
		return;
	va_start(arguments, format);
	fprintf(
		stderr,
		"%s\n",
		layout_clean(context->arena, print(context->arena, format, arguments)));
	va_end(arguments);
}

ExitCode
context_fail(const Context *context, const char *about, const Error *error)
{
	Fault fault = {.error = *error};

	fault_print(context->arena, &context->messages, about, &fault);
	return exit_code_of(error->status);
}

bool
context_number(Context *context, const char *option, int least, int most,
               int fallback, int *number)
{
	const char *text = command_line_text(context->line, option);
	char *end = NULL;
	long value;

	*number = fallback;
	if (text == NULL)
		return true;
	value = strtol(text, &end, 10);
	if (*text == '\0' || *end != '\0' || value < least || value > most)
	{
		context_refuse(context,
		               NULL,
		               "--%s \"%s\" is no whole number from %d to %d",
		               option,
		               text,
		               least,
		               most);
		return false;
	}
	*number = (int) value;
	return true;
}

bool
context_timeout(Context *context, double *seconds)
{
	static const struct
	{
		const char *unit;
		double seconds;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	const char *text = command_line_text(context->line, "timeout");
	char *end = NULL;

	*seconds = 0;
	if (text == NULL)
		return true;
	*seconds = strtod(text, &end);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
	{
		if (end == text || *seconds <= 0 || strcmp(end, units[i].unit) != 0)
			continue;
		*seconds *= units[i].seconds;
		return true;
	}
	context_refuse(context,
	               "Give seconds, or a number with s, m, h or d behind it.",
	               "--timeout \"%s\" is no length of time",
	               text);
	return false;
}

static char *
print(Arena *arena, const char *format, va_list arguments)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = arena_alloc(arena, (size_t) length + 1);
	vsnprintf(text, (size_t) length + 1, format, arguments);
	return text;
}

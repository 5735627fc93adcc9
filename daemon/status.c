/*
 * status.c
 *		How a verb of the daemon ended, and what to tell about it.
 */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void cut_broken_character(char *text);

Status
error_set(Error *error, Status status, const char *format, ...)
{
	va_list arguments;

	memset(error, 0, sizeof(*error));
	error->status = status;
	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	cut_broken_character(error->message);
	return status;
}

void
error_copy_text(char *field, unsigned long size, const char *text)
{
	snprintf(field, size, "%s", text ? text : "");
	cut_broken_character(field);
}

const char *
status_name(Status status)
{
	switch (status)
	{
		case STATUS_OK:
			return "ok";
		case STATUS_INVALID:
			return "invalid";
		case STATUS_RULE:
			return "rule broken";
		case STATUS_NOT_FOUND:
			return "not found";
		case STATUS_CONFLICT:
			return "conflict";
		case STATUS_LEASE_LOST:
			return "lease lost";
		case STATUS_STRANGER:
			return "stranger";
		case STATUS_DENIED:
			return "denied";
		case STATUS_MISSING:
			return "missing";
		case STATUS_UNAVAILABLE:
			return "unavailable";
		case STATUS_INTERNAL:
			return "internal";
	}
	return "unknown";
}

/*
 * Drops a UTF-8 sequence at the end that was cut in the middle: half of it
 * would make the JSON or the log line that quotes the text invalid.
 */
static void
cut_broken_character(char *text)
{
	size_t length = strlen(text);
	size_t start = length;
	size_t wanted;
	unsigned char lead;

	while (start > 0 && length - start < 3 &&
	       ((unsigned char) text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	lead = (unsigned char) text[start - 1];
	if (lead < 0xC0)
		return;
	wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
	if (length - start + 1 < wanted)
		text[start - 1] = '\0';
}

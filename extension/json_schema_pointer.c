/*
 * json_schema_pointer.c
 *		Reference tokens and their two escapes, ~0 and ~1.
 */
#include "json_schema_pointer.h"

bool
pointer_is_absolute(const char *text, size_t length)
{
	if (length > 0 && text[0] != '/')
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] == '~' &&
		    (i + 1 == length || (text[i + 1] != '0' && text[i + 1] != '1')))
			return false;
	return true;
}

/* A count of levels without leading zeros, then "#" or a pointer. */
bool
pointer_is_relative(const char *text, size_t length)
{
	size_t digits = 0;

	while (digits < length && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	if (digits == 0 || (digits > 1 && text[0] == '0'))
		return false;
	if (digits + 1 == length && text[digits] == '#')
		return true;
	return pointer_is_absolute(text + digits, length - digits);
}

size_t
pointer_take_token(const char *text, size_t length, size_t *position,
                   char *token)
{
	size_t out = 0;
	size_t at = *position + 1;

	while (at < length && text[at] != '/')
	{
		char byte = text[at++];

		if (byte == '~' && at < length)
			byte = text[at++] == '1' ? '/' : '~';
		token[out++] = byte;
	}
	*position = at;
	return out;
}

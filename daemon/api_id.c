/*
 * api_id.c
 *		What can be an id in a path at all.
 */
#include "api_id.h"

#include <string.h>

bool
api_id_is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
	{
		if (form[i] == '-'
		        ? text[i] != '-'
		        : !text[i] || !strchr("0123456789abcdefABCDEF", text[i]))
			return false;
	}
	return text[sizeof(form) - 1] == '\0';
}

bool
api_id_is_reference(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								  "0123456789-_";

	return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}

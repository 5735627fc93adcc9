/*
 * percent.c
 *		Percent-encoding of addresses, taken strictly.
 */
#include "percent.h"

#include <stddef.h>
#include <string.h>

static int digit_value(char digit);
static size_t sequence_length(const unsigned char *bytes);

bool
percent_decode(char *text)
{
	const char *from = text;
	char *to = text;

	while (*from)
	{
		int high;
		int low;

		if (*from != '%')
		{
			*to++ = *from++;
			continue;
		}
		high = digit_value(from[1]);
		low = high < 0 ? -1 : digit_value(from[2]);
		if (low < 0 || (high == 0 && low == 0))
			return false;
		*to++ = (char) (high << 4 | low);
		from += 3;
	}
	*to = '\0';
	return percent_is_utf8(text);
}

void
percent_encode(char *encoded, const char *text)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
									 "abcdefghijklmnopqrstuvwxyz"
									 "0123456789-._~";

	for (; *text; text++)
	{
		unsigned char byte = (unsigned char) *text;

		if (strchr(unreserved, *text))
			*encoded++ = *text;
		else
		{
			*encoded++ = '%';
			*encoded++ = "0123456789ABCDEF"[byte >> 4];
			*encoded++ = "0123456789ABCDEF"[byte & 15];
		}
	}
	*encoded = '\0';
}

bool
percent_is_utf8(const char *text)
{
	const unsigned char *bytes = (const unsigned char *) text;

	while (*bytes)
	{
		size_t length = sequence_length(bytes);

		if (length == 0)
			return false;
		bytes += length;
	}
	return true;
}

static int
digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/* Of the character at bytes; 0 where it is none (RFC 3629, section 4). */
static size_t
sequence_length(const unsigned char *bytes)
{
	unsigned char lead = bytes[0];
	unsigned char lowest = 0x80;
	unsigned char highest = 0xBF;
	size_t length;

	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return 0;
	length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
	/* The second byte is where overlong forms and surrogates show. */
	if (lead == 0xE0)
		lowest = 0xA0;
	else if (lead == 0xED)
		highest = 0x9F;
	else if (lead == 0xF0)
		lowest = 0x90;
	else if (lead == 0xF4)
		highest = 0x8F;
	if (bytes[1] < lowest || bytes[1] > highest)
		return 0;
	for (size_t i = 2; i < length; i++)
	{
		if (bytes[i] < 0x80 || bytes[i] > 0xBF)
			return 0;
	}
	return length;
}

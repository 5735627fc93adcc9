/*
 * json_schema_unicode.c
 *		Looking characters up in the tables, and UTF-8.
 */
#include "json_schema_unicode.h"

int
unicode_find_value(const UnicodeTable *table, uint32_t code)
{
	int low = 0;
	int high = table->count - 1;

	/* The first run starts at 0, so some run always holds the code. */
	while (low < high)
	{
		int middle = low + (high - low + 1) / 2;

		if (table->runs[middle] >> 8 <= code)
			low = middle;
		else
			high = middle - 1;
	}
	return (int) (table->runs[low] & 0xFF);
}

uint32_t
utf8_take_code(const char *text, size_t length, size_t *position)
{
	const unsigned char *bytes = (const unsigned char *) text + *position;
	size_t left = length - *position;
	size_t size;
	uint32_t code;

	if (bytes[0] < 0x80)
	{
		*position += 1;
		return bytes[0];
	}
	if (bytes[0] < 0xE0)
	{
		size = 2;
		code = bytes[0] & 0x1FU;
	}
	else if (bytes[0] < 0xF0)
	{
		size = 3;
		code = bytes[0] & 0x0FU;
	}
	else
	{
		size = 4;
		code = bytes[0] & 0x07U;
	}

	/* A cut character cannot come; if it did, it must not be read past. */
	if (size > left)
		size = left;
	for (size_t i = 1; i < size; i++)
		code = code << 6 | (bytes[i] & 0x3FU);
	*position += size;
	return code;
}

int
utf8_put_code(uint32_t code, char *out)
{
	if (code < 0x80)
	{
		out[0] = (char) code;
		return 1;
	}
	if (code < 0x800)
	{
		out[0] = (char) (0xC0 | code >> 6);
		out[1] = (char) (0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000)
	{
		out[0] = (char) (0xE0 | code >> 12);
		out[1] = (char) (0x80 | (code >> 6 & 0x3F));
		out[2] = (char) (0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (char) (0xF0 | code >> 18);
	out[1] = (char) (0x80 | (code >> 12 & 0x3F));
	out[2] = (char) (0x80 | (code >> 6 & 0x3F));
	out[3] = (char) (0x80 | (code & 0x3F));
	return 4;
}

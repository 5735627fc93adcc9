/*
 * utf8.c
 *		Whether bytes are characters that PostgreSQL takes as text.
 */
#include "utf8.h"

static unsigned char
byte_at(const char *bytes, size_t index)
{
	return (unsigned char) bytes[index];
}

/*
 * The range of the second byte is what rules out overlong forms, surrogates
 * and values past U+10FFFF (Unicode, table 3-7).
 */
static int
is_second(unsigned char lead, unsigned char second)
{
	unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
	unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;

	return second >= lowest && second <= highest;
}

size_t
utf8_measure(const char *bytes, size_t limit)
{
	unsigned char lead = byte_at(bytes, 0);
	size_t length;

	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return 0;
	length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
	if (limit < length || !is_second(lead, byte_at(bytes, 1)))
		return 0;
	for (size_t i = 2; i < length; i++)
	{
		if ((byte_at(bytes, i) & 0xC0) != 0x80)
			return 0;
	}
	return length;
}

size_t
utf8_print(char bytes[4], unsigned int code_point)
{
	static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
	size_t length = code_point < 0x80      ? 1
	                : code_point < 0x800   ? 2
	                : code_point < 0x10000 ? 3
	                                       : 4;

	for (size_t i = length; i > 1; i--)
	{
		bytes[i - 1] = (char) (0x80 | (code_point & 0x3F));
		code_point >>= 6;
	}
	bytes[0] = (char) (leads[length] | code_point);
	return length;
}

/*
 * base64url.c
 *		Bytes as text that fits a URL (RFC 4648 section 5), without padding.
 *
 * OpenSSL's coder knows only the padded standard alphabet, and reads more than
 * one text as the same bytes; a signature must have one form.
 */
#include "base64url.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
							   "abcdefghijklmnopqrstuvwxyz"
							   "0123456789-_";

const char *
base64url_print(Arena *arena, const unsigned char *bytes, size_t length)
{
	char *text = arena_alloc(arena, length * 4 / 3 + 4);
	char *end = text;
	unsigned int held = 0;
	int bits = 0;

	for (size_t i = 0; i < length; i++)
	{
		held = (held << 8) | bytes[i];
		for (bits += 8; bits >= 6; bits -= 6)
			*end++ = alphabet[(held >> (bits - 6)) & 63];
	}
	if (bits > 0)
		*end++ = alphabet[(held << (6 - bits)) & 63];
	return text;
}

bool
base64url_parse(const char *text, size_t text_length, unsigned char *bytes,
                size_t room, size_t *length)
{
	unsigned int held = 0;
	int bits = 0;

	*length = 0;
	for (size_t i = 0; i < text_length; i++)
	{
		const char *found =
			text[i] ? memchr(alphabet, text[i], sizeof(alphabet) - 1) : NULL;

		if (found == NULL)
			return false;
		held = (held << 6) | (unsigned int) (found - alphabet);
		bits += 6;
		if (bits < 8)
			continue;
		if (*length == room)
			return false;
		bits -= 8;
		bytes[(*length)++] = (unsigned char) (held >> bits);
	}
	/* What is left over must be less than a digit, and zero. */
	return bits < 6 && (held & ((1u << bits) - 1)) == 0;
}

/*
 * json_schema_punycode.c
 *		RFC 3492's section 6, with its parameters for IDNA.
 *
 * A label has at most 63 code points of 21 bits, so 64-bit arithmetic cannot
 * overflow once a delta above that product is refused.
 */
#include "json_schema_punycode.h"

#include <stdbool.h>
#include <string.h>

#include "json_schema_unicode.h"

#define BASE 36
#define FIRST_THRESHOLD 1
#define LAST_THRESHOLD 26
#define SKEW 38
#define DAMP 700
#define FIRST_BIAS 72
#define FIRST_CODE 0x80
#define DELTA_MAX ((uint64_t) UNICODE_LAST * (LABEL_MAX + 2))

static uint64_t
adapt(uint64_t delta, int count, bool is_first)
{
	uint64_t k = 0;

	delta = is_first ? delta / DAMP : delta / 2;
	delta += delta / (uint64_t) count;
	while (delta > (BASE - FIRST_THRESHOLD) * LAST_THRESHOLD / 2)
	{
		delta /= BASE - FIRST_THRESHOLD;
		k += BASE;
	}
	return k + (BASE - FIRST_THRESHOLD + 1) * delta / (delta + SKEW);
}

static uint64_t
threshold(uint64_t k, uint64_t bias)
{
	if (k <= bias + FIRST_THRESHOLD)
		return FIRST_THRESHOLD;
	return k >= bias + LAST_THRESHOLD ? LAST_THRESHOLD : k - bias;
}

static int
digit_of(char byte)
{
	if (byte >= 'a' && byte <= 'z')
		return byte - 'a';
	if (byte >= 'A' && byte <= 'Z')
		return byte - 'A';
	if (byte >= '0' && byte <= '9')
		return byte - '0' + 26;
	return -1;
}

/* One variable-length integer, added to *index. */
static bool
take_integer(const char *text, size_t length, size_t *at, uint64_t bias,
             uint64_t *index)
{
	uint64_t weight = 1;

	for (uint64_t k = BASE;; k += BASE)
	{
		uint64_t least = threshold(k, bias);
		int digit = *at < length ? digit_of(text[(*at)++]) : -1;

		if (digit < 0)
			return false;
		*index += (uint64_t) digit * weight;
		if (*index > DELTA_MAX)
			return false;
		if ((uint64_t) digit < least)
			return true;
		weight *= BASE - least;
		if (weight > DELTA_MAX)
			return false;
	}
}

int
punycode_decode(const char *text, size_t length, uint32_t *out)
{
	uint64_t code = FIRST_CODE;
	uint64_t bias = FIRST_BIAS;
	uint64_t index = 0;
	size_t basic = length;
	size_t at;
	int count = 0;

	while (basic > 0 && text[basic - 1] != '-')
		basic--;
	at = basic;
	for (size_t i = 0; i + 1 < basic; i++)
	{
		if (count == LABEL_MAX || (text[i] & 0x80) != 0)
			return -1;
		out[count++] = (uint32_t) text[i];
	}
	while (at < length)
	{
		uint64_t before = index;

		if (count == LABEL_MAX ||
		    !take_integer(text, length, &at, bias, &index))
			return -1;
		bias = adapt(index - before, count + 1, before == 0);
		code += index / (uint64_t) (count + 1);
		index %= (uint64_t) (count + 1);
		if (code > UNICODE_LAST || (code >= 0xD800 && code <= 0xDFFF))
			return -1;
		memmove(out + index + 1,
		        out + index,
		        ((size_t) count - index) * sizeof(*out));
		out[index++] = (uint32_t) code;
		count++;
	}
	return count;
}

/* One integer in threshold digits; false where out is full. */
static bool
put_integer(uint64_t value, uint64_t bias, char *out, int *length)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (uint64_t k = BASE;; k += BASE)
	{
		uint64_t least = threshold(k, bias);

		if (*length == LABEL_MAX)
			return false;
		if (value < least)
		{
			out[(*length)++] = digits[value];
			return true;
		}
		out[(*length)++] = digits[least + (value - least) % (BASE - least)];
		value = (value - least) / (BASE - least);
	}
}

/* The least code point not below the given one; the label must hold it. */
static uint32_t
find_next_code(const uint32_t *codes, int count, uint32_t least)
{
	uint32_t next = UNICODE_LAST + 1;

	for (int i = 0; i < count; i++)
		if (codes[i] >= least && codes[i] < next)
			next = codes[i];
	return next;
}

int
punycode_encode(const uint32_t *codes, int count, char *out)
{
	uint32_t code = FIRST_CODE;
	uint64_t bias = FIRST_BIAS;
	uint64_t delta = 0;
	int length = 0;
	int basic;
	int done;

	if (count > LABEL_MAX)
		return -1;
	for (int i = 0; i < count; i++)
		if (codes[i] < FIRST_CODE)
			out[length++] = (char) codes[i];
	basic = done = length;
	if (basic > 0 && basic < LABEL_MAX)
		out[length++] = '-';

	while (done < count)
	{
		uint32_t next = find_next_code(codes, count, code);

		delta += (uint64_t) (next - code) * (uint64_t) (done + 1);
		for (int i = 0; i < count; i++)
		{
			if (codes[i] < next)
				delta++;
			if (codes[i] != next)
				continue;
			if (!put_integer(delta, bias, out, &length))
				return -1;
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		code = next + 1;
	}
	return length;
}

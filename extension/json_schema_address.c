/*
 * json_schema_address.c
 *		Reads addresses group by group.
 */
#include "json_schema_address.h"

#include <string.h>

#define IPV6_GROUPS 8

/* 0 to 255 without a leading zero, which other readers take for octal. */
static bool
is_octet(const char *text, size_t length)
{
	int value = 0;

	if (length == 0 || length > 3 || (length > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < length; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	return value <= 255;
}

bool
address_is_ipv4(const char *text, size_t length)
{
	size_t start = 0;
	int octets = 0;

	for (size_t i = 0; i <= length; i++)
	{
		if (i < length && text[i] != '.')
			continue;
		if (!is_octet(text + start, i - start))
			return false;
		octets++;
		start = i + 1;
	}
	return octets == 4;
}

static bool
is_group(const char *text, size_t length)
{
	if (length == 0 || length > 4)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' ||
		    strchr("0123456789abcdefABCDEF", text[i]) == NULL)
			return false;
	return true;
}

/*
 * Counts the groups between colons, or returns -1 for what is none.  A dotted
 * quad counts for two, and may stand only at the very end of the address.
 */
static int
count_groups(const char *text, size_t length, bool is_end)
{
	size_t start = 0;
	int groups = 0;

	if (length == 0)
		return 0;
	for (size_t i = 0; i <= length; i++)
	{
		if (i < length && text[i] != ':')
			continue;
		if (is_group(text + start, i - start))
			groups++;
		else if (is_end && i == length &&
		         address_is_ipv4(text + start, i - start))
			groups += 2;
		else
			return -1;
		start = i + 1;
	}
	return groups;
}

bool
address_is_ipv6(const char *text, size_t length)
{
	size_t gap = 0;
	int before;
	int after;

	while (gap + 1 < length && (text[gap] != ':' || text[gap + 1] != ':'))
		gap++;
	if (gap + 1 >= length)
		return count_groups(text, length, true) == IPV6_GROUPS;

	/* A second "::" would leave an empty group behind, which is none. */
	before = count_groups(text, gap, false);
	after = count_groups(text + gap + 2, length - gap - 2, true);
	return before >= 0 && after >= 0 && before + after < IPV6_GROUPS;
}

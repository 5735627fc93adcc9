/*
 * semver.c
 *		Semantic versions (semver.org, 2.0.0): their form and their order.
 *
 * The key is read and written in one pass.  A number is its count of digits and
 * then the digits, for there are no leading zeros; so no number is too large.
 * An identifier of a prerelease is a tag and then a number, or text up to a zero
 * byte; tags are chosen so that the end of the list sorts before any identifier,
 * numbers before text, and a version without prerelease after them all.
 */
#include "postgres.h"

#include "semver.h"

#define KEY_END 0x00
#define KEY_NUMBER 0x01
#define KEY_TEXT 0x02
#define KEY_RELEASE 0xff

typedef struct Scan
{
	const char *next;
	unsigned char *out;
} Scan;

static bool scan_core(Scan *scan);
static bool scan_prerelease(Scan *scan);
static bool scan_identifier(Scan *scan);
static bool scan_build(Scan *scan);
static bool scan_number(Scan *scan);
static int span_digits(const char *text);
static int span_identifier(const char *text);

int
semver_key(const char *text, unsigned char *key)
{
	Scan scan = {text, key};

	if (strlen(text) > SEMVER_MAX || !scan_core(&scan))
		return 0;
	if (*scan.next == '-')
	{
		if (!scan_prerelease(&scan))
			return 0;
	}
	else
		*scan.out++ = KEY_RELEASE;
	if (*scan.next == '+' && !scan_build(&scan))
		return 0;
	return *scan.next == '\0' ? (int) (scan.out - key) : 0;
}

/* Three numbers with dots between. */
static bool
scan_core(Scan *scan)
{
	for (int i = 0; i < 3; i++)
	{
		if (i > 0 && *scan->next++ != '.')
			return false;
		if (!scan_number(scan))
			return false;
	}
	return true;
}

/* A hyphen, then identifiers with dots between. */
static bool
scan_prerelease(Scan *scan)
{
	do
	{
		scan->next++;
		if (!scan_identifier(scan))
			return false;
	} while (*scan->next == '.');
	*scan->out++ = KEY_END;
	return true;
}

static bool
scan_identifier(Scan *scan)
{
	int length = span_identifier(scan->next);

	if (length == 0)
		return false;
	if (span_digits(scan->next) == length)
	{
		*scan->out++ = KEY_NUMBER;
		return scan_number(scan);
	}
	*scan->out++ = KEY_TEXT;
	for (int i = 0; i < length; i++)
		*scan->out++ = (unsigned char) *scan->next++;
	*scan->out++ = KEY_END;
	return true;
}

/* A plus sign, then identifiers with dots between; they count for nothing. */
static bool
scan_build(Scan *scan)
{
	do
	{
		int length = span_identifier(++scan->next);

		if (length == 0)
			return false;
		scan->next += length;
	} while (*scan->next == '.');
	return true;
}

static bool
scan_number(Scan *scan)
{
	int length = span_digits(scan->next);

	if (length == 0 || (length > 1 && *scan->next == '0'))
		return false;
	*scan->out++ = (unsigned char) length;
	for (int i = 0; i < length; i++)
		*scan->out++ = (unsigned char) *scan->next++;
	return true;
}

static int
span_digits(const char *text)
{
	return (int) strspn(text, "0123456789");
}

static int
span_identifier(const char *text)
{
	return (int) strspn(text,
	                    "0123456789"
	                    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                    "abcdefghijklmnopqrstuvwxyz"
	                    "-");
}

/*
 * json_schema_time.c
 *		RFC 3339's grammar: section 5.6 for dates and times, appendix A for
 *		durations.
 */
#include "json_schema_time.h"

#include <string.h>

#define MINUTES_PER_DAY (24 * 60)

typedef struct Scanner
{
	const char *at;
	const char *end;
} Scanner;

static bool scan_date(Scanner *scanner);
static bool scan_time(Scanner *scanner);

static Scanner
scanner_of(const char *text, size_t length)
{
	return (Scanner){text, text + length};
}

bool
time_is_date(const char *text, size_t length)
{
	Scanner scanner = scanner_of(text, length);

	return scan_date(&scanner) && scanner.at == scanner.end;
}

bool
time_is_time(const char *text, size_t length)
{
	Scanner scanner = scanner_of(text, length);

	return scan_time(&scanner) && scanner.at == scanner.end;
}

static bool
scan_one_of(Scanner *scanner, const char *bytes)
{
	if (scanner->at == scanner->end || *scanner->at == '\0' ||
	    strchr(bytes, *scanner->at) == NULL)
		return false;
	scanner->at++;
	return true;
}

bool
time_is_date_time(const char *text, size_t length)
{
	Scanner scanner = scanner_of(text, length);

	return scan_date(&scanner) && scan_one_of(&scanner, "Tt") &&
	       scan_time(&scanner) && scanner.at == scanner.end;
}

/* Exactly so many digits, whose value must lie within the bounds. */
static bool
scan_number(Scanner *scanner, int digits, int lowest, int highest, int *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++)
	{
		if (scanner->at == scanner->end || *scanner->at < '0' ||
		    *scanner->at > '9')
			return false;
		*value = *value * 10 + (*scanner->at++ - '0');
	}
	return *value >= lowest && *value <= highest;
}

static bool
scan_date(Scanner *scanner)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year;
	int month;
	int day;
	bool is_leap;

	if (!scan_number(scanner, 4, 0, 9999, &year) ||
	    !scan_one_of(scanner, "-") || !scan_number(scanner, 2, 1, 12, &month) ||
	    !scan_one_of(scanner, "-") || !scan_number(scanner, 2, 1, 31, &day))
		return false;

	is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return day <= days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* "Z" or "+01:30", as minutes to take away to be in UTC. */
static bool
scan_offset(Scanner *scanner, int *minutes)
{
	int hour;
	int minute;
	bool is_east;

	*minutes = 0;
	if (scan_one_of(scanner, "Zz"))
		return true;
	is_east = scanner->at < scanner->end && *scanner->at == '+';
	if (!scan_one_of(scanner, "+-") || !scan_number(scanner, 2, 0, 23, &hour) ||
	    !scan_one_of(scanner, ":") || !scan_number(scanner, 2, 0, 59, &minute))
		return false;
	*minutes = (hour * 60 + minute) * (is_east ? 1 : -1);
	return true;
}

static bool
scan_time(Scanner *scanner)
{
	int hour;
	int minute;
	int second;
	int offset;
	int digit;

	if (!scan_number(scanner, 2, 0, 23, &hour) || !scan_one_of(scanner, ":") ||
	    !scan_number(scanner, 2, 0, 59, &minute) ||
	    !scan_one_of(scanner, ":") || !scan_number(scanner, 2, 0, 60, &second))
		return false;
	if (scan_one_of(scanner, "."))
	{
		if (!scan_number(scanner, 1, 0, 9, &digit))
			return false;
		while (scan_one_of(scanner, "0123456789"))
			continue;
	}
	if (!scan_offset(scanner, &offset))
		return false;

	/* A leap second is only ever the last of a day in UTC. */
	return second < 60 || (hour * 60 + minute - offset + 2 * MINUTES_PER_DAY) %
	                              MINUTES_PER_DAY ==
	                          MINUTES_PER_DAY - 1;
}

/*
 * One or more of "<digits><unit>", the units being neighbours in the order of
 * the string: RFC 3339 allows P1Y2M and P2M3D, and no gap as in P1Y3D.
 */
static bool
scan_units(Scanner *scanner, const char *units)
{
	const char *next = NULL;

	while (scanner->at < scanner->end && *scanner->at != 'T')
	{
		const char *unit;
		int digit;

		if (!scan_number(scanner, 1, 0, 9, &digit))
			return false;
		while (scan_one_of(scanner, "0123456789"))
			continue;
		if (scanner->at == scanner->end || *scanner->at == '\0')
			return false;
		unit = strchr(units, *scanner->at);
		if (unit == NULL || (next != NULL && unit != next))
			return false;
		next = unit + 1;
		scanner->at++;
	}
	return next != NULL;
}

bool
time_is_duration(const char *text, size_t length)
{
	Scanner scanner = scanner_of(text, length);

	if (!scan_one_of(&scanner, "P"))
		return false;
	if (length > 0 && text[length - 1] == 'W')
		return scan_units(&scanner, "W") && scanner.at == scanner.end;
	if (scanner.at < scanner.end && *scanner.at != 'T' &&
	    !scan_units(&scanner, "YMD"))
		return false;
	if (scanner.at == scanner.end)
		return length > 1;
	return scan_one_of(&scanner, "T") && scan_units(&scanner, "HMS") &&
	       scanner.at == scanner.end;
}

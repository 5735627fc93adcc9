/*
 * moment.c
 *		Points in time: as mcp writes them, as seconds, and how long between.
 */
#include "moment.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool read_digits(const char **text, int count, int *number);
static bool read_zone(const char *text, int *offset);

bool
moment_parse(const char *text, double *seconds)
{
	struct tm parts = {0};
	double fraction = 0;
	int offset;
	char *end;

	if (!read_digits(&text, 4, &parts.tm_year) || *text++ != '-' ||
	    !read_digits(&text, 2, &parts.tm_mon) || *text++ != '-' ||
	    !read_digits(&text, 2, &parts.tm_mday) ||
	    (*text != 'T' && *text != ' '))
		return false;
	text++;
	if (!read_digits(&text, 2, &parts.tm_hour) || *text++ != ':' ||
	    !read_digits(&text, 2, &parts.tm_min) || *text++ != ':' ||
	    !read_digits(&text, 2, &parts.tm_sec))
		return false;
	if (*text == '.')
	{
		fraction = strtod(text, &end);
		text = end;
	}
	if (!read_zone(text, &offset))
		return false;
	parts.tm_year -= 1900;
	parts.tm_mon -= 1;
	*seconds = (double) timegm(&parts) - offset + fraction;
	return true;
}

double
moment_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

const char *
moment_print_length(Arena *arena, double seconds)
{
	long whole = (long) seconds;

	if (seconds < 0)
		seconds = 0;
	if (seconds < 10)
		return arena_print(arena, "%.2f s", seconds);
	if (whole < 60)
		return arena_print(arena, "%ld s", whole);
	if (whole < 3600)
		return arena_print(arena, "%ld m %ld s", whole / 60, whole % 60);
	if (whole < 86400)
		return arena_print(arena, "%ld h %ld m", whole / 3600, whole / 60 % 60);
	return arena_print(arena, "%ld d %ld h", whole / 86400, whole / 3600 % 24);
}

static bool
read_digits(const char **text, int count, int *number)
{
	*number = 0;
	for (; count > 0; count--, ++*text)
	{
		if (!isdigit((unsigned char) **text))
			return false;
		*number = *number * 10 + (**text - '0');
	}
	return true;
}

/* "Z", "+01:00", "+01": seconds east of Greenwich. */
static bool
read_zone(const char *text, int *offset)
{
	int sign = *text == '-' ? -1 : 1;
	int hours;
	int minutes = 0;

	*offset = 0;
	if (strcmp(text, "Z") == 0)
		return true;
	if (*text != '+' && *text != '-')
		return false;
	text++;
	if (!read_digits(&text, 2, &hours))
		return false;
	if (*text == ':')
		text++;
	if (*text && !read_digits(&text, 2, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return *text == '\0';
}

/*
 * server_shim.c
 *		The few calls of a backend that pure sources of the extension make.
 *
 * Memory, StringInfo and encodings come from the server's own static
 * libraries.  What is left needs a backend, and a unit test has none: an error
 * that is raised prints its text and ends the test program, for pure code
 * reports problems instead of raising.
 */
#include "postgres.h"

#include <stdio.h>
#include <stdlib.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/palloc.h"

volatile sig_atomic_t InterruptPending = false;
MemoryContext CurrentMemoryContext = NULL;

static int
print_message(const char *format, va_list arguments)
{
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	return 0;
}

bool
errstart(int elevel, const char *domain)
{
	return elevel >= ERROR;
}

bool
errstart_cold(int elevel, const char *domain)
{
	return errstart(elevel, domain);
}

int
errcode(int sqlerrcode)
{
	return 0;
}

int
errmsg(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_message(format, arguments);
	va_end(arguments);
	return 0;
}

int
errmsg_internal(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_message(format, arguments);
	va_end(arguments);
	return 0;
}

int
errdetail(const char *format, ...)
{
	return 0;
}

int
errhint(const char *format, ...)
{
	return 0;
}

int
err_generic_string(int field, const char *value)
{
	return 0;
}

void
errfinish(const char *filename, int lineno, const char *funcname)
{
	fprintf(stderr, "raised at %s:%d\n", filename, lineno);
	abort();
}

void
ProcessInterrupts(void)
{
}

void
check_stack_depth(void)
{
}

/* The tests speak UTF-8. */
int
pg_mblen(const char *character)
{
	return pg_utf_mblen((const unsigned char *) character);
}

int
pg_mbcliplen(const char *text, int length, int limit)
{
	int clipped = 0;

	while (clipped < length)
	{
		int next = pg_mblen(text + clipped);

		if (clipped + next > limit)
			break;
		clipped += next;
	}
	return clipped;
}

/*
 * problem.c
 *		What is wrong with a document: a list of rule, path, message and hint.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "nodes/pg_list.h"

#include "mcp_error.h"
#include "problem.h"

/* Kept in full; see problem_add. */
#define KEPT_MAX 1000

/*
 * Validators quote what they complain about and are asked to cut it; this is
 * the net below them, so that no caller can fill memory with messages.
 */
#define TEXT_MAX 2000

struct ProblemList
{
	MemoryContext context;
	List *kept;
	int count;
};

/* Indexed by ProblemKind. */
static const struct
{
	const char *text;
	int code;
} sqlstates[] = {
	[PROBLEM_DEFINITION] = {"MC001", ERRCODE_MCP_DEFINITION},
	[PROBLEM_REFERENCE] = {"MC002", ERRCODE_MCP_REFERENCE},
	[PROBLEM_LOOP] = {"MC003", ERRCODE_MCP_LOOP},
	[PROBLEM_CONSTRAINT] = {"MC004", ERRCODE_MCP_CONSTRAINT},
};

static char *
format_message(const char *format, va_list args) pg_attribute_printf(1, 0);
static char *cut_text(char *text);

ProblemList *
problem_list_create(void)
{
	ProblemList *list = palloc0(sizeof(ProblemList));

	list->context = CurrentMemoryContext;
	return list;
}

void
problem_add(ProblemList *list, ProblemKind kind, const char *rule,
            const JsonPath *path, const char *hint, const char *format, ...)
{
	MemoryContext old;
	Problem *problem;
	va_list args;

	if (++list->count > KEPT_MAX)
		return;

	old = MemoryContextSwitchTo(list->context);
	problem = palloc(sizeof(Problem));
	problem->kind = kind;
	problem->rule = rule;
	problem->path = json_path_print(path);
	problem->hint = hint == NULL ? NULL : cut_text(pstrdup(hint));
	va_start(args, format);
	problem->message = format_message(format, args);
	va_end(args);
	list->kept = lappend(list->kept, problem);
	MemoryContextSwitchTo(old);
}

bool
problem_is_full(const ProblemList *list)
{
	return list->count >= KEPT_MAX;
}

int
problem_count(const ProblemList *list)
{
	return list->count;
}

int
problem_kept(const ProblemList *list)
{
	return list_length(list->kept);
}

const Problem *
problem_get(const ProblemList *list, int index)
{
	return list_nth(list->kept, index);
}

const char *
problem_sqlstate(ProblemKind kind)
{
	return sqlstates[kind].text;
}

void
problem_raise_first(const ProblemList *list)
{
	const Problem *first;

	if (list->count == 0)
		return;

	first = problem_get(list, 0);
	ereport(ERROR,
	        (errcode(sqlstates[first->kind].code),
	         errmsg("%s", first->message),
	         list->count == 1
	             ? errdetail("The problem is at %s.", first->path)
	             : errdetail("The problem is at %s; it is the first of %d%s.",
	                         first->path,
	                         list->count,
	                         problem_is_full(list) ? " or more" : ""),
	         first->hint == NULL ? 0 : errhint("%s", first->hint),
	         err_generic_string(PG_DIAG_CONSTRAINT_NAME, first->rule),
	         err_generic_string(PG_DIAG_COLUMN_NAME, first->path)));
}

static char *
format_message(const char *format, va_list args)
{
	StringInfoData text;

	initStringInfo(&text);
	for (;;)
	{
		va_list copy;
		int needed;

		va_copy(copy, args);
		needed = appendStringInfoVA(&text, format, copy);
		va_end(copy);
		if (needed == 0)
			return cut_text(text.data);
		enlargeStringInfo(&text, needed);
	}
}

/* Cuts in place, between characters. */
static char *
cut_text(char *text)
{
	size_t length = strlen(text);

	if (length > TEXT_MAX)
	{
		int end = pg_mbcliplen(text, (int) length, TEXT_MAX - 3);

		strlcpy(text + end, "...", 4);
	}
	return text;
}

/*
 * problem.h
 *		What is wrong with a document: a list of rule, path, message and hint.
 *
 * Validators add and never raise; the SQL face either returns the list as rows
 * or raises its first member with the count in the detail.
 */
#ifndef MCP_PROBLEM_H
#define MCP_PROBLEM_H

#include "json_path.h"

/* What kind of rule was broken; each has an SQLSTATE of class MC. */
typedef enum ProblemKind
{
	PROBLEM_DEFINITION, /* MC001: the document itself */
	PROBLEM_REFERENCE,  /* MC002: it names what does not exist */
	PROBLEM_LOOP,       /* MC003: it waits for itself */
	PROBLEM_CONSTRAINT  /* MC004: a policy or privilege forbids it */
} ProblemKind;

typedef struct Problem
{
	ProblemKind kind;
	const char *rule; /* stable, for programs: "unknown_step" */
	char *path;
	char *message; /* lower case, no period */
	char *hint;    /* a sentence, or NULL */
} Problem;

typedef struct ProblemList ProblemList;

/* An empty list in the current memory context, which owns all it holds. */
extern ProblemList *problem_list_create(void);

/*
 * Adds one problem.  hint may be NULL and is copied.  Past 1000 problems only
 * the count goes on: nobody reads further, and a hostile document should not
 * fill memory.
 */
extern void problem_add(ProblemList *list, ProblemKind kind, const char *rule,
                        const JsonPath *path, const char *hint,
                        const char *format, ...) pg_attribute_printf(6, 7);

/*
 * Has it got so many that further ones are only counted?  A loop over items may
 * then stop: making the texts of problems that nobody sees takes time too.
 */
extern bool problem_is_full(const ProblemList *list);

/* How many were added, and how many of them are kept. */
extern int problem_count(const ProblemList *list);
extern int problem_kept(const ProblemList *list);

/* A kept one: 0 <= index < problem_kept(list). */
extern const Problem *problem_get(const ProblemList *list, int index);

/* "MC001" and so on. */
extern const char *problem_sqlstate(ProblemKind kind);

/*
 * Raises the first problem as an error, or returns where there is none.  The
 * rule stands in PG_DIAG_CONSTRAINT_NAME, the path in PG_DIAG_COLUMN_NAME.
 */
extern void problem_raise_first(const ProblemList *list);

#endif

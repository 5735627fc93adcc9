/*
 * fault.c
 *		Why a request came to nothing, and how people are told.
 */
#include "fault.h"

#include "layout.h"

#include <stdio.h>
#include <string.h>

static Status status_of(int code);
static void copy_member(JsonView body, const char *name, char *field,
                        size_t size, Arena *arena);
static void print_lines(Arena *arena, const Terminal *terminal,
                        const char *about, const char *const *texts);

void
fault_read(Arena *arena, int code, JsonView body, Fault *fault)
{
	Error *error = &fault->error;
	char *detail = json_view_text(json_view_find(body, "detail"), arena);
	JsonView errors = json_view_find(body, "errors");
	JsonWalk first = json_view_walk(errors);

	memset(fault, 0, sizeof(*fault));
	if (detail)
		error_set(error, status_of(code), "%s", detail);
	else
		error_set(error, status_of(code), "the answer was %d", code);
	copy_member(body, "code", error->sqlstate, sizeof(error->sqlstate), arena);
	copy_member(body, "hint", error->hint, sizeof(error->hint), arena);
	copy_member(body,
	            "request_id",
	            fault->request_id,
	            sizeof(fault->request_id),
	            arena);
	if (json_view_kind(errors) == JSON_VIEW_ARRAY && json_view_next(&first))
		fault->problems = errors;
}

void
fault_print(Arena *arena, const Terminal *terminal, const char *about,
            const Fault *fault)
{
	const Error *error = &fault->error;
	JsonWalk walk = json_view_walk(fault->problems);

	if (fault->problems.text)
	{
		while (json_view_next(&walk))
			fault_print_problem(arena, terminal, about, walk.value);
		return;
	}
	print_lines(
		arena,
		terminal,
		about,
		(const char *[]){
			error->path, error->message, error->detail, error->hint, NULL});
	if (error->status == STATUS_INTERNAL && fault->request_id[0])
		fprintf(stderr,
		        "        The log of mcpd has more, under request %s.\n",
		        layout_clean(arena, fault->request_id));
}

void
fault_print_problem(Arena *arena, const Terminal *terminal, const char *about,
                    JsonView problem)
{
	static const char *const names[] = {"path", "message", "detail", "hint"};
	const char *texts[5] = {NULL};

	for (int i = 0; i < 4; i++)
	{
		texts[i] = json_view_text(json_view_find(problem, names[i]), arena);
		if (texts[i] == NULL)
			texts[i] = "";
	}
	print_lines(arena, terminal, about, texts);
}

/* texts: path, message, and what else there is to say, ended by NULL. */
static void
print_lines(Arena *arena, const Terminal *terminal, const char *about,
            const char *const *texts)
{
	fprintf(stderr,
	        "%smcpctl:%s ",
	        terminal_paint(terminal, PAINT_BAD),
	        terminal_plain(terminal, PAINT_BAD));
	if (about)
		fprintf(stderr, "%s: ", layout_clean(arena, about));
	if (*texts[0])
		fprintf(stderr, "%s: ", layout_clean(arena, texts[0]));
	fprintf(stderr, "%s\n", layout_clean(arena, texts[1]));
	for (texts += 2; *texts; texts++)
	{
		if (**texts)
			fprintf(stderr, "        %s\n", layout_clean(arena, *texts));
	}
}

/* The same as a Status that the daemon makes a code of. */
static Status
status_of(int code)
{
	switch (code)
	{
		case 400:
			return STATUS_INVALID;
		case 401:
			return STATUS_STRANGER;
		case 403:
			return STATUS_DENIED;
		case 404:
			return STATUS_NOT_FOUND;
		case 409:
		case 412:
		case 428:
			return STATUS_CONFLICT;
		case 413:
		case 415:
		case 422:
			return STATUS_RULE;
		case 429:
		case 502:
		case 503:
		case 504:
			return STATUS_UNAVAILABLE;
		default:
			return STATUS_INTERNAL;
	}
}

static void
copy_member(JsonView body, const char *name, char *field, size_t size,
            Arena *arena)
{
	error_copy_text(
		field, size, json_view_text(json_view_find(body, name), arena));
}

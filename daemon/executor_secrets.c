/*
 * executor_secrets.c
 *		{"secret": "name"} in a config, and what stands for it.
 */
#include "executor_secrets.h"

#include "json_write.h"
#include "seal.h"
#include "text_buffer.h"

#include <string.h>

/* One walk over a config. */
typedef struct Opening
{
	ExecutorTask *task;
	const ExecutorKind *kind;
	JsonView sealed;
	Redactor *redactor;
	JsonWriter *writer;
	Error *error;
	Status status;
} Opening;

static int find_names(JsonView value, Arena *arena, JsonWriter *writer);
static const char *read_name(JsonView value, Arena *arena);
static void put_value(Opening *opening, JsonView value);
static void put_secret(Opening *opening, const char *name);
static const char *double_braces(const char *text, Arena *arena);

const char *
executor_secrets_find(JsonView config, Arena *arena)
{
	JsonWriter *writer;
	const char *names = NULL;

	/* Most configs have none, and are not walked for it. */
	if (config.text == NULL ||
	    memmem(config.text, config.length, "\"secret\"", 8) == NULL)
		return NULL;
	writer = json_writer_create();
	json_write_open(writer, '[');
	if (find_names(config, arena, writer) > 0)
	{
		json_write_close(writer, ']');
		names = arena_copy_text(arena, json_writer_text(writer));
	}
	json_writer_destroy(writer);
	return names;
}

Status
executor_secrets_open(ExecutorTask *task, const ExecutorKind *kind,
                      JsonView sealed, Redactor *redactor, Error *error)
{
	Opening opening = {
		.task = task,
		.kind = kind,
		.sealed = sealed,
		.redactor = redactor,
		.writer = json_writer_create(),
		.error = error,
		.status = STATUS_OK,
	};

	put_value(&opening, task->config);
	task->config.length = json_writer_length(opening.writer);
	task->config.text = arena_copy(
		task->arena, json_writer_text(opening.writer), task->config.length);
	json_writer_destroy(opening.writer);
	return opening.status;
}

static int
find_names(JsonView value, Arena *arena, JsonWriter *writer)
{
	const char *name = read_name(value, arena);
	JsonWalk walk = json_view_walk(value);
	int count = 0;

	if (name)
	{
		json_write_text(writer, name);
		return 1;
	}
	while (json_view_next(&walk))
		count += find_names(walk.value, arena, writer);
	return count;
}

/* Of an object that is nothing but a reference; NULL for any other value. */
static const char *
read_name(JsonView value, Arena *arena)
{
	JsonWalk walk = json_view_walk(value);

	if (json_view_kind(value) != JSON_VIEW_OBJECT || !json_view_next(&walk) ||
	    json_view_next(&walk))
		return NULL;
	return json_view_text(json_view_find(value, "secret"), arena);
}

static void
put_value(Opening *opening, JsonView value)
{
	JsonKind kind = json_view_kind(value);
	Arena *arena = opening->task->arena;
	const char *name = read_name(value, arena);
	JsonWalk walk = json_view_walk(value);

	if (name)
	{
		put_secret(opening, name);
		return;
	}
	if (kind != JSON_VIEW_ARRAY && kind != JSON_VIEW_OBJECT)
	{
		json_write_view(opening->writer, value);
		return;
	}
	json_write_open(opening->writer, kind == JSON_VIEW_OBJECT ? '{' : '[');
	while (json_view_next(&walk))
	{
		if (kind == JSON_VIEW_OBJECT)
			json_write_name(opening->writer, json_view_text(walk.name, arena));
		put_value(opening, walk.value);
	}
	json_write_close(opening->writer, kind == JSON_VIEW_OBJECT ? '}' : ']');
}

static void
put_secret(Opening *opening, const char *name)
{
	Arena *arena = opening->task->arena;
	const char *sealed =
		json_view_text(json_view_find(opening->sealed, name), arena);
	const char *text = "";
	Error error;

	if (sealed == NULL)
		error_set(
			&error, STATUS_NOT_FOUND, "secret \"%s\" does not exist", name);
	if (sealed == NULL ||
	    seal_open(
			opening->task->tools->seal, name, sealed, arena, &text, &error) !=
	        STATUS_OK)
	{
		if (opening->status == STATUS_OK)
			*opening->error = error;
		opening->status = opening->error->status;
	}
	redactor_add(opening->redactor, text);
	if (opening->kind->has_templates)
		text = double_braces(text, arena);
	json_write_text(opening->writer, text);
}

/* What is filled in later must find no names in a secret. */
static const char *
double_braces(const char *text, Arena *arena)
{
	TextBuffer *doubled = text_buffer_create(arena);

	for (; *text; text++)
		text_buffer_add(doubled,
		                *text == '{'   ? "{{"
		                : *text == '}' ? "}}"
		                               : text,
		                *text == '{' || *text == '}' ? 2 : 1);
	return text_buffer_text(doubled);
}

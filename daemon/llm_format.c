/*
 * llm_format.c
 *		What form an answer is to have, and whether it has it.
 */
#include "llm_format.h"

#include <string.h>

static void cut_fence(const char **text, size_t *length);

void
llm_format_read(JsonView format, LlmRequest *request, Arena *arena)
{
	const char *type = json_view_text(json_view_find(format, "type"), arena);
	JsonView inner = json_view_find(format, "json_schema");
	JsonView schema = json_view_find(inner, "schema");

	if (schema.text == NULL)
		schema = json_view_find(format, "schema");
	if (schema.text == NULL)
		schema = inner;
	if (type && strcmp(type, "text") == 0)
		return;
	if (type && strcmp(type, "json_object") == 0)
		request->is_json = true;
	else if (schema.text)
	{
		request->is_json = true;
		request->schema = schema;
	}
}

JsonView
llm_format_find_json(const char *text, Arena *arena)
{
	size_t length = strlen(text);
	JsonView value = {NULL, 0};
	size_t where;
	char *kept;

	cut_fence(&text, &length);
	kept = arena_copy(arena, text, length);
	if (json_view_check(kept, length, &value, &where))
		return (JsonView){NULL, 0};
	return value;
}

const char *
llm_format_join(JsonView complaints, Arena *arena)
{
	TextBuffer *joined = text_buffer_create(arena);
	JsonWalk walk = json_view_walk(complaints);

	while (json_view_next(&walk))
	{
		const char *complaint = json_view_text(walk.value, arena);

		if (text_buffer_length(joined) > 0)
			text_buffer_add_text(joined, "; ");
		text_buffer_add_text(joined, complaint ? complaint : "");
	}
	return text_buffer_length(joined) > 0 ? text_buffer_text(joined) : NULL;
}

/* Models like to put JSON between "```json" and "```". */
static void
cut_fence(const char **text, size_t *length)
{
	const char *start = *text + strspn(*text, " \t\r\n");
	const char *end = *text + *length;
	const char *line;

	while (end > start && strchr(" \t\r\n", end[-1]))
		end--;
	if (end - start < 6 || strncmp(start, "```", 3) != 0 ||
	    strncmp(end - 3, "```", 3) != 0)
		return;
	line = memchr(start, '\n', (size_t) (end - start));
	if (line == NULL)
		return;
	*text = line + 1;
	*length = (size_t) (end - 3 - *text);
}

/*
 * template.c
 *		Texts with {name} in them, filled in from the inputs of a step.
 */
#include "template.h"

#include "text_buffer.h"

#include <string.h>

static size_t name_length(const char *text);
static const char *find_input(Template *template, const char *name);
static void note_missing(Template *template, const char *name);
static JsonView find_whole(Template *template, const char *text);
static void
fill_container(Template *template, JsonView value, JsonWriter *writer);

void
template_init(Template *template, Arena *arena, JsonView inputs)
{
	memset(template, 0, sizeof(*template));
	template->arena = arena;
	template->inputs = inputs;
}

const char *
template_fill(Template *template, const char *text, TemplateForm form)
{
	Arena *arena = template->arena;
	TextBuffer *filled = text_buffer_create(arena);

	while (*text)
	{
		size_t plain = strcspn(text, "{}");
		size_t length;

		text_buffer_add(filled, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		length = *text == '{' ? name_length(text + 1) : 0;
		if (text[1] == text[0] || length == 0)
		{
			text_buffer_add(filled, text, 1);
			text += text[1] == text[0] ? 2 : 1;
		}
		else
		{
			const char *value =
				find_input(template, arena_copy(arena, text + 1, length));

			if (form == TEMPLATE_URL)
				value = template_encode(arena, value);
			text_buffer_add_text(filled, value);
			text += length + 2;
		}
	}
	return text_buffer_text(filled);
}

void
template_fill_value(Template *template, JsonView value, JsonWriter *writer)
{
	const char *text = json_view_text(value, template->arena);
	JsonView whole;

	if (text == NULL)
	{
		fill_container(template, value, writer);
		return;
	}
	whole = find_whole(template, text);
	if (whole.text)
		json_write_view(writer, whole);
	else
		json_write_text(writer, template_fill(template, text, TEMPLATE_TEXT));
}

const char *
template_print(JsonView value, Arena *arena)
{
	const char *text = json_view_text(value, arena);

	if (text)
		return text;
	if (json_view_kind(value) == JSON_VIEW_ABSENT ||
	    json_view_kind(value) == JSON_VIEW_NULL)
		return NULL;
	return arena_copy(arena, value.text, value.length);
}

const char *
template_missing(const Template *template)
{
	return template->missing;
}

const char *
template_encode(Arena *arena, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
								"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								"0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	char *encoded = arena_alloc(arena, 3 * strlen(text) + 1);
	char *end = encoded;

	for (; *text; text++)
	{
		unsigned char byte = (unsigned char) *text;

		if (strchr(plain, byte))
			*end++ = *text;
		else
		{
			*end++ = '%';
			*end++ = digits[byte >> 4];
			*end++ = digits[byte & 15];
		}
	}
	return encoded;
}

/* Of a name that a "}" ends; 0: there is none.  Letters beyond ASCII count. */
static size_t
name_length(const char *text)
{
	size_t length = 0;

	for (;; length++)
	{
		unsigned char byte = (unsigned char) text[length];
		bool is_letter = byte >= 0x80 || byte == '_' ||
		                 (byte >= 'a' && byte <= 'z') ||
		                 (byte >= 'A' && byte <= 'Z');
		bool is_inner = (byte >= '0' && byte <= '9') || byte == '-';

		if (!is_letter && !(length > 0 && is_inner))
			return byte == '}' ? length : 0;
	}
}

/* "" where there is none, which is noted. */
static const char *
find_input(Template *template, const char *name)
{
	JsonView value = json_view_find(template->inputs, name);
	const char *text = json_view_text(value, template->arena);

	if (text)
		return text;
	if (value.text)
		return arena_copy(template->arena, value.text, value.length);
	note_missing(template, name);
	return "";
}

static void
note_missing(Template *template, const char *name)
{
	char *known = template->missing;
	size_t length = strlen(name);

	for (const char *at = known; at; at = strstr(at, ", "))
	{
		if (at != known)
			at += 2;
		if (strncmp(at, name, length) == 0 &&
		    (at[length] == '\0' || at[length] == ','))
			return;
	}
	template->missing =
		known ? arena_print(template->arena, "%s, %s", known, name)
			  : arena_copy_text(template->arena, name);
}

/* The input that a text like "{name}" stands for, or absent. */
static JsonView
find_whole(Template *template, const char *text)
{
	size_t length = *text == '{' ? name_length(text + 1) : 0;

	if (length == 0 || text[length + 2] != '\0')
		return (JsonView){NULL, 0};
	return json_view_find(template->inputs,
	                      arena_copy(template->arena, text + 1, length));
}

static void
fill_container(Template *template, JsonView value, JsonWriter *writer)
{
	JsonKind kind = json_view_kind(value);
	JsonWalk walk = json_view_walk(value);

	if (kind != JSON_VIEW_ARRAY && kind != JSON_VIEW_OBJECT)
	{
		json_write_view(writer, value);
		return;
	}
	json_write_open(writer, kind == JSON_VIEW_ARRAY ? '[' : '{');
	while (json_view_next(&walk))
	{
		if (kind == JSON_VIEW_OBJECT)
			json_write_name(writer, json_view_text(walk.name, template->arena));
		template_fill_value(template, walk.value, writer);
	}
	json_write_close(writer, kind == JSON_VIEW_ARRAY ? ']' : '}');
}

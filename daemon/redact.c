/*
 * redact.c
 *		Secrets, and taking them out of what is about to be recorded.
 */
#include "redact.h"

#include "json_write.h"
#include "text_buffer.h"

#include <string.h>

/* Shorter ones would blot out words. */
#define SHORTEST 6

#define BLOT "[redacted]"

typedef struct Secret
{
	struct Secret *next;
	const char *bytes;
	size_t length;
} Secret;

struct Redactor
{
	Arena *arena;
	Secret *secrets; /* the longest first: one may be a part of another */
};

static bool is_suspect(const Redactor *redactor, JsonView value);
static const char *find_first(const Redactor *redactor, const char *bytes,
                              size_t length, const Secret **found);
static const char *find_end(const Redactor *redactor, const char *at,
                            const Secret *found, const char *limit);
static void
clean_value(const Redactor *redactor, JsonView value, JsonWriter *writer);
static void
clean_container(const Redactor *redactor, JsonView value, JsonWriter *writer);

Redactor *
redactor_create(Arena *arena)
{
	Redactor *redactor = arena_alloc(arena, sizeof(*redactor));

	redactor->arena = arena;
	return redactor;
}

void
redactor_add(Redactor *redactor, const char *secret)
{
	Secret **place = &redactor->secrets;
	Secret *added;

	if (secret == NULL || strlen(secret) < SHORTEST)
		return;
	added = arena_alloc(redactor->arena, sizeof(*added));
	added->bytes = secret;
	added->length = strlen(secret);
	while (*place && (*place)->length > added->length)
		place = &(*place)->next;
	added->next = *place;
	*place = added;
}

const char *
redactor_clean(const Redactor *redactor, const char *bytes, size_t *length)
{
	const Secret *found;
	const char *end = bytes + *length;
	const char *at = find_first(redactor, bytes, *length, &found);
	TextBuffer *cleaned;

	if (at == NULL)
		return bytes;
	cleaned = text_buffer_create(redactor->arena);
	for (; at; at = find_first(redactor, bytes, (size_t) (end - bytes), &found))
	{
		text_buffer_add(cleaned, bytes, (size_t) (at - bytes));
		text_buffer_add_text(cleaned, BLOT);
		bytes = find_end(redactor, at, found, end);
	}
	text_buffer_add(cleaned, bytes, (size_t) (end - bytes));
	*length = text_buffer_length(cleaned);
	return text_buffer_text(cleaned);
}

const char *
redactor_clean_text(const Redactor *redactor, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	return text ? redactor_clean(redactor, text, &length) : NULL;
}

size_t
redactor_unsure(const Redactor *redactor, const char *bytes, size_t length)
{
	size_t longest = 0;

	for (const Secret *secret = redactor->secrets; secret;
	     secret = secret->next)
	{
		size_t part = secret->length - 1 < length ? secret->length - 1 : length;

		while (part > longest &&
		       memcmp(bytes + length - part, secret->bytes, part) != 0)
			part--;
		if (part > longest)
			longest = part;
	}
	return longest;
}

JsonView
redactor_clean_view(const Redactor *redactor, JsonView value)
{
	JsonWriter *writer;

	if (!is_suspect(redactor, value))
		return value;
	writer = json_writer_create();
	clean_value(redactor, value, writer);
	value.length = json_writer_length(writer);
	value.text =
		arena_copy(redactor->arena, json_writer_text(writer), value.length);
	json_writer_destroy(writer);
	return value;
}

/* Whatever is escaped may be a secret that is. */
static bool
is_suspect(const Redactor *redactor, JsonView value)
{
	const Secret *found;

	if (value.text == NULL || redactor->secrets == NULL)
		return false;
	return memchr(value.text, '\\', value.length) ||
	       find_first(redactor, value.text, value.length, &found);
}

static const char *
find_first(const Redactor *redactor, const char *bytes, size_t length,
           const Secret **found)
{
	const char *first = NULL;

	if (length == 0)
		return NULL;
	for (const Secret *secret = redactor->secrets; secret;
	     secret = secret->next)
	{
		const char *at = memmem(bytes, length, secret->bytes, secret->length);

		if (at && (first == NULL || at < first))
		{
			first = at;
			*found = secret;
		}
	}
	return first;
}

/* Secrets may overlap: what is left of the second one would tell of it. */
static const char *
find_end(const Redactor *redactor, const char *at, const Secret *found,
         const char *limit)
{
	const char *end = at + found->length;

	for (;;)
	{
		size_t longest = redactor->secrets->length;
		const char *stop =
			(size_t) (limit - end) < longest ? limit : end + longest - 1;
		const char *next =
			find_first(redactor, at + 1, (size_t) (stop - at - 1), &found);

		if (next == NULL || next >= end)
			return end;
		if (next + found->length > end)
			end = next + found->length;
		at = next;
	}
}

static void
clean_value(const Redactor *redactor, JsonView value, JsonWriter *writer)
{
	const char *text;

	switch (json_view_kind(value))
	{
		case JSON_VIEW_STRING:
			text = json_view_text(value, redactor->arena);
			json_write_text(writer, redactor_clean_text(redactor, text));
			return;
		case JSON_VIEW_ARRAY:
		case JSON_VIEW_OBJECT:
			clean_container(redactor, value, writer);
			return;
		case JSON_VIEW_NUMBER:
			text = arena_copy(redactor->arena, value.text, value.length);
			if (strcmp(redactor_clean_text(redactor, text), BLOT) == 0)
				json_write_text(writer, BLOT);
			else
				json_write_view(writer, value);
			return;
		case JSON_VIEW_ABSENT:
		case JSON_VIEW_NULL:
		case JSON_VIEW_FALSE:
		case JSON_VIEW_TRUE:
			break;
	}
	json_write_view(writer, value);
}

static void
clean_container(const Redactor *redactor, JsonView value, JsonWriter *writer)
{
	bool is_object = json_view_kind(value) == JSON_VIEW_OBJECT;
	JsonWalk walk = json_view_walk(value);

	json_write_open(writer, is_object ? '{' : '[');
	while (json_view_next(&walk))
	{
		if (is_object)
			json_write_name(
				writer,
				redactor_clean_text(
					redactor, json_view_text(walk.name, redactor->arena)));
		clean_value(redactor, walk.value, writer);
	}
	json_write_close(writer, is_object ? '}' : ']');
}

/*
 * template.h
 *		Texts with {name} in them, filled in from the inputs of a step.
 *
 * "{{" and "}}" are braces.  A brace that begins no name stays as it is, so
 * that JSON can be written in a template.  Nothing is evaluated, and what was
 * filled in is not looked at again.  A text goes in as it is, any other value
 * as JSON.
 */
#ifndef MCPD_TEMPLATE_H
#define MCPD_TEMPLATE_H

#include "json_write.h"

/* Of one task; its callers fill in several texts and ask once what was missing. */
typedef struct Template
{
	Arena *arena;
	JsonView inputs;
	char *missing; /* "a, b"; NULL: none */
} Template;

typedef enum TemplateForm
{
	TEMPLATE_TEXT,
	TEMPLATE_URL /* what is filled in is percent-encoded: it adds no part */
} TemplateForm;

extern void template_init(Template *template, Arena *arena, JsonView inputs);

/* Names without an input are noted, and nothing stands in their place. */
extern const char *
template_fill(Template *template, const char *text, TemplateForm form);

/*
 * Writes value with all texts in it filled in; a text that is nothing but
 * "{name}" becomes the input itself, of whatever type.
 */
extern void
template_fill_value(Template *template, JsonView value, JsonWriter *writer);

/* What a value reads as inside of a text; NULL for null and nothing. */
extern const char *template_print(JsonView value, Arena *arena);

/* "a, b", in the order in which they were missed, or NULL. */
extern const char *template_missing(const Template *template);

/* The text with everything percent-encoded that has a meaning in a URL. */
extern const char *template_encode(Arena *arena, const char *text);

#endif

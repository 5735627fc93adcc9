/*
 * slug.h
 *		The name of a thing as it stands in URLs: "order-totals-2".
 *
 * Small letters and digits of ASCII in groups joined by single hyphens.  Never
 * in the form of a UUID, nor a word of the HTTP routes: wherever an id is accepted
 * a slug is too, and one text must not mean two things.
 */
#ifndef MCP_SLUG_H
#define MCP_SLUG_H

#include "json_reader.h"

/* The characters of a slug that is given, at most. */
#define SLUG_MAX 100

/* And of one that is made, so that a suffix such as "-1000" still fits. */
#define SLUG_MADE_MAX 80

/*
 * Makes a slug of a name; accents fall away, whatever else is no letter or
 * digit of ASCII becomes a hyphen.  Where nothing is left (a name in another
 * script), the fallback.  palloc'd.
 */
extern char *slug_make(const char *name, const char *fallback);

/*
 * The base where that is free, else the base with a free number: "base-2".
 * Another transaction may take the same one; whoever inserts it must be ready to
 * choose again.  palloc'd.
 */
typedef bool (*SlugIsTaken)(const char *slug);

extern char *slug_choose(const char *base, SlugIsTaken is_taken);

/*
 * Raises unique_violation for one that was given and is another's already.  kind
 * is what has slugs, as an error names it: "workflow".
 */
extern void
slug_raise_exists(const char *kind, const char *slug) pg_attribute_noreturn();

/* The optional key "slug", or NULL where it is absent or has a problem. */
extern char *slug_read(const JsonObject *object);

/*
 * Is the text an id in its usual form, 8-4-4-4-12 hexadecimal digits?  Then it
 * is looked up as one, else as a slug.
 */
extern bool slug_is_id(const char *text);

#endif

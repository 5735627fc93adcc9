/*
 * json_schema_uri.h
 *		URIs and their references (RFC 3986), and IRIs (RFC 3987).
 *
 * Splits and checks texts; it fetches nothing and changes nothing.  Plain C.
 */
#ifndef MCP_JSON_SCHEMA_URI_H
#define MCP_JSON_SCHEMA_URI_H

#include <stdbool.h>
#include <stddef.h>

typedef struct UriPart
{
	const char *text; /* NULL: the part is absent, which is not empty */
	size_t length;
} UriPart;

typedef struct Uri
{
	UriPart scheme;
	UriPart authority;
	UriPart path; /* always there, may be empty */
	UriPart query;
	UriPart fragment;
} Uri;

/* Never fails: every text splits, as RFC 3986's appendix B shows. */
extern Uri uri_split(const char *text, size_t length);

extern bool uri_is_uri(const char *text, size_t length);
extern bool uri_is_reference(const char *text, size_t length);
extern bool uri_is_iri(const char *text, size_t length);
extern bool uri_is_iri_reference(const char *text, size_t length);

/* RFC 6570 */
extern bool uri_is_template(const char *text, size_t length);

#endif

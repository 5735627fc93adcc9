/*
 * json_schema_reference.h
 *		URI references against their base: RFC 3986, section 5.
 */
#ifndef MCP_JSON_SCHEMA_REFERENCE_H
#define MCP_JSON_SCHEMA_REFERENCE_H

/* The reference as seen from the base, with its fragment.  palloc'd. */
extern char *reference_resolve(const char *base, const char *reference);

/* The text up to its '#'; *fragment is what follows, decoded, or "". */
extern char *reference_split(const char *uri, char **fragment);

#endif

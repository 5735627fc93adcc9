/*
 * search_text.h
 *		The words of a document, as plain text for full text search.
 *
 * PostgreSQL's parser sees hosts, paths, e-mail addresses and signed numbers in
 * what is code or JSON, and then nobody finds "path" in "os.path".  So all
 * punctuation of ASCII becomes a space first; a query is treated the same way.
 */
#ifndef MCP_SEARCH_TEXT_H
#define MCP_SEARCH_TEXT_H

#include "utils/jsonb.h"

/*
 * The strings among the values of the document, in its order, joined by spaces;
 * keys, numbers and booleans are left out, and so is what is too long to be a
 * word (a base64 image).  Whole words up to max_bytes, for a tsvector has a
 * limit, and a config of a megabyte must not meet it.  palloc'd.
 */
extern text *search_text_make(Jsonb *document, int max_bytes);

#endif

/*
 * json_document.h
 *		Whole documents as values, and values put into new documents.
 */
#ifndef MCP_JSON_DOCUMENT_H
#define MCP_JSON_DOCUMENT_H

#include "utils/jsonb.h"

/* What the document is: a scalar, or all of it as jbvBinary.  NULL: null. */
extern void json_document_value(Jsonb *document, JsonbValue *value);

/* A document of the value, palloc'd. */
extern Jsonb *json_document_make(const JsonbValue *value);

/* {}, palloc'd. */
extern Jsonb *json_document_empty(void);

/* Parts of one that is being built.  Texts are copied. */
extern void json_document_push_key(JsonbParseState **state, const char *key);
extern void json_document_push(JsonbParseState **state, Jsonb *document);
extern void json_document_push_text(JsonbParseState **state, const char *text);
extern void json_document_push_bool(JsonbParseState **state, bool is_true);

#endif

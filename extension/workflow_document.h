/*
 * workflow_document.h
 *		Building the normal form of a workflow, key by key.
 *
 * Texts are copied; jsonb's builder keeps pointers and has no const for them.
 */
#ifndef MCP_WORKFLOW_DOCUMENT_H
#define MCP_WORKFLOW_DOCUMENT_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

extern void workflow_document_put_key(JsonbParseState **out, const char *key);

/* NULL is null. */
extern void workflow_document_put_text(JsonbParseState **out, const char *key,
                                       const char *text);
extern void workflow_document_put_null(JsonbParseState **out, const char *key);
extern void workflow_document_put_integer(JsonbParseState **out,
                                          const char *key, int number);
extern void workflow_document_put_number(JsonbParseState **out, const char *key,
                                         double number);

/* texts: of char * */
extern void workflow_document_put_texts(JsonbParseState **out, const char *key,
                                        const List *texts);

extern void
workflow_document_put_object(JsonbParseState **out, const char *key);
extern void workflow_document_end_object(JsonbParseState **out);

#endif

/*
 * turn_document.h
 *		What a worker is told by a turn, as JSON.
 */
#ifndef MCP_TURN_DOCUMENT_H
#define MCP_TURN_DOCUMENT_H

#include "turn.h"

/* {tasks, finished, refused, sleep_ms} */
extern Jsonb *turn_document_print(const Turn *turn, int sleep_ms);

#endif

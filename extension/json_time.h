/*
 * json_time.h
 *		A moment of a document: ISO 8601 with its zone.
 */
#ifndef MCP_JSON_TIME_H
#define MCP_JSON_TIME_H

#include "datatype/timestamp.h"
#include "json_reader.h"

/*
 * Reads "2026-11-22T20:15:00.5+01:00".  A moment without a zone is a problem: it
 * would mean another time in another session.  False, and *moment untouched,
 * where there is no usable value.
 */
extern bool json_time_read(const JsonObject *object, const char *key,
                           JsonNeed need, TimestampTz *moment);

#endif

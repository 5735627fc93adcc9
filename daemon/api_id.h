/*
 * api_id.h
 *		What can be an id in a path at all.
 *
 * Whether it names something is the database's to say; this only tells a
 * malformed one, which COMPAT answers with 400, from an unknown one.
 */
#ifndef MCPD_API_ID_H
#define MCPD_API_ID_H

#include <stdbool.h>

/* 8-4-4-4-12 hexadecimal digits. */
extern bool api_id_is_uuid(const char *text);

/* A UUID or a slug: letters, digits, hyphens and underscores. */
extern bool api_id_is_reference(const char *text);

#endif

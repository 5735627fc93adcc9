/*
 * api_page.h
 *		The pages of a list: where the next one is.
 */
#ifndef MCPD_API_PAGE_H
#define MCPD_API_PAGE_H

#include "api.h"

/*
 * Adds Link with rel="next" (RFC 8288) where the page is full, so that there may
 * be another.  rows: how many there are.  last: what the next page is behind, so
 * that no row is told twice or left out when others come or go meanwhile; NULL: it
 * is counted.
 */
extern void api_page_add_next(ApiRequest *request, long rows, const char *last);

#endif

/*
 * fetch_url.h
 *		Two URLs beside each other, for whoever follows a redirect.
 */
#ifndef MCPD_FETCH_URL_H
#define MCPD_FETCH_URL_H

#include <stdbool.h>

/* The same scheme, host and port. */
extern bool fetch_url_is_same_origin(const char *a, const char *b);

/* From encrypted to not. */
extern bool fetch_url_is_downgrade(const char *from, const char *to);

#endif

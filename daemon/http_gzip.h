/*
 * http_gzip.h
 *		Bodies made smaller on the way: gzip (RFC 1952).
 */
#ifndef MCPD_HTTP_GZIP_H
#define MCPD_HTTP_GZIP_H

#include <stddef.h>

/* Smaller ones gain nothing; larger ones would hold up the loop. */
#define HTTP_GZIP_LEAST ((size_t) 1024)
#define HTTP_GZIP_MOST ((size_t) 1024 * 1024)

/*
 * Sets *packed to the bytes, compressed, which end with free(); to NULL where that
 * would be no smaller.
 */
extern void http_gzip(const char *bytes, size_t length, char **packed,
                      size_t *packed_length);

#endif

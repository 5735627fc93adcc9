/*
 * fetch_retry_after.h
 *		The header Retry-After: how long a server wants to be left alone.
 */
#ifndef MCPD_FETCH_RETRY_AFTER_H
#define MCPD_FETCH_RETRY_AFTER_H

/*
 * Seconds from now; 0 where value is NULL, past, or neither a number of seconds
 * nor an HTTP date (RFC 9110, 10.2.3).
 */
extern double fetch_retry_after(const char *value);

#endif

/*
 * http_framing.h
 *		Where a request ends: headers on which two readers might not agree.
 *
 * A proxy before us and we must see the same end of a body, or what one takes
 * for a body the other takes for a request (RFC 9112, 11.2).  libmicrohttpd is
 * forgiving here; we are not.
 */
#ifndef MCPD_HTTP_FRAMING_H
#define MCPD_HTTP_FRAMING_H

#include <microhttpd.h>
#include <stdbool.h>

/*
 * At most one Content-Length, of digits; or "chunked" alone as the
 * Transfer-Encoding; never both.
 */
extern bool http_framing_is_clear(struct MHD_Connection *connection);

#endif

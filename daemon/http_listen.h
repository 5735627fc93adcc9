/*
 * http_listen.h
 *		The socket that HTTP comes in by.
 */
#ifndef MCPD_HTTP_LISTEN_H
#define MCPD_HTTP_LISTEN_H

#include "config.h"
#include "status.h"

/*
 * A listening socket on the first address that can be had of the configured
 * host, and the port it got where 0 was asked for.
 */
extern Status http_listen_open(const Config *config, int *fd, int *bound_port,
                               Error *error) MUST_CHECK;

#endif

/*
 * egress.h
 *		Which addresses a request of a step may reach.
 *
 * Public ones.  All others (this machine, private networks, link-local with
 * the metadata of clouds, carriers' NAT, multicast, what is reserved, and IPv6
 * forms that carry such an IPv4 address) only where a list says so, by network
 * or by the name of the host.
 */
#ifndef MCPD_EGRESS_H
#define MCPD_EGRESS_H

#include "json_view.h"

#include <sys/socket.h>

typedef struct Egress Egress;

/*
 * The list that PostgreSQL keeps: an array of {"network": cidr or null, "host":
 * pattern or null, "port": number or null}.
 */
extern Egress *egress_create(JsonView list, Arena *arena);

/* Whether a connection made for that host may go to that address. */
extern bool egress_allows(const Egress *egress, const char *host,
                          const struct sockaddr *address);

/* Whether anybody on the internet could have that address. */
extern bool egress_is_public(const struct sockaddr *address);

#endif

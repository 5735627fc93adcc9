/*
 * proxy_opening.h
 *		The first bytes to either side of a tunnel, or the last of one refused.
 */
#ifndef MCPD_PROXY_OPENING_H
#define MCPD_PROXY_OPENING_H

#include "proxy.h"
#include "proxy_flow.h"
#include "proxy_head.h"

/*
 * What follows the head stays in asked, behind the head for the server itself
 * where it needs one; else the client is told that it is joined.  Returns false
 * where that does not fit.
 */
extern bool proxy_opening_join(const ProxyHead *head, ProxyFlow *asked,
                               ProxyFlow *answered);

/* Tells the client, and the log. */
extern void
proxy_opening_refuse(const ProxyRules *rules, const ProxyHead *head, int status,
                     const char *why, ProxyFlow *answered);

/* Tells the log alone what a connection "is", and why. */
extern void proxy_opening_note(const ProxyRules *rules, const ProxyHead *head,
                               const char *what, const char *why);

#endif

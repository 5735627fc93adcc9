/*
 * json_schema_address.h
 *		IP addresses as texts: dotted quads (RFC 2673) and RFC 4291's IPv6.
 *
 * Only the written forms of those standards: no shorthand, no hexadecimal
 * octet, no zone, no mask.  Plain C.
 */
#ifndef MCP_JSON_SCHEMA_ADDRESS_H
#define MCP_JSON_SCHEMA_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

extern bool address_is_ipv4(const char *text, size_t length);
extern bool address_is_ipv6(const char *text, size_t length);

#endif

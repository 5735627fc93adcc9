/*
 * api_openapi_routes.h
 *		What routes take and answer, in words and JSON Schemas: openapi/routes.json.
 *
 * An object of {"schemas": {name: schema}, "routes": {"GET context": {summary,
 * query: {name: schema}, body: schema, answer: schema}}}: by the method and the
 * pattern of the router, which has the rest.
 */
#ifndef MCPD_API_OPENAPI_ROUTES_H
#define MCPD_API_OPENAPI_ROUTES_H

extern const char api_openapi_routes[];

#endif

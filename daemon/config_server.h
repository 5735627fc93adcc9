/*
 * config_server.h
 *		The two servers, which are named by several variables or one address.
 */
#ifndef MCPD_CONFIG_SERVER_H
#define MCPD_CONFIG_SERVER_H

#include "config_setting.h"

/* Fills the database_ fields; errors quote no address, which may hold a secret. */
extern Status
config_server_read_database(const ConfigSource *source, Config *config,
                            Error *error) MUST_CHECK;

/* Fills the redis_ fields. */
extern Status config_server_read_redis(const ConfigSource *source,
                                       Config *config, Error *error) MUST_CHECK;

#endif

/*
 * reload.h
 *		Settings read anew by a daemon that runs, on SIGHUP.
 *
 * The level and the form of the log and the keys of another issuer of tokens
 * (JWKS file and all) change at once.  The rest is what connections and
 * processes were made with: it waits for a restart, and the log names it.
 */
#ifndef MCPD_RELOAD_H
#define MCPD_RELOAD_H

#include "auth.h"
#include "config.h"

typedef struct Reload Reload;

/* env_file as of config_read(); config and auth outlive it. */
extern Reload *
reload_create(const char *env_file, const Config *config, Auth *auth);
extern void reload_destroy(Reload *reload);

/*
 * What cannot be read changes nothing: the log says why.  context is the Reload,
 * so that it can be called by a signal.
 */
extern void reload_now(void *context);

/*
 * The issuer that the settings name; *issuer is NULL where they name none.  Its
 * texts are the config's.
 */
extern Status reload_open_issuer(const Config *config, JwtIssuer **issuer,
                                 Error *error) MUST_CHECK;

#endif

/*
 * access.h
 *		Who asks, and whether the thing is his to change.
 *
 * The functions of the SQL face run with the rights of the extension's owner, so
 * current_user says nothing there; the actor is the role outside of them: the
 * session's, or what SET ROLE made it.
 */
#ifndef MCP_ACCESS_H
#define MCP_ACCESS_H

/* The role that asks. */
extern Oid access_actor(void);

/* Its name, palloc'd. */
extern char *access_actor_name(void);

/*
 * Whether the actor may change what others own: a superuser, the owner of the
 * schema, or a role that was granted the level admin (itself or through a role
 * it inherits from).  Needs an SPI connection.
 */
extern bool access_is_admin(void);

/*
 * Returns if the actor owns the thing, by its role or one it inherits from, or
 * is an admin; raises insufficient_privilege otherwise.  kind and name are for
 * the message: "workflow", "Join".  Needs an SPI connection.
 */
extern void
access_require_ownership(const char *kind, const char *name, const char *owner);

/* Raises insufficient_privilege unless the actor may give a thing to the role. */
extern void access_require_heir(Oid heir);

#endif

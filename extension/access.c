/*
 * access.c
 *		Who asks, and whether the thing is his to change.
 *
 * An owner is kept by name, not by oid: a dump restores into another cluster,
 * where the oid is a stranger's.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "access.h"
#include "statement.h"

/*
 * Roles granted the level admin.  Read each time: the table is tiny, and a
 * revoked admin must be one no longer.
 */
static Statement select_admins = {
	"SELECT g.role_name FROM mcp.role_grants AS g WHERE g.level = 'admin'",
	0,
	{InvalidOid},
	NULL};

static bool actor_has_role(const char *role);

Oid
access_actor(void)
{
	return GetOuterUserId();
}

char *
access_actor_name(void)
{
	return GetUserNameFromId(access_actor(), false);
}

bool
access_is_admin(void)
{
	uint64 count;

	if (superuser_arg(access_actor()))
		return true;
	if (pg_namespace_ownercheck(get_namespace_oid("mcp", false),
	                            access_actor()))
		return true;

	count = statement_read(&select_admins, NULL, NULL);
	for (uint64 row = 0; row < count; row++)
	{
		char *role =
			SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1);

		if (actor_has_role(role))
			return true;
	}
	return false;
}

void
access_require_ownership(const char *kind, const char *name, const char *owner)
{
	if (actor_has_role(owner) || access_is_admin())
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
	         errmsg("must be owner of %s \"%s\"", kind, name),
	         errdetail("It belongs to role \"%s\".", owner),
	         errhint("Its owner or a role with the level admin can change "
	                 "it.")));
}

/* As of ALTER ... OWNER TO: nobody makes a role answer for what it never saw. */
void
access_require_heir(Oid heir)
{
	if (is_member_of_role(access_actor(), heir) || access_is_admin())
		return;
	ereport(ERROR,
	        (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
	         errmsg("must be member of role \"%s\"",
	                GetUserNameFromId(heir, false)),
	         errhint("A role with the level admin can give a thing to any "
	                 "role.")));
}

/* A role that was dropped since has no members. */
static bool
actor_has_role(const char *role)
{
	Oid role_id = get_role_oid(role, true);

	return OidIsValid(role_id) && has_privs_of_role(access_actor(), role_id);
}

/*
 * access.c
 *		Who asks, and whether the thing is his to change.
 *
 * An owner is kept by name, not by oid: a dump restores into another cluster,
 * where the oid is a stranger's.
 */
#include "postgres.h"

#include "access.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

/*
 * Roles granted the level admin.  Read each time: the table is tiny, and a
 * revoked admin must be one no longer.
 */
static const char *const admin_query =
	"SELECT g.role_name FROM mcp.role_grants AS g WHERE g.level = 'admin'";

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
	static SPIPlanPtr plan = NULL;

	if (superuser_arg(access_actor()))
		return true;
	if (pg_namespace_ownercheck(get_namespace_oid("mcp", false),
	                            access_actor()))
		return true;

	if (plan == NULL)
	{
		plan = SPI_prepare(admin_query, 0, NULL);
		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare \"%s\"", admin_query);
	}
	if (SPI_execute_plan(plan, NULL, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read mcp.role_grants");
	for (uint64 row = 0; row < SPI_processed; row++)
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

/* A role that was dropped since has no members. */
static bool
actor_has_role(const char *role)
{
	Oid role_id = get_role_oid(role, true);

	return OidIsValid(role_id) && has_privs_of_role(access_actor(), role_id);
}

"""What the extension consists of, as the system catalogs tell it by name.

Two databases have the same extension where no object of it differs; where columns
stand in a table does not count, because ALTER TABLE only ever adds the last one.
"""

MEMBERS = """
    WITH member AS (
        SELECT d.classid, d.objid
        FROM pg_extension AS e
        JOIN pg_depend AS d
          ON d.refclassid = 'pg_extension'::regclass
         AND d.refobjid = e.oid
         AND d.deptype = 'e'
        WHERE e.extname = 'mcp'
    ), relation AS (
        SELECT c.*
        FROM member AS m
        JOIN pg_class AS c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
    )
"""

# Each query gives a name and, as JSON, all that is to be the same under it.
QUERIES = {
    "member": """
        SELECT pg_describe_object(classid, objid, 0), 'true'::jsonb
        FROM member""",
    "function": """
        SELECT p.oid::regprocedure::text,
               jsonb_build_object('definition', CASE
                                      WHEN a.aggfnoid IS NULL THEN to_jsonb(pg_get_functiondef(p.oid))
                                      ELSE to_jsonb(a) - 'aggfnoid'
                                  END,
                                  'owner', p.proowner::regrole,
                                  'privileges', {acl:p.proacl},
                                  'comment', obj_description(p.oid, 'pg_proc'))
        FROM member AS m
        JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
        LEFT JOIN pg_aggregate AS a ON a.aggfnoid = p.oid""",
    "relation": """
        SELECT c.oid::regclass::text,
               jsonb_build_object('kind', c.relkind,
                                  'options', c.reloptions,
                                  'row security', c.relrowsecurity,
                                  'forced', c.relforcerowsecurity,
                                  'owner', c.relowner::regrole,
                                  'privileges', {acl:c.relacl},
                                  'partitioned', pg_get_partkeydef(c.oid),
                                  'bound', pg_get_expr(c.relpartbound, c.oid),
                                  'view', CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) END,
                                  'comment', obj_description(c.oid, 'pg_class'))
        FROM relation AS c""",
    "column": """
        SELECT c.oid::regclass || '.' || a.attname,
               jsonb_build_object('type', format_type(a.atttypid, a.atttypmod),
                                  'collation', a.attcollation::regcollation,
                                  'not null', a.attnotnull,
                                  'generated', a.attgenerated,
                                  'identity', a.attidentity,
                                  'statistics', a.attstattarget,
                                  'storage', a.attstorage,
                                  'default', pg_get_expr(d.adbin, d.adrelid),
                                  'privileges', {acl:a.attacl},
                                  'comment', col_description(c.oid, a.attnum))
        FROM relation AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum""",
    "constraint": """
        SELECT k.conrelid::regclass || ' ' || k.conname,
               jsonb_build_object('definition', pg_get_constraintdef(k.oid),
                                  'validated', k.convalidated,
                                  'comment', obj_description(k.oid, 'pg_constraint'))
        FROM relation AS c
        JOIN pg_constraint AS k ON k.conrelid = c.oid""",
    "index": """
        SELECT i.indexrelid::regclass::text,
               jsonb_build_object('definition', pg_get_indexdef(i.indexrelid),
                                  'valid', i.indisvalid,
                                  'comment', obj_description(i.indexrelid, 'pg_class'))
        FROM relation AS c
        JOIN pg_index AS i ON i.indrelid = c.oid""",
    "trigger": """
        SELECT t.tgrelid::regclass || ' ' || t.tgname,
               jsonb_build_object('definition', pg_get_triggerdef(t.oid),
                                  'enabled', t.tgenabled,
                                  'comment', obj_description(t.oid, 'pg_trigger'))
        FROM relation AS c
        JOIN pg_trigger AS t ON t.tgrelid = c.oid AND NOT t.tgisinternal""",
    "policy": """
        SELECT p.polrelid::regclass || ' ' || p.polname,
               jsonb_build_object('command', p.polcmd,
                                  'permissive', p.polpermissive,
                                  'roles', p.polroles,
                                  'using', pg_get_expr(p.polqual, p.polrelid),
                                  'check', pg_get_expr(p.polwithcheck, p.polrelid),
                                  'comment', obj_description(p.oid, 'pg_policy'))
        FROM relation AS c
        JOIN pg_policy AS p ON p.polrelid = c.oid""",
    "sequence": """
        SELECT s.seqrelid::regclass::text, to_jsonb(s) - 'seqrelid'
        FROM relation AS c
        JOIN pg_sequence AS s ON s.seqrelid = c.oid""",
    "dumped": """
        SELECT t.config::regclass::text, to_jsonb(t.condition)
        FROM pg_extension AS e
        CROSS JOIN unnest(e.extconfig, e.extcondition) AS t (config, condition)
        WHERE e.extname = 'mcp'""",
    # What pg_dump takes for granted: a role in here loses its rights in a dump.
    "initial privileges": """
        SELECT pg_describe_object(i.classoid, i.objoid, i.objsubid),
               to_jsonb({acl:i.initprivs})
        FROM member AS m
        JOIN pg_init_privs AS i ON i.classoid = m.classid AND i.objoid = m.objid""",
    "built-in kind": """
        SELECT t.type, to_jsonb(t)
        FROM mcp.mcp_types AS t
        WHERE t.is_builtin""",
}


class Sorted:
    """Formats {acl:x} as the sorted text of an ACL, whose order is its history."""

    def __format__(self, column):
        return f"(SELECT array_agg(item::text ORDER BY item::text) FROM unnest({column}) AS item)"


def read_catalog(database):
    """{(kind, name): what it is}, of each object of the extension."""
    objects = {}
    for kind, query in QUERIES.items():
        for name, properties in database.query(MEMBERS + query.format(acl=Sorted())):
            assert (kind, name) not in objects, f"two of {kind} {name}"
            objects[kind, name] = properties
    return objects


def find_differences(one, other, left, right):
    """Lines that say what of one is not in the other, or not the same."""
    lines = []
    for key in sorted(one.keys() | other.keys()):
        name = " ".join(key)
        if key not in other:
            lines.append(f"{name}: only {left}")
        elif key not in one:
            lines.append(f"{name}: only {right}")
        elif one[key] != other[key]:
            lines += explain(name, one[key], other[key], left, right)
    return lines


def explain(name, one, other, left, right):
    if not isinstance(one, dict) or not isinstance(other, dict):
        return [f"{name}:\n  {left}: {one}\n  {right}: {other}"]
    return [
        f"{name}, {what}:\n  {left}: {one.get(what)}\n  {right}: {other.get(what)}"
        for what in sorted(one.keys() | other.keys())
        if one.get(what) != other.get(what)
    ]

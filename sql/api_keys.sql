-- Keys of the HTTP face: made, entered by, narrowed and revoked.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;
DO $$
DECLARE
    role_name   text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['maker', 'user'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mcp_key_' || role_name) THEN
            EXECUTE format('DROP OWNED BY mcp_key_%s CASCADE', role_name);
            EXECUTE format('DROP ROLE mcp_key_%s', role_name);
        END IF;
        EXECUTE format('CREATE ROLE mcp_key_%s', role_name);
    END LOOP;
END
$$;

-- A key has a role that was granted a level, or a level, and not both.
SELECT mcp.create_api_key('keys test');
SELECT mcp.create_api_key('keys test', role => 'mcp_key_user', level => 'viewer');
SELECT mcp.create_api_key('keys test', role => 'mcp_key_user');
SELECT mcp.create_api_key('keys test', level => 'worker');
SELECT mcp.create_api_key('', level => 'viewer');
SELECT mcp.create_api_key('keys test', level => 'viewer', scopes => '{list_*,no_*}');
SELECT mcp.create_api_key('keys test', level => 'viewer', expires => '2001-01-01');
SELECT mcp.create_api_key('keys test', role => 424242);

-- Nobody makes a key for whom he cannot be.
SELECT mcp.grant_role('mcp_key_maker', 'admin');
SELECT mcp.grant_role('mcp_key_user', 'viewer');
SET ROLE mcp_key_maker;
SELECT mcp.create_api_key('keys test', role => 'mcp_key_user');
RESET ROLE;
GRANT mcp_key_user TO mcp_key_maker;
SET ROLE mcp_key_maker;
SELECT made ->> 'key' AS key, made ->> 'prefix' AS prefix, made ->> 'created_by' AS created_by
FROM mcp.create_api_key('keys test', role => 'mcp_key_user', scopes => '{list_*,get_run}') AS made \gset
RESET ROLE;
\echo :created_by
SELECT :'key' ~ '^mcp_[0-9a-f]{12}_[0-9a-f]{64}$' AS has_form,
       starts_with(:'key', :'prefix') AS begins_with_prefix;
SELECT count(*) FROM mcp.api_keys AS k WHERE k::text LIKE '%' || right(:'key', 64) || '%';

-- It lets in by its prefix and its digest, within its scopes.
SELECT * FROM mcp.enter_api_key(:'prefix', sha256(:'key'));
SELECT * FROM mcp.enter_api_key(:'prefix', sha256(:'key'), 'list_mcps');
SELECT * FROM mcp.enter_api_key(:'prefix', sha256(:'key'), 'get_run');
SELECT * FROM mcp.enter_api_key(:'prefix', sha256(:'key'), 'get_mcp');
SELECT * FROM mcp.enter_api_key(:'prefix', sha256('another'));
SELECT * FROM mcp.enter_api_key('another', sha256(:'key'));
SELECT * FROM mcp.enter_api_key(NULL, NULL);
SELECT last_used_at IS NOT NULL AS was_used FROM mcp.api_keys WHERE prefix = :'prefix';

-- A level is asked of the function, and contains the lower ones.
SELECT made ->> 'key' AS key, made ->> 'prefix' AS prefix
FROM mcp.create_api_key('keys test of a level', level => 'operator') AS made \gset level_
SELECT * FROM mcp.enter_api_key(:'level_prefix', sha256(:'level_key'), 'get_mcp');
SELECT * FROM mcp.enter_api_key(:'level_prefix', sha256(:'level_key'), 'start_run');
SELECT * FROM mcp.enter_api_key(:'level_prefix', sha256(:'level_key'), 'create_mcp');
SELECT * FROM mcp.enter_api_key(:'level_prefix', sha256(:'level_key'), 'worker_turn');
SELECT * FROM mcp.enter_api_key(:'level_prefix', sha256(:'level_key'), '_audit');

-- Where nothing may be written it still lets in.
BEGIN READ ONLY;
SELECT * FROM mcp.enter_api_key(:'level_prefix', sha256(:'level_key'), 'get_mcp');
COMMIT;

-- Not any more: revoked, expired, or its role is gone.
SELECT mcp.revoke_api_key('keys test of a level') ->> 'revoked_at' IS NOT NULL AS is_revoked;
SELECT * FROM mcp.enter_api_key(:'level_prefix', sha256(:'level_key'));
SELECT mcp.revoke_api_key('keys test of a level');
SELECT mcp.revoke_api_key(:'level_prefix') ->> 'revoked_at' IS NOT NULL AS is_still_revoked;
UPDATE mcp.api_keys SET expires_at = now() WHERE prefix = :'prefix';
SELECT * FROM mcp.enter_api_key(:'prefix', sha256(:'key'));
UPDATE mcp.api_keys SET expires_at = NULL, role_name = 'mcp_key_gone' WHERE prefix = :'prefix';
SELECT * FROM mcp.enter_api_key(:'prefix', sha256(:'key'));

-- What a token of another issuer may name.
SELECT * FROM mcp.enter_role('mcp_key_user', 'somebody');
SELECT * FROM mcp.enter_role('viewer', 'somebody', 'get_mcp');
SELECT * FROM mcp.enter_role('viewer', 'somebody', 'create_mcp');
SELECT * FROM mcp.enter_role('worker', 'somebody');
SELECT * FROM mcp.enter_role('postgres', 'somebody');
SELECT * FROM mcp.enter_role(NULL, NULL);

-- Audit: who made and revoked which.
SELECT actor_name = current_user AS by_me, action, object_name
FROM mcp.list_audit(kind => 'api_key')
WHERE object_name LIKE 'keys test%'
ORDER BY recorded_at;

DELETE FROM mcp.api_keys WHERE name LIKE 'keys test%';
DROP OWNED BY mcp_key_maker, mcp_key_user CASCADE;
DROP ROLE mcp_key_maker, mcp_key_user;
DELETE FROM mcp.role_grants WHERE role_name LIKE 'mcp_key_%';

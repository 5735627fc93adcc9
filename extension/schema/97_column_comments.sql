-- What columns hold, where the name alone leaves a question.  Partitions have
-- theirs from their parent's.

COMMENT ON COLUMN mcp.mcp_types.type IS 'The name of the kind, as it stands in a definition.';
COMMENT ON COLUMN mcp.mcp_types.executor IS 'Who executes it: one of the executors of the built-in kinds.';
COMMENT ON COLUMN mcp.mcp_types.description IS 'What it is, for people.';
COMMENT ON COLUMN mcp.mcp_types.config_schema IS 'The JSON Schema that the config of each version matches.';
COMMENT ON COLUMN mcp.mcp_types.input_schema IS 'Of versions that have none of their own.';
COMMENT ON COLUMN mcp.mcp_types.output_schema IS 'Of versions that have none of their own.';
COMMENT ON COLUMN mcp.mcp_types.is_builtin IS 'Whether it belongs to the extension, and so stands in no dump.';

COMMENT ON COLUMN mcp.mcp_definitions.id IS 'UUID of version 7: sorts by the time it was made.';
COMMENT ON COLUMN mcp.mcp_definitions.name IS 'For people; 3 to 100 characters, not unique.';
COMMENT ON COLUMN mcp.mcp_definitions.slug IS 'For URLs and programs; unique, and never changes.';
COMMENT ON COLUMN mcp.mcp_definitions.type IS 'Its kind; never changes.';
COMMENT ON COLUMN mcp.mcp_definitions.description IS 'For people; at most 500 characters.';
COMMENT ON COLUMN mcp.mcp_definitions.tags IS 'Words to find it by.';
COMMENT ON COLUMN mcp.mcp_definitions.latest_version_str IS 'The highest release, or the highest prerelease while there is no release.';
COMMENT ON COLUMN mcp.mcp_definitions.owner IS 'The role that made it or was given it, by name, as an oid would be a stranger''s after a restore.';
COMMENT ON COLUMN mcp.mcp_definitions.revision IS 'How often the row was written; what optimistic locking compares.';
COMMENT ON COLUMN mcp.mcp_definitions.created_at IS 'When it was defined.';
COMMENT ON COLUMN mcp.mcp_definitions.updated_at IS 'When it, or its list of versions, last changed.';

COMMENT ON COLUMN mcp.mcp_versions.id IS 'What runs pin.';
COMMENT ON COLUMN mcp.mcp_versions.mcp_id IS 'Whose version it is.';
COMMENT ON COLUMN mcp.mcp_versions.version_str IS 'A semantic version.';
COMMENT ON COLUMN mcp.mcp_versions.version_key IS 'The semantic version as bytes that sort as it does.';
COMMENT ON COLUMN mcp.mcp_versions.description IS 'What is new in it, for people.';
COMMENT ON COLUMN mcp.mcp_versions.config_snapshot IS 'Its config, defaults filled in.';
COMMENT ON COLUMN mcp.mcp_versions.input_schema IS 'The JSON Schema of its inputs; null: that of its kind, or any.';
COMMENT ON COLUMN mcp.mcp_versions.output_schema IS 'The JSON Schema of its result; null: that of its kind, or any.';
COMMENT ON COLUMN mcp.mcp_versions.config_hash IS 'SHA-256 of config_snapshot as text.';
COMMENT ON COLUMN mcp.mcp_versions.created_at IS 'When it was added.';
COMMENT ON COLUMN mcp.mcp_versions.deprecated_at IS 'Since when it is not to be used any more; null: it is.';
COMMENT ON COLUMN mcp.mcp_versions.deprecation_reason IS 'Why, and what to use instead.';

COMMENT ON COLUMN mcp.workflow_definitions.workflow_id IS 'UUID of version 7: sorts by the time it was made.';
COMMENT ON COLUMN mcp.workflow_definitions.name IS 'For people; not unique.';
COMMENT ON COLUMN mcp.workflow_definitions.slug IS 'For URLs and programs; unique, and never changes.';
COMMENT ON COLUMN mcp.workflow_definitions.description IS 'For people.';
COMMENT ON COLUMN mcp.workflow_definitions.execution_mode IS 'sequential or parallel.';
COMMENT ON COLUMN mcp.workflow_definitions.error_handling IS 'What happens when a step fails.';
COMMENT ON COLUMN mcp.workflow_definitions.steps IS 'The steps in normal form, of the latest version.';
COMMENT ON COLUMN mcp.workflow_definitions.fallback_workflow_id IS 'The workflow that runs when a run of this one has failed.';
COMMENT ON COLUMN mcp.workflow_definitions.latest_version IS 'What a run that starts now takes.';
COMMENT ON COLUMN mcp.workflow_definitions.owner IS 'The role that made it or was given it, by name.';
COMMENT ON COLUMN mcp.workflow_definitions.created_at IS 'When it was defined.';
COMMENT ON COLUMN mcp.workflow_definitions.updated_at IS 'When its latest version was made.';

COMMENT ON COLUMN mcp.workflow_versions.workflow_id IS 'Whose version it is; the workflow may be deleted.';
COMMENT ON COLUMN mcp.workflow_versions.version IS 'Counted from 1.';
COMMENT ON COLUMN mcp.workflow_versions.definition IS 'The whole document in normal form.';
COMMENT ON COLUMN mcp.workflow_versions.created_at IS 'When it was written.';

COMMENT ON COLUMN mcp.role_grants.role_name IS 'Who was granted the level.';
COMMENT ON COLUMN mcp.role_grants.level IS 'viewer, operator, developer, admin or worker.';
COMMENT ON COLUMN mcp.role_grants.granted_by IS 'Who granted it.';
COMMENT ON COLUMN mcp.role_grants.granted_at IS 'When.';

COMMENT ON COLUMN mcp.audit_log.audit_id IS 'UUID of version 7: the order of the log.';
COMMENT ON COLUMN mcp.audit_log.recorded_at IS 'When it was written, in its transaction.';
COMMENT ON COLUMN mcp.audit_log.session_role IS 'The role that logged in.';
COMMENT ON COLUMN mcp.audit_log.application IS 'application_name of the session.';
COMMENT ON COLUMN mcp.audit_log.action IS 'create, update, delete, grant, revoke, cancel and the like.';
COMMENT ON COLUMN mcp.audit_log.kind IS 'What was changed: mcp, mcp_version, workflow, mcp_type, role, run and the like.';
COMMENT ON COLUMN mcp.audit_log.object_id IS 'Which of them.';
COMMENT ON COLUMN mcp.audit_log.object_name IS 'Its name at that time.';

COMMENT ON COLUMN mcp.workflow_runs.run_id IS 'UUID of version 7: sorts by the time it was started, and names its month.';
COMMENT ON COLUMN mcp.workflow_runs.workflow_id IS 'What it runs; null for a run of one MCP.';
COMMENT ON COLUMN mcp.workflow_runs.mcp_version_id IS 'What it runs, for a run of one MCP.';
COMMENT ON COLUMN mcp.workflow_runs.parent_run_id IS 'The run that this one is the fallback of.';
COMMENT ON COLUMN mcp.workflow_runs.fallback_run_id IS 'The run that was started because this one failed.';
COMMENT ON COLUMN mcp.workflow_runs.workflow_version IS 'The version that it pinned.';
COMMENT ON COLUMN mcp.workflow_runs.priority IS 'The higher, the sooner its steps are handed out.';
COMMENT ON COLUMN mcp.workflow_runs.depth IS 'How many runs are above it as its parents.';
COMMENT ON COLUMN mcp.workflow_runs.created_at IS 'When it was asked for.';
COMMENT ON COLUMN mcp.workflow_runs.queue IS 'Which workers take its steps.';
COMMENT ON COLUMN mcp.workflow_runs.owner IS 'The role that started it.';
COMMENT ON COLUMN mcp.workflow_runs.idempotency_key IS 'What makes a second start the same one.';
COMMENT ON COLUMN mcp.workflow_runs.parent_step_id IS 'The step of the parent that started it.';
COMMENT ON COLUMN mcp.workflow_runs.inputs IS 'What it was started with, an object.';
COMMENT ON COLUMN mcp.workflow_runs.pinned_versions IS 'By step, the MCP version it runs, where the workflow says the latest.';
COMMENT ON COLUMN mcp.workflow_runs.outputs IS 'The final outputs.';
COMMENT ON COLUMN mcp.workflow_runs.error_message IS 'Why it failed or was cancelled.';
COMMENT ON COLUMN mcp.workflow_runs.finished_at IS 'When it ended.';
COMMENT ON COLUMN mcp.workflow_runs.started_at IS 'When its first step was handed out.';
COMMENT ON COLUMN mcp.workflow_runs.status IS 'PENDING, RUNNING, PAUSED, SUCCESS, FAILED or CANCELLED.';
COMMENT ON COLUMN mcp.workflow_runs.state IS 'Of a live run: where each step stands, in the bytes of run_state.';

COMMENT ON COLUMN mcp.step_runs.run_id IS 'Whose attempt it is, and the month it lies in.';
COMMENT ON COLUMN mcp.step_runs.step_ordinal IS 'The place of the step in the list, from 0.';
COMMENT ON COLUMN mcp.step_runs.attempt IS 'Counted from 1.';
COMMENT ON COLUMN mcp.step_runs.mcp_id IS 'The MCP that ran.';
COMMENT ON COLUMN mcp.step_runs.started_at IS 'When it was handed out.';
COMMENT ON COLUMN mcp.step_runs.finished_at IS 'When its end was recorded.';
COMMENT ON COLUMN mcp.step_runs.status IS 'SUCCESS, FAILED, SKIPPED or CANCELLED.';
COMMENT ON COLUMN mcp.step_runs.step_id IS 'The step, as the workflow names it.';
COMMENT ON COLUMN mcp.step_runs.name IS 'The step, for people.';
COMMENT ON COLUMN mcp.step_runs.mcp_version IS 'The version that ran.';
COMMENT ON COLUMN mcp.step_runs.worker IS 'Who executed it.';
COMMENT ON COLUMN mcp.step_runs.inputs_used IS 'The inputs, resolved.';
COMMENT ON COLUMN mcp.step_runs.outputs_generated IS 'The result.';
COMMENT ON COLUMN mcp.step_runs.error IS 'Why it failed.';
COMMENT ON COLUMN mcp.step_runs.error_class IS 'The kind of failure, for programs.';
COMMENT ON COLUMN mcp.step_runs.stdout IS 'What it printed, cut at 64 KiB.';
COMMENT ON COLUMN mcp.step_runs.stderr IS 'What it printed as errors, cut at 64 KiB.';
COMMENT ON COLUMN mcp.step_details.is_from_cache IS 'Whether it was not run, since its result was known.';
COMMENT ON COLUMN mcp.step_details.reused_from IS 'The run that did the step, where this one is a retry of it.';

COMMENT ON COLUMN mcp.ready_steps.run_id IS 'Whose step waits.';
COMMENT ON COLUMN mcp.ready_steps.step_ordinal IS 'Which step.';
COMMENT ON COLUMN mcp.ready_steps.priority IS 'That of the run.';
COMMENT ON COLUMN mcp.ready_steps.queue IS 'That of the run.';
COMMENT ON COLUMN mcp.ready_steps.ready_at IS 'Since when it waits: the clock when the row was written.';

COMMENT ON COLUMN mcp.timers.due_at IS 'When the step is to be ready again.';
COMMENT ON COLUMN mcp.timers.run_id IS 'Whose step waits.';
COMMENT ON COLUMN mcp.timers.step_ordinal IS 'Which step; -1: the run takes too long, -2: it is to begin, -3: what it was started for has ended.';

COMMENT ON COLUMN mcp.parked_steps.run_id IS 'Whose step waits.';
COMMENT ON COLUMN mcp.parked_steps.step_ordinal IS 'Which step.';
COMMENT ON COLUMN mcp.parked_steps.kind IS 'For what: time, signal, approval or workflow.';
COMMENT ON COLUMN mcp.parked_steps.name IS 'The name of the signal.';
COMMENT ON COLUMN mcp.parked_steps.child_run_id IS 'The run of the sub-workflow.';
COMMENT ON COLUMN mcp.parked_steps.expires_at IS 'When the wait is over; null: never by itself.';
COMMENT ON COLUMN mcp.parked_steps.detail IS 'Of an approval: {roles, message} as the step asks, and the decision once there is one.';
COMMENT ON COLUMN mcp.parked_steps.since IS 'Since when it waits.';

COMMENT ON COLUMN mcp.signals.run_id IS 'To which run it was sent.';
COMMENT ON COLUMN mcp.signals.signal_id IS 'The signal; older ones are taken first.';
COMMENT ON COLUMN mcp.signals.name IS 'Its name: a step waits for one by name.';
COMMENT ON COLUMN mcp.signals.payload IS 'What it says: the result of the step that takes it.';
COMMENT ON COLUMN mcp.signals.sent_by IS 'The role that sent it.';
COMMENT ON COLUMN mcp.signals.sent_at IS 'When it was sent.';

COMMENT ON COLUMN mcp.step_details.run_id IS 'Whose attempt it is.';
COMMENT ON COLUMN mcp.step_details.step_ordinal IS 'Of which step.';
COMMENT ON COLUMN mcp.step_details.attempt IS 'Which attempt.';
COMMENT ON COLUMN mcp.step_details.usage IS 'What it took of a model: {"input_tokens", "output_tokens", "cost"}; null: nothing that is counted.';
COMMENT ON COLUMN mcp.step_artifacts.run_id IS 'Whose attempt it is.';
COMMENT ON COLUMN mcp.step_artifacts.step_ordinal IS 'Of which step.';
COMMENT ON COLUMN mcp.step_artifacts.attempt IS 'Which attempt.';
COMMENT ON COLUMN mcp.step_artifacts.created_at IS 'When the attempt was recorded.';
COMMENT ON COLUMN mcp.step_artifacts.name IS 'The name of the file.';
COMMENT ON COLUMN mcp.step_artifacts.content_type IS 'Its media type, as HTTP says it.';
COMMENT ON COLUMN mcp.step_artifacts.data IS 'Its bytes, at most 16 MiB.';
COMMENT ON COLUMN mcp.run_details.run_id IS 'Whose details these are, and the month they lie in.';
COMMENT ON COLUMN mcp.run_details.origin_run_id IS 'The run that this one is a retry of.';
COMMENT ON COLUMN mcp.run_details.tags IS 'Labels given at the start, an object of texts.';
COMMENT ON COLUMN mcp.run_details.traceparent IS 'The trace that the start belongs to, as W3C Trace Context writes it.';
COMMENT ON COLUMN mcp.run_details.timeout_seconds IS 'How long the run may take, instead of what the workflow says.';
COMMENT ON COLUMN mcp.run_details.start_at IS 'When it was to begin; null: at once.';

COMMENT ON COLUMN mcp.run_events.run_id IS 'Whose event it is, and the month it lies in.';
COMMENT ON COLUMN mcp.run_events.event_id IS 'UUID of version 7: the order of the events.';
COMMENT ON COLUMN mcp.run_events.step_ordinal IS 'The place of the step in the list, from 0; null: the run as a whole.';
COMMENT ON COLUMN mcp.run_events.kind IS 'paused, resumed, cancelled, retried, signal_sent, approved, refused, tokens and the like.';
COMMENT ON COLUMN mcp.run_events.detail IS 'What there is to say about it.';
COMMENT ON COLUMN mcp.run_events.actor IS 'The role that did it.';
COMMENT ON COLUMN mcp.run_events.recorded_at IS 'When.';

COMMENT ON COLUMN mcp.kept_answers.actor IS 'The role that asked.';
COMMENT ON COLUMN mcp.kept_answers.application IS 'And by which program: keys of the HTTP face are told apart by it.';
COMMENT ON COLUMN mcp.kept_answers.key IS 'What the client chose.';
COMMENT ON COLUMN mcp.kept_answers.request_hash IS 'A hash of all that was asked.';
COMMENT ON COLUMN mcp.kept_answers.answer IS 'What it was answered with; null only in the transaction that does it.';
COMMENT ON COLUMN mcp.kept_answers.expires_at IS 'From when on the key is free again.';

COMMENT ON COLUMN mcp.idempotency_keys.target_id IS 'The workflow, or the MCP, that was started.';
COMMENT ON COLUMN mcp.idempotency_keys.key IS 'What the caller chose.';
COMMENT ON COLUMN mcp.idempotency_keys.run_id IS 'The run that the first start made.';
COMMENT ON COLUMN mcp.idempotency_keys.body_hash IS 'SHA-256 of its inputs and options.';
COMMENT ON COLUMN mcp.idempotency_keys.expires_at IS 'From when on the key is free again.';

COMMENT ON COLUMN mcp.workers.worker IS 'Its name, unique among the living.';
COMMENT ON COLUMN mcp.workers.epoch IS 'Drawn at each registration: what its tasks and results carry.';
COMMENT ON COLUMN mcp.workers.lease_until IS 'When it counts as lost, unless it turns before.';
COMMENT ON COLUMN mcp.workers.capacity IS 'What it said of itself when it registered.';
COMMENT ON COLUMN mcp.workers.is_asleep IS 'Whether it waits for a notification.';
COMMENT ON COLUMN mcp.workers.registered_at IS 'When it registered.';
COMMENT ON COLUMN mcp.workers.away_since IS 'Since when its session is missed.';
COMMENT ON COLUMN mcp.workers.has_session IS 'Whether it is lost as soon as its session is: an advisory lock of its epoch shows it.';

COMMENT ON SEQUENCE mcp.worker_epochs IS 'Where epochs are drawn from.';
COMMENT ON TABLE mcp.finished_runs_default IS 'Runs that ended, of months without a partition of their own.';
COMMENT ON TABLE mcp.step_runs_default IS 'Attempts of runs of months without a partition of their own.';
COMMENT ON TRIGGER audit_log_append_only ON mcp.audit_log IS 'Nothing in the log changes or goes.';

COMMENT ON POLICY everybody_reads ON mcp.mcp_definitions IS 'Whoever is given the table reads all of it.';
COMMENT ON POLICY owner_adds ON mcp.mcp_definitions IS 'And adds rows of his own.';
COMMENT ON POLICY owner_changes ON mcp.mcp_definitions IS 'And changes rows of his own.';
COMMENT ON POLICY owner_deletes ON mcp.mcp_definitions IS 'And deletes rows of his own.';
COMMENT ON POLICY everybody_reads ON mcp.mcp_versions IS 'Whoever is given the table reads all of it.';
COMMENT ON POLICY owner_adds ON mcp.mcp_versions IS 'And adds versions of MCPs of his own.';
COMMENT ON POLICY everybody_reads ON mcp.workflow_definitions IS 'Whoever is given the table reads all of it.';
COMMENT ON POLICY owner_adds ON mcp.workflow_definitions IS 'And adds rows of his own.';
COMMENT ON POLICY owner_changes ON mcp.workflow_definitions IS 'And changes rows of his own.';
COMMENT ON POLICY owner_deletes ON mcp.workflow_definitions IS 'And deletes rows of his own.';
COMMENT ON POLICY everybody_reads ON mcp.workflow_versions IS 'Whoever is given the table reads all of it.';
COMMENT ON POLICY owner_adds ON mcp.workflow_versions IS 'And adds versions of workflows of his own.';

COMMENT ON TRIGGER json_schemas_changed ON mcp.json_schemas IS 'Makes every backend forget the schemas it compiled.';
COMMENT ON POLICY owner_does ON mcp.assistant_memory IS 'Whoever is given the table has what was said in sessions of his own.';

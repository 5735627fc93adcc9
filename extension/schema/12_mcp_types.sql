-- The kinds of MCP that are built in.
--
-- Each schema says what JSON Schema can say of the rules in mcp_config.c, for
-- those who read them: forms, editors, other validators.  Where the two differ
-- mcp_config.c is the stricter one (names of tools that stand twice, texts of
-- nothing but invisible characters).

INSERT INTO mcp.mcp_types (type, executor, description, is_builtin, config_schema)
VALUES
('llm_prompt', 'llm_prompt',
 'A prompt with {placeholders} for its inputs, sent to a language model.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "template": {"type": "string", "pattern": "\\S"},
        "model_name": {"type": ["string", "null"], "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200},
        "temperature": {"type": ["number", "null"], "minimum": 0, "maximum": 1, "default": 0.7},
        "max_tokens": {"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647, "default": 1000},
        "system_prompt": {"type": ["string", "null"]}
    },
    "required": ["template"]
 }'),
('jupyter_notebook', 'jupyter_notebook',
 'A Jupyter notebook, its inputs set as variables before the first cell.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "notebook_path": {"type": ["string", "null"], "pattern": "^(?!/)(?!(.*/)?\\.\\.(/|$))(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 1000},
        "notebook_content": {"type": ["string", "object", "null"], "pattern": "\\S"},
        "execute_all": {"type": ["boolean", "null"], "default": true},
        "cells_to_execute": {"type": ["array", "null"], "items": {"type": "integer", "minimum": 0, "maximum": 2147483647}},
        "cell_timeout": {"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647},
        "network": {"type": ["object", "null"], "required": ["hosts"], "additionalProperties": false, "properties": {
            "hosts": {"type": "array", "minItems": 1, "maxItems": 100, "uniqueItems": true, "items": {"type": "string", "maxLength": 260, "pattern": "^(\\[[0-9a-fA-F:.]+\\]|(\\*\\.)?[a-zA-Z0-9_-][a-zA-Z0-9._-]*):(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})$"}}}},
        "timeout": {"type": ["integer", "null"], "minimum": 60, "maximum": 2147483647, "default": 600}
    },
    "if": {"required": ["execute_all"], "properties": {"execute_all": {"const": false}}},
    "then": {"required": ["cells_to_execute"], "properties": {"cells_to_execute": {"type": "array", "minItems": 1}}},
    "anyOf": [
        {"required": ["notebook_path"], "properties": {"notebook_path": {"type": "string"}}},
        {"required": ["notebook_content"], "properties": {"notebook_content": {"type": ["string", "object"]}}}
    ]
 }'),
('python_script', 'python_script',
 'A Python script that reads its inputs from one JSON file and writes its result to another.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "script_path": {"type": ["string", "null"], "pattern": "^(?!/)(?!(.*/)?\\.\\.(/|$))(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 1000},
        "script_content": {"type": ["string", "null"], "pattern": "\\S"},
        "requirements": {"type": ["array", "null"], "uniqueItems": true, "items": {"type": "string", "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200}, "default": []},
        "virtual_env": {"type": ["boolean", "null"], "default": true},
        "network": {"type": ["object", "null"], "required": ["hosts"], "additionalProperties": false, "properties": {
            "hosts": {"type": "array", "minItems": 1, "maxItems": 100, "uniqueItems": true, "items": {"type": "string", "maxLength": 260, "pattern": "^(\\[[0-9a-fA-F:.]+\\]|(\\*\\.)?[a-zA-Z0-9_-][a-zA-Z0-9._-]*):(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})$"}}}},
        "timeout": {"type": ["integer", "null"], "minimum": 60, "maximum": 2147483647, "default": 600}
    },
    "anyOf": [
        {"required": ["script_path"], "properties": {"script_path": {"type": "string"}}},
        {"required": ["script_content"], "properties": {"script_content": {"type": "string"}}}
    ]
 }'),
('ai_assistant', 'ai_assistant',
 'A language model with a memory of its session and tools that it may call.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "system_prompt": {"type": "string", "pattern": "\\S"},
        "model_name": {"type": ["string", "null"], "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200},
        "temperature": {"type": ["number", "null"], "minimum": 0, "maximum": 1, "default": 0.7},
        "max_tokens": {"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647, "default": 1000},
        "memory_size": {"type": ["integer", "null"], "minimum": 1, "maximum": 2147483647, "default": 10},
        "tools": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "minLength": 1, "maxLength": 100},
                    "description": {"type": ["string", "null"]},
                    "parameters": {"type": ["object", "null"]}
                },
                "required": ["name"],
                "additionalProperties": false
            }
        },
        "tool_choice": {"enum": ["auto", "none", null]},
        "response_format": {"type": ["object", "null"]},
        "metadata": {"type": ["object", "null"]}
    },
    "required": ["system_prompt"]
 }');

-- What every config may carry, and nothing else: old clients repeat in it what
-- stands around it.  A type must be the MCP's own.
UPDATE mcp.mcp_types AS t
SET config_schema = t.config_schema
    || jsonb_build_object(
           'additionalProperties', false,
           'properties', t.config_schema -> 'properties'
               || jsonb_build_object(
                      'input_variables', '{
                          "type": ["array", "null"],
                          "uniqueItems": true,
                          "items": {"type": "string", "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "maxLength": 200}
                      }'::jsonb,
                      'type', jsonb_build_object('enum', jsonb_build_array(t.type, NULL)),
                      'name', true,
                      'description', true,
                      'id', true))
WHERE t.is_builtin;

/*
 * config_setting.c
 *		One setting: where it is looked for, how it is read, where it goes.
 */
#include "config_setting.h"

#include "runner_level.h"

#include <stdlib.h>
#include <string.h>

Status
config_source_open(Arena *arena, const char *env_file, ConfigSource *source,
                   Error *error)
{
	EnvFile *file = NULL;
	Status status =
		env_file_read(arena, env_file ? env_file : ".env", &file, error);
	const char *name;

	source->arena = arena;
	source->file = NULL;
	if (status == STATUS_NOT_FOUND && env_file == NULL)
		return STATUS_OK;
	if (status != STATUS_OK)
		return status;
	source->file = file;
	for (int i = 0; (name = env_file_name(file, i)) != NULL; i++)
	{
		if (strncmp(name, "PG", 2) == 0)
			setenv(name, env_file_find(file, name), 0);
	}
	return STATUS_OK;
}

const char *
config_source_find(const ConfigSource *source, const char *name)
{
	const char *value = getenv(name);

	if (value == NULL && source->file)
		value = env_file_find(source->file, name);
	return value && *value ? value : NULL;
}

Status
config_setting_read(const ConfigSource *source, const ConfigSetting *setting,
                    Config *config, Error *error)
{
	char *target = (char *) config + setting->offset;
	const char *text = config_source_find(source, setting->name);
	double number;
	Status status;

	if (text == NULL)
		text = setting->fallback;
	if (text == NULL)
		return STATUS_OK;
	switch (setting->kind)
	{
		case CONFIG_TEXT:
			text = arena_copy_text(source->arena, text);
			memcpy(target, &text, sizeof(text));
			return STATUS_OK;
		case CONFIG_LOG_LEVEL:
			if (log_parse_level(text, &config->log_level))
				return STATUS_OK;
			return error_set(error,
			                 STATUS_INVALID,
			                 "%s: \"%s\" is not DEBUG, INFO, WARNING or ERROR",
			                 setting->name,
			                 text);
		case CONFIG_LOG_FORMAT:
			if (log_parse_format(text, &config->log_format))
				return STATUS_OK;
			return error_set(error,
			                 STATUS_INVALID,
			                 "%s: \"%s\" is not text or json",
			                 setting->name,
			                 text);
		case CONFIG_SANDBOX:
			if (runner_level_parse(text, &config->sandbox_level))
				return STATUS_OK;
			return error_set(error,
			                 STATUS_INVALID,
			                 "%s: \"%s\" is not basic, standard or strict",
			                 setting->name,
			                 text);
		case CONFIG_WHOLE:
		case CONFIG_SECONDS:
			break;
	}
	status = config_setting_read_number(setting, text, &number, error);
	if (status != STATUS_OK)
		return status;
	if (setting->kind == CONFIG_WHOLE)
	{
		int whole = (int) number;

		memcpy(target, &whole, sizeof(whole));
	}
	else
		memcpy(target, &number, sizeof(number));
	return STATUS_OK;
}

Status
config_setting_read_number(const ConfigSetting *setting, const char *text,
                           double *number, Error *error)
{
	bool is_whole = setting->kind == CONFIG_WHOLE;
	const char *allowed = is_whole ? "0123456789" : "0123456789.";
	char *end;

	/* strtod alone would also take "inf", "0x1p3" and blanks. */
	*number = strtod(text, &end);
	if (strspn(text, allowed) == strlen(text) && end != text && *end == '\0' &&
	    *number >= setting->minimum && *number <= setting->maximum)
		return STATUS_OK;
	return error_set(error,
	                 STATUS_INVALID,
	                 "%s: \"%s\" is not a %s from %d to %d",
	                 setting->name,
	                 text,
	                 is_whole ? "whole number" : "number of seconds",
	                 setting->minimum,
	                 setting->maximum);
}

bool
config_setting_is_same(const ConfigSetting *setting, const Config *left,
                       const Config *right)
{
	const char *a = (const char *) left + setting->offset;
	const char *b = (const char *) right + setting->offset;
	const char *text_a;
	const char *text_b;

	switch (setting->kind)
	{
		case CONFIG_TEXT:
			memcpy(&text_a, a, sizeof(text_a));
			memcpy(&text_b, b, sizeof(text_b));
			return text_a && text_b ? strcmp(text_a, text_b) == 0
			                        : text_a == text_b;
		case CONFIG_SECONDS:
			return memcmp(a, b, sizeof(double)) == 0;
		case CONFIG_WHOLE:
		case CONFIG_LOG_LEVEL:
		case CONFIG_LOG_FORMAT:
		case CONFIG_SANDBOX:
			break;
	}
	return memcmp(a, b, sizeof(int)) == 0;
}

/*
 * config_setting.h
 *		One setting: where it is looked for, how it is read, where it goes.
 */
#ifndef MCPD_CONFIG_SETTING_H
#define MCPD_CONFIG_SETTING_H

#include "config.h"
#include "env_file.h"

#include <stddef.h>

/* The environment wins over the file. */
typedef struct ConfigSource
{
	Arena *arena;
	const EnvFile *file; /* NULL: there is none */
} ConfigSource;

typedef enum ConfigSettingKind
{
	CONFIG_TEXT,
	CONFIG_WHOLE,   /* a whole number */
	CONFIG_SECONDS, /* a number, may have a fraction */
	CONFIG_LOG_LEVEL,
	CONFIG_LOG_FORMAT,
	CONFIG_SANDBOX
} ConfigSettingKind;

typedef struct ConfigSetting
{
	const char *name;
	const char *fallback; /* NULL: none */
	ConfigSettingKind kind;
	size_t offset; /* in Config */
	int minimum;
	int maximum;
} ConfigSetting;

#define WEEK (7 * 24 * 3600)

/* Rows of a table of settings; field is one of Config. */
#define TEXT(name, fallback, field)                                \
	{                                                              \
		name, fallback, CONFIG_TEXT, offsetof(Config, field), 0, 0 \
	}
#define WHOLE(name, fallback, field, minimum, maximum)                  \
	{                                                                   \
		name, fallback, CONFIG_WHOLE, offsetof(Config, field), minimum, \
			maximum                                                     \
	}
#define SECONDS(name, fallback, field, minimum, maximum)                  \
	{                                                                     \
		name, fallback, CONFIG_SECONDS, offsetof(Config, field), minimum, \
			maximum                                                       \
	}
#define LEVEL(name, fallback, field)                                    \
	{                                                                   \
		name, fallback, CONFIG_LOG_LEVEL, offsetof(Config, field), 0, 0 \
	}
#define FORMAT(name, fallback, field)                                    \
	{                                                                    \
		name, fallback, CONFIG_LOG_FORMAT, offsetof(Config, field), 0, 0 \
	}
#define SANDBOX(name, fallback, field)                                \
	{                                                                 \
		name, fallback, CONFIG_SANDBOX, offsetof(Config, field), 0, 0 \
	}

/* env_file as of config_read(); the source lies in *source. */
extern Status config_source_open(Arena *arena, const char *env_file,
                                 ConfigSource *source, Error *error) MUST_CHECK;

/* NULL also where it is set to nothing, as compose files like to do. */
extern const char *
config_source_find(const ConfigSource *source, const char *name);

/* Its field in *config, from the source or its fallback. */
extern Status
config_setting_read(const ConfigSource *source, const ConfigSetting *setting,
                    Config *config, Error *error) MUST_CHECK;

/* The number that the text of a setting is. */
extern Status
config_setting_read_number(const ConfigSetting *setting, const char *text,
                           double *number, Error *error) MUST_CHECK;

/* Is its field the same in both? */
extern bool config_setting_is_same(const ConfigSetting *setting,
                                   const Config *left, const Config *right);

#endif

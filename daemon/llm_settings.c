/*
 * llm_settings.c
 *		Which provider a model is of, and how that is reached.
 */
#include "llm_call.h"

#include <ctype.h>
#include <string.h>

static const LlmWire *find_wire(const Config *config, const char **model);
static bool starts_with(const char *text, const char *start);

const char *
llm_settings_choose(LlmSettings *settings, const char **model)
{
	const Config *config = settings->config;

	if (*model == NULL)
		*model = config->default_model;
	if (*model == NULL)
		return "no model is named: give model_name, or set MCP_DEFAULT_MODEL";
	settings->wire = find_wire(config, model);
	if (settings->wire == &llm_anthropic)
	{
		settings->url = config->anthropic_url;
		settings->key = config->anthropic_key;
	}
	else
	{
		settings->url = config->openai_url;
		settings->key = config->openai_key;
		/* A server of one's own may want none. */
		if (settings->key == NULL && config->has_openai_url)
			return NULL;
	}
	if (settings->key)
		return NULL;
	return arena_print(settings->arena,
	                   "%s is not set: model \"%s\" cannot be asked",
	                   settings->wire->key_variable,
	                   *model);
}

static const LlmWire *
find_wire(const Config *config, const char **model)
{
	if (starts_with(*model, "anthropic/"))
	{
		*model += strlen("anthropic/");
		return &llm_anthropic;
	}
	if (starts_with(*model, "openai/"))
	{
		*model += strlen("openai/");
		return &llm_openai;
	}
	if (starts_with(*model, "claude"))
		return &llm_anthropic;
	if (starts_with(*model, "gpt-") || starts_with(*model, "chatgpt-") ||
	    ((*model)[0] == 'o' && isdigit((unsigned char) (*model)[1])))
		return &llm_openai;
	/* Some other model: of the one provider there is, else a local server's. */
	if (config->anthropic_key && config->openai_key == NULL &&
	    !config->has_openai_url)
		return &llm_anthropic;
	return &llm_openai;
}

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/*
 * mcp_config_network.c
 *		The hosts of a config that a script may reach, each with its port.
 *
 * Whether the address behind a name is open is for the list of http_request, and
 * asked at each attempt; here only the form is looked at.
 */
#include "postgres.h"

#include "json_array.h"
#include "json_text.h"
#include "mcp_config_key.h"

/* More would be no list that anybody reads. */
#define HOSTS_MAX 100

#define PORT_MAX 65535

static bool is_host(const char *text);
static bool is_name(const char *text, size_t length);
static bool is_port(const char *text);

void
config_check_network(const JsonObject *config, const ConfigKey *key)
{
	static const char *const keys[] = {"hosts"};
	JsonObject network;
	JsonArray hosts;
	List *texts;
	int index = 0;
	ListCell *cell;

	if (!json_object_read_object(
			config, key->name, key->need, key->name, &network))
		return;
	json_object_check_keys(&network, keys, lengthof(keys));
	if (!json_object_read_array(&network, "hosts", JSON_REQUIRED, &hosts))
		return;
	if (hosts.length == 0 || hosts.length > HOSTS_MAX)
	{
		JsonPath path = json_object_path(&network, "hosts");

		problem_add(network.problems,
		            PROBLEM_DEFINITION,
		            "length",
		            &path,
		            "Leave \"network\" out where a script needs none.",
		            "\"hosts\" must name 1 to %d hosts",
		            HOSTS_MAX);
		return;
	}
	texts = json_array_read_strings(&hosts, key->text);
	/* Of texts that are none the list is shorter, and they are said already. */
	if (list_length(texts) != hosts.length)
		return;
	foreach (cell, texts)
	{
		JsonPath path = json_array_path(&hosts, index++);
		const char *text = lfirst(cell);

		if (!is_host(text))
			problem_add(network.problems,
			            PROBLEM_DEFINITION,
			            "host",
			            &path,
			            "Use \"api.example.org:443\", \"*.example.org:443\" or "
			            "\"[2001:db8::1]:443\".",
			            "%s is not a host with a port",
			            json_text_quote(text, (int) strlen(text)));
	}
}

static bool
is_host(const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t) (colon - text) : 0;

	if (colon == NULL || !is_port(colon + 1))
		return false;
	if (length > 2 && text[0] == '[')
		return text[length - 1] == ']' &&
		       strspn(text + 1, "0123456789abcdefABCDEF:.") == length - 2;
	if (length > 2 && strncmp(text, "*.", 2) == 0)
		return is_name(text + 2, length - 2);
	return is_name(text, length);
}

static bool
is_name(const char *text, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								  "0123456789.-_";

	return length > 0 && text[0] != '.' && strspn(text, allowed) == length;
}

static bool
is_port(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= 5 && text[0] != '0' &&
	       strspn(text, "0123456789") == length &&
	       strtol(text, NULL, 10) <= PORT_MAX;
}

/*
 * executor_http_call.c
 *		The request that a config and the inputs of a step make.
 */
#include "executor_http_call.h"

#include "fetch_url.h"
#include "template.h"

#include <string.h>
#include <strings.h>

#define DEFAULT_BYTES 10485760

/* What libcurl writes by itself: a second one would be a second request. */
static const char *const framing[] = {
	"Host",
	"Content-Length",
	"Transfer-Encoding",
	"Connection",
	"Upgrade",
	"Proxy-Authorization",
	"TE",
	"Trailer",
};

static const char *read_url(const ExecutorTask *task, Template *template);
static const char *
add_query(Arena *arena, const char *url, const char *name, const char *value);
static bool read_headers(const ExecutorTask *task, Template *template,
                         FetchRequest *request, const char **error);
static bool is_sendable(const ExecutorTask *task, const FetchHeader *header,
                        const char **error);
static void
read_body(const ExecutorTask *task, Template *template, FetchRequest *request);
static void add_header(const ExecutorTask *task, FetchRequest *request,
                       const char *name, const char *value);
static void keep_harmless_headers(FetchRequest *request);
static bool is_among(const char *name, const char *const *names, size_t count);

bool
executor_http_call_build(const ExecutorTask *task, FetchRequest *request,
                         const char **error)
{
	int64_t size_limit = DEFAULT_BYTES;
	Template template;

	memset(request, 0, sizeof(*request));
	template_init(&template, task->arena, task->inputs);
	request->method =
		json_view_text(json_view_find(task->config, "method"), task->arena);
	if (request->method == NULL)
		request->method = "GET";
	json_view_integer(json_view_find(task->config, "max_bytes"), &size_limit);
	request->size_limit = (size_t) size_limit;
	request->url = read_url(task, &template);
	if (!read_headers(task, &template, request, error))
		return false;
	read_body(task, &template, request);
	if (template_missing(&template) == NULL)
		return true;
	*error = arena_print(task->arena,
	                     "Missing input variables: %s",
	                     template_missing(&template));
	return false;
}

bool
executor_http_call_redirect(const ExecutorTask *task, const FetchAnswer *answer,
                            FetchRequest *request)
{
	bool is_post = strcmp(request->method, "POST") == 0;

	if (fetch_url_is_downgrade(request->url, answer->redirect))
		return false;
	if (!fetch_url_is_same_origin(request->url, answer->redirect))
		keep_harmless_headers(request);
	if (answer->status == 303 ||
	    (is_post && (answer->status == 301 || answer->status == 302)))
	{
		if (strcmp(request->method, "HEAD") != 0)
			request->method = "GET";
		request->body = NULL;
		request->body_length = 0;
	}
	request->url = answer->redirect;
	return true;
}

static const char *
read_url(const ExecutorTask *task, Template *template)
{
	Arena *arena = task->arena;
	const char *url =
		json_view_text(json_view_find(task->config, "url"), arena);
	JsonWalk walk = json_view_walk(json_view_find(task->config, "query"));

	url = template_fill(template, url ? url : "", TEMPLATE_URL);
	while (json_view_next(&walk))
	{
		const char *name = json_view_text(walk.name, arena);
		JsonWriter *writer = json_writer_create();
		JsonWalk values;
		JsonView value;

		template_fill_value(template, walk.value, writer);
		value.text = arena_copy_text(arena, json_writer_text(writer));
		value.length = json_writer_length(writer);
		json_writer_destroy(writer);
		if (json_view_kind(value) != JSON_VIEW_ARRAY)
		{
			url = add_query(arena, url, name, template_print(value, arena));
			continue;
		}
		values = json_view_walk(value);
		while (json_view_next(&values))
			url = add_query(
				arena, url, name, template_print(values.value, arena));
	}
	return url;
}

/* Before a fragment.  A value of NULL is none. */
static const char *
add_query(Arena *arena, const char *url, const char *name, const char *value)
{
	size_t length = strcspn(url, "#");

	if (value == NULL)
		return url;
	return arena_print(arena,
	                   "%.*s%c%s=%s%s",
	                   (int) length,
	                   url,
	                   memchr(url, '?', length) ? '&' : '?',
	                   template_encode(arena, name),
	                   template_encode(arena, value),
	                   url + length);
}

static bool
read_headers(const ExecutorTask *task, Template *template,
             FetchRequest *request, const char **error)
{
	JsonWalk walk = json_view_walk(json_view_find(task->config, "headers"));

	while (json_view_next(&walk))
	{
		const char *text = json_view_text(walk.value, task->arena);
		FetchHeader header = {
			.name = json_view_text(walk.name, task->arena),
			.value = template_fill(template, text ? text : "", TEMPLATE_TEXT),
		};

		if (!is_sendable(task, &header, error))
			return false;
		add_header(task, request, header.name, header.value);
	}
	return true;
}

static bool
is_sendable(const ExecutorTask *task, const FetchHeader *header,
            const char **error)
{
	if (is_among(header->name, framing, sizeof(framing) / sizeof(framing[0])))
	{
		*error = arena_print(task->arena,
		                     "header \"%s\" cannot be set: it says how the "
		                     "message is sent",
		                     header->name);
		return false;
	}
	for (const char *at = header->value; *at; at++)
	{
		if ((unsigned char) *at >= ' ' || *at == '\t')
			continue;
		*error =
			arena_print(task->arena,
		                "the value of header \"%s\" holds a control character",
		                header->name);
		return false;
	}
	return true;
}

/* A text is sent as it is, anything else as JSON. */
static void
read_body(const ExecutorTask *task, Template *template, FetchRequest *request)
{
	JsonView body = json_view_find(task->config, "body");
	JsonWriter *writer;
	JsonView filled;
	const char *text;

	if (json_view_kind(body) == JSON_VIEW_ABSENT)
		return;
	writer = json_writer_create();
	template_fill_value(template, body, writer);
	filled.length = json_writer_length(writer);
	filled.text =
		arena_copy(task->arena, json_writer_text(writer), filled.length);
	json_writer_destroy(writer);
	text = json_view_text(filled, task->arena);
	request->body = text ? text : filled.text;
	request->body_length = strlen(request->body);
	for (int i = 0; i < request->header_count; i++)
	{
		if (strcasecmp(request->headers[i].name, "Content-Type") == 0)
			return;
	}
	add_header(task,
	           request,
	           "Content-Type",
	           text ? "text/plain; charset=utf-8" : "application/json");
}

static void
add_header(const ExecutorTask *task, FetchRequest *request, const char *name,
           const char *value)
{
	size_t count = (size_t) request->header_count;
	FetchHeader *headers =
		arena_alloc(task->arena, (count + 1) * sizeof(*headers));

	if (count > 0)
		memcpy(headers, request->headers, count * sizeof(*headers));
	headers[count].name = name;
	headers[count].value = value;
	request->headers = headers;
	request->header_count++;
}

/* What else a config sends may be a key in a header of any name. */
static void
keep_harmless_headers(FetchRequest *request)
{
	static const char *const harmless[] = {
		"Accept", "Accept-Language", "Content-Type", "User-Agent"};
	FetchHeader *headers = request->headers;
	int kept = 0;

	for (int i = 0; i < request->header_count; i++)
	{
		if (is_among(headers[i].name,
		             harmless,
		             sizeof(harmless) / sizeof(harmless[0])))
			headers[kept++] = headers[i];
	}
	request->header_count = kept;
}

static bool
is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		if (strcasecmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/*
 * proxy_head.c
 *		What a client asks of a proxy, as far as the proxy must understand it.
 */
#include "proxy_head.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SCHEME "http://"

/* A piece of the head. */
typedef struct Piece
{
	const char *start;
	size_t length;
} Piece;

/* What fills the room for another head. */
typedef struct Writer
{
	char *room;
	size_t size;
	size_t length; /* beyond size: it did not fit */
} Writer;

static bool split_line(const char *bytes, size_t length, Piece words[3]);
static bool has_plain_fields(const char *bytes, size_t length);
static bool read_authority(Piece authority, ProxyHead *head);
static bool copy_host(Piece host, char *room);
static Piece find_path(Piece target);
static bool is_ours(Piece line);
static void add(Writer *writer, const char *bytes, size_t length);

ProxyHeadState
proxy_head_read(const char *bytes, size_t length, ProxyHead *head)
{
	const char *end = memmem(bytes, length, "\r\n\r\n", 4);
	const size_t scheme = sizeof(SCHEME) - 1;
	Piece words[3];
	Piece target;

	*head = (ProxyHead){.port = 0};
	if (end == NULL)
		return length < PROXY_HEAD_LIMIT ? PROXY_HEAD_INCOMPLETE
		                                 : PROXY_HEAD_BAD;
	head->length = (size_t) (end - bytes) + 4;
	if (memchr(bytes, '\0', head->length) ||
	    !split_line(bytes, head->length, words) ||
	    !has_plain_fields(bytes, head->length))
		return PROXY_HEAD_BAD;
	target = words[1];
	head->is_connect =
		words[0].length == 7 && memcmp(words[0].start, "CONNECT", 7) == 0;
	if (!head->is_connect)
	{
		if (target.length <= scheme ||
		    strncasecmp(target.start, SCHEME, scheme) != 0)
			return PROXY_HEAD_BAD;
		target.length -= find_path(target).length + scheme;
		target.start += scheme;
		head->port = 80;
	}
	return read_authority(target, head) ? PROXY_HEAD_WHOLE : PROXY_HEAD_BAD;
}

size_t
proxy_head_rewrite(const char *bytes, const ProxyHead *head, char *room,
                   size_t size)
{
	Writer writer = {.size = size};
	const char *end = bytes + head->length - 2;
	const char *at = (const char *) memmem(bytes, head->length, "\r\n", 2) + 2;
	bool is_six = strchr(head->host, ':') != NULL;
	char host[PROXY_HOST_SIZE + 64];
	Piece words[3];
	Piece path;

	writer.room = room;
	if (!split_line(bytes, head->length, words))
		return 0;
	path = find_path(words[1]);
	add(&writer, words[0].start, words[0].length);
	add(&writer, " ", 1);
	if (path.length == 0 || *path.start != '/')
		add(&writer, "/", 1);
	add(&writer, path.start, path.length);
	snprintf(host,
	         sizeof(host),
	         " HTTP/1.1\r\nHost: %s%s%s:%d\r\n",
	         is_six ? "[" : "",
	         head->host,
	         is_six ? "]" : "",
	         head->port);
	add(&writer, host, strlen(host));
	while (at < end)
	{
		const char *next =
			(const char *) memmem(at, (size_t) (end + 2 - at), "\r\n", 2) + 2;
		Piece line = {at, (size_t) (next - at)};

		if (!is_ours(line))
			add(&writer, line.start, line.length);
		at = next;
	}
	add(&writer, "Connection: close\r\n\r\n", 21);
	return writer.length <= size ? writer.length : 0;
}

/* Method, target and version: nothing else, and one space between them. */
static bool
split_line(const char *bytes, size_t length, Piece words[3])
{
	const char *end = memmem(bytes, length, "\r\n", 2);

	for (int i = 0; i < 3; i++)
	{
		const char *stop =
			i < 2 ? memchr(bytes, ' ', (size_t) (end - bytes)) : end;

		if (stop == NULL || stop == bytes)
			return false;
		words[i] = (Piece){bytes, (size_t) (stop - bytes)};
		bytes = stop + 1;
	}
	length = (size_t) (end - words[0].start);
	return words[2].length == 8 && memcmp(words[2].start, "HTTP/1.", 7) == 0 &&
	       memchr(words[0].start, '\n', length) == NULL &&
	       memchr(words[0].start, '\r', length) == NULL;
}

/*
 * A name and a colon in each line.  A folded line, a name with a space, or an end
 * of line of half its length would be read by some server as a field that we have not seen.
 */
static bool
has_plain_fields(const char *bytes, size_t length)
{
	const char *at = (const char *) memmem(bytes, length, "\r\n", 2) + 2;
	const char *end = bytes + length - 2;

	while (at < end)
	{
		const char *stop = memmem(at, (size_t) (end + 2 - at), "\r\n", 2);
		size_t line = (size_t) (stop - at);
		const char *colon = memchr(at, ':', line);

		if (colon == NULL || colon == at || memchr(at, '\n', line) ||
		    memchr(at, '\r', line) || memchr(at, ' ', (size_t) (colon - at)) ||
		    memchr(at, '\t', (size_t) (colon - at)))
			return false;
		at = stop + 2;
	}
	return true;
}

/* CONNECT must say the port. */
static bool
read_authority(Piece authority, ProxyHead *head)
{
	Piece host = authority;
	const char *colon = NULL;

	if (host.length > 0 && *host.start == '[')
	{
		const char *end = memchr(host.start, ']', host.length);

		if (end == NULL)
			return false;
		host = (Piece){host.start + 1, (size_t) (end - host.start) - 1};
		colon = end + 1;
		if (colon == authority.start + authority.length)
			colon = NULL;
		else if (*colon != ':')
			return false;
	}
	else if ((colon = memchr(host.start, ':', host.length)) != NULL)
		host.length = (size_t) (colon - host.start);
	if (colon)
	{
		const char *end = authority.start + authority.length;

		head->port = 0;
		for (const char *digit = colon + 1; digit < end; digit++)
		{
			if (*digit < '0' || *digit > '9' || digit > colon + 5)
				return false;
			head->port = head->port * 10 + (*digit - '0');
		}
	}
	return head->port > 0 && head->port <= 65535 && copy_host(host, head->host);
}

/* What is no character of a name or an address is no host: it is told again. */
static bool
copy_host(Piece host, char *room)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								  "0123456789.-_:";

	if (host.length == 0 || host.length >= PROXY_HOST_SIZE)
		return false;
	memcpy(room, host.start, host.length);
	room[host.length] = '\0';
	return strspn(room, allowed) == host.length;
}

/* What follows the authority: a path, or a query without one, or nothing. */
static Piece
find_path(Piece target)
{
	const char *at = target.start + sizeof(SCHEME) - 1;
	const char *end = target.start + target.length;

	while (at < end && *at != '/' && *at != '?')
		at++;
	return (Piece){at, (size_t) (end - at)};
}

/* What is between the client and us, and what we say ourselves. */
static bool
is_ours(Piece line)
{
	static const char *const names[] = {
		"Connection:",
		"Host:",
		"Keep-Alive:",
		"Proxy-Authorization:",
		"Proxy-Connection:",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (line.length >= strlen(names[i]) &&
		    strncasecmp(line.start, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

static void
add(Writer *writer, const char *bytes, size_t length)
{
	if (writer->length + length <= writer->size)
		memcpy(writer->room + writer->length, bytes, length);
	writer->length += length;
}

/*
 * json_schema_uri.c
 *		RFC 3986's grammar, part by part.
 */
#include "json_schema_uri.h"

#include <string.h>

#include "json_schema_address.h"
#include "json_schema_unicode.h"

#define UNRESERVED \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
#define DELIMITERS "!$&'()*+,;="
#define HEX "0123456789abcdefABCDEF"

/* Which characters beyond ASCII a part may hold: none but in an IRI. */
typedef enum Repertoire
{
	ASCII_ONLY,
	IRI_CHARACTERS,
	IRI_AND_PRIVATE /* the query of an IRI */
} Repertoire;

static bool
is_in(const char *set, char byte)
{
	return byte != '\0' && strchr(set, byte) != NULL;
}

static size_t
span(const char *text, size_t length, const char *stop)
{
	size_t end = 0;

	while (end < length && !is_in(stop, text[end]))
		end++;
	return end;
}

Uri
uri_split(const char *text, size_t length)
{
	Uri uri = {0};
	size_t end = span(text, length, ":/?#");

	if (end > 0 && end < length && text[end] == ':')
	{
		uri.scheme = (UriPart){text, end};
		text += end + 1;
		length -= end + 1;
	}
	if (length >= 2 && text[0] == '/' && text[1] == '/')
	{
		end = span(text + 2, length - 2, "/?#");
		uri.authority = (UriPart){text + 2, end};
		text += end + 2;
		length -= end + 2;
	}
	end = span(text, length, "?#");
	uri.path = (UriPart){text, end};
	text += end;
	length -= end;
	if (length > 0 && text[0] == '?')
	{
		end = span(text + 1, length - 1, "#");
		uri.query = (UriPart){text + 1, end};
		text += end + 1;
		length -= end + 1;
	}
	if (length > 0)
		uri.fragment = (UriPart){text + 1, length - 1};
	return uri;
}

/* RFC 3987's ucschar, and iprivate where the query allows it. */
static bool
is_allowed_code(uint32_t code, Repertoire repertoire)
{
	if (repertoire == IRI_AND_PRIVATE &&
	    ((code >= 0xE000 && code <= 0xF8FF) ||
	     (code >= 0xF0000 && (code & 0xFFFF) <= 0xFFFD)))
		return true;
	if (repertoire == ASCII_ONLY || code < 0xA0)
		return false;
	if (code < 0x10000)
		return code <= 0xD7FF || (code >= 0xF900 && code <= 0xFDCF) ||
		       (code >= 0xFDF0 && code <= 0xFFEF);
	return code >= 0xE1000 ? code <= 0xEFFFD
	                       : code < 0xE0000 && (code & 0xFFFF) <= 0xFFFD;
}

/* Whether each character is allowed, or percent-encoded, or of the others. */
static bool
is_made_of(UriPart part, const char *allowed, Repertoire repertoire)
{
	size_t at = 0;

	while (at < part.length)
	{
		const char *byte = part.text + at;

		if (*byte == '%')
		{
			if (part.length - at < 3 || !is_in(HEX, byte[1]) ||
			    !is_in(HEX, byte[2]))
				return false;
			at += 3;
		}
		else if ((*byte & 0x80) == 0)
		{
			if (!is_in(allowed, *byte))
				return false;
			at++;
		}
		else if (!is_allowed_code(utf8_take_code(part.text, part.length, &at),
		                          repertoire))
			return false;
	}
	return true;
}

static bool
is_scheme(UriPart scheme)
{
	for (size_t i = 0; i < scheme.length; i++)
	{
		char byte = scheme.text[i];
		bool is_letter =
			(byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');

		if (!is_letter && (i == 0 || !is_in("0123456789+-.", byte)))
			return false;
	}
	return true;
}

/* "v1.fe": for addresses of a kind that nobody has invented yet. */
static bool
is_future_address(const char *text, size_t length)
{
	size_t dot = span(text, length, ".");
	UriPart rest;

	if (length == 0 || !is_in("vV", text[0]) || dot < 2 || dot + 1 >= length)
		return false;
	for (size_t i = 1; i < dot; i++)
		if (!is_in(HEX, text[i]))
			return false;
	rest = (UriPart){text + dot + 1, length - dot - 1};
	return is_made_of(rest, UNRESERVED DELIMITERS ":", ASCII_ONLY) &&
	       memchr(rest.text, '%', rest.length) == NULL;
}

/* [ userinfo "@" ] host [ ":" port ] */
static bool
is_authority(UriPart authority, Repertoire repertoire)
{
	const char *host = authority.text;
	const char *end = authority.text + authority.length;
	const char *at = memchr(host, '@', authority.length);
	const char *host_end;

	if (at != NULL)
	{
		UriPart user = {host, (size_t) (at - host)};

		if (!is_made_of(user, UNRESERVED DELIMITERS ":", repertoire))
			return false;
		host = at + 1;
	}
	if (host < end && *host == '[')
	{
		size_t length;

		host_end = memchr(host, ']', (size_t) (end - host));
		if (host_end == NULL)
			return false;
		length = (size_t) (host_end - host - 1);
		if (!address_is_ipv6(host + 1, length) &&
		    !is_future_address(host + 1, length))
			return false;
		host_end++;
	}
	else
	{
		UriPart name = {host, span(host, (size_t) (end - host), ":")};

		if (!is_made_of(name, UNRESERVED DELIMITERS, repertoire))
			return false;
		host_end = name.text + name.length;
	}
	if (host_end == end)
		return true;
	if (*host_end != ':')
		return false;
	while (++host_end < end)
		if (!is_in("0123456789", *host_end))
			return false;
	return true;
}

static bool
check(const char *text, size_t length, bool wants_scheme, Repertoire letters)
{
	Uri uri = uri_split(text, length);
	Repertoire in_query = letters == ASCII_ONLY ? ASCII_ONLY : IRI_AND_PRIVATE;

	if (uri.scheme.text == NULL)
	{
		/* A colon in the first segment would read as a scheme. */
		size_t segment = span(uri.path.text, uri.path.length, "/");

		if (wants_scheme || (uri.authority.text == NULL &&
		                     memchr(uri.path.text, ':', segment) != NULL))
			return false;
	}
	else if (!is_scheme(uri.scheme))
		return false;
	if (uri.authority.text != NULL && !is_authority(uri.authority, letters))
		return false;
	return is_made_of(uri.path, UNRESERVED DELIMITERS ":@/", letters) &&
	       is_made_of(uri.query, UNRESERVED DELIMITERS ":@/?", in_query) &&
	       is_made_of(uri.fragment, UNRESERVED DELIMITERS ":@/?", letters);
}

bool
uri_is_uri(const char *text, size_t length)
{
	return check(text, length, true, ASCII_ONLY);
}

bool
uri_is_reference(const char *text, size_t length)
{
	return check(text, length, false, ASCII_ONLY);
}

bool
uri_is_iri(const char *text, size_t length)
{
	return check(text, length, true, IRI_CHARACTERS);
}

bool
uri_is_iri_reference(const char *text, size_t length)
{
	return check(text, length, false, IRI_CHARACTERS);
}

/* A name, its dots single and inside, and ":<1..9999>" or "*" behind it. */
static bool
is_variable(const char *text, size_t length)
{
	size_t end = span(text, length, ":*");
	UriPart name = {text, end};

	if (end == 0 || text[0] == '.' || text[end - 1] == '.' ||
	    !is_made_of(name,
	                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                "0123456789_.",
	                ASCII_ONLY))
		return false;
	for (size_t i = 1; i < end; i++)
		if (text[i] == '.' && text[i - 1] == '.')
			return false;
	if (end == length)
		return true;
	if (text[end] == '*')
		return end + 1 == length;
	if (length - end < 2 || length - end > 5 || text[end + 1] == '0')
		return false;
	for (size_t i = end + 1; i < length; i++)
		if (!is_in("0123456789", text[i]))
			return false;
	return true;
}

static bool
is_expression(const char *text, size_t length)
{
	if (length > 0 && is_in("+#./;?&=,!@|", text[0]))
	{
		text++;
		length--;
	}
	for (;;)
	{
		size_t end = span(text, length, ",");

		if (!is_variable(text, end))
			return false;
		if (end == length)
			return true;
		text += end + 1;
		length -= end + 1;
	}
}

/*
 * Literals are all of what RFC 6570 leaves: RFC 3986's characters, some more
 * that get encoded on expansion, and, by its erratum 6937, the apostrophe.
 */
bool
uri_is_template(const char *text, size_t length)
{
	static const char literal[] = UNRESERVED DELIMITERS ":/?#[]@";

	while (length > 0)
	{
		size_t end = span(text, length, "{}");
		UriPart part = {text, end};

		if (!is_made_of(part, literal, IRI_AND_PRIVATE))
			return false;
		if (end == length)
			return true;
		if (text[end] == '}')
			return false;
		text += end + 1;
		length -= end + 1;
		end = span(text, length, "}");
		if (end == length || !is_expression(text, end))
			return false;
		text += end + 1;
		length -= end + 1;
	}
	return true;
}

/*
 * json_schema_reference.c
 *		Puts URIs together as RFC 3986's section 5.2 does.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "json_schema_reference.h"
#include "json_schema_uri.h"

static Uri
split(const char *text)
{
	return uri_split(text, strlen(text));
}

static void
put_part(StringInfo out, const char *before, UriPart part, const char *after)
{
	if (part.text == NULL)
		return;
	appendStringInfoString(out, before);
	appendBinaryStringInfo(out, part.text, (int) part.length);
	appendStringInfoString(out, after);
}

/*
 * Takes "." and ".." out of a path, in place.  The output never overtakes the
 * input, and what has been written never goes back beyond start.
 */
static void
remove_dots(StringInfo path, int start)
{
	char *first = path->data + start;
	char *out = first;
	const char *in = first;

	while (*in != '\0')
	{
		size_t segment = strcspn(in + 1, "/") + 1;
		bool is_up = segment == 3 && memcmp(in, "/..", 3) == 0;
		bool is_dot = segment == 2 && memcmp(in, "/.", 2) == 0;

		if (is_up)
			while (out > first && *--out != '/')
				continue;
		if (!is_up && !is_dot)
		{
			memmove(out, in, segment);
			out += segment;
		}
		else if (in[segment] == '\0')
			*out++ = '/';
		in += segment;
	}
	*out = '\0';
	path->len = (int) (out - path->data);
}

/* The base's path up to its last slash, and the reference behind it. */
static void
merge_paths(StringInfo out, const Uri *base, UriPart reference)
{
	size_t keep = base->path.length;

	while (keep > 0 && base->path.text[keep - 1] != '/')
		keep--;
	if (keep == 0 && base->authority.text != NULL)
		appendStringInfoChar(out, '/');
	appendBinaryStringInfo(out, base->path.text, (int) keep);
	appendBinaryStringInfo(out, reference.text, (int) reference.length);
}

char *
reference_resolve(const char *base_text, const char *reference)
{
	Uri base = split(base_text);
	Uri uri = split(reference);
	bool is_same_document = uri.scheme.text == NULL &&
	                        uri.authority.text == NULL && uri.path.length == 0;
	bool has_own_path = uri.scheme.text != NULL || uri.authority.text != NULL ||
	                    (uri.path.length > 0 && uri.path.text[0] == '/');
	StringInfoData out;
	int start;

	initStringInfo(&out);
	put_part(&out, "", uri.scheme.text != NULL ? uri.scheme : base.scheme, ":");
	put_part(&out,
	         "//",
	         uri.scheme.text != NULL || uri.authority.text != NULL
	             ? uri.authority
	             : base.authority,
	         "");
	start = out.len;
	if (is_same_document)
		put_part(&out, "", base.path, "");
	else
	{
		if (has_own_path)
			put_part(&out, "", uri.path, "");
		else
			merge_paths(&out, &base, uri.path);
		remove_dots(&out, start);
	}
	put_part(&out,
	         "?",
	         is_same_document && uri.query.text == NULL ? base.query
	                                                    : uri.query,
	         "");
	put_part(&out, "#", uri.fragment, "");
	return out.data;
}

static int
hex_value(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	return -1;
}

/* Percent-encoded bytes become themselves; what is no encoding stays. */
static void
decode(char *text)
{
	char *out = text;

	while (*text != '\0')
	{
		int high = text[0] == '%' ? hex_value(text[1]) : -1;
		int low = high >= 0 ? hex_value(text[2]) : -1;

		if (low >= 0 && (high | low) != 0)
		{
			*out++ = (char) (high << 4 | low);
			text += 3;
		}
		else
			*out++ = *text++;
	}
	*out = '\0';
}

char *
reference_split(const char *uri, char **fragment)
{
	const char *hash = strchr(uri, '#');

	if (hash == NULL)
	{
		*fragment = pstrdup("");
		return pstrdup(uri);
	}
	*fragment = pstrdup(hash + 1);
	decode(*fragment);
	return pnstrdup(uri, (Size) (hash - uri));
}

/*
 * json_path.c
 *		Where we are in a document: "$.steps[2].inputs.url".
 *
 * Printing is bounded twice: a key shows its two ends, and a chain of frames
 * shows as many from the root and from the leaf as fit.  A path ends up in
 * error messages and logs, where a megabyte helps nobody.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "json_path.h"

/* Bytes that one key may show, as it stands in the document. */
#define KEY_HEAD 40
#define KEY_TAIL 20

/* One frame, printed: every byte of a key may become "\u0000". */
#define FRAME_MAX ((KEY_HEAD + KEY_TAIL) * 6 + 16)

/* Bytes for the frames next to the root, and for those next to the leaf. */
#define HALF_MAX 480

#define ELLIPSIS "..."

StaticAssertDecl(FRAME_MAX <= HALF_MAX, "a half must hold one frame");

static int chain_depth(const JsonPath *path);
static const JsonPath **chain_frames(const JsonPath *path, int depth);
static int print_frame(char *out, const JsonPath *frame);
static int print_key(char *out, const char *key, int length);
static bool is_identifier(const char *key, int length);
static int print_escaped(char *out, const char *text, int length);
static int print_plain(char *out, const char *text);
static int skip_to_tail(const char *key, int length);

JsonPath
json_path_root(void)
{
	return (JsonPath){NULL, NULL, 0, -1};
}

JsonPath
json_path_key(const JsonPath *parent, const char *key, int key_length)
{
	return (JsonPath){parent, key, key_length, -1};
}

JsonPath
json_path_item(const JsonPath *parent, int index)
{
	return (JsonPath){parent, NULL, 0, index};
}

char *
json_path_print(const JsonPath *path)
{
	int depth = chain_depth(path);
	const JsonPath **frames = chain_frames(path, depth);
	char *text = palloc(1 + 2 * HALF_MAX + sizeof(ELLIPSIS));
	char tail[HALF_MAX];
	char frame[FRAME_MAX];
	int first = 0;
	int last = depth;
	int length = 0;
	int tail_start = HALF_MAX;

	text[length++] = '$';
	while (first < depth)
	{
		int size = print_frame(frame, frames[first]);

		if (length + size > HALF_MAX)
			break;
		memcpy(text + length, frame, (size_t) size);
		length += size;
		first++;
	}
	while (last > first)
	{
		int size = print_frame(frame, frames[last - 1]);

		if (size > tail_start)
			break;
		tail_start -= size;
		memcpy(tail + tail_start, frame, (size_t) size);
		last--;
	}
	if (last > first)
	{
		length += print_plain(text + length, ELLIPSIS);
	}
	memcpy(text + length, tail + tail_start, (size_t) (HALF_MAX - tail_start));
	text[length + HALF_MAX - tail_start] = '\0';
	pfree(frames);
	return text;
}

/* How many frames lie below the root, which prints as "$" alone. */
static int
chain_depth(const JsonPath *path)
{
	int depth = 0;

	for (; path->parent != NULL; path = path->parent)
		depth++;
	return depth;
}

/* The frames in reading order, without the root. */
static const JsonPath **
chain_frames(const JsonPath *path, int depth)
{
	const JsonPath **frames = palloc((size_t) Max(depth, 1) * sizeof(void *));

	for (int i = depth - 1; i >= 0; i--)
	{
		frames[i] = path;
		path = path->parent;
	}
	return frames;
}

/* Writes at most FRAME_MAX bytes and returns how many; no terminator. */
static int
print_frame(char *out, const JsonPath *frame)
{
	char number[16];

	if (frame->key != NULL)
		return print_key(out, frame->key, frame->key_length);

	(void) snprintf(number, sizeof(number), "[%d]", frame->index);
	return print_plain(out, number);
}

static int
print_key(char *out, const char *key, int length)
{
	int n = 0;

	if (is_identifier(key, length))
	{
		out[n++] = '.';
		memcpy(out + n, key, (size_t) length);
		return n + length;
	}

	out[n++] = '[';
	out[n++] = '"';
	if (length <= KEY_HEAD + KEY_TAIL)
		n += print_escaped(out + n, key, length);
	else
	{
		int tail = skip_to_tail(key, length);

		n += print_escaped(out + n, key, pg_mbcliplen(key, length, KEY_HEAD));
		n += print_plain(out + n, ELLIPSIS);
		n += print_escaped(out + n, key + tail, length - tail);
	}
	out[n++] = '"';
	out[n++] = ']';
	return n;
}

/* May the key stand behind a dot, whole? */
static bool
is_identifier(const char *key, int length)
{
	if (length == 0 || length > KEY_HEAD + KEY_TAIL)
		return false;
	for (int i = 0; i < length; i++)
	{
		char c = key[i];
		bool is_letter =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!is_letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return true;
}

/* As between the quotes of a JSON string. */
static int
print_escaped(char *out, const char *text, int length)
{
	static const char hex[] = "0123456789abcdef";
	int n = 0;

	for (int i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) text[i];

		if (c < 0x20 || c == 0x7f)
		{
			n += print_plain(out + n, "\\u00");
			out[n++] = hex[c >> 4];
			out[n++] = hex[c & 0x0f];
			continue;
		}
		if (c == '"' || c == '\\')
			out[n++] = '\\';
		out[n++] = (char) c;
	}
	return n;
}

static int
print_plain(char *out, const char *text)
{
	int n = 0;

	while (text[n] != '\0')
	{
		out[n] = text[n];
		n++;
	}
	return n;
}

/* Where the last characters begin that fit in KEY_TAIL bytes. */
static int
skip_to_tail(const char *key, int length)
{
	int position = 0;

	while (length - position > KEY_TAIL)
		position += pg_mblen(key + position);
	return Min(position, length);
}

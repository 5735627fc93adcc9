/*
 * json_schema_hostname.c
 *		A name label by label, each in both of its forms.
 */
#include "json_schema_hostname.h"

#include <stdint.h>
#include <string.h>

#include "json_schema_address.h"
#include "json_schema_idna.h"
#include "json_schema_punycode.h"
#include "json_schema_unicode.h"

#define NAME_MAX_LENGTH 253
#define LOCAL_PART_MAX 64
#define PREFIX "xn--"
#define PREFIX_LENGTH 4

typedef struct Label
{
	uint32_t codes[LABEL_MAX];
	int count;
	int ascii_length; /* of its A-label, if it needs one */
} Label;

static bool
is_separator(uint32_t code, bool is_international)
{
	if (code == '.')
		return true;
	return is_international &&
	       (code == 0x3002 || code == 0xFF0E || code == 0xFF61);
}

/* Reads up to a separator or the end; false for a label that is too long. */
static bool
take_label(const char *text, size_t length, bool is_international,
           size_t *position, Label *label)
{
	label->count = 0;
	while (*position < length)
	{
		uint32_t code = utf8_take_code(text, length, position);

		if (is_separator(code, is_international))
		{
			/* An empty label must not hide behind the last separator. */
			if (*position == length)
				return false;
			break;
		}
		if (label->count == LABEL_MAX)
			return false;
		label->codes[label->count++] = code;
	}
	return label->count > 0;
}

static uint32_t
lower(uint32_t code)
{
	return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
}

static bool
is_letter_digit_hyphen(const Label *label)
{
	for (int i = 0; i < label->count; i++)
	{
		uint32_t code = lower(label->codes[i]);

		if ((code < 'a' || code > 'z') && (code < '0' || code > '9') &&
		    code != '-')
			return false;
	}
	return label->codes[0] != '-' && label->codes[label->count - 1] != '-';
}

/*
 * Turns "xn--..." into the label it stands for.  Only the one spelling that
 * encoding that label gives is good: what decodes to plain ASCII, or to what
 * another A-label stands for already, is not.
 */
static bool
decode_label(Label *label)
{
	char text[LABEL_MAX];
	char again[LABEL_MAX];
	int length = label->count - PREFIX_LENGTH;
	bool is_ascii = true;

	for (int i = 0; i < length; i++)
		text[i] = (char) lower(label->codes[i + PREFIX_LENGTH]);
	label->ascii_length = label->count;
	label->count = punycode_decode(text, (size_t) length, label->codes);
	if (label->count <= 0)
		return false;
	for (int i = 0; i < label->count; i++)
		is_ascii = is_ascii && label->codes[i] < 0x80;
	return !is_ascii &&
	       punycode_encode(label->codes, label->count, again) == length &&
	       memcmp(text, again, (size_t) length) == 0;
}

static bool
has_prefix(const Label *label)
{
	if (label->count < PREFIX_LENGTH)
		return false;
	for (int i = 0; i < PREFIX_LENGTH; i++)
		if (lower(label->codes[i]) != (uint32_t) PREFIX[i])
			return false;
	return true;
}

/* Checks one label, which is a U-label or plain ASCII afterwards. */
static bool
check_label(Label *label, bool is_international)
{
	char ascii[LABEL_MAX];

	if (is_letter_digit_hyphen(label))
	{
		label->ascii_length = label->count;
		return !has_prefix(label) ||
		       (decode_label(label) &&
		        idna_is_label(label->codes, label->count));
	}
	if (!is_international || !idna_is_label(label->codes, label->count))
		return false;
	label->ascii_length = punycode_encode(label->codes, label->count, ascii);
	if (label->ascii_length < 0)
		return false;
	label->ascii_length += PREFIX_LENGTH;
	return label->ascii_length <= LABEL_MAX;
}

/*
 * One label with a right-to-left letter lays the Bidi rule on all of them, also
 * on those before it; so both are gathered, and judged at the end.
 */
static bool
check_name(const char *text, size_t length, bool is_international)
{
	size_t position = 0;
	int name_length = -1;
	bool is_right_to_left = false;
	bool has_one_direction = true;

	if (length == 0)
		return false;
	while (position < length)
	{
		Label label;

		if (!take_label(text, length, is_international, &position, &label) ||
		    !check_label(&label, is_international))
			return false;
		name_length += label.ascii_length + 1;
		if (name_length > NAME_MAX_LENGTH)
			return false;
		is_right_to_left |= idna_is_right_to_left(label.codes, label.count);
		has_one_direction &= idna_has_one_direction(label.codes, label.count);
	}
	return !is_right_to_left || has_one_direction;
}

bool
hostname_is_ascii(const char *text, size_t length)
{
	return check_name(text, length, false);
}

bool
hostname_is_international(const char *text, size_t length)
{
	return check_name(text, length, true);
}

/* "[127.0.0.1]" or "[IPv6:::1]" */
static bool
is_address_literal(const char *text, size_t length)
{
	static const char tag[] = "ipv6:";
	size_t tag_length = sizeof(tag) - 1;

	if (length < 2 || text[0] != '[' || text[length - 1] != ']')
		return false;
	text++;
	length -= 2;
	if (address_is_ipv4(text, length))
		return true;
	if (length < tag_length)
		return false;
	for (size_t i = 0; i < tag_length; i++)
		if (lower((uint32_t) text[i]) != (uint32_t) tag[i])
			return false;
	return address_is_ipv6(text + tag_length, length - tag_length);
}

/* The length of a leading quoted string with its quotes; 0 if there is none. */
static size_t
span_quoted(const char *text, size_t length, bool is_international)
{
	for (size_t i = 1; i < length; i++)
	{
		if (text[i] == '"')
			return i + 1;
		if (text[i] == '\\')
			i++;
		if (i == length)
			return 0;
		if ((text[i] & 0x80) != 0 ? !is_international
		                          : text[i] < ' ' || text[i] > '~')
			return 0;
	}
	return 0;
}

/* The length of a leading dot-atom; 0 if there is none. */
static size_t
span_dot_atom(const char *text, size_t length, bool is_international)
{
	size_t end = 0;

	for (; end < length && text[end] != '@'; end++)
	{
		char byte = text[end];

		if (byte == '.' && (end == 0 || text[end - 1] == '.'))
			return 0;
		if ((byte & 0x80) != 0 ? !is_international
		                       : byte <= ' ' || byte > '~' ||
		                             strchr("()<>[]:;@\\,\"", byte) != NULL)
			return 0;
	}
	return end > 0 && text[end - 1] == '.' ? 0 : end;
}

static bool
check_email(const char *text, size_t length, bool is_international)
{
	size_t local;

	if (length > 0 && text[0] == '"')
		local = span_quoted(text, length, is_international);
	else
		local = span_dot_atom(text, length, is_international);
	if (local == 0 || local > LOCAL_PART_MAX || local >= length ||
	    text[local] != '@')
		return false;
	text += local + 1;
	length -= local + 1;
	return is_address_literal(text, length) ||
	       check_name(text, length, is_international);
}

bool
hostname_is_email(const char *text, size_t length)
{
	return check_email(text, length, false);
}

bool
hostname_is_international_email(const char *text, size_t length)
{
	return check_email(text, length, true);
}

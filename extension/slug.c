/*
 * slug.c
 *		The name of a thing as it stands in URLs: "order-totals-2".
 */
#include "postgres.h"

#include "common/unicode_norm.h"
#include "mb/pg_wchar.h"

#include "slug.h"

/* The form of a UUID: x is a hexadecimal digit. */
static const char id_form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

/* Combining marks of Unicode. */
#define FIRST_ACCENT 0x0300
#define LAST_ACCENT 0x036f

/* What the HTTP routes say behind /context/ and /workflows/ themselves. */
static const char *const route_words[] = {"runs", "search"};

static const char *find_fault(const char *slug);
static char *numbered_slug(const char *base, int number);
static char *fold_to_ascii(const char *name);
static bool is_slug_character(char c);
static bool has_slug_form(const char *text);

char *
slug_make(const char *name, const char *fallback)
{
	const char *text = fold_to_ascii(name);
	char *slug = palloc(SLUG_MADE_MAX + 1);
	bool is_after_gap = false;
	int length = 0;

	for (; *text != '\0' && length < SLUG_MADE_MAX; text++)
	{
		char c = (char) pg_ascii_tolower((unsigned char) *text);

		if (!is_slug_character(c))
		{
			is_after_gap = length > 0;
			continue;
		}
		if (is_after_gap)
		{
			slug[length++] = '-';
			is_after_gap = false;
		}
		if (length < SLUG_MADE_MAX)
			slug[length++] = c;
	}
	if (length > 0 && slug[length - 1] == '-')
		length--;
	slug[length] = '\0';
	if (length == 0)
		return pstrdup(fallback);
	if (find_fault(slug) != NULL)
		return psprintf("%s-%s", fallback, slug);
	return slug;
}

/*
 * A free number whose predecessor is taken, found by doubling and halving: the
 * thousandth of one name costs twenty questions and not a thousand.
 */
char *
slug_choose(const char *base, SlugIsTaken is_taken)
{
	int taken = 1;
	int free_number = 2;

	if (!is_taken(base))
		return pstrdup(base);
	while (is_taken(numbered_slug(base, free_number)))
	{
		taken = free_number;
		free_number *= 2;
	}
	while (free_number - taken > 1)
	{
		int middle = taken + (free_number - taken) / 2;

		if (is_taken(numbered_slug(base, middle)))
			taken = middle;
		else
			free_number = middle;
	}
	return numbered_slug(base, free_number);
}

void
slug_raise_exists(const char *kind, const char *slug)
{
	ereport(ERROR,
	        (errcode(ERRCODE_UNIQUE_VIOLATION),
	         errmsg("%s with slug \"%s\" already exists", kind, slug),
	         errhint("Choose another \"slug\", or leave it out to have one "
	                 "made of the name."),
	         err_generic_string(PG_DIAG_CONSTRAINT_NAME, "slug_exists"),
	         err_generic_string(PG_DIAG_COLUMN_NAME, "$.slug")));
}

char *
slug_read(const JsonObject *object)
{
	static const JsonTextLimits limits = {JSON_TEXT_LINE, 1, SLUG_MAX};
	char *slug =
		json_object_read_string(object, "slug", JSON_OPTIONAL, &limits);
	JsonPath path = json_object_path(object, "slug");
	const char *fault = slug == NULL ? NULL : find_fault(slug);

	if (fault == NULL)
		return slug;
	problem_add(object->problems,
	            PROBLEM_DEFINITION,
	            "slug_form",
	            &path,
	            "Use small letters and digits, in groups joined by single "
	            "hyphens; without \"slug\" one is made of the name.",
	            "slug \"%s\" %s",
	            slug,
	            fault);
	return NULL;
}

bool
slug_is_id(const char *text)
{
	if (strlen(text) != sizeof(id_form) - 1)
		return false;
	for (size_t i = 0; i < sizeof(id_form) - 1; i++)
	{
		bool is_match = id_form[i] == '-'
		                    ? text[i] == '-'
		                    : isxdigit((unsigned char) text[i]) != 0;

		if (!is_match)
			return false;
	}
	return true;
}

/* What is wrong with it, as the end of a sentence, or NULL. */
static const char *
find_fault(const char *slug)
{
	if (!has_slug_form(slug))
		return "is not a valid slug";
	if (slug_is_id(slug))
		return "looks like an id";
	for (size_t i = 0; i < lengthof(route_words); i++)
	{
		if (strcmp(slug, route_words[i]) == 0)
			return "is a word of the HTTP routes";
	}
	return NULL;
}

static char *
numbered_slug(const char *base, int number)
{
	return psprintf("%s-%d", base, number);
}

/*
 * The name with a blank for each character that is not ASCII.  In UTF-8 the
 * letters are taken apart first, and accents, then marks of their own, left out:
 * "\u00dc" becomes "U".
 */
static char *
fold_to_ascii(const char *name)
{
	int length = (int) strlen(name);
	pg_wchar *codes = palloc(((Size) length + 1) * sizeof(pg_wchar));
	char *folded;
	int n = 0;

	(void) pg_mb2wchar_with_len(name, codes, length);
	if (GetDatabaseEncoding() == PG_UTF8)
		codes = unicode_normalize(UNICODE_NFKD, codes);
	folded = palloc(pg_wchar_strlen(codes) + 1);
	for (const pg_wchar *code = codes; *code != 0; code++)
	{
		if (*code < FIRST_ACCENT || *code > LAST_ACCENT)
			folded[n++] = *code < 0x80 ? (char) *code : ' ';
	}
	folded[n] = '\0';
	return folded;
}

static bool
is_slug_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
has_slug_form(const char *text)
{
	bool is_after_hyphen = true;

	for (; *text != '\0'; text++)
	{
		bool is_hyphen = *text == '-';

		if (is_hyphen ? is_after_hyphen : !is_slug_character(*text))
			return false;
		is_after_hyphen = is_hyphen;
	}
	return !is_after_hyphen;
}

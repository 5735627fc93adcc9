/*
 * json_schema_idna.c
 *		Characters of a label, their neighbours and their directions.
 */
#include "json_schema_idna.h"

#include "json_schema_unicode.h"

#define MIDDLE_DOT 0x00B7
#define GREEK_KERAIA 0x0375
#define HEBREW_GERESH 0x05F3
#define HEBREW_GERSHAYIM 0x05F4
#define KATAKANA_MIDDLE_DOT 0x30FB
#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER 0x200D

static bool is_allowed_here(const uint32_t *codes, int count, int at);

static bool
is_combining_mark(uint32_t code)
{
	int category = unicode_find_value(&unicode_category, code);

	return category == CATEGORY_MN || category == CATEGORY_MC ||
	       category == CATEGORY_ME;
}

bool
idna_is_label(const uint32_t *codes, int count)
{
	if (codes[0] == '-' || codes[count - 1] == '-' ||
	    (count >= 4 && codes[2] == '-' && codes[3] == '-') ||
	    is_combining_mark(codes[0]))
		return false;
	for (int i = 0; i < count; i++)
		if (!is_allowed_here(codes, count, i))
			return false;
	return true;
}

static bool
has_script(uint32_t code, UnicodeScript script)
{
	return unicode_find_value(&unicode_script, code) == (int) script;
}

static bool
is_digit_of(uint32_t code, uint32_t zero)
{
	return code >= zero && code <= zero + 9;
}

/* Arabic-Indic digits and the extended ones look alike: never both. */
static bool
has_digit_of(const uint32_t *codes, int count, uint32_t zero)
{
	for (int i = 0; i < count; i++)
		if (is_digit_of(codes[i], zero))
			return true;
	return false;
}

static bool
has_japanese_or_han(const uint32_t *codes, int count)
{
	for (int i = 0; i < count; i++)
		if (has_script(codes[i], SCRIPT_HIRAGANA) ||
		    has_script(codes[i], SCRIPT_KATAKANA) ||
		    has_script(codes[i], SCRIPT_HAN))
			return true;
	return false;
}

static bool
follows_virama(const uint32_t *codes, int at)
{
	return at > 0 && unicode_find_value(&unicode_virama, codes[at - 1]) == 1;
}

/* Whether the next letter that is not transparent joins, in that direction. */
static bool
joins(const uint32_t *codes, int count, int at, int step, UnicodeJoining side)
{
	int joining = JOINING_T;

	for (int i = at + step; i >= 0 && i < count && joining == JOINING_T;
	     i += step)
		joining = unicode_find_value(&unicode_joining, codes[i]);
	return joining == JOINING_D || joining == (int) side;
}

/* RFC 5892, appendix A: one rule for each character that needs a context. */
static bool
is_allowed_in_context(const uint32_t *codes, int count, int at)
{
	uint32_t before = at > 0 ? codes[at - 1] : 0;
	uint32_t after = at + 1 < count ? codes[at + 1] : 0;

	switch (codes[at])
	{
		case ZERO_WIDTH_NON_JOINER:
			return follows_virama(codes, at) ||
			       (joins(codes, count, at, -1, JOINING_L) &&
			        joins(codes, count, at, 1, JOINING_R));
		case ZERO_WIDTH_JOINER:
			return follows_virama(codes, at);
		case MIDDLE_DOT:
			return before == 'l' && after == 'l';
		case GREEK_KERAIA:
			return after != 0 && has_script(after, SCRIPT_GREEK);
		case HEBREW_GERESH:
		case HEBREW_GERSHAYIM:
			return before != 0 && has_script(before, SCRIPT_HEBREW);
		case KATAKANA_MIDDLE_DOT:
			return has_japanese_or_han(codes, count);
		default:
			return is_digit_of(codes[at], 0x0660)
			           ? !has_digit_of(codes, count, 0x06F0)
			           : !has_digit_of(codes, count, 0x0660);
	}
}

static bool
is_allowed_here(const uint32_t *codes, int count, int at)
{
	switch ((UnicodeIdna) unicode_find_value(&unicode_idna, codes[at]))
	{
		case IDNA_PVALID:
			return true;
		case IDNA_CONTEXTJ:
		case IDNA_CONTEXTO:
			return is_allowed_in_context(codes, count, at);
		case IDNA_DISALLOWED:
		case IDNA_UNASSIGNED:
			return false;
	}
	return false;
}

static unsigned int
direction_of(uint32_t code)
{
	return 1U << unicode_find_value(&unicode_bidi, code);
}

#define DIRECTION(name) (1U << BIDI_##name)
#define RIGHT_TO_LEFT (DIRECTION(R) | DIRECTION(AL) | DIRECTION(AN))
#define NEUTRAL                                                      \
	(DIRECTION(EN) | DIRECTION(ES) | DIRECTION(CS) | DIRECTION(ET) | \
	 DIRECTION(ON) | DIRECTION(BN) | DIRECTION(NSM))

bool
idna_is_right_to_left(const uint32_t *codes, int count)
{
	for (int i = 0; i < count; i++)
		if ((direction_of(codes[i]) & RIGHT_TO_LEFT) != 0)
			return true;
	return false;
}

bool
idna_has_one_direction(const uint32_t *codes, int count)
{
	unsigned int first = direction_of(codes[0]);
	unsigned int all = 0;
	unsigned int last;
	int end = count - 1;

	for (int i = 0; i < count; i++)
		all |= direction_of(codes[i]);
	while (end > 0 && direction_of(codes[end]) == DIRECTION(NSM))
		end--;
	last = direction_of(codes[end]);

	if (first == DIRECTION(L))
		return (all & ~(DIRECTION(L) | NEUTRAL)) == 0 &&
		       (last & (DIRECTION(L) | DIRECTION(EN))) != 0;
	return (first & (DIRECTION(R) | DIRECTION(AL))) != 0 &&
	       (all & ~(RIGHT_TO_LEFT | NEUTRAL)) == 0 &&
	       (last & (RIGHT_TO_LEFT | DIRECTION(EN))) != 0 &&
	       ((all & DIRECTION(EN)) == 0 || (all & DIRECTION(AN)) == 0);
}

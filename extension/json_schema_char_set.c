/*
 * json_schema_char_set.c
 *		Ranges of characters, and the names that ECMA-262 has for them.
 */
#include "postgres.h"

#include "json_schema_char_set.h"
#include "json_schema_unicode.h"

#define FIRST_ROOM 8

/* A category has a bit; a group of them, like L, has all of theirs. */
#define BIT(name) (1U << CATEGORY_##name)
#define LETTERS (BIT(LU) | BIT(LL) | BIT(LT) | BIT(LM) | BIT(LO))
#define MARKS (BIT(MN) | BIT(MC) | BIT(ME))
#define NUMBERS (BIT(ND) | BIT(NL) | BIT(NO))
#define PUNCTUATION \
	(BIT(PC) | BIT(PD) | BIT(PS) | BIT(PE) | BIT(PI) | BIT(PF) | BIT(PO))
#define SYMBOLS (BIT(SM) | BIT(SC) | BIT(SK) | BIT(SO))
#define SEPARATORS (BIT(ZS) | BIT(ZL) | BIT(ZP))
#define OTHERS (BIT(CC) | BIT(CF) | BIT(CS) | BIT(CO) | BIT(CN))

typedef struct CategoryName
{
	const char *code;
	const char *name;
	uint32 categories;
} CategoryName;

/* ECMA-262, table 68: the values of General_Category and their aliases. */
static const CategoryName category_names[] = {
	{"LC", "Cased_Letter", BIT(LU) | BIT(LL) | BIT(LT)},
	{"L", "Letter", LETTERS},
	{"Lu", "Uppercase_Letter", BIT(LU)},
	{"Ll", "Lowercase_Letter", BIT(LL)},
	{"Lt", "Titlecase_Letter", BIT(LT)},
	{"Lm", "Modifier_Letter", BIT(LM)},
	{"Lo", "Other_Letter", BIT(LO)},
	{"M", "Mark", MARKS},
	{"M", "Combining_Mark", MARKS},
	{"Mn", "Nonspacing_Mark", BIT(MN)},
	{"Mc", "Spacing_Mark", BIT(MC)},
	{"Me", "Enclosing_Mark", BIT(ME)},
	{"N", "Number", NUMBERS},
	{"Nd", "Decimal_Number", BIT(ND)},
	{"Nd", "digit", BIT(ND)},
	{"Nl", "Letter_Number", BIT(NL)},
	{"No", "Other_Number", BIT(NO)},
	{"P", "Punctuation", PUNCTUATION},
	{"P", "punct", PUNCTUATION},
	{"Pc", "Connector_Punctuation", BIT(PC)},
	{"Pd", "Dash_Punctuation", BIT(PD)},
	{"Ps", "Open_Punctuation", BIT(PS)},
	{"Pe", "Close_Punctuation", BIT(PE)},
	{"Pi", "Initial_Punctuation", BIT(PI)},
	{"Pf", "Final_Punctuation", BIT(PF)},
	{"Po", "Other_Punctuation", BIT(PO)},
	{"S", "Symbol", SYMBOLS},
	{"Sm", "Math_Symbol", BIT(SM)},
	{"Sc", "Currency_Symbol", BIT(SC)},
	{"Sk", "Modifier_Symbol", BIT(SK)},
	{"So", "Other_Symbol", BIT(SO)},
	{"Z", "Separator", SEPARATORS},
	{"Zs", "Space_Separator", BIT(ZS)},
	{"Zl", "Line_Separator", BIT(ZL)},
	{"Zp", "Paragraph_Separator", BIT(ZP)},
	{"C", "Other", OTHERS},
	{"Cc", "Control", BIT(CC)},
	{"Cc", "cntrl", BIT(CC)},
	{"Cf", "Format", BIT(CF)},
	{"Cs", "Surrogate", BIT(CS)},
	{"Co", "Private_Use", BIT(CO)},
	{"Cn", "Unassigned", BIT(CN)},
	{"Assigned", "Assigned", ~BIT(CN)},
	{"Any", "Any", ~0U},
};

/* ECMA-262's WhiteSpace and LineTerminator; [0-9]; [A-Za-z0-9_]. */
static const CharRange spaces[] = {{0x09, 0x0D},
                                   {0x20, 0x20},
                                   {0xA0, 0xA0},
                                   {0x1680, 0x1680},
                                   {0x2000, 0x200A},
                                   {0x2028, 0x2029},
                                   {0x202F, 0x202F},
                                   {0x205F, 0x205F},
                                   {0x3000, 0x3000},
                                   {0xFEFF, 0xFEFF}};
static const CharRange digits[] = {{'0', '9'}};
static const CharRange words[] = {
	{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

void
char_set_init(CharSet *set)
{
	set->room = FIRST_ROOM;
	set->count = 0;
	set->ranges = palloc(sizeof(CharRange) * FIRST_ROOM);
}

void
char_set_add(CharSet *set, uint32 first, uint32 last)
{
	if (set->count == set->room)
	{
		set->room *= 2;
		set->ranges =
			repalloc(set->ranges, sizeof(CharRange) * (size_t) set->room);
	}
	set->ranges[set->count++] = (CharRange){first, last};
}

void
char_set_add_set(CharSet *set, const CharSet *other)
{
	for (int i = 0; i < other->count; i++)
		char_set_add(set, other->ranges[i].first, other->ranges[i].last);
}

static int
compare_ranges(const void *a, const void *b)
{
	const CharRange *left = a;
	const CharRange *right = b;

	return (left->first > right->first) - (left->first < right->first);
}

/* Sorts the ranges and joins those that overlap or touch. */
static void
normalise(CharSet *set)
{
	int kept = 0;

	qsort(set->ranges, (size_t) set->count, sizeof(CharRange), compare_ranges);
	for (int i = 1; i < set->count; i++)
	{
		CharRange *last = &set->ranges[kept];

		if (set->ranges[i].first <= last->last + 1)
			last->last = Max(last->last, set->ranges[i].last);
		else
			set->ranges[++kept] = set->ranges[i];
	}
	set->count = Min(set->count, kept + 1);
}

void
char_set_add_complement(CharSet *set, CharSet *other)
{
	uint32 next = 0;

	normalise(other);
	for (int i = 0; i < other->count; i++)
	{
		if (other->ranges[i].first > next)
			char_set_add(set, next, other->ranges[i].first - 1);
		next = other->ranges[i].last + 1;
	}
	if (next <= UNICODE_LAST)
		char_set_add(set, next, UNICODE_LAST);
}

void
char_set_add_class(CharSet *set, char letter)
{
	const CharRange *ranges = words;
	int count = lengthof(words);
	CharSet named;

	if (letter == 'd' || letter == 'D')
	{
		ranges = digits;
		count = lengthof(digits);
	}
	else if (letter == 's' || letter == 'S')
	{
		ranges = spaces;
		count = lengthof(spaces);
	}
	char_set_init(&named);
	for (int i = 0; i < count; i++)
		char_set_add(&named, ranges[i].first, ranges[i].last);
	if (letter >= 'A' && letter <= 'Z')
		char_set_add_complement(set, &named);
	else
		char_set_add_set(set, &named);
	pfree(named.ranges);
}

/* The runs of a table whose value has its bit set in the mask. */
static void
add_categories(CharSet *set, uint32 mask)
{
	const UnicodeTable *table = &unicode_category;

	for (int i = 0; i < table->count; i++)
	{
		uint32 end =
			i + 1 < table->count ? table->runs[i + 1] >> 8 : UNICODE_LAST + 1;

		if ((mask & 1U << (table->runs[i] & 0xFF)) != 0)
			char_set_add(set, table->runs[i] >> 8, end - 1);
	}
}

static void
add_script(CharSet *set, int script)
{
	const UnicodeTable *table = &unicode_script;

	for (int i = 0; i < table->count; i++)
	{
		uint32 end =
			i + 1 < table->count ? table->runs[i + 1] >> 8 : UNICODE_LAST + 1;

		if ((int) (table->runs[i] & 0xFF) == script)
			char_set_add(set, table->runs[i] >> 8, end - 1);
	}
}

static bool
is_name(const char *name, int length, const char *wanted)
{
	return (int) strlen(wanted) == length &&
	       memcmp(name, wanted, (size_t) length) == 0;
}

static bool
add_named_script(CharSet *set, const char *name, int length)
{
	for (int i = 0; i < unicode_script_count; i++)
	{
		if (!is_name(name, length, unicode_script_names[i][0]) &&
		    !is_name(name, length, unicode_script_names[i][1]))
			continue;
		add_script(set, i);
		return true;
	}
	return false;
}

bool
char_set_add_property(CharSet *set, const char *name, int length)
{
	const char *equals = memchr(name, '=', (size_t) length);

	if (equals != NULL)
	{
		int before = (int) (equals - name);

		if (is_name(name, before, "Script") || is_name(name, before, "sc"))
			return add_named_script(set, equals + 1, length - before - 1);
		if (!is_name(name, before, "General_Category") &&
		    !is_name(name, before, "gc"))
			return false;
		name = equals + 1;
		length -= before + 1;
	}
	else if (is_name(name, length, "ASCII"))
	{
		char_set_add(set, 0, 0x7F);
		return true;
	}
	for (size_t i = 0; i < lengthof(category_names); i++)
	{
		if (!is_name(name, length, category_names[i].code) &&
		    !is_name(name, length, category_names[i].name))
			continue;
		add_categories(set, category_names[i].categories);
		return true;
	}
	return false;
}

/*
 * ASCII other than letters and digits goes out as \u...., which PostgreSQL takes
 * for the character itself everywhere, and which cannot end a bracket, make a
 * range or be an operator.
 */
void
char_set_print_code(uint32 code, StringInfo out)
{
	bool is_plain = code >= 0x80 || (code >= '0' && code <= '9') ||
	                (code >= 'A' && code <= 'Z') ||
	                (code >= 'a' && code <= 'z');
	char bytes[4];

	if (!is_plain)
		appendStringInfo(out, "\\u%04X", code);
	else
		appendBinaryStringInfo(out, bytes, utf8_put_code(code, bytes));
}

void
char_set_print(CharSet *set, bool is_negated, StringInfo out)
{
	normalise(set);
	if (set->count == 0)
	{
		/* [] matches nothing, [^] everything; either may be repeated. */
		appendStringInfoString(out, is_negated ? "." : "(?:(?!))");
		return;
	}
	appendStringInfoString(out, is_negated ? "[^" : "[");
	for (int i = 0; i < set->count; i++)
	{
		char_set_print_code(set->ranges[i].first, out);
		if (set->ranges[i].first == set->ranges[i].last)
			continue;
		appendStringInfoChar(out, '-');
		char_set_print_code(set->ranges[i].last, out);
	}
	appendStringInfoChar(out, ']');
}

/*
 * spare.c
 *		Sandboxes that are made before anybody needs them.
 */
#include "spare.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_SPARES 8
#define MOST_ALIKE 2
#define MOST_READABLE 8
#define TEXTS_SIZE 4096

/* What a sandbox allows, with all texts. */
typedef struct Shape
{
	Allowances allowances;
	const char *readable[MOST_READABLE + 1];
	struct
	{
		dev_t device;
		ino_t inode;
	} found[MOST_READABLE]; /* a path may come to lead elsewhere */
	size_t used;
	char texts[TEXTS_SIZE];
} Shape;

typedef struct Spare
{
	int orders;
	unsigned long age; /* the higher, the younger; 0: there is none */
	Shape shape;
} Spare;

static bool set_shape(Shape *shape, const Allowances *allowances);
static const char *keep_text(Shape *shape, const char *text);
static bool is_alike(const Shape *one, const Shape *other);
static Spare *find_place(void);

static Spare spares[MOST_SPARES];
static unsigned long made;
static Shape wanted_shape;
static bool is_anything_wanted;

int
spare_take(const Allowances *wanted)
{
	Spare *oldest = NULL;

	is_anything_wanted = set_shape(&wanted_shape, wanted);
	for (int i = 0; is_anything_wanted && i < MOST_SPARES; i++)
	{
		Spare *spare = &spares[i];

		if (spare->age && is_alike(&spare->shape, &wanted_shape) &&
		    (oldest == NULL || spare->age < oldest->age))
			oldest = spare;
	}
	if (oldest == NULL)
		return -1;
	oldest->age = 0;
	return oldest->orders;
}

const Allowances *
spare_find_wanted(void)
{
	int alike = 0;

	for (int i = 0; i < MOST_SPARES; i++)
	{
		if (spares[i].age && is_alike(&spares[i].shape, &wanted_shape))
			alike++;
	}
	return is_anything_wanted && alike < MOST_ALIKE ? &wanted_shape.allowances
	                                                : NULL;
}

void
spare_keep(int orders)
{
	Spare *spare = find_place();

	/* Its keeper hears that nobody will send it anything, and ends. */
	if (spare->age)
		close(spare->orders);
	spare->orders = orders;
	spare->age = ++made;
	(void) set_shape(&spare->shape, &wanted_shape.allowances);
}

/* An empty place, or the one of the oldest. */
static Spare *
find_place(void)
{
	Spare *oldest = &spares[0];

	for (int i = 1; i < MOST_SPARES; i++)
	{
		if (spares[i].age < oldest->age)
			oldest = &spares[i];
	}
	return oldest;
}

/* Returns false where it is no shape that another task may have. */
static bool
set_shape(Shape *shape, const Allowances *allowances)
{
	size_t count = 0;

	if (allowances->cage == CAGE_NONE || allowances->is_online ||
	    allowances->is_proxied || allowances->writable[0])
		return false;
	shape->allowances = *allowances;
	shape->used = 0;
	shape->allowances.place = keep_text(shape, allowances->place);
	shape->allowances.writable = "";
	for (; allowances->readable[count]; count++)
	{
		const char *path = allowances->readable[count];
		struct stat found;

		if (count == MOST_READABLE || stat(path, &found) < 0)
			return false;
		shape->readable[count] = keep_text(shape, path);
		shape->found[count].device = found.st_dev;
		shape->found[count].inode = found.st_ino;
	}
	shape->readable[count] = NULL;
	shape->allowances.readable = shape->readable;
	return shape->used < TEXTS_SIZE;
}

/* What does not fit any more makes used as large as the room. */
static const char *
keep_text(Shape *shape, const char *text)
{
	size_t size = strlen(text) + 1;
	char *kept = &shape->texts[shape->used];

	if (shape->used + size >= TEXTS_SIZE)
	{
		shape->used = TEXTS_SIZE;
		return "";
	}
	memcpy(kept, text, size);
	shape->used += size;
	return kept;
}

/* Who it is does not matter: nobody else is the same. */
static bool
is_alike(const Shape *one, const Shape *other)
{
	const Allowances *first = &one->allowances;
	const Allowances *second = &other->allowances;
	int i;

	if (first->cage != second->cage || first->processes != second->processes ||
	    first->memory != second->memory || first->disk != second->disk ||
	    strcmp(first->place, second->place) != 0)
		return false;
	for (i = 0; one->readable[i] && other->readable[i]; i++)
	{
		if (strcmp(one->readable[i], other->readable[i]) != 0 ||
		    one->found[i].device != other->found[i].device ||
		    one->found[i].inode != other->found[i].inode)
			return false;
	}
	return one->readable[i] == other->readable[i];
}

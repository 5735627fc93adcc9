/*
 * cache_memory.c
 *		The level of the cache that is in this process: answers ready to be sent.
 *
 * Each entry is one piece of memory, in three lists: of its bucket, to be found;
 * of all by their last use, to be dropped; and of its topic, so that a change
 * costs what it drops and not a look at everything.
 */
#include "cache_memory.h"

#include "cache_labels.h"
#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS ((size_t) 16384) /* a power of two */

/* Of the whole: one answer shall not drive all others out. */
#define LARGEST_SHARE 8

typedef struct Link
{
	struct Link *before;
	struct Link *after;
} Link;

typedef struct Node
{
	CacheEntry entry;
	Link by_use; /* the head's after is the one used last */
	Link by_topic;
	struct Node *next; /* in its bucket */
	uint64_t hash;
	size_t size;
	int holders; /* the memory, while it is in there, and arenas */
	size_t key_length;
	char bytes[]; /* key, JSON, tag, last */
} Node;

struct CacheMemory
{
	size_t most;
	size_t used;
	size_t entries;
	Link by_use;
	Link by_topic[CACHE_TOPICS];
	uint64_t labels[CACHE_TOPICS];
	Node *buckets[BUCKETS];
};

#define NODE_OF(link, member) \
	((Node *) (void *) ((char *) (link) -offsetof(Node, member)))

static Node *create_node(const CacheKey *key, const CacheAnswer *answer);
static void drop(CacheMemory *memory, Node *node);
static void release(void *released);
static void link_init(Link *head);
static void link_add(Link *head, Link *link);
static void link_remove(Link *link);

CacheMemory *
cache_memory_create(size_t most)
{
	CacheMemory *memory = memory_alloc(sizeof(*memory));

	memory->most = most;
	link_init(&memory->by_use);
	for (int i = 0; i < CACHE_TOPICS; i++)
		link_init(&memory->by_topic[i]);
	return memory;
}

void
cache_memory_destroy(CacheMemory *memory)
{
	if (memory == NULL)
		return;
	while (memory->by_use.after != &memory->by_use)
		drop(memory, NODE_OF(memory->by_use.after, by_use));
	free(memory);
}

CacheEntry *
cache_memory_find(CacheMemory *memory, const CacheKey *key)
{
	uint64_t hash = cache_key_hash(key);
	Node *node = memory->buckets[hash & (BUCKETS - 1)];

	while (node && (node->hash != hash || node->key_length != key->length ||
	                memcmp(node->bytes, key->bytes, key->length) != 0))
		node = node->next;
	if (node == NULL)
		return NULL;
	link_remove(&node->by_use);
	link_add(&memory->by_use, &node->by_use);
	return &node->entry;
}

CacheEntry *
cache_memory_put(CacheMemory *memory, const CacheKey *key, int topic,
                 uint64_t label, const CacheAnswer *answer)
{
	CacheEntry *old = cache_memory_find(memory, key);
	Node *node = create_node(key, answer);
	Node **bucket;

	if (old)
		drop(memory, (Node *) (void *) old);
	if (node->size > memory->most / LARGEST_SHARE)
	{
		release(node);
		return NULL;
	}
	while (memory->used + node->size > memory->most)
		drop(memory, NODE_OF(memory->by_use.before, by_use));
	node->entry.topic = topic;
	node->entry.label = label;
	bucket = &memory->buckets[node->hash & (BUCKETS - 1)];
	node->next = *bucket;
	*bucket = node;
	link_add(&memory->by_use, &node->by_use);
	link_add(&memory->by_topic[topic], &node->by_topic);
	memory->used += node->size;
	memory->entries++;
	return &node->entry;
}

void
cache_memory_drop_stale(CacheMemory *memory, const uint64_t *labels)
{
	for (int i = 0; i < CACHE_TOPICS; i++)
	{
		Link *head = &memory->by_topic[i];
		Link *link = head->after;

		if (memory->labels[i] == labels[i])
			continue;
		memory->labels[i] = labels[i];
		while (link != head)
		{
			Node *node = NODE_OF(link, by_topic);

			link = link->after;
			if (node->entry.label != labels[i])
				drop(memory, node);
		}
	}
}

void
cache_memory_keep(CacheEntry *entry, Arena *arena)
{
	Node *node = (Node *) (void *) entry;

	node->holders++;
	arena_keep(arena, node, release);
}

size_t
cache_memory_bytes(const CacheMemory *memory)
{
	return memory->used;
}

size_t
cache_memory_entries(const CacheMemory *memory)
{
	return memory->entries;
}

/* Counted with room for its compressed form, whether it comes to be or not. */
static Node *
create_node(const CacheKey *key, const CacheAnswer *answer)
{
	size_t tag_length = strlen(answer->tag);
	size_t last_length = answer->last ? strlen(answer->last) : 0;
	size_t bytes =
		key->length + answer->length + 1 + tag_length + 1 + last_length + 1;
	Node *node = memory_alloc(sizeof(*node) + bytes);
	char *at = node->bytes;

	node->holders = 1;
	node->hash = cache_key_hash(key);
	node->size = sizeof(*node) + bytes + answer->length / 2;
	node->key_length = key->length;
	memcpy(at, key->bytes, key->length);
	at += key->length;
	node->entry.answer = *answer;
	node->entry.answer.json = memcpy(at, answer->json, answer->length);
	at += answer->length + 1;
	node->entry.answer.tag = memcpy(at, answer->tag, tag_length);
	at += tag_length + 1;
	if (answer->last)
		node->entry.answer.last = memcpy(at, answer->last, last_length);
	return node;
}

static void
drop(CacheMemory *memory, Node *node)
{
	Node **at = &memory->buckets[node->hash & (BUCKETS - 1)];

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
	link_remove(&node->by_use);
	link_remove(&node->by_topic);
	memory->used -= node->size;
	memory->entries--;
	release(node);
}

static void
release(void *released)
{
	Node *node = released;

	if (--node->holders > 0)
		return;
	free(node->entry.packed.bytes);
	free(node);
}

static void
link_init(Link *head)
{
	head->before = head;
	head->after = head;
}

static void
link_add(Link *head, Link *link)
{
	link->before = head;
	link->after = head->after;
	head->after->before = link;
	head->after = link;
}

static void
link_remove(Link *link)
{
	link->before->after = link->after;
	link->after->before = link->before;
}

/*
 * cache_shared.c
 *		The level of the cache that daemons share: entries in Redis.
 *
 * A key is mcp:v1:IDENTITY:QUESTION.  A value is a signature, SipHash-2-4 of key
 * and rest; a head of fixed width; the tag and the last key, each with its NUL; the
 * JSON.
 */
#include "cache_shared.h"

#include "cache_labels.h"
#include "memory.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE ((size_t) 16)
#define SECRET ((size_t) 16)

/*
 * Behind the signature: topic, label, rows, and the lengths of tag and last key with
 * their NULs, the latter 0 where there is none.
 */
#define HEAD ((size_t) (1 + 8 + 4 + 1 + 1))
#define LONGEST_WORD 255

/* Larger ones are the database's: they would hold up all others behind them. */
#define LARGEST ((size_t) 1024 * 1024)

#define LONGEST_IDENTITY 64

struct CacheShared
{
	Redis *redis; /* NULL: none */
	char ttl[16];
	char identity[LONGEST_IDENTITY]; /* "": not known */
	unsigned char secret[SECRET];
	EVP_MAC *mac;
	EVP_MAC_CTX *signer;
	uint64_t refused;
};

/* A question under way; lies in the arena of whoever asks. */
typedef struct Search
{
	CacheShared *shared;
	const char *key; /* as Redis has it */
	CacheSharedCallback callback;
	void *context;
} Search;

static const char *
make_key(const CacheShared *shared, const CacheKey *key, Arena *arena);
static void found(void *context, const RedisAnswer *answer);
static bool is_signed(CacheShared *shared, const char *key, const char *value,
                      size_t length);
static bool read_value(const char *value, size_t length, CacheFound *entry);
static void sign(CacheShared *shared, const char *key, const char *rest,
                 size_t length, unsigned char *signature);
static void write_number(unsigned char *at, uint64_t number, int bytes);
static uint64_t read_number(const unsigned char *at, int bytes);

CacheShared *
cache_shared_create(Redis *redis, int ttl)
{
	CacheShared *shared = memory_alloc(sizeof(*shared));

	shared->redis = redis;
	snprintf(shared->ttl, sizeof(shared->ttl), "%d", ttl);
	shared->mac = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	if (shared->mac)
		shared->signer = EVP_MAC_CTX_new(shared->mac);
	return shared;
}

void
cache_shared_destroy(CacheShared *shared)
{
	EVP_MAC_CTX_free(shared->signer);
	EVP_MAC_free(shared->mac);
	OPENSSL_cleanse(shared, sizeof(*shared));
	free(shared);
}

void
cache_shared_identify(CacheShared *shared, const char *identity,
                      const char *secret)
{
	long length;
	unsigned char *bytes = OPENSSL_hexstr2buf(secret, &length);

	if (bytes && length == (long) SECRET &&
	    strlen(identity) < LONGEST_IDENTITY && shared->signer)
	{
		memcpy(shared->secret, bytes, SECRET);
		snprintf(shared->identity, sizeof(shared->identity), "%s", identity);
	}
	OPENSSL_free(bytes);
}

const char *
cache_shared_identity(const CacheShared *shared)
{
	return shared->identity[0] ? shared->identity : NULL;
}

bool
cache_shared_is_usable(const CacheShared *shared)
{
	return shared->redis && shared->identity[0] &&
	       redis_is_usable(shared->redis);
}

void
cache_shared_find(CacheShared *shared, const CacheKey *key, Arena *arena,
                  CacheSharedCallback callback, void *context)
{
	Search *search;
	RedisCommand command = {0};

	if (!cache_shared_is_usable(shared))
	{
		callback(context, NULL);
		return;
	}
	search = arena_alloc(arena, sizeof(*search));
	search->shared = shared;
	search->key = make_key(shared, key, arena);
	search->callback = callback;
	search->context = context;
	redis_add(&command, "GET");
	redis_add(&command, search->key);
	redis_send(shared->redis, &command, found, search);
}

void
cache_shared_put(CacheShared *shared, const CacheKey *key, Arena *arena,
                 const CacheFound *entry)
{
	const CacheAnswer *answer = &entry->answer;
	size_t tag = strlen(answer->tag) + 1;
	size_t last = answer->last ? strlen(answer->last) + 1 : 0;
	size_t length = SIGNATURE + HEAD + tag + last + answer->length;
	RedisCommand command = {0};
	const char *name;
	unsigned char *value;
	unsigned char *at;

	if (!cache_shared_is_usable(shared) || length > LARGEST ||
	    tag > LONGEST_WORD || last > LONGEST_WORD)
		return;
	value = arena_alloc(arena, length);
	at = value + SIGNATURE;
	write_number(at, (uint64_t) entry->topic, 1);
	write_number(at + 1, entry->label, 8);
	write_number(at + 9, (uint64_t) (answer->rows + 1), 4);
	write_number(at + 13, tag, 1);
	write_number(at + 14, last, 1);
	memcpy(at + HEAD, answer->tag, tag);
	if (answer->last)
		memcpy(at + HEAD + tag, answer->last, last);
	memcpy(at + HEAD + tag + last, answer->json, answer->length);
	name = make_key(shared, key, arena);
	sign(shared, name, (const char *) at, length - SIGNATURE, value);
	redis_add(&command, "SET");
	redis_add(&command, name);
	redis_add_bytes(&command, (const char *) value, length);
	redis_add(&command, "EX");
	redis_add(&command, shared->ttl);
	redis_send(shared->redis, &command, NULL, NULL);
}

uint64_t
cache_shared_refused(const CacheShared *shared)
{
	return shared->refused;
}

static const char *
make_key(const CacheShared *shared, const CacheKey *key, Arena *arena)
{
	return arena_print(arena, "mcp:v1:%s:%s", shared->identity, key->bytes);
}

static void
found(void *context, const RedisAnswer *answer)
{
	Search *search = context;
	CacheShared *shared = search->shared;
	CacheFound entry;

	switch (answer->kind)
	{
		case REDIS_ANSWER_TEXT:
			if (is_signed(shared, search->key, answer->text, answer->length) &&
			    read_value(answer->text, answer->length, &entry))
			{
				search->callback(search->context, &entry);
				return;
			}
			shared->refused++;
			break;
		case REDIS_ANSWER_NUMBERS: /* not what GET answers */
			shared->refused++;
			redis_distrust(shared->redis);
			break;
		case REDIS_ANSWER_NONE:
		case REDIS_ANSWER_NIL:
		case REDIS_ANSWER_REFUSAL:
			break;
	}
	search->callback(search->context, NULL);
}

static bool
is_signed(CacheShared *shared, const char *key, const char *value,
          size_t length)
{
	unsigned char signature[SIGNATURE];

	if (length < SIGNATURE + HEAD)
		return false;
	sign(shared, key, value + SIGNATURE, length - SIGNATURE, signature);
	return CRYPTO_memcmp(signature, value, SIGNATURE) == 0;
}

/* One of ours; still it is read with care. */
static bool
read_value(const char *value, size_t length, CacheFound *entry)
{
	const unsigned char *head = (const unsigned char *) value + SIGNATURE;
	size_t rest = length - SIGNATURE - HEAD;
	size_t tag = (size_t) read_number(head + 13, 1);
	size_t last = (size_t) read_number(head + 14, 1);
	const char *words = value + SIGNATURE + HEAD;

	memset(entry, 0, sizeof(*entry));
	entry->topic = (int) read_number(head, 1);
	entry->label = read_number(head + 1, 8);
	entry->answer.rows = (long) read_number(head + 9, 4) - 1;
	if (entry->topic >= CACHE_TOPICS || tag == 0 || tag + last > rest ||
	    words[tag - 1] != '\0' || (last > 0 && words[tag + last - 1] != '\0'))
		return false;
	entry->answer.tag = words;
	entry->answer.last = last > 0 ? words + tag : NULL;
	entry->answer.json = words + tag + last;
	entry->answer.length = rest - tag - last;
	return true;
}

static void
sign(CacheShared *shared, const char *key, const char *rest, size_t length,
     unsigned char *signature)
{
	size_t size = SIGNATURE;
	OSSL_PARAM params[] = {OSSL_PARAM_construct_size_t("size", &size),
	                       OSSL_PARAM_construct_end()};

	if (EVP_MAC_init(shared->signer, shared->secret, SECRET, params) != 1 ||
	    EVP_MAC_update(shared->signer,
	                   (const unsigned char *) key,
	                   strlen(key) + 1) != 1 ||
	    EVP_MAC_update(shared->signer, (const unsigned char *) rest, length) !=
	        1 ||
	    EVP_MAC_final(shared->signer, signature, &size, SIGNATURE) != 1)
		abort(); /* it has no reason to */
}

/* The low byte first. */
static void
write_number(unsigned char *at, uint64_t number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (unsigned char) (number >> (8 * i));
}

static uint64_t
read_number(const unsigned char *at, int bytes)
{
	uint64_t number = 0;

	for (int i = 0; i < bytes; i++)
		number |= (uint64_t) at[i] << (8 * i);
	return number;
}

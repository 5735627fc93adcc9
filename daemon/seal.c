/*
 * seal.c
 *		Secrets under a key that only the daemon has: AES-256-GCM.
 */
#include "seal.h"

#include "base64url.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEY_BYTES ((size_t) 32)
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define KEYS_MAX 8
#define FILE_MAX 4096

/* Of a key: the first bytes of its hash, in hexadecimal. */
#define ID_BYTES 4
#define ID_LENGTH ((size_t) 2 * ID_BYTES)

#define PREFIX "mcp1:"
#define PREFIX_LENGTH (sizeof(PREFIX) - 1)

/* No secret is longer. */
#define TEXT_MAX 65536

typedef struct Key
{
	unsigned char bytes[KEY_BYTES];
	char id[ID_LENGTH + 1];
} Key;

struct Seal
{
	Key keys[KEYS_MAX];
	int count;
};

static Status
read_file(const char *path, Arena *arena, char **text, Error *error);
static Status
add_keys(Seal *seal, const char *source, char *text, Error *error);
static bool parse_key(const char *text, unsigned char *bytes);
static bool parse_hex(const char *text, unsigned char *bytes);
static void name_key(Key *key);
static const Key *find_key(const Seal *seal, const char *id);
static bool encrypt(const Key *key, const char *name, const char *text,
                    unsigned char *bytes);
static bool decrypt(const Key *key, const char *name,
                    const unsigned char *bytes, size_t length, char *text);

Status
seal_create(const Config *config, Arena *arena, Seal **seal, Error *error)
{
	Status status = STATUS_OK;
	char *text;

	*seal = arena_alloc(arena, sizeof(**seal));
	if (config->secret_key)
		status = add_keys(*seal,
		                  "MCP_SECRET_KEY",
		                  arena_copy_text(arena, config->secret_key),
		                  error);
	if (status == STATUS_OK && config->secret_key_file)
	{
		status = read_file(config->secret_key_file, arena, &text, error);
		if (status == STATUS_OK)
			status = add_keys(*seal, "MCP_SECRET_KEY_FILE", text, error);
	}
	return status;
}

Status
seal_close(const Seal *seal, const char *name, const char *text, Arena *arena,
           const char **sealed, Error *error)
{
	size_t length = strlen(text);
	unsigned char *bytes;

	if (seal->count == 0)
		return error_set(error,
		                 STATUS_CONFLICT,
		                 "no key for secrets: set MCP_SECRET_KEY or "
		                 "MCP_SECRET_KEY_FILE");
	if (length == 0 || length > TEXT_MAX)
		return error_set(error,
		                 STATUS_INVALID,
		                 "a secret must have 1 to %d bytes",
		                 TEXT_MAX);
	bytes = arena_alloc(arena, NONCE_BYTES + length + TAG_BYTES);
	if (!encrypt(&seal->keys[0], name, text, bytes))
		return error_set(
			error, STATUS_INTERNAL, "the secret cannot be encrypted");
	*sealed = arena_print(
		arena,
		PREFIX "%s:%s",
		seal->keys[0].id,
		base64url_print(arena, bytes, NONCE_BYTES + length + TAG_BYTES));
	return STATUS_OK;
}

Status
seal_open(const Seal *seal, const char *name, const char *sealed, Arena *arena,
          const char **text, Error *error)
{
	const char *id = sealed + PREFIX_LENGTH;
	size_t room = strlen(sealed);
	unsigned char *bytes = arena_alloc(arena, room);
	size_t length;
	const Key *key;
	char *opened;

	if (strncmp(sealed, PREFIX, PREFIX_LENGTH) != 0 ||
	    strlen(id) <= ID_LENGTH || id[ID_LENGTH] != ':' ||
	    !base64url_parse(id + ID_LENGTH + 1,
	                     strlen(id + ID_LENGTH + 1),
	                     bytes,
	                     room,
	                     &length) ||
	    length <= NONCE_BYTES + TAG_BYTES)
		return error_set(
			error, STATUS_INVALID, "secret \"%s\" is not sealed", name);
	key = find_key(seal, id);
	if (key == NULL)
		return error_set(error,
		                 STATUS_CONFLICT,
		                 "secret \"%s\" is sealed by key %.*s, which this "
		                 "daemon does not have",
		                 name,
		                 (int) ID_LENGTH,
		                 id);
	opened = arena_alloc(arena, length);
	if (!decrypt(key, name, bytes, length, opened))
		return error_set(error,
		                 STATUS_INVALID,
		                 "secret \"%s\" was changed since it was sealed",
		                 name);
	*text = opened;
	return STATUS_OK;
}

bool
seal_is_current(const Seal *seal, const char *sealed)
{
	return seal->count > 0 && strncmp(sealed, PREFIX, PREFIX_LENGTH) == 0 &&
	       strncmp(sealed + PREFIX_LENGTH, seal->keys[0].id, ID_LENGTH) == 0;
}

static Status
read_file(const char *path, Arena *arena, char **text, Error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	*text = arena_alloc(arena, FILE_MAX + 1);
	length = fd < 0 ? -1 : read(fd, *text, FILE_MAX);
	if (fd >= 0)
		close(fd);
	if (length < 0)
		return error_set(error,
		                 STATUS_INVALID,
		                 "MCP_SECRET_KEY_FILE: \"%s\" cannot be read",
		                 path);
	return STATUS_OK;
}

/* Separated by commas or lines, the one that seals first. */
static Status
add_keys(Seal *seal, const char *source, char *text, Error *error)
{
	static const char separators[] = ", \t\r\n";
	char *rest = NULL;

	for (char *word = strtok_r(text, separators, &rest); word;
	     word = strtok_r(NULL, separators, &rest))
	{
		Key *key = &seal->keys[seal->count];

		if (seal->count == KEYS_MAX)
			return error_set(error,
			                 STATUS_INVALID,
			                 "%s: more than %d keys",
			                 source,
			                 KEYS_MAX);
		if (!parse_key(word, key->bytes))
			return error_set(error,
			                 STATUS_INVALID,
			                 "%s: a key is not 32 bytes in hexadecimal or "
			                 "base64; openssl rand -hex 32 makes one",
			                 source);
		name_key(key);
		seal->count++;
	}
	return STATUS_OK;
}

/* base64 in either alphabet, padded or not. */
static bool
parse_key(const char *text, unsigned char *bytes)
{
	char plain[64];
	size_t length = strlen(text);

	if (length == 2 * KEY_BYTES)
		return parse_hex(text, bytes);
	while (length > 0 && text[length - 1] == '=')
		length--;
	if (length >= sizeof(plain))
		return false;
	for (size_t i = 0; i < length; i++)
		plain[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	return base64url_parse(plain, length, bytes, KEY_BYTES, &length) &&
	       length == KEY_BYTES;
}

static bool
parse_hex(const char *text, unsigned char *bytes)
{
	size_t length;

	return strspn(text, "0123456789abcdefABCDEF") == 2 * KEY_BYTES &&
	       OPENSSL_hexstr2buf_ex(bytes, KEY_BYTES, &length, text, '\0') == 1;
}

static void
name_key(Key *key)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];

	SHA256(key->bytes, KEY_BYTES, hash);
	for (size_t i = 0; i < ID_BYTES; i++)
		snprintf(key->id + 2 * i, 3, "%02x", hash[i]);
}

static const Key *
find_key(const Seal *seal, const char *id)
{
	for (int i = 0; i < seal->count; i++)
	{
		if (strncmp(seal->keys[i].id, id, ID_LENGTH) == 0)
			return &seal->keys[i];
	}
	return NULL;
}

/* bytes: room for the nonce, the text and the tag. */
static bool
encrypt(const Key *key, const char *name, const char *text,
        unsigned char *bytes)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int length = (int) strlen(text);
	int done = 0;
	bool is_fine =
		context && RAND_bytes(bytes, NONCE_BYTES) == 1 &&
		EVP_EncryptInit_ex(
			context, EVP_aes_256_gcm(), NULL, key->bytes, bytes) == 1 &&
		EVP_EncryptUpdate(context,
	                      NULL,
	                      &done,
	                      (const unsigned char *) name,
	                      (int) strlen(name)) == 1 &&
		EVP_EncryptUpdate(context,
	                      bytes + NONCE_BYTES,
	                      &done,
	                      (const unsigned char *) text,
	                      length) == 1 &&
		EVP_EncryptFinal_ex(context, bytes + NONCE_BYTES + done, &done) == 1 &&
		EVP_CIPHER_CTX_ctrl(context,
	                        EVP_CTRL_AEAD_GET_TAG,
	                        TAG_BYTES,
	                        bytes + NONCE_BYTES + length) == 1;

	EVP_CIPHER_CTX_free(context);
	return is_fine;
}

/* text: room for length bytes, zeroed. */
static bool
decrypt(const Key *key, const char *name, const unsigned char *bytes,
        size_t length, char *text)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int inner = (int) (length - NONCE_BYTES - TAG_BYTES);
	unsigned char tag[TAG_BYTES];
	int done = 0;
	bool is_fine;

	memcpy(tag, bytes + NONCE_BYTES + inner, TAG_BYTES);
	is_fine =
		context &&
		EVP_DecryptInit_ex(
			context, EVP_aes_256_gcm(), NULL, key->bytes, bytes) == 1 &&
		EVP_DecryptUpdate(context,
	                      NULL,
	                      &done,
	                      (const unsigned char *) name,
	                      (int) strlen(name)) == 1 &&
		EVP_DecryptUpdate(context,
	                      (unsigned char *) text,
	                      &done,
	                      bytes + NONCE_BYTES,
	                      inner) == 1 &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag) ==
			1 &&
		EVP_DecryptFinal_ex(context, (unsigned char *) text + done, &done) == 1;
	EVP_CIPHER_CTX_free(context);
	if (!is_fine)
		OPENSSL_cleanse(text, length);
	return is_fine;
}

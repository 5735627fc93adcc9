/*
 * token_key.c
 *		The key that tokens are signed with, made at the first start and kept.
 *
 * It is written whole beside its place and then linked there, which fails where
 * another daemon was first: whoever reads finds no key or all of it, and all find
 * the same one.
 */
#include "token_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS ((size_t) 2 * TOKEN_KEY_BYTES)

static Status make(const char *path, Error *error);
static bool write_new(int fd);
static Status check_owner(int fd, const char *path, Error *error);
static Status
read_digits(int fd, const char *path, unsigned char *key, Error *error);
static bool parse(const char *digits, unsigned char *key);
static int digit_value(char digit);
static Status refuse(Error *error, const char *path, const char *why);

Status
token_key_read(const char *path, unsigned char key[TOKEN_KEY_BYTES],
               Error *error)
{
	static const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int fd = open(path, flags);
	Status status;

	if (fd < 0 && errno == ENOENT)
	{
		if (make(path, error) != STATUS_OK)
			return error->status;
		fd = open(path, flags);
	}
	if (fd < 0)
		return refuse(error, path, strerror(errno));
	status = check_owner(fd, path, error);
	if (status == STATUS_OK)
		status = read_digits(fd, path, key, error);
	close(fd);
	return status;
}

Status
token_key_draw(unsigned char key[TOKEN_KEY_BYTES], Error *error)
{
	if (getrandom(key, TOKEN_KEY_BYTES, 0) != TOKEN_KEY_BYTES)
		return error_set(error,
		                 STATUS_INVALID,
		                 "no key of tokens can be drawn: %s",
		                 strerror(errno));
	return STATUS_OK;
}

/* That somebody else has made it meanwhile is as good. */
static Status
make(const char *path, Error *error)
{
	char beside[PATH_MAX];
	int length =
		snprintf(beside, sizeof(beside), "%s.%ld", path, (long) getpid());
	bool is_made;
	int fd;

	if (length < 0 || (size_t) length >= sizeof(beside))
		return refuse(error, path, strerror(ENAMETOOLONG));
	unlink(beside); /* of one of our process id that died here */
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return refuse(error, path, strerror(errno));
	is_made = write_new(fd) && (link(beside, path) == 0 || errno == EEXIST);
	if (!is_made)
		refuse(error, path, strerror(errno));
	close(fd);
	unlink(beside);
	return is_made ? STATUS_OK : error->status;
}

static bool
write_new(int fd)
{
	unsigned char key[TOKEN_KEY_BYTES];
	char digits[DIGITS + 1];
	bool is_written;

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return false;
	for (size_t i = 0; i < sizeof(key); i++)
	{
		digits[2 * i] = "0123456789abcdef"[key[i] >> 4];
		digits[2 * i + 1] = "0123456789abcdef"[key[i] & 15];
	}
	digits[DIGITS] = '\n';
	errno = ENOSPC; /* where fewer bytes are written than were given */
	is_written =
		write(fd, digits, sizeof(digits)) == sizeof(digits) && fsync(fd) == 0;
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(digits, sizeof(digits));
	return is_written;
}

/* A key that others may read is one that they may sign with. */
static Status
check_owner(int fd, const char *path, Error *error)
{
	struct stat found;

	if (fstat(fd, &found) < 0)
		return refuse(error, path, strerror(errno));
	if (!S_ISREG(found.st_mode))
		return refuse(error, path, "it is no file");
	if (found.st_uid != geteuid())
		return refuse(error, path, "it belongs to somebody else");
	if (found.st_mode & (S_IRWXG | S_IRWXO))
		return refuse(error, path, "others may use it: chmod 600");
	return STATUS_OK;
}

static Status
read_digits(int fd, const char *path, unsigned char *key, Error *error)
{
	char digits[DIGITS + 2]; /* with a line feed, and what must not be there */
	ssize_t length = read(fd, digits, sizeof(digits));
	bool is_key;

	if (length < 0)
		return refuse(error, path, strerror(errno));
	is_key = ((size_t) length == DIGITS ||
	          ((size_t) length == DIGITS + 1 && digits[DIGITS] == '\n')) &&
	         parse(digits, key);
	OPENSSL_cleanse(digits, sizeof(digits));
	if (!is_key)
		return refuse(error, path, "it is not 64 hexadecimal digits");
	return STATUS_OK;
}

static bool
parse(const char *digits, unsigned char *key)
{
	for (size_t i = 0; i < TOKEN_KEY_BYTES; i++)
	{
		int high = digit_value(digits[2 * i]);
		int low = digit_value(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = (unsigned char) (high << 4 | low);
	}
	return true;
}

static int
digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

static Status
refuse(Error *error, const char *path, const char *why)
{
	return error_set(error,
	                 STATUS_INVALID,
	                 "MCP_TOKEN_KEY_FILE: \"%s\" cannot be used: %s",
	                 path,
	                 why);
}

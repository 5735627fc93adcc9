/*
 * executor_python_venv.c
 *		Virtual environments, made once for each interpreter and requirements.
 *
 * The one that makes it is a child like any other, so it can be cancelled and
 * has a time limit.  It holds the lock as long as it lives, and writes the file
 * "ready" last: one that was killed half way leaves what the next one wipes out.
 */
#include "executor_python_venv.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Milliseconds for making one, which is not the time of the script. */
#define MAKING_LIMIT 600000

/* Of our environment: where pip finds its index. */
static const char *const inherited_with_index[] = {
	"PIP_*",
	NULL,
};

/* And how it gets there, where that is not our business. */
static const char *const inherited[] = {
	"PIP_*",
	"http_proxy",
	"https_proxy",
	"no_proxy",
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"NO_PROXY",
	"SSL_CERT_FILE",
	"SSL_CERT_DIR",
	"REQUESTS_CA_BUNDLE",
	NULL,
};

/* Arguments: the interpreter, the place, the requirements. */
static const char maker[] =
	"import fcntl, os, shutil, subprocess, sys\n"
	"python, place, *requirements = sys.argv[1:]\n"
	"ready = os.path.join(place, 'ready')\n"
	"\n"
	"def wipe():\n"
	"    for name in os.listdir(place):\n"
	"        path = os.path.join(place, name)\n"
	"        if os.path.isdir(path) and not os.path.islink(path):\n"
	"            shutil.rmtree(path, ignore_errors=True)\n"
	"        elif name != 'lock':\n"
	"            os.unlink(path)\n"
	"\n"
	"with open(os.path.join(place, 'lock'), 'a') as lock:\n"
	"    fcntl.flock(lock, fcntl.LOCK_EX)\n"
	"    if os.path.exists(ready):\n"
	"        sys.exit()\n"
	"    wipe()\n"
	"    commands = (\n"
	"        [python, '-m', 'venv', place],\n"
	"        [os.path.join(place, 'bin', 'python'), '-m', 'pip', 'install',\n"
	"         '--quiet', '--no-input', '--disable-pip-version-check',\n"
	"         '--no-cache-dir', '--', *requirements])\n"
	"    for command in commands:\n"
	"        done = subprocess.run(command, stdout=sys.stderr)\n"
	"        if done.returncode != 0:\n"
	"            wipe()\n"
	"            sys.exit(1)\n"
	"    open(ready, 'w').close()\n";

static Status read_requirements(const ExecutorTask *task, PythonVenv *venv,
                                size_t *count, Error *error);
static Status
find_folder(const ExecutorTask *task, char **folder, Error *error);
static char *
make_key(const ExecutorTask *task, const PythonVenv *venv, size_t count);

Status
executor_python_venv_find(const ExecutorTask *task, PythonVenv *venv,
                          Error *error)
{
	Arena *arena = task->arena;
	size_t count = 0;
	char *folder = NULL;
	char *place;
	Status status = read_requirements(task, venv, &count, error);

	if (status != STATUS_OK || count == 0)
		return status;
	status = find_folder(task, &folder, error);
	if (status != STATUS_OK)
		return status;
	place = arena_print(arena, "%s/%s", folder, make_key(task, venv, count));
	/* Entered by nobody else than who may enter the folder. */
	if (mkdir(place, 0755) < 0 && errno != EEXIST)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make the directory \"%s\": %s",
		                 place,
		                 strerror(errno));
	venv->bin = arena_print(arena, "%s/bin", place);
	venv->python = arena_print(arena, "%s/python", venv->bin);
	venv->place = place;
	venv->is_made = access(arena_print(arena, "%s/ready", place), F_OK) == 0;
	return STATUS_OK;
}

PythonCommand
executor_python_venv_command(const ExecutorTask *task, const PythonVenv *venv,
                             const char *directory, Proxy *index)
{
	const char *const fixed[] = {
		"-c",
		maker,
		task->settings->python,
		venv->place,
	};
	size_t fixed_count = sizeof(fixed) / sizeof(fixed[0]);
	size_t count = 0;
	const char **arguments;

	while (venv->requirements[count])
		count++;
	arguments =
		arena_alloc(task->arena, (fixed_count + count + 1) * sizeof(char *));
	memcpy(arguments, fixed, sizeof(fixed));
	memcpy(arguments + fixed_count, venv->requirements, count * sizeof(char *));
	return (PythonCommand){
		.python = task->settings->python,
		.arguments = arguments,
		.directory = directory,
		.settings = task->settings,
		.writable = venv->place,
		.is_installing = true,
		.is_online = index == NULL,
		.proxy = index,
		.inherited = index ? inherited_with_index : inherited,
		.time_limit = MAKING_LIMIT,
	};
}

/* None where the MCP wants the system's interpreter ("virtual_env": false). */
static Status
read_requirements(const ExecutorTask *task, PythonVenv *venv, size_t *count,
                  Error *error)
{
	JsonView list = json_view_find(task->config, "requirements");
	JsonWalk walk = json_view_walk(list);
	const char **texts;

	if (json_view_kind(json_view_find(task->config, "virtual_env")) ==
	    JSON_VIEW_FALSE)
		return STATUS_OK;
	/* No text is shorter than its quotes. */
	texts = arena_alloc(task->arena, (list.length / 2 + 1) * sizeof(char *));
	while (json_view_next(&walk))
	{
		const char *text = json_view_text(walk.value, task->arena);

		if (text == NULL || *text == '\0')
			continue;
		if (*text == '-')
			return error_set(error,
			                 STATUS_INVALID,
			                 "requirement \"%s\" is an option of pip",
			                 text);
		texts[(*count)++] = text;
	}
	venv->requirements = texts;
	return STATUS_OK;
}

/* In a public directory anybody may have been there before us. */
static Status
find_folder(const ExecutorTask *task, char **folder, Error *error)
{
	char root[PATH_MAX];
	struct stat found;

	if (realpath(task->settings->work_dir, root) == NULL)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "the directory of MCP_WORK_DIR cannot be reached: %s",
		                 strerror(errno));
	*folder = arena_print(
		task->arena, "%s/mcp-venvs-%u", root, (unsigned int) geteuid());
	if (mkdir(*folder, 0700) < 0 && errno != EEXIST)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "could not make the directory \"%s\": %s",
		                 *folder,
		                 strerror(errno));
	if (lstat(*folder, &found) < 0 || !S_ISDIR(found.st_mode) ||
	    found.st_uid != geteuid() || (found.st_mode & 077) != 0)
		return error_set(error,
		                 STATUS_UNAVAILABLE,
		                 "\"%s\" is not a directory of ours alone",
		                 *folder);
	return STATUS_OK;
}

/*
 * By the real path of the interpreter: its minor version is part of that, and a
 * virtual environment does not outlive a change of it.
 */
static char *
make_key(const ExecutorTask *task, const PythonVenv *venv, size_t count)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int length = 0;
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	const char *python = task->settings->python;
	char real[PATH_MAX];
	char *key;

	if (realpath(python, real))
		python = real;
	/* With the NUL: "a", "bc" are not "ab", "c". */
	if (hash == NULL || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(hash, python, strlen(python) + 1) != 1)
		abort();
	for (size_t i = 0; i < count; i++)
	{
		const char *text = venv->requirements[i];

		if (EVP_DigestUpdate(hash, text, strlen(text) + 1) != 1)
			abort();
	}
	if (EVP_DigestFinal_ex(hash, digest, &length) != 1)
		abort();
	EVP_MD_CTX_free(hash);
	key = arena_alloc(task->arena, 2 * (size_t) length + 1);
	for (unsigned int i = 0; i < length; i++)
		snprintf(key + (size_t) 2 * i, 3, "%02x", digest[i]);
	return key;
}

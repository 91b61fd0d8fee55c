// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/control.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#define TEXT_LIMIT (32 * 1024 * 1024)

/* How long to stay in user space before asking whether an attempt is over. */
#define OUTSIDE_NS 20000000L

#define NS_PER_SECOND 1000000000ULL

#define STAGE_NAME(name, text)               [LPATCH_STAGE_##name] = (text),
#define CAUSE_NAME(name, text, sentence)     [LPATCH_CAUSE_##name] = (text),
#define CAUSE_SENTENCE(name, text, sentence) [LPATCH_CAUSE_##name] = (sentence),

static const char *const stage_names[] = {LPATCH_STAGES(STAGE_NAME)};
static const char *const cause_names[] = {LPATCH_CAUSES(CAUSE_NAME)};
static const char *const cause_sentences[] = {LPATCH_CAUSES(CAUSE_SENTENCE)};

const char *control_stage_name(enum lpatch_stage stage)
{
	return stage_names[stage];
}

const char *control_cause_name(enum lpatch_cause cause)
{
	return cause_names[cause];
}

const char *control_cause_sentence(enum lpatch_cause cause)
{
	return cause_sentences[cause];
}

void control_outcome_clear(struct control_outcome *outcome)
{
	free(outcome->conflicts);
	*outcome = (struct control_outcome){};
}

/* The place of `name` among `count` names, or -1. */
static int find_name(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(names[i], name))
			return i;
	}
	return -1;
}

bool control_core_loaded(const struct host *host)
{
	_cleanup_free_ char *path = NULL;

	/* The file that the core creates last: without it, the core is being loaded or unloaded. */
	if (asprintf(&path, "%s/%s", host->sysfs, LPATCH_FILE_ABI) < 0)
		return false;
	return !access(path, F_OK);
}

/*
 * Reads a file of the core from one of its folders; `id` is NULL for the files that are not an
 * update's.
 */
static struct lp_error *read_text(const char *folder, const char *id, const char *file, char **text)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob blob = {};

	lp_try(text_format(&path, "%s/%s%s%s", folder, id ? id : "", id ? "/" : "", file));
	if (access(path, R_OK) && errno == EACCES)
		return lp_error_new(LP_USAGE, "must be run as root");
	lp_try(file_read(path, TEXT_LIMIT, &blob));
	*text = (char *)take(blob.data);
	return NULL;
}

/* The same, without the newline at the end. */
static struct lp_error *read_lines(const char *folder, const char *id, const char *file,
				   char **text)
{
	lp_try(read_text(folder, id, file, text));
	size_t length = strlen(*text);

	if (length && (*text)[length - 1] == '\n')
		(*text)[length - 1] = '\0';
	return NULL;
}

struct lp_error *control_patch(const struct host *host, const char *id, char **text)
{
	return read_text(host->sysfs, id, LPATCH_FILE_PATCH, text);
}

struct lp_error *control_read(const struct host *host, const char *id, const char *file,
			      char **text)
{
	return read_lines(host->sysfs, id, file, text);
}

struct lp_error *control_lines(const struct host *host, const char *id, const char *file,
			       char **text)
{
	struct lp_error *error = read_lines(host->lists, id, file, text);

	return error && access(host->lists, F_OK)
		       ? lp_error_hint(error, "The core's lists are in /proc. Is it mounted?")
		       : error;
}

struct lp_error *control_write(const struct host *host, const char *id, const char *file,
			       const char *word)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/%s/%s", host->sysfs, id, file));
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	if (write(fd, word, strlen(word)) < 0)
		return lp_error_errno(errno, "can't write %s", path);
	return NULL;
}

struct lp_error *control_parts(const struct host *host, const char *id, struct text_list *parts)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *line;

	lp_try(control_lines(host, id, LPATCH_FILE_OBJECTS, &text));
	for (rest = text; (line = strsep(&rest, "\n"));) {
		const char *object = strsep(&line, " ");

		if (line && strcmp(object, "vmlinux") && strcmp(line, LPATCH_OBJECT_WAITING))
			lp_try(text_list_add(parts, "%s", line));
	}
	return NULL;
}

struct lp_error *control_give_part(const struct host *host, const char *id, size_t number,
				   const struct blob *file)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/%s/" LPATCH_FILE_PART "%zu", host->sysfs, id, number));
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	for (size_t done = 0; done < file->size;) {
		ssize_t count = write(fd, file->data + done, file->size - done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return lp_error_errno(errno, "can't write %s", path);
		done += count;
	}
	return NULL;
}

struct lp_error *control_abi(const struct host *host, unsigned int *abi)
{
	_cleanup_free_ char *text = NULL;
	char *end;

	lp_try(read_lines(host->sysfs, NULL, LPATCH_FILE_ABI, &text));
	errno = 0;
	unsigned long number = strtoul(text, &end, 10);

	if (errno || end == text || *end || number > UINT32_MAX)
		return lp_error_new(LP_INTERNAL, "%s/%s: \"%s\" is not a number", host->sysfs,
				    LPATCH_FILE_ABI, text);
	*abi = number;
	return NULL;
}

/* If the core is not loaded, the folder above it must exist. */
static struct lp_error *check_sysfs(const struct host *host)
{
	_cleanup_free_ char *folder = NULL;

	lp_try(text_format(&folder, "%.*s", (int)(strrchr(host->sysfs, '/') - host->sysfs),
			   host->sysfs));
	if (!access(folder, F_OK))
		return NULL;
	return lp_error_hint(lp_error_errno(errno,
					    "can't read which updates are in the kernel without %s",
					    folder),
			     "Mount sysfs: `mount -t sysfs sysfs /sys`.");
}

struct lp_error *control_check_core(const struct host *host)
{
	unsigned int abi;

	if (!control_core_loaded(host))
		return check_sysfs(host);
	struct lp_error *error = control_abi(host, &abi);

	if (error && !control_core_loaded(host)) {
		lp_error_free(error); /* it has been unloaded meanwhile */
		return NULL;
	}
	lp_try(error);
	if (abi == LPATCH_ABI_VERSION)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_KERNEL_REFUSED,
			     "the loaded core has version %u of its interface, this program "
			     "version %d",
			     abi, LPATCH_ABI_VERSION),
		"Use the programs of the lpatch that has loaded it, or undo its updates with them "
		"(`rmmod %s` if the core stays) and try again.",
		LPATCH_CORE_MODULE);
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

struct lp_error *control_list(const struct host *host, struct text_list *ids)
{
	_cleanup_closedir_ DIR *directory = opendir(host->sysfs);
	struct dirent *entry;

	if (!directory && errno == ENOENT)
		return NULL;
	if (!directory)
		return lp_error_errno(errno, "can't read %s", host->sysfs);
	while ((entry = readdir(directory))) {
		if (entry->d_type == DT_DIR && manifest_id_is_valid(entry->d_name))
			lp_try(text_list_add(ids, "%s", entry->d_name));
	}
	if (ids->count)
		qsort(ids->items, ids->count, sizeof(*ids->items), compare_names);
	return NULL;
}

bool control_present(const struct host *host, const char *id)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s/%s", host->sysfs, id, LPATCH_FILE_STAGE) < 0)
		return false;
	return !access(path, F_OK);
}

struct lp_error *control_stage(const struct host *host, const char *id, enum lpatch_stage *stage)
{
	_cleanup_free_ char *text = NULL;

	lp_try(read_lines(host->sysfs, id, LPATCH_FILE_STAGE, &text));
	int found = find_name(text, stage_names, ARRAY_SIZE(stage_names));

	if (found < 0)
		return lp_error_new(LP_INTERNAL, "%s/%s/%s: unknown stage \"%s\"", host->sysfs, id,
				    LPATCH_FILE_STAGE, text);
	*stage = found;
	return NULL;
}

struct lp_error *control_cause(const struct host *host, const char *id, enum lpatch_cause *cause)
{
	_cleanup_free_ char *text = NULL;

	lp_try(read_lines(host->sysfs, id, LPATCH_FILE_ABORT_CAUSE, &text));
	int found = find_name(text, cause_names, ARRAY_SIZE(cause_names));

	/* A newer core may know causes that this program doesn't. */
	*cause = found < 0 ? LPATCH_CAUSE_UNEXPECTED : (enum lpatch_cause)found;
	return NULL;
}

bool control_pending(const struct host *host, const char *id)
{
	enum lpatch_cause cause;

	if (!control_present(host, id))
		return false;
	_cleanup_error_ struct lp_error *error = control_cause(host, id, &cause);

	return !error && cause == LPATCH_CAUSE_PENDING;
}

/* What is written to `stage`, to be freed. */
static struct lp_error *request_words(enum lpatch_stage stage, unsigned int ways,
				      unsigned int max_stop, char **words)
{
	_cleanup_free_ char *limit = NULL;

	if (max_stop)
		lp_try(text_format(&limit, " " LPATCH_WORD_MAX_STOP "%u", max_stop));
	return text_format(words, "%s%s%s%s", control_stage_name(stage),
			   ways & CONTROL_REPLACE ? " " LPATCH_WORD_REPLACE : "",
			   ways & CONTROL_LATER ? " " LPATCH_WORD_LATER : "", limit ? limit : "");
}

/* One write to `stage`. Sets *errnum to 0 or to why the core refused. */
static struct lp_error *write_stage(const struct host *host, const char *id, const char *words,
				    int *errnum)
{
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/%s/%s", host->sysfs, id, LPATCH_FILE_STAGE));
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 && errno == EROFS)
		return lp_error_hint(lp_error_errno(errno, "can't open %s", path),
				     "In a container /sys usually can't be written: run this on "
				     "the host itself.");
	if (fd < 0)
		return lp_error_errno(errno, "can't open %s", path);
	*errnum = write(fd, words, strlen(words)) < 0 ? errno : 0;
	return NULL;
}

static uint64_t nanoseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* Stays in user space for a moment: the clock is read through the vDSO (vdso(7)). */
static void stay_out(void)
{
	uint64_t end = nanoseconds_now() + OUTSIDE_NS;

	while (nanoseconds_now() < end)
		;
}

/* Sets outcome->cause to the result of an attempt in the background. */
static struct lp_error *wait_for_end(const struct host *host, const char *id,
				     struct control_outcome *outcome)
{
	uint64_t end = nanoseconds_now() + host->attempt_seconds * NS_PER_SECOND;

	do {
		stay_out();
		lp_try(control_cause(host, id, &outcome->cause));
		if (outcome->cause != LPATCH_CAUSE_PENDING)
			return NULL;
	} while (nanoseconds_now() < end);
	return lp_error_hint(
		lp_error_new(LP_INTERNAL,
			     "the kernel has worked on the attempt for %s for %u seconds", id,
			     host->attempt_seconds),
		"It continues; `lpatch-view --id=%s` shows the result.", id);
}

static struct lp_error *wait_for_attempt(const struct host *host, const char *id,
					 enum lpatch_stage stage, struct control_outcome *outcome)
{
	enum lpatch_stage reached;

	lp_try(wait_for_end(host, id, outcome));
	lp_try(control_stage(host, id, &reached));
	outcome->done = reached == stage;
	return NULL;
}

/*
 * A task chooses its own name, and conflicts are shown on terminals and in
 * JSON: what isn't printable ASCII becomes '?'.
 */
static void make_harmless(char *text)
{
	for (; *text; text++) {
		if (*text != '\n' && *text != '\t' && (*text < ' ' || *text > '~'))
			*text = '?';
	}
}

struct lp_error *control_conflicts(const struct host *host, const char *id, char **text)
{
	lp_try(control_lines(host, id, LPATCH_FILE_CONFLICTS, text));
	make_harmless(*text);
	return NULL;
}

struct lp_error *control_request(const struct host *host, const char *id, enum lpatch_stage stage,
				 unsigned int ways, unsigned int max_stop,
				 struct control_outcome *outcome)
{
	_cleanup_free_ char *words = NULL;

	*outcome = (struct control_outcome){};
	lp_try(request_words(stage, ways, max_stop, &words));
	lp_try(write_stage(host, id, words, &outcome->errnum));
	if (!outcome->errnum && (ways & CONTROL_LATER))
		lp_try(wait_for_attempt(host, id, stage, outcome));
	else
		outcome->done = !outcome->errnum;
	if (outcome->done)
		return NULL;
	lp_try(control_cause(host, id, &outcome->cause));
	if (outcome->cause == LPATCH_CAUSE_NONE)
		outcome->cause = LPATCH_CAUSE_UNEXPECTED;
	return control_conflicts(host, id, &outcome->conflicts);
}

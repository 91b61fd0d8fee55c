// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/narrow.h"

#include <string.h>

#include "common/digest.h"
#include "common/file.h"
#include "create/base/directory.h"
#include "create/base/pool.h"
#include "create/kbuild.h"
#include "create/target.h"

/* Preprocessed text has about 2 MB, and ten times that for some drivers. */
#define TEXT_LIMIT (256u << 20)

/* One run of the preprocessor. */
struct text {
	char *command;
	const char *argv[4];
	char *output, *log;
	char digest[DIGEST_SHA256_TEXT]; /* "" as long as it is not known */
};

/* Two texts for each object: number 2 * i is the original, 2 * i + 1 the patched text. */
struct narrowing {
	struct tree *tree;
	const char *view;
	struct kbuild_objects *objects;
	struct text *texts;
};

static void text_clear(struct text *text)
{
	free(take(text->command));
	free(take(text->output));
	free(take(text->log));
}

/* The path of the file with the digest of the original's text; the caller frees it. */
static struct lp_error *digest_path(const struct tree *tree, const char *name, char **path)
{
	_cleanup_free_ char *plain = NULL;

	/* "../" would lead out of the directory. */
	lp_try(text_replace(&plain, name, "../", "^/"));
	return text_format(path, "%s/%s.text", tree->objects, plain);
}

static struct lp_error *read_digest(const struct tree *tree, const char *name, char *digest)
{
	_cleanup_free_ char *path = NULL;

	lp_try(digest_path(tree, name, &path));
	_cleanup_fclose_ FILE *file = fopen(path, "r");

	if (!file || !fgets(digest, DIGEST_SHA256_TEXT, file))
		*digest = '\0';
	return NULL;
}

/* It doesn't use file_write(): if a crash truncates the digest, that only costs time. */
static struct lp_error *keep_digest(const struct tree *tree, const char *name, const char *digest)
{
	_cleanup_free_ char *path = NULL;

	lp_try(digest_path(tree, name, &path));
	lp_try(directory_make_above(path));
	_cleanup_fclose_ FILE *file = fopen(path, "w");

	if (file)
		fputs(digest, file);
	return NULL;
}

/*
 * The command that only preprocesses: kbuild's command up to " -c -o NAME SOURCE",
 * without the dependency file and without the call of objtool after it.
 */
static struct lp_error *text_command(const struct narrowing *narrowing, const char *command,
				     const char *view, const char *output, char **result)
{
	_cleanup_free_ char *only = NULL, *headers = NULL;
	const char *end = strstr(command, " -c -o "), *depfile = strstr(command, " -Wp,-MMD,");

	*result = NULL;
	if (!end || !depfile || depfile > end)
		return NULL;
	const char *source = end + strlen(" -c -o ");

	source += strcspn(source, " ");
	source += strspn(source, " ");
	int before = (int)(depfile - command), name = (int)strcspn(source, " ;");
	const char *behind = depfile + 1 + strcspn(depfile + 1, " ");

	if (strcmp(view, narrowing->tree->source) != 0)
		lp_try(author_headers_flag(narrowing->tree, &headers));
	lp_try(text_format(&only, "%.*s%.*s%s -w -E -P -o %s %.*s", before, command,
			   (int)(end - behind), behind, headers ?: "", output, name, source));
	return text_replace(result, only, narrowing->tree->source, view);
}

static struct lp_error *prepare_text(void *context, size_t index, struct process *process)
{
	struct narrowing *narrowing = context;
	struct text *text = &narrowing->texts[index];
	const struct kbuild_object *object = &narrowing->objects->items[index / 2];
	struct tree *tree = narrowing->tree;
	bool original = index % 2 == 0;

	if (!object->command)
		return NULL;
	if (original)
		lp_try(read_digest(tree, object->name, text->digest));
	if (*text->digest)
		return NULL;
	text_clear(text);
	lp_try(text_format(&text->output, "%s/text-%zu", original ? tree->work : tree->made,
			   index));
	lp_try(text_format(&text->log, "%s/text-%zu.log", tree->work, index));
	lp_try(text_command(narrowing,
			    original ? object->command : object->patched_command ?: object->command,
			    original ? tree->source : narrowing->view, text->output,
			    &text->command));
	if (!text->command)
		return NULL;
	/* No cache is there for patched source. */
	if (!original) {
		_cleanup_free_ char *plain = take(text->command);

		lp_try(text_format(&text->command, "export CCACHE_DISABLE=1; %s", plain));
	}
	const char *const argv[] = {"sh", "-c", text->command, NULL};

	memcpy(text->argv, argv, sizeof(argv));
	*process = (struct process){
		.argv = text->argv,
		.directory = tree->build,
		.output = text->log,
		.sandbox = original ? tree->sandbox : tree->patched_sandbox,
	};
	return NULL;
}

static struct lp_error *digest_text(void *context, size_t index, int status)
{
	struct narrowing *narrowing = context;
	struct text *text = &narrowing->texts[index];
	_cleanup_blob_ struct blob blob = {0};

	unlink(text->log);
	if (!status) {
		lp_try(file_read(text->output, TEXT_LIMIT, &blob));
		digest_sha256(blob.data, blob.size, text->digest);
	}
	unlink(text->output);
	if (status || index % 2)
		return NULL;
	return keep_digest(narrowing->tree, narrowing->objects->items[index / 2].name,
			   text->digest);
}

static bool is_same(const struct narrowing *narrowing, size_t i)
{
	const struct text *texts = &narrowing->texts[2 * i];

	return *texts[0].digest && !strcmp(texts[0].digest, texts[1].digest);
}

/* Removes the objects whose text is the same. */
static void drop_same(const struct narrowing *narrowing)
{
	struct kbuild_objects *objects = narrowing->objects;
	struct kbuild_objects same = {.items = calloc(objects->count, sizeof(*objects->items))};
	size_t kept = 0;

	for (size_t i = 0; i < objects->count; i++) {
		if (same.items && is_same(narrowing, i))
			same.items[same.count++] = objects->items[i];
		else
			objects->items[kept++] = objects->items[i];
	}
	objects->count = kept;
	kbuild_objects_clear(&same);
}

static struct lp_error *set_commands(struct tree *tree, struct kbuild_objects *objects)
{
	message_progress(tree->sink, "asking kbuild how it compiles %zu files", objects->count);
	return kbuild_commands(tree, NULL, objects);
}

/* Warns about objects whose untouched source can't be preprocessed. */
static struct lp_error *list_failed(const struct narrowing *narrowing, struct text_list *names)
{
	for (size_t i = 0; i < narrowing->objects->count; i++) {
		const struct kbuild_object *object = &narrowing->objects->items[i];
		const struct text *original = &narrowing->texts[2 * i];

		if (original->command && !*original->digest && !object->is_new)
			lp_try(text_list_add(names, "%s", object->name));
	}
	return NULL;
}

/* Preprocesses all; repeats those that failed after kbuild has generated the headers. */
static struct lp_error *make_texts(struct narrowing *narrowing)
{
	_cleanup_text_list_ struct text_list failed = {0};
	const struct pool pool = {
		.what = "preprocessing the files that the headers may reach",
		.jobs = narrowing->tree->jobs,
		.count = 2 * narrowing->objects->count,
		.sink = narrowing->tree->sink,
		.context = narrowing,
		.prepare = prepare_text,
		.done = digest_text,
	};

	lp_try(pool_run(&pool));
	lp_try(list_failed(narrowing, &failed));
	if (!failed.count)
		return NULL;
	struct lp_error *error = prerequisites_make(narrowing->tree, &failed);

	/* An object that still has no text stays; the compiler reports the reason. */
	if (error && error->status != LP_BUILD_FAILED)
		return error;
	lp_error_free(error);
	return pool_run(&pool);
}

struct lp_error *narrow_objects(struct tree *tree, const char *view, struct kbuild_objects *objects)
{
	size_t nr_texts = 2 * objects->count;
	struct narrowing narrowing = {
		.tree = tree,
		.view = view,
		.objects = objects,
		.texts = calloc(nr_texts + 1, sizeof(struct text)),
	};

	if (!narrowing.texts)
		return lp_error_no_memory();
	struct lp_error *error = set_commands(tree, objects);

	if (!error)
		error = make_texts(&narrowing);
	if (!error)
		drop_same(&narrowing);
	for (size_t i = 0; i < nr_texts; i++)
		text_clear(&narrowing.texts[i]);
	free(narrowing.texts);
	return error;
}

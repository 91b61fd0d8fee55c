/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The changes of the diff, definition by definition: whether a definition named by
 * debugging information has changed, and which names have a new meaning.
 */
#ifndef LPATCH_CREATE_REASONS_SOURCE_FILES_H
#define LPATCH_CREATE_REASONS_SOURCE_FILES_H

#include <stdint.h>

#include "create/c_text.h"
#include "create/diff.h"
#include "create/target.h"

enum changed_kind {
	CHANGED_MACRO,
	CHANGED_CONSTANT, /* of an enum */
	CHANGED_FUNCTION,
	CHANGED_TYPE,
	CHANGED_VARIABLE,
	CHANGED_PROTOTYPE,
};

/* A name that both versions of a file define differently. */
struct changed_name {
	const char *name; /* as long as the file */
	size_t length;    /* of the name, which has more text after it */
	enum changed_kind kind;
	bool has_parameters; /* a macro with parameters */
	bool tagged;         /* a type that is named with "struct", "union" or "enum" before it */
};

struct source_file {
	uint32_t hash; /* of the path */
	char *path;    /* below the source, as the compiler was told */
	struct definition_list
		now; /* the patched version, the only one of a file not in the diff */
	struct definition_list before; /* empty for a file that is not in the diff, or new */
	bool is_in_diff;
	bool is_new;
	bool changes_directives; /* other than macros: #if, #include */
	struct changed_name *names;
	size_t nr_names;
	int *numbers; /* the number of each patched line after #line; NULL: the same */
	int nr_lines;
};

struct source_files;

/* For the patched view at `view`; tree, view and set must outlive it. To be freed. */
struct lp_error *source_files_open(const struct tree *tree, const char *view,
				   const struct patch_set *set, struct source_files **files);

void source_files_free(struct source_files *files);

/*
 * The file that the compiler knows as `name`: a path in the source, the patched view
 * or kbuild's output directory. Read at first use; *file is NULL if there is none, and
 * stays valid until source_files_free().
 */
struct lp_error *source_files_find(struct source_files *files, const char *name,
				   const struct source_file **file);

/* Whether the diff has a part about the file. */
bool source_files_in_diff(const struct source_files *files, const char *name);

/*
 * The definition of the function that the compiler calls `name`, at `line`: by its
 * name, or by the line if a macro makes it. With `before`, the version without the
 * diff. NULL if there is none, or more than one candidate.
 */
const struct definition *source_file_function(const struct source_file *file, bool before,
					      const char *name, int line);

#endif

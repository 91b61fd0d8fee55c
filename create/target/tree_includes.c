// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The #include lines of a working copy's source. A thread reads them while kbuild prepares, which
 * often has one program to run at a time.
 */
#include <string.h>
#include <sys/stat.h>

#include "create/c_text.h"
#include "create/target/tree_internal.h"

static void *scan(void *argument)
{
	struct tree_includes *includes = argument;
	FILE *out = open_memstream(&includes->text, &includes->size);

	if (!out) {
		includes->error = lp_error_no_memory();
		return NULL;
	}
	includes->error = include_scan(includes->tree->source, "", out);
	if (fclose(out) && !includes->error)
		includes->error = lp_error_no_memory();
	return NULL;
}

/* Other runs never write to source from a tarball. */
static bool is_fixed(const struct tree *tree)
{
	struct stat status;

	return !stat(tree->target->source, &status) && S_ISREG(status.st_mode);
}

void tree_includes_begin(struct tree_includes *includes, struct tree *tree)
{
	*includes = (struct tree_includes){.tree = tree};
	includes->is_reading = tree->jobs > 1 && is_fixed(tree) &&
			       !pthread_create(&includes->thread, NULL, scan, includes);
}

void tree_includes_end(struct tree_includes *includes)
{
	if (!includes->is_reading)
		return;
	pthread_join(includes->thread, NULL);
	if (!includes->error) {
		includes->tree->includes = take(includes->text);
		includes->tree->includes_size = includes->size;
	}
	lp_error_free(includes->error);
	free(includes->text);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/sandbox_set.h"

#include <stddef.h>

void sandbox_set_clear(struct sandbox_set *set)
{
	sandbox_free(set->untouched);
	sandbox_free(set->patched);
	sandbox_free(set->link);
	*set = (struct sandbox_set){0};
}

bool sandbox_set_has_pids(const struct sandbox_set *set)
{
	return set->patched->sandbox.pids && set->link->sandbox.pids;
}

static struct lp_error *make_all(const struct tree *tree, const char *key, struct sandbox_set *set)
{
	struct sandbox_request request = {
		.directory = tree->directory,
		.compiler = tree->target->compiler,
		.key = key,
		.temporary = tree->temporary,
		.source = tree->source,
	};

	lp_try(sandbox_make(&request, &set->untouched));
	request.output = tree->made;
	lp_try(sandbox_make(&request, &set->patched));
	request.output = tree->link;
	return sandbox_make(&request, &set->link);
}

struct lp_error *sandbox_set_make(struct tree *tree, const char *key, struct sandbox_set *set)
{
	*set = (struct sandbox_set){0};
	struct lp_error *error = make_all(tree, key, set);

	if (error) {
		sandbox_set_clear(set);
		return error;
	}
	tree->sandbox = &set->untouched->sandbox;
	tree->patched_sandbox = &set->patched->sandbox;
	tree->link_sandbox = &set->link->sandbox;
	return NULL;
}

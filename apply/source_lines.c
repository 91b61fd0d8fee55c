// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/source_lines.h"

#include "apply/source_lines_read.h"
#include "common/program.h"

static struct lp_error *load(const struct source_lines_operations **operations)
{
	return lp_error_context(
		program_load(SOURCE_LINES_FILE, SOURCE_LINES_SYMBOL, (const void **)operations),
		"source lines can't be read");
}

struct lp_error *source_lines_image(const char *release, const char *build_id, char **image,
				    char **other)
{
	const struct source_lines_operations *operations;

	*image = *other = NULL;
	lp_try(load(&operations));
	return operations->image(release, build_id, image, other);
}

struct lp_error *source_lines_add(const char *image, const char *text, char **result)
{
	const struct source_lines_operations *operations;

	lp_try(load(&operations));
	return operations->add(image, text, result);
}

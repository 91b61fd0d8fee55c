// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/inlined.h"

#include <string.h>

#include "diffobj/explain.h"
#include "diffobj/object.h"

struct inlined {
	struct object object;
	const struct explain_operations *operations; /* NULL: the library is not there */
	struct explained *debug;                     /* NULL: no debugging information */
};

struct lp_error *inlined_open(const char *patched, struct inlined **inlined)
{
	*inlined = calloc(1, sizeof(**inlined));
	if (!*inlined)
		return lp_error_no_memory();
	struct lp_error *error = object_open(patched, &(*inlined)->object);

	if (error) {
		inlined_close(*inlined);
		*inlined = NULL;
		return error;
	}
	(*inlined)->operations = explain_load();
	if ((*inlined)->operations)
		(*inlined)->debug = (*inlined)->operations->open(patched);
	return NULL;
}

void inlined_close(struct inlined *inlined)
{
	if (!inlined)
		return;
	if (inlined->debug)
		inlined->operations->close(inlined->debug);
	object_close(&inlined->object);
	free(inlined);
}

const char *inlined_at_change(const struct inlined *inlined,
			      const struct diffobj_function *function)
{
	struct explained_line line = {0};

	if (!inlined->debug || function->change == DIFFOBJ_NOWHERE)
		return NULL;
	for (size_t i = 1; i < inlined->object.nr_symbols; i++) {
		const struct symbol *symbol = &inlined->object.symbols[i];

		if (symbol->type != STT_FUNC || !symbol->section ||
		    strcmp(symbol->name, function->name) != 0)
			continue;
		if (!inlined->operations->find_line(inlined->debug, symbol->section->index,
						    symbol->value + function->change, &line))
			return NULL;
		return line.inlined;
	}
	return NULL;
}

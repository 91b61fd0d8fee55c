// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/symbols/symbols.h"

#include <string.h>

#include "create/symbols/symbols_internal.h"

const struct symbol_move *symbols_move_to(const struct symbols *symbols, size_t unit,
					  const char *name)
{
	for (size_t i = 0; i < symbols->nr_moves; i++) {
		if (symbols->moves[i].to == unit && !strcmp(symbols->moves[i].name, name))
			return &symbols->moves[i];
	}
	return NULL;
}

const struct symbol_move *symbols_moves(const struct symbols *symbols, size_t *count)
{
	*count = symbols->nr_moves;
	return symbols->moves;
}

struct lp_error *symbols_make(const struct symbols_job *job, struct symbols **symbols)
{
	*symbols = calloc(1, sizeof(**symbols));
	if (!*symbols)
		return lp_error_no_memory();
	(*symbols)->job = job;
	struct lp_error *error = symbols_find_moves(*symbols);

	if (!error)
		error = symbols_check_duplicates(*symbols);
	if (error) {
		symbols_free(*symbols);
		*symbols = NULL;
	}
	return error;
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	for (size_t i = 0; i < symbols->nr_moves; i++) {
		free(symbols->moves[i].name);
		free(symbols->moves[i].original_name);
	}
	free(symbols->moves);
	free(symbols);
}

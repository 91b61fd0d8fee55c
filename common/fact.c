// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/fact.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/cleanup.h"

const char *fact_waiting_text(enum fact_waiting waiting)
{
	static const char *const texts[] = {
		[FACT_WAITING] = "waiting for the module to be loaded",
		[FACT_NEVER] = "the module is not loaded, and can't be on this kernel while the "
			       "update is applied",
	};

	return texts[waiting];
}

const char *fact_proof_text(bool proven, bool is_new)
{
	if (is_new)
		return "a new file";
	return proven ? "proven to be what the kernel was built from"
		      : "NOT PROVEN to be what the kernel was built from";
}

/* Writes `text` between the other two, unless it is NULL or empty. */
static void put(FILE *out, const char *before, const char *text, const char *after)
{
	if (text && *text)
		fprintf(out, "%s%s%s", before, text, after);
}

static void write_fact(FILE *out, const struct fact *fact)
{
	const char *between = fact->object ? ": " : "";

	put(out, "", fact->object, "");
	put(out, between, fact->kind, "");
	put(out, " ", fact->hook, "");
	put(out, fact->kind ? " " : between, fact->name, "");
	put(out, " (", fact->where, ")");
	put(out, ", redirect: ", fact->redirect, "");
	if (fact->size)
		fprintf(out, ", %" PRIu64 " bytes", fact->size);
	put(out, ", ", fact->detail, "");
	put(out, ", ", fact_waiting_text(fact->waiting), "");
	put(out, ": ", fact->why, "");
}

struct lp_error *fact_text(const struct fact *fact, char **text)
{
	_cleanup_free_ char *written = NULL;
	size_t size;
	FILE *out = open_memstream(&written, &size);

	if (!out)
		return lp_error_no_memory();
	write_fact(out, fact);
	if (fclose(out))
		return lp_error_no_memory();
	*text = take(written);
	return NULL;
}

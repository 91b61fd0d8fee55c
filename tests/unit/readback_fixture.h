/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole update for a kernel small enough to be made by a test (tests/unit/readback/):
 * compiled, compared, proven and linked by the code that makes real ones, with a Makefile
 * instead of kbuild. Every error fails the test.
 */
#ifndef LPATCH_TESTS_READBACK_FIXTURE_H
#define LPATCH_TESTS_READBACK_FIXTURE_H

#include "common/file.h"
#include "create/bundle/readback.h"
#include "create/link/link.h"
#include "create/symbols/symbols.h"
#include "create/target/tree.h"
#include "tests/unit/scratch.h"

/* Options for the compiler of the patched unit, on top of those of the original. */
struct readback_options {
	bool no_livepatch;   /* the kernel is one without CONFIG_LIVEPATCH */
	const char *flags;   /* for the patched unit; NULL: none */
	const char *exports; /* "ADDITIONAL\tLINES\n" of Module.symvers; NULL: none */
};

struct readback_fixture {
	char folder[SCRATCH_PATH];
	struct message_sink sink;
	struct target target;
	struct tree tree;
	struct unit unit;
	struct proof *proof;
	struct diffobj_result *result;
	/* The model of names, and its answer for each of result->references. */
	struct exports *exports, *core_exports;
	struct finding_list findings;
	struct symbols_unit symbols_unit;
	struct symbols_job symbols_job;
	struct symbols *symbols;
	struct symbol_target *targets;
	const struct proof **function_proofs;
	struct link_part part;
	struct link_plan plan;
	struct manifest *manifest;
	char *core;   /* path of lpatch.ko */
	char *update; /* path of lpatch_t.ko */
	char *object; /* path of diffobj's output */
};

struct readback_fixture *readback_fixture_make(const struct readback_options *options);
void readback_fixture_free(struct readback_fixture *fixture);

/* Packs the files at the two paths and reads the bundle back. */
struct lp_error *readback_fixture_check(struct readback_fixture *fixture);

#endif

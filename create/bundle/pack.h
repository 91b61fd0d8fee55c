/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bundle: its contents and its file name. */
#ifndef LPATCH_CREATE_BUNDLE_PACK_H
#define LPATCH_CREATE_BUNDLE_PACK_H

#include "common/file.h"
#include "common/manifest.h"
#include "create/base/options.h"
#include "create/diff.h"
#include "create/link.h"
#include "create/target.h"

/*
 * Checks before the work that the bundle can be written to where the user wants it, as far as
 * permissions tell. LP_INTERNAL if not.
 */
struct lp_error *pack_check_output(const struct create_options *options);

/*
 * The id from the user, or one derived from the target and the patches, so that
 * the same update has the same id on every machine.
 */
struct lp_error *pack_id(const struct create_options *options, const struct target *target,
			 const char *patch, char **id);

/*
 * The manifest of the update, with its time in seconds since 1970; to be freed
 * by manifest_free().
 */
struct lp_error *pack_manifest(const struct target *target, const struct link_job *job,
			       int64_t created, struct manifest **manifest);

/* The signer, and the digest. */
struct pack_signing {
	const struct signer *signer; /* or NULL */
	const char *hash;            /* the digest for the modules: "sha256" */
};

/* A bundle that is ready to be written. */
struct packed {
	char *path; /* where the user wants it */
	struct blob bytes;
};

/* Packs the core and the update's modules; packed_clear() releases it in either case. */
struct lp_error *pack_bundle(const struct create_options *options, const struct link_job *job,
			     struct manifest *manifest, const char *core,
			     const struct assembly *assembly, const struct pack_signing *signing,
			     struct packed *packed);

/*
 * Writes the bundle to the user's path, and reads a regular file back: LP_INTERNAL if it
 * isn't the same; the file is then removed.
 */
struct lp_error *pack_write(const struct packed *packed);

void packed_clear(struct packed *packed);

#endif

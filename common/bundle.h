/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bundle: the one file that holds an update, lpatch-ID.tar.zst. A ustar
 * archive in one zstd frame, with these members in this order:
 *
 *	manifest.json  what the update is; sizes and digests of the others
 *	manifest.sig   only if it is signed: a signature over manifest.json
 *	               (common/signature.h), and so over the others' digests
 *	lpatch.ko      the core module, for hosts that don't have it loaded
 *	lpatch_ID.ko   the update module
 *	lpatch_ID__1.ko and so on: its part for each kernel module that the
 *	               manifest names, in that order (manifest_modules())
 *	patch.diff     the text of the patch
 *
 * A reader trusts none of it: names, order, sizes and digests are checked
 * against this list and the manifest, and only the checked bytes are used.
 */
#ifndef LPATCH_COMMON_BUNDLE_H
#define LPATCH_COMMON_BUNDLE_H

#include "common/error.h"
#include "common/file.h"
#include "common/manifest.h"
#include "common/signer.h"

#define BUNDLE_SUFFIX ".tar.zst"

/* What bundle_write() packs beside the manifest. */
struct bundle_input {
	const char *core;   /* path of lpatch.ko */
	const char *update; /* path of the update module */
	/* Paths of its parts, one for each of manifest_modules(). */
	const struct text_list *parts;
	const void *patch; /* text of the patch */
	size_t patch_size; /* bytes */
	/* The signer of the modules and the bundle, or NULL. */
	const struct signer *signer;
	const char *module_hash; /* the digest for the modules, CONFIG_MODULE_SIG_HASH: "sha256" */
};

/* A bundle in memory, every member checked against the manifest. */
struct bundle {
	struct manifest *manifest;
	struct blob manifest_text; /* the bytes that a signature covers */
	struct blob signature;     /* `data` is NULL if there is none; not checked */
	struct blob core;
	struct blob update;
	struct text_list modules; /* kernel modules that have parts */
	struct blob *parts;       /* modules.count of them */
	struct blob patch;
	struct blob file; /* the whole file, after bundle_read() */
};

/* "lpatch-ID.tar.zst", to be freed by the caller; NULL without memory. */
char *bundle_name(const char *id);

/*
 * Makes the bytes of a bundle, which the caller frees; messages call it `name`. The
 * manifest's `files` and `modules_signed` need not be filled in: they are replaced by what
 * is packed. Its `created` is the time of every member. The same manifest and input give the
 * same bytes, except for a signature with a kind of key that needs random numbers (RSA
 * doesn't). Returns LP_INTERNAL for input that can't be read, is larger than a reader
 * accepts, or doesn't have one part for each module.
 */
struct lp_error *bundle_make(const char *name, struct manifest *manifest,
			     const struct bundle_input *input, struct blob *packed);

/*
 * Makes a bundle and writes it to `path`. The file appears under its name when
 * it is complete (file_write()); after a failure there is no new file.
 */
struct lp_error *bundle_write(const char *path, struct manifest *manifest,
			      const struct bundle_input *input);

/*
 * Reads and checks the bundle at `path`, except its signature; the caller frees *bundle
 * by bundle_free(). LP_BAD_BUNDLE, one line that says which member and what is wrong
 * with it, for anything but a file that can be read and is a complete bundle;
 * LP_INTERNAL without memory.
 */
struct lp_error *bundle_read(const char *path, struct bundle **bundle);

/* The same from memory; messages call it `name`. */
struct lp_error *bundle_parse(const char *name, const void *data, size_t size,
			      struct bundle **bundle);

void bundle_free(struct bundle *bundle);

static inline void cleanup_bundle(struct bundle **bundle)
{
	bundle_free(*bundle);
}

#define _cleanup_bundle_ _cleanup_(cleanup_bundle)

#endif

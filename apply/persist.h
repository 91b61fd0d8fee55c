/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Updates that are applied again at each boot of the kernel they are for: their
 * bundles, kept as STORE/RELEASE/lpatch-ID.tar.zst.
 *
 * A crash at boot must not repeat at each boot: before anything is applied at
 * boot, a marker is written beside the bundles; it is removed when the boot is
 * finished. If it still exists at the next boot, nothing is applied until
 * somebody removes it.
 */
#ifndef LPATCH_APPLY_PERSIST_H
#define LPATCH_APPLY_PERSIST_H

#include <stdbool.h>

#include "apply/host.h"
#include "common/file.h"
#include "common/text.h"

/* Keeps the bytes of a bundle for the boots of the running kernel. LP_INTERNAL on failure. */
struct lp_error *persist_save(const struct host *host, const char *id, const struct blob *file);

/* Removes it; *was_kept says whether there was one. */
struct lp_error *persist_forget(const struct host *host, const char *id, bool *was_kept);

/* The id in the name of a bundle's file, to be freed by the caller. */
struct lp_error *persist_id(const char *path, char **id);

bool persist_is_kept(const struct host *host, const char *id);

/*
 * The paths of all bundles for the running kernel, in the order in which they
 * were kept (the files' time of change).
 */
struct lp_error *persist_list(const struct host *host, struct text_list *paths);

/* The path of the marker, to be freed by the caller. */
struct lp_error *persist_marker(const struct host *host, char **path);

/*
 * Sets *reason to why nothing may be applied at this boot, a sentence to be
 * freed by the caller: "lpatch.disable" is on the kernel command line, or the
 * marker is there. NULL if updates may be applied.
 */
struct lp_error *persist_disabled(const struct host *host, char **reason);

/* Writes the marker and syncs it; removes it (no error if there is none). */
struct lp_error *persist_begin_boot(const struct host *host);
struct lp_error *persist_end_boot(const struct host *host);

#endif

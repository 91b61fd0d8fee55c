/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of a bundle (common/bundle.h), for readers and writers. */
#ifndef LPATCH_COMMON_BUNDLE_MEMBERS_H
#define LPATCH_COMMON_BUNDLE_MEMBERS_H

#include <stddef.h>

#include "common/error.h"

#define MIB (1024UL * 1024)

/* The members after manifest.json, in order; PART once for each kernel module. */
enum bundle_kind { BUNDLE_CORE, BUNDLE_UPDATE, BUNDLE_PART, BUNDLE_PATCH, NR_BUNDLE_KINDS };

/* The number of members besides the parts. */
#define BUNDLE_FIXED_MEMBERS 3

#define BUNDLE_MANIFEST  "manifest.json"
#define BUNDLE_SIGNATURE "manifest.sig"

/* The largest size of a member, in bytes. */
extern const size_t bundle_limits[NR_BUNDLE_KINDS];

/* The kind of member number `index` of `count`. */
enum bundle_kind bundle_kind(size_t index, size_t count);

/* The name of that member, to be freed by the caller. */
struct lp_error *bundle_member_name(size_t index, size_t count, const char *id, char **name);

#endif

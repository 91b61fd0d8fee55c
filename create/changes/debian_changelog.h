/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The CVEs in a Debian changelog, as that of the package linux. */
#ifndef LPATCH_CREATE_CHANGES_DEBIAN_CHANGELOG_H
#define LPATCH_CREATE_CHANGES_DEBIAN_CHANGELOG_H

#include <stdbool.h>

#include "common/error.h"
#include "common/text.h"

/* Receives the subject and the CVEs of an item that has some. */
typedef struct lp_error *changelog_taker(void *context, const char *subject,
					 const struct text_list *cves);

/*
 * Passes on the items of deb-changelog(5) that end in "(CVE-…)". An item begins with "-", "+" or
 * "*"; its subject is without tags as "[x86]" in front. Sets *is_changelog to whether the text
 * begins as a changelog does.
 */
struct lp_error *debian_changelog_read(const char *text, changelog_taker *taker, void *context,
				       bool *is_changelog);

#endif

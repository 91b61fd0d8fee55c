/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which CVEs the changes fix, from a file beside them. */
#ifndef LPATCH_CREATE_CHANGES_CVE_H
#define LPATCH_CREATE_CHANGES_CVE_H

#include "create/changes/change.h"

/*
 * Adds to the changes the CVEs that `path` has for them. That is
 *
 * - a CVE record in JSON, version 5, as the kernel's CVE team publishes them (cve.org, "CVE JSON
 *   record format"), an array of these, or a directory with such files, *.json, at any depth: a
 *   record is for a commit if it names that, or what it was made from, as the end of an affected
 *   range or as a reference;
 * - a Debian changelog (deb-changelog(5)), packed or not: an item "SUBJECT (CVE-…)" is for the
 *   commits with that subject.
 *
 * LP_USAGE for a file that can't be read or is neither.
 */
struct lp_error *changes_read_cves(struct changes *changes, const char *path);

#endif

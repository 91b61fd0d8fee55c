/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Diffs in all their forms: read and applied. The public header of create/diff/. */
#ifndef LPATCH_CREATE_DIFF_H
#define LPATCH_CREATE_DIFF_H

#include "create/diff/diff_names.h"
#include "create/diff/git.h"
#include "create/diff/patch_set.h"

#endif

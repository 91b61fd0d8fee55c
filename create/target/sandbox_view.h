/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files visible in the sandbox, as arguments of bwrap(1). */
#ifndef LPATCH_CREATE_TARGET_SANDBOX_VIEW_H
#define LPATCH_CREATE_TARGET_SANDBOX_VIEW_H

#include "common/text.h"
#include "create/target/sandbox_make.h"

/* Adds the arguments; see sandbox_make.h for what they make visible. */
struct lp_error *sandbox_view(const struct sandbox_request *request, struct text_list *argv);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The single changes that a patch set consists of. The public header of create/changes/. */
#ifndef LPATCH_CREATE_CHANGES_H
#define LPATCH_CREATE_CHANGES_H

#include "create/changes/change.h"
#include "create/changes/changes_read.h"
#include "create/changes/cve.h"
#include "create/changes/select.h"

#endif

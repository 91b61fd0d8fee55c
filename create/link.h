/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of the update, linked by kbuild. The public header of create/link/. */
#ifndef LPATCH_CREATE_LINK_H
#define LPATCH_CREATE_LINK_H

#include "create/link/assemble.h"
#include "create/link/link.h"
#include "create/link/link_plan.h"

#endif

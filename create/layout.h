/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types and variables that the patch lays out differently. The public header of create/layout/. */
#ifndef LPATCH_CREATE_LAYOUT_H
#define LPATCH_CREATE_LAYOUT_H

#include "create/layout/layout.h"
#include "create/layout/layout_dwarf.h"
#include "create/layout/layout_values.h"
#include "create/layout/layout_variables.h"

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be read from C source text without a compiler. The public header of create/c_text/. */
#ifndef LPATCH_CREATE_C_TEXT_H
#define LPATCH_CREATE_C_TEXT_H

#include "create/c_text/allocators.h"
#include "create/c_text/c_tokens.h"
#include "create/c_text/config_conditions.h"
#include "create/c_text/definitions.h"
#include "create/c_text/header_chunks.h"
#include "create/c_text/include_scan.h"
#include "create/c_text/member_users.h"
#include "create/c_text/member_uses.h"
#include "create/c_text/source_scan.h"
#include "create/c_text/type_context.h"
#include "create/c_text/type_users.h"
#include "create/c_text/type_uses.h"

#endif

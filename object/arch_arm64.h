/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm64, as far as objects are compared: relocation kinds (ELF for the Arm 64-bit
 * Architecture, section 5.7) and instructions (Arm Architecture Reference Manual
 * for A-profile, chapter C4).
 */
#ifndef LPATCH_OBJECT_ARCH_ARM64_H
#define LPATCH_OBJECT_ARCH_ARM64_H

#include "object/arch.h"
#include "object/special_rules.h"

extern const struct arch arch_arm64;

extern const struct special_rule special_rules_arm64[];

#endif

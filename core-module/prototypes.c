// SPDX-License-Identifier: GPL-2.0
/*
 * Not a part of the core: an object whose debugging information says how the
 * core calls what is not exported. For every function of kernel_symbols.h that
 * the target has there is a variable lpatch_prototype_NAME, a pointer to a
 * function of that type; lpatch-create compares it with the target's BTF
 * (create/core/prototypes.h). The same of the probe on sched_switch, which the kernel
 * calls: the BTF has its type under the name btf_trace_sched_switch.
 */
#include "switch_probe.h"
#include "unexported.h"

#define POINTER_TO(name, needed) typeof(name) *lpatch_prototype_##name;
LPATCH_KERNEL_SYMBOLS(POINTER_TO, LPATCH_NOTHING, LPATCH_NOTHING)

void (*lpatch_prototype_btf_trace_sched_switch)(LPATCH_SWITCH_ARGUMENTS);

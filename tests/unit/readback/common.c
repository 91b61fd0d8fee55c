/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kbuild of Linux 6.12 links into every module (scripts/module-common.c). */
static const char retpoline[] __attribute__((used, section(".modinfo"), aligned(1))) =
	"retpoline=Y";

/* What the linker script drops since Linux 6.5. */
asm(".pushsection .export_symbol,\"a\"\n.asciz \"GPL\"\n.popsection");

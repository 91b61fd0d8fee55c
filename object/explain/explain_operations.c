/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "object/explain/explain_operations.h"

extern const struct explain_operations lpatch_explain_operations
	__attribute__((visibility("default")));

const struct explain_operations lpatch_explain_operations = {
	.open = debug_open,
	.close = debug_close,
	.find_line = debug_find_line,
	.find_variable = debug_find_variable,
	.find_function = debug_find_function,
	.count_arguments = debug_count_arguments,
	.find_definition = debug_find_definition,
	.visit_function = debug_visit_function,
	.has_function = debug_has_function,
	.disassemble = disassemble,
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the shared object behind struct explain_operations (object/explain.h). */
#ifndef LPATCH_OBJECT_EXPLAIN_OPERATIONS_H
#define LPATCH_OBJECT_EXPLAIN_OPERATIONS_H

#include "object/explain.h"

struct explained *debug_open(const char *path);
void debug_close(struct explained *explained);
bool debug_find_line(struct explained *explained, size_t index, uint64_t offset,
		     struct explained_line *line);
bool debug_find_variable(struct explained *explained, size_t index, uint64_t offset,
			 struct explained_variable *variable);
bool debug_find_function(struct explained *explained, const char *name,
			 struct explained_variable *function);
int debug_count_arguments(struct explained *explained, const char *name);
bool debug_find_definition(struct explained *explained, size_t index, uint64_t offset,
			   struct explained_line *line);
bool debug_visit_function(struct explained *explained, size_t index, uint64_t offset,
			  void (*visit_one)(const struct explained_scope *scope, void *context),
			  void *context);
bool debug_has_function(struct explained *explained, const char *name);
size_t disassemble(const uint8_t *code, size_t left, uint64_t at, char *text, size_t text_size);

#endif

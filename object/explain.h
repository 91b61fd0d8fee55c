/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Explanations of a difference: source lines, types, and instructions. The
 * libraries for this (libdw, libopcodes, libbfd) take longer to load than most
 * comparisons take, so a shared object of our own depends on them, which is
 * loaded when something has to be explained: ../lib/lpatch/object-explain.so,
 * seen from the program.
 */
#ifndef LPATCH_OBJECT_EXPLAIN_H
#define LPATCH_OBJECT_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The debug information of one object. */
struct explained;

struct explained_line {
	const char *file; /* as given to the compiler, without its folder if that is absolute */
	int line;
	const char *inlined; /* the innermost function that was inlined there, or NULL */
	/* Where the outer function calls what was inlined there; as above if nothing was. */
	const char *outer_file;
	int outer_line;
};

struct explained_variable {
	const char *file;
	int line;
	char type[80]; /* "struct foo *", "int[4]"; "" if it has none */
};

/* A function, or what is inlined into it, called from it or declared in it. */
enum explained_role {
	EXPLAINED_CODE,   /* the function itself, or one that is inlined */
	EXPLAINED_CALLED, /* a function that is called */
	EXPLAINED_LOCAL,  /* a parameter or variable */
};

struct explained_scope {
	enum explained_role role;
	const char *name; /* in the source: without what the compiler adds; valid until close() */
	const char *file; /* of its definition, from the debugging information; or NULL */
	int line;
	unsigned int depth; /* 0: the function itself; else the depth of inlining */
};

/* What the shared object offers; found under EXPLAIN_SYMBOL. */
struct explain_operations {
	/* Reads debug information; NULL if there is none or it can't be read. */
	struct explained *(*open)(const char *path);
	void (*close)(struct explained *explained);

	/* The source of the code at `offset` of section `index`; false if not known. */
	bool (*find_line)(struct explained *explained, size_t index, uint64_t offset,
			  struct explained_line *line);

	/*
	 * The definition of the variable at `offset` of section `index`, static in a function
	 * or not; false if not known.
	 */
	bool (*find_variable)(struct explained *explained, size_t index, uint64_t offset,
			      struct explained_variable *variable);

	/* The function of that name; its type is that of its first parameter, "" if it has none. */
	bool (*find_function)(struct explained *explained, const char *name,
			      struct explained_variable *function);

	/*
	 * How many registers the arguments of a function of that name take, up to
	 * the number of argument registers; -1 if not known.
	 */
	int (*count_arguments)(struct explained *explained, const char *name);

	/* The definition of the function that begins there; false if not known. */
	bool (*find_definition)(struct explained *explained, size_t index, uint64_t offset,
				struct explained_line *line);

	/*
	 * Calls visit() for the function that starts there, then for what is
	 * inlined into it, each after what it is inlined into, and for what is
	 * called and declared, its cold part included. False if the function is not
	 * known.
	 */
	bool (*visit_function)(struct explained *explained, size_t index, uint64_t offset,
			       void (*visit)(const struct explained_scope *scope, void *context),
			       void *context);

	/* Whether the object's source has a function of that name, with code of its own or not. */
	bool (*has_function)(struct explained *explained, const char *name);

	/*
	 * The instruction at `code`, of which `left` bytes may be read, as text;
	 * `at` is its address. Returns its length in bytes, 0 if there is none.
	 */
	size_t (*disassemble)(const uint8_t *code, size_t left, uint64_t at, char *text,
			      size_t text_size);
};

#define EXPLAIN_FILE   "object-explain.so"
#define EXPLAIN_SYMBOL "lpatch_explain_operations"

/* Loads the shared object; NULL if it is missing. Further calls cost nothing. */
const struct explain_operations *explain_load(void);

#endif

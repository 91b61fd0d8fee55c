/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The uses of a type in one C text: where its objects are declared or allocated,
 * and where they are stored. It reads the tokens alone: it evaluates no
 * conditions and expands no macros.
 */
#ifndef LPATCH_CREATE_C_TEXT_TYPE_USES_H
#define LPATCH_CREATE_C_TEXT_TYPE_USES_H

#include "common/text.h"
#include "create/c_text/c_tokens.h"

/* The names of the type that the reader searches for. */
struct type_names {
	const char *kind; /* "struct", "union" or "enum" */
	const char *tag;
	struct text_list aliases;  /* names of typedefs for it */
	struct text_list pointers; /* members of structs that point to it */
};

enum type_use_kind {
	TYPE_DEFINED,    /* struct foo { … }; no name */
	TYPE_ALIASED,    /* a typedef; its name */
	TYPE_MEMBER,     /* is a member of another type: "struct bar", or the name of a typedef */
	TYPE_POINTER,    /* a member points to it; the member's name */
	TYPE_POINTED_TO, /* a variable at file scope, or a function's result, points to it; its name
			  */
	TYPE_DECLARED,   /* an object that another file has, or that a function returns; its name */
	TYPE_VARIABLE,   /* a variable with static storage; its name */
	TYPE_ON_STACK,   /* local variable, parameter or value without a name; what it is called */
	TYPE_ALLOCATED,  /* allocated by its size; the name of the function or macro */
	TYPE_CACHED,     /* a slab cache is created with its size; the cache's variable, or "" */
	TYPE_SIZE_USED,  /* its size is used for an unknown purpose; no name */
	TYPE_WRITTEN,    /* an object is filled or copied by its size; the function or macro */
};

struct type_use {
	enum type_use_kind kind;
	unsigned int line;
	char *name;   /* as above; never NULL */
	char *owner;  /* of TYPE_POINTER: the type that has the member; else "" */
	char *member; /* of TYPE_MEMBER: its name; else "" */
	bool is_zero; /* of TYPE_ALLOCATED: the memory is cleared; of TYPE_MEMBER: not in a union */
	bool is_static; /* of TYPE_CACHED and TYPE_POINTED_TO: no other file sees it */
};

struct type_uses {
	struct type_use *items; /* in the order of the text */
	size_t count;
};

/* Reads the uses. The caller clears *uses with type_uses_clear(). */
struct lp_error *type_uses_read(const struct c_tokens *tokens, const struct type_names *names,
				struct type_uses *uses);

/*
 * The same for allocations from the cache whose variable or member has that name:
 * TYPE_ALLOCATED for each.
 */
struct lp_error *type_uses_of_cache(const struct c_tokens *tokens, const char *cache,
				    struct type_uses *uses);

void type_uses_clear(struct type_uses *uses);

#endif

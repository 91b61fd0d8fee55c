// SPDX-License-Identifier: GPL-2.0-or-later
/* Which code has objects of a type, according to the text of the source. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/c_text/type_users.h"

#define HEADER "struct t {\n\tchar a;\n\tint b;\n};\nstruct t;\n"

/* Each row: a.h has struct t, the texts of b.h and c.c, and the result. */
static const struct found {
	const char *header, *source;
	const char *allocations, *others, *variables, *stacks, *types;
	const char *unclear; /* NULL if all is clear */
} found[] = {
	/* Allocations, in lines of their own. */
	{"", "void f(void)\n{\n\tstruct t *p = kzalloc(sizeof(struct t), GFP_KERNEL);\n}\n",
	 "c.c:3 (kzalloc)", "", "", "", "", NULL},
	{"", "void f(void)\n{\n\tstruct t *p = kmalloc(sizeof(*p), GFP_KERNEL);\n}\n",
	 "c.c:3 (kmalloc)", "", "", "", "", "c.c:3 (kmalloc)"},
	{"",
	 "void f(void)\n{\n\tstruct t *q, *p;\n\n\tp = kmalloc(sizeof *p, GFP_KERNEL | "
	 "__GFP_ZERO);\n}\n",
	 "c.c:5 (kmalloc)", "", "", "", "", NULL},
	{"", "struct t *f(int n)\n{\n\treturn kmalloc_array(n, sizeof(struct t), GFP_KERNEL);\n}\n",
	 "c.c:3 (kmalloc_array)", "", "", "", "", "c.c:3 (kmalloc_array)"},
	{"",
	 "void f(struct t *p, int n)\n{\n\tp = kvzalloc(struct_size(p, x, n) + 8, "
	 "GFP_KERNEL);\n}\n",
	 "c.c:3 (kvzalloc)", "", "", "", "", NULL},
	{"", "void f(void)\n{\n\tx = alloc_percpu(struct t);\n}\n", "c.c:3 (alloc_percpu)", "", "",
	 "", "", NULL},
	{"", "void f(void)\n{\n\tx = own_alloc(sizeof(struct t));\n}\n", "c.c:3 (own_alloc)", "",
	 "", "", "", "c.c:3 (own_alloc)"},
	{"", "void f(void)\n{\n\tunsigned n = sizeof(struct t) + 4;\n}\n", "", "c.c:3", "", "", "",
	 "c.c:3"},
	{"", "static const struct ops o = {\n\t.size = sizeof(struct t),\n};\n", "", "c.c:2", "",
	 "", "", "c.c:2"},
	{"", "struct t *f(void *x)\n{\n\treturn kmemdup(x, sizeof(struct t), GFP_KERNEL);\n}\n",
	 "c.c:3 (kmemdup)", "", "", "", "", "c.c:3 (kmemdup)"},
	/* Caches. */
	{"",
	 "static struct kmem_cache *k;\nvoid i(void)\n{\n\tk = KMEM_CACHE(t, 0);\n}\n"
	 "void f(void)\n{\n\tx = kmem_cache_zalloc(k, GFP_KERNEL);\n\tkmem_cache_free(k, x);\n}\n",
	 "c.c:8 (kmem_cache_zalloc)", "", "", "", "", NULL},
	{"",
	 "struct kmem_cache *k;\nvoid i(void)\n{\n"
	 "\tk = kmem_cache_create(\"t\", sizeof(struct t), 0, 0, NULL);\n}\n"
	 "void f(void)\n{\n\tx = kmem_cache_alloc(k, GFP_KERNEL);\n}\n",
	 "c.c:8 (kmem_cache_alloc)", "", "", "", "", "c.c:8 (kmem_cache_alloc)"},
	{"extern struct kmem_cache *k;\nstatic inline void *g(void)\n{\n\treturn "
	 "kmem_cache_alloc(k, 0);\n}\n",
	 "struct kmem_cache *k;\nvoid i(void)\n{\n\tk = KMEM_CACHE(t, 0);\n}\n",
	 "b.h:4 (kmem_cache_alloc)", "", "", "", "", "b.h:4 (kmem_cache_alloc)"},
	{"", "void i(void)\n{\n\tcreate(KMEM_CACHE(t, 0));\n}\n", "", "c.c:3", "", "", "", "c.c:3"},
	/* Variables, on the stack or not. */
	{"", "static struct t one, *two;\nstruct t three[4] = { { 1 } };\nextern struct t four;\n",
	 "", "", "c.c:1 (one); c.c:2 (three)", "", "", NULL},
	{"", "DEFINE_PER_CPU(struct t, cpu);\nDECLARE_PER_CPU(struct t, cpu);\n", "", "",
	 "c.c:1 (cpu)", "", "", NULL},
	{"", "void f(void)\n{\n\tstatic struct t keep;\n\tstruct t local = {};\n}\n", "", "",
	 "c.c:3 (keep)", "c.c:4 (local)", "", "c.c:4 (local)"},
	{"",
	 "static struct t s;\nvoid f(struct t by_value)\n{\n}\nvoid g(const struct t "
	 "*p)\n{\n\tp->a = 1;\n}\n",
	 "", "", "c.c:1 (s)", "c.c:2 (by_value)", "", "c.c:2 (by_value)"},
	{"", "static struct t s;\nvoid f(void)\n{\n\tg(&(struct t){ .a = 1 });\n}\n", "", "",
	 "c.c:1 (s)", "c.c:4", "", "c.c:4"},
	/* What is no allocation. */
	{"",
	 "static struct t s;\nvoid f(struct t *p)\n{\n\tmemset(p, 0, sizeof(*p));\n"
	 "\tq = container_of(p, struct t, b);\n\tif (n < sizeof(struct t))\n\t\treturn;\n"
	 "\tr = (struct t *)x;\n\tBUILD_BUG_ON(sizeof(struct t) > 8);\n}\n",
	 "", "", "c.c:1 (s)", "", "", NULL},
	{"", "static struct t s;\nvoid f(struct t *p)\n{\n\tcopy_from_user(p, u, sizeof(*p));\n}\n",
	 "", "c.c:4 (copy_from_user)", "c.c:1 (s)", "", "", "c.c:4 (copy_from_user)"},
	{"",
	 "/* kmalloc(sizeof(struct t)) */\nconst char *s = \"sizeof(struct t)\";\n"
	 "struct t x;\nint v = sizeof(struct tt);\n",
	 "", "", "c.c:3 (x)", "", "", NULL},
	/* A pointer of that name, to something else, in another function. */
	{"",
	 "static struct t s;\nvoid f(struct t *p)\n{\n}\nvoid g(void)\n{\n"
	 "\tstruct u *p = kmalloc(sizeof(*p), 0);\n}\n",
	 "", "", "c.c:1 (s)", "", "", NULL},
	/* In other types. */
	{"struct u {\n\tint a;\n\tstruct t in;\n};\n",
	 "void f(void)\n{\n\tstruct u *p = kzalloc(sizeof(*p), 0);\n}\n", "", "", "", "",
	 "struct u, b.h:3", NULL},
	{"struct u {\n\tint a;\n\tstruct t in[2];\n};\n",
	 "void f(void)\n{\n\tstruct u *p = kmalloc(sizeof(*p), 0);\n}\n", "", "", "", "",
	 "struct u, b.h:3", "c.c:3 (kmalloc), as part of struct u"},
	{"typedef struct {\n\tstruct t in;\n} u_t;\nstruct w { u_t u; };\n",
	 "void f(void)\n{\n\tx = kmalloc(sizeof(struct w), 0);\n}\n", "", "", "", "", "u_t, b.h:2",
	 "c.c:3 (kmalloc), as part of struct w"},
	{"struct u {\n\tunion {\n\t\tstruct t in;\n\t\tlong other;\n\t};\n};\n",
	 "static struct u u;\n", "", "", "", "", "struct u, b.h:3", "struct u, b.h:3, in a union"},
	/* By a typedef, and by a member that points to it. */
	{"typedef struct t t_t;\n", "void f(void)\n{\n\tx = kmalloc(sizeof(t_t), 0);\n}\n",
	 "c.c:3 (kmalloc)", "", "", "", "", "c.c:3 (kmalloc)"},
	{"struct u {\n\tstruct t *to;\n\tvoid (*op)(struct t *arg);\n};\n",
	 "void f(struct u *u)\n{\n\tu->to = kmalloc(sizeof(*u->to), 0);\n\tx = "
	 "kmalloc(sizeof(*u->arg), 0);\n}\n",
	 "c.c:3 (kmalloc)", "", "", "", "", "c.c:3 (kmalloc)"},
	/* Nobody. */
	{"", "void f(struct t *p)\n{\n}\n", "", "", "", "", "", "no allocation of it was found"},
};

static void write_text(const char *directory, const char *name, const char *text)
{
	_cleanup_free_ char *path = NULL;

	assert_null(text_format(&path, "%s/%s", directory, name));
	assert_null(file_write(path, text, strlen(text)));
}

static void assert_list(const struct text_list *list, const char *expected)
{
	_cleanup_free_ char *text = NULL;

	assert_null(text_list_join(list, "; ", &text));
	assert_string_equal(text, expected);
}

static void find(const char *directory, const char *const *names, struct type_users *users)
{
	_cleanup_text_list_ struct text_list changed = {0};
	_cleanup_(source_scan_clear) struct source_scan scan = {.top = directory, .jobs = 2};

	for (; *names; names++)
		assert_null(text_list_add(&scan.files, "%s", *names));
	assert_null(text_list_add(&changed, "a.h"));
	assert_null(type_users_find(&scan, "struct", "t", &changed, users));
}

static void the_source_tells_who_has_objects(void **state)
{
	static const char *const names[] = {"a.h", "b.h", "c.c", NULL};
	char directory[] = "/tmp/lpatch-test.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(directory));
	for (size_t i = 0; i < ARRAY_SIZE(found); i++) {
		_cleanup_(type_users_clear) struct type_users users;

		print_message("%s%s\n", found[i].header, found[i].source);
		write_text(directory, "a.h", HEADER);
		write_text(directory, "b.h", found[i].header);
		write_text(directory, "c.c", found[i].source);
		find(directory, names, &users);
		assert_list(&users.allocations, found[i].allocations);
		assert_list(&users.others, found[i].others);
		assert_list(&users.variables, found[i].variables);
		assert_list(&users.stacks, found[i].stacks);
		assert_list(&users.types, found[i].types);
		assert_string_equal(users.unclear ?: "", found[i].unclear ?: "");
	}
	write_text(directory, "a.h", HEADER);
	write_text(directory, "b.h", "");
}

/* A private type of another file with the same name is another type. */
static void a_type_of_the_same_name_is_another(void **state)
{
	static const char *const names[] = {"a.h", "c.c", "d.c", NULL};
	char directory[] = "/tmp/lpatch-test.XXXXXX";
	_cleanup_(type_users_clear) struct type_users users;

	(void)state;
	assert_non_null(mkdtemp(directory));
	write_text(directory, "a.h", HEADER);
	write_text(directory, "c.c", "#include \"a.h\"\nstruct t one;\n");
	write_text(directory, "d.c",
		   "struct t { int x; };\nint f(void)\n{\n"
		   "\tx = kmalloc(sizeof(struct t), 0);\n}\n");
	find(directory, names, &users);
	assert_list(&users.variables, "c.c:2 (one)");
	assert_list(&users.allocations, "");
	assert_null(users.unclear);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_source_tells_who_has_objects),
		cmocka_unit_test(a_type_of_the_same_name_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

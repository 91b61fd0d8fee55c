// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traces a function of vmlinux with a BPF program of the kind fentry or fexit.
 *
 *	tracer attach fentry|fexit FUNCTION PATH
 *	tracer read PATH
 *
 * The first attaches a program that counts the calls and, as fexit, notes what
 * they return. It stays attached as long as PATH-link, in a BPF file system,
 * exists; PATH-seen has its records. The second prints the number of calls
 * and what the last one returned, in decimal. Exit status 1, with the reason, if
 * that is impossible.
 *
 * The program is made of instructions here: a compiler for BPF would be
 * another thing that tests need.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
	long calls, result;
};

/* The types of a function, as the kernel has them. */
struct traced {
	int id;                 /* of the function */
	unsigned int arguments; /* number of them */
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "tracer: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct traced find_function(const char *name)
{
	struct btf *types = btf__load_vmlinux_btf();
	struct traced traced = {};

	if (!types)
		die("the types of the kernel");
	traced.id = btf__find_by_name_kind(types, name, BTF_KIND_FUNC);
	if (traced.id < 0)
		die(name);
	traced.arguments =
		btf_vlen(btf__type_by_id(types, btf__type_by_id(types, traced.id)->type));
	btf__free(types);
	return traced;
}

/* A program that writes to the struct seen in the only value of the map. */
static int load(enum bpf_attach_type kind, const struct traced *traced, int map)
{
	short result = kind == BPF_TRACE_FEXIT ? 8 * traced->arguments : 0;
	struct bpf_insn code[] = {
		/* r2 = address of the struct seen */
		{.code = BPF_LD | BPF_DW | BPF_IMM,
		 .dst_reg = BPF_REG_2,
		 .src_reg = BPF_PSEUDO_MAP_VALUE,
		 .imm = map},
		{},
		/* lock r2->calls += 1 */
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1},
		{.code = BPF_STX | BPF_ATOMIC | BPF_DW,
		 .dst_reg = BPF_REG_2,
		 .src_reg = BPF_REG_0,
		 .off = offsetof(struct seen, calls),
		 .imm = BPF_ADD},
		/* r2->result = the value after the arguments; as fentry, 1 */
		{.code = BPF_LDX | BPF_MEM | BPF_DW,
		 .dst_reg = BPF_REG_0,
		 .src_reg = BPF_REG_1,
		 .off = result},
		{.code = BPF_STX | BPF_MEM | BPF_DW,
		 .dst_reg = BPF_REG_2,
		 .src_reg = BPF_REG_0,
		 .off = offsetof(struct seen, result)},
		/* return 0 */
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	static char log[65536];
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = kind,
		    .attach_btf_id = traced->id, .log_buf = log, .log_size = sizeof(log));
	int program;

	if (kind != BPF_TRACE_FEXIT)
		code[4] = (struct bpf_insn){.code = BPF_JMP | BPF_JA};
	program = bpf_prog_load(BPF_PROG_TYPE_TRACING, "lpatch_test", "GPL", code,
				sizeof(code) / sizeof(*code), &options);
	if (program < 0) {
		fputs(log, stderr);
		die("the program");
	}
	return program;
}

/* Pins the object of the descriptor as PATH-SUFFIX. */
static void pin(int fd, const char *path, const char *suffix)
{
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "%s-%s", path, suffix);
	if (bpf_obj_pin(fd, name))
		die(name);
}

static void attach(const char *kind, const char *function, const char *path)
{
	enum bpf_attach_type type = strcmp(kind, "fexit") ? BPF_TRACE_FENTRY : BPF_TRACE_FEXIT;
	struct traced traced = find_function(function);
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "seen", sizeof(int), sizeof(struct seen), 1,
				 NULL);
	int link;

	if (map < 0)
		die("a map");
	link = bpf_raw_tracepoint_open(NULL, load(type, &traced, map));
	if (link < 0)
		die("attaching");
	pin(map, path, "seen");
	pin(link, path, "link");
}

static void print_seen(const char *path)
{
	char name[PATH_MAX];
	struct seen seen;
	int map, first = 0;

	snprintf(name, sizeof(name), "%s-seen", path);
	map = bpf_obj_get(name);
	if (map < 0 || bpf_map_lookup_elem(map, &first, &seen))
		die(name);
	printf("%ld %ld\n", seen.calls, seen.result);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "attach"))
		attach(argv[2], argv[3], argv[4]);
	else if (argc == 3 && !strcmp(argv[1], "read"))
		print_seen(argv[2]);
	else
		return 2;
	return 0;
}

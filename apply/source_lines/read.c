// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/source_lines_read.h"

#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "common/digest.h"
#include "common/text.h"

/* A frame as the kernel prints it. */
struct frame {
	char symbol[512];
	uint64_t offset, size;
	GElf_Addr address; /* of the symbol in the image */
	unsigned int found;
};

static void cleanup_elf(Elf **elf)
{
	elf_end(*elf);
}

/* True if the file is an ELF image with that build id. */
static bool has_build_id(const char *path, const char *build_id)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	const void *id;

	if (fd < 0 || elf_version(EV_CURRENT) == EV_NONE)
		return false;
	_cleanup_(cleanup_elf) Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	ssize_t size = elf ? dwelf_elf_gnu_build_id(elf, &id) : 0;

	if (size <= 0 || (size_t)size * 2 != strlen(build_id))
		return false;
	_cleanup_free_ char *text = malloc(2 * size + 1);

	if (!text)
		return false;
	hex_text(id, size, text);
	return !strcmp(text, build_id);
}

static struct lp_error *find_image(const char *release, const char *build_id, char **image,
				   char **other)
{
	static const char *const places[] = {
		"/usr/lib/debug/boot/vmlinux-%s",        /* Debian */
		"/usr/lib/debug/lib/modules/%s/vmlinux", /* Fedora */
		"/usr/lib/debug/boot/vmlinux-%s.debug",  /* SUSE */
		"/lib/modules/%s/build/vmlinux",         /* built here */
		"/boot/vmlinux-%s",
	};

	*image = *other = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(places) && !*image; i++) {
		_cleanup_free_ char *path = NULL;

		lp_try(text_replace(&path, places[i], "%s", release));
		if (access(path, R_OK))
			continue;
		if (has_build_id(path, build_id))
			*image = take(path);
		else if (!*other)
			*other = take(path);
	}
	return NULL;
}

static void cleanup_dwfl(Dwfl **dwfl)
{
	if (*dwfl)
		dwfl_end(*dwfl);
}

/* Only debug information in the image itself is used: no search, no download. */
static int find_nothing(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
			const char *file, const char *link, GElf_Word checksum, char **found)
{
	(void)module, (void)data, (void)name, (void)base;
	(void)file, (void)link, (void)checksum, (void)found;
	return -1;
}

static Dwfl_Module *open_image(const char *path, Dwfl **dwfl)
{
	static const Dwfl_Callbacks callbacks = {
		.find_debuginfo = find_nothing,
		.section_address = dwfl_offline_section_address,
	};

	*dwfl = dwfl_begin(&callbacks);
	if (!*dwfl)
		return NULL;
	dwfl_report_begin(*dwfl);
	Dwfl_Module *module = dwfl_report_offline(*dwfl, "kernel", path, -1);

	dwfl_report_end(*dwfl, NULL, NULL);
	return module;
}

/* Reads a frame of the kernel itself; those of modules end with " [MODULE]". */
static bool parse_frame(const char *line, size_t length, struct frame *frame)
{
	char rest;

	*frame = (struct frame){};
	_cleanup_free_ char *copy = strndup(line, length);

	return copy && sscanf(copy, " %511[^+ ]+0x%" SCNx64 "/0x%" SCNx64 "%c", frame->symbol,
			      &frame->offset, &frame->size, &rest) == 3;
}

static void find_symbol(Dwfl_Module *module, struct frame *frame)
{
	int count = dwfl_module_getsymtab(module);

	for (int i = 0; i < count; i++) {
		GElf_Addr address;
		GElf_Sym symbol;
		const char *name =
			dwfl_module_getsym_info(module, i, &symbol, &address, NULL, NULL, NULL);

		/* The size in kallsyms includes the padding after a function; that in the image
		 * doesn't. */
		if (!name || strcmp(name, frame->symbol) || symbol.st_size > frame->size ||
		    symbol.st_size + 64 < frame->size)
			continue;
		frame->address = address;
		frame->found++;
	}
}

/* A stack has return addresses: the call is before them. */
static const char *line_of(Dwfl_Module *module, const struct frame *frame, int *number)
{
	Dwfl_Line *line = dwfl_module_getsrc(module, frame->address + frame->offset - 1);

	return line ? dwfl_lineinfo(line, NULL, number, NULL, NULL, NULL) : NULL;
}

/* Copies one line without its end to `out`, with its place in the source. */
static void add_line(FILE *out, Dwfl_Module *module, const char *line, size_t length)
{
	struct frame frame;
	int number;

	fwrite(line, 1, length, out);
	if (*line != ' ' || !module || !parse_frame(line, length, &frame))
		return;
	find_symbol(module, &frame);
	const char *file = frame.found == 1 ? line_of(module, &frame, &number) : NULL;

	if (file)
		fprintf(out, " (%s:%d)", file, number);
}

static struct lp_error *add_lines(const char *image, const char *text, char **result)
{
	_cleanup_(cleanup_dwfl) Dwfl *dwfl = NULL;
	Dwfl_Module *module = open_image(image, &dwfl);
	size_t size;

	*result = NULL;
	FILE *out = open_memstream(result, &size);

	if (!out)
		return lp_error_no_memory();
	while (*text) {
		size_t length = strcspn(text, "\n");

		add_line(out, module, text, length);
		text += length;
		if (*text)
			fputc(*text++, out);
	}
	return fclose(out) ? lp_error_no_memory() : NULL;
}

const struct source_lines_operations lpatch_source_lines_operations = {
	.image = find_image,
	.add = add_lines,
};

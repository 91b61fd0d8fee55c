/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One instruction as text, by libopcodes (binutils 2.39 and later). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* bfd.h requires these macros of a configured package. */
#define PACKAGE         "lpatch"
#define PACKAGE_VERSION "1"
#include <dis-asm.h>

#include "object/explain/explain_operations.h"

struct text {
	char *to;
	size_t size, used;
};

static void append(struct text *text, const char *format, va_list arguments)
{
	int length = vsnprintf(text->to + text->used, text->size - text->used, format, arguments);

	if (length > 0)
		text->used += (size_t)length;
	if (text->used >= text->size)
		text->used = text->size - 1;
}

static int print(void *stream, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(stream, format, arguments);
	va_end(arguments);
	return 0;
}

static int print_styled(void *stream, enum disassembler_style style, const char *format, ...)
{
	va_list arguments;

	(void)style;
	va_start(arguments, format);
	append(stream, format, arguments);
	va_end(arguments);
	return 0;
}

static int read_memory(bfd_vma at, bfd_byte *to, unsigned int size, struct disassemble_info *info)
{
	if (at < info->buffer_vma || at - info->buffer_vma + size > info->buffer_length)
		return -1;
	memcpy(to, info->buffer + (at - info->buffer_vma), size);
	return 0;
}

static void keep_quiet(int status, bfd_vma at, struct disassemble_info *info)
{
	(void)status;
	(void)at;
	(void)info;
}

size_t disassemble(const uint8_t *code, size_t left, uint64_t at, char *text, size_t text_size)
{
	struct disassemble_info info;
	struct text stream = {.to = text, .size = text_size};
	disassembler_ftype decode = disassembler(bfd_arch_i386, false, bfd_mach_x86_64, NULL);

	if (!decode || !left || !text_size)
		return 0;
	text[0] = 0;
	init_disassemble_info(&info, &stream, print, print_styled);
	info.arch = bfd_arch_i386;
	info.mach = bfd_mach_x86_64;
	info.buffer = (bfd_byte *)code;
	info.buffer_vma = at;
	info.buffer_length = (unsigned int)left;
	info.read_memory_func = read_memory;
	info.memory_error_func = keep_quiet;
	disassemble_init_for_target(&info);

	int length = decode(at, &info);

	while (stream.used && text[stream.used - 1] == ' ')
		text[--stream.used] = 0;
	return length > 0 ? (size_t)length : 0;
}

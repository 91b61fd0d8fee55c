# The fuzz harness of the bundle reader; included by tests/tests.mk. `make fuzz-bundle`
# runs it for FUZZ_SECONDS, starting from what it found before.

FUZZ_SECONDS ?= 60
FUZZ_CC ?= clang
FUZZ_FLAGS := -std=gnu11 -O1 -g -Wall -Wextra -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all
FUZZ_BUNDLE := tests/fuzz/fuzz_bundle.c $(addprefix common/,bundle.c bundle_members.c crypto.c digest.c error.c \
	file.c finding.c manifest.c manifest_read.c manifest_write.c signature/check.c text.c \
	zstd_frame.c)

$(B)/fuzz/fuzz_bundle: $(FUZZ_BUNDLE) $(wildcard common/*.h) tests/fuzz/bundle.mk | fuzz-packages
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) $(FUZZ_FLAGS) -o $@ $(FUZZ_BUNDLE) -larchive -lcrypto -ljson-c \
		-lnettle -lzstd

.PHONY: fuzz-bundle fuzz-packages
fuzz-packages:
	@tests/packages fuzz

fuzz-bundle: $(B)/fuzz/fuzz_bundle
	tests/fuzz/bundle-seeds $(B)/fuzz/bundle-seeds
	@mkdir -p $(B)/fuzz/bundle-corpus
	$(B)/fuzz/fuzz_bundle -max_total_time=$(FUZZ_SECONDS) -max_len=40000 -timeout=10 \
		-rss_limit_mb=2048 -artifact_prefix=$(B)/fuzz/ -print_final_stats=1 \
		$(B)/fuzz/bundle-corpus $(B)/fuzz/bundle-seeds

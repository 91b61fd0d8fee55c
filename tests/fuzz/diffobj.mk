# The fuzz harness of the object differ; included by tests/tests.mk. `make fuzz-diffobj`
# runs it for FUZZ_SECONDS, starting from what it found before.

FUZZ_DIFFOBJ := tests/fuzz/fuzz_diffobj.c common/error.c common/finding.c \
	$(OBJECT) \
	$(filter-out diffobj/main.c diffobj/show.c,$(wildcard diffobj/*.c))

$(B)/fuzz/fuzz_diffobj: $(FUZZ_DIFFOBJ) $(wildcard diffobj/*.h object/*.h common/*.h) tests/fuzz/diffobj.mk | fuzz-packages
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) $(FUZZ_FLAGS) -o $@ $(FUZZ_DIFFOBJ) -lelf

.PHONY: fuzz-diffobj
fuzz-diffobj: $(B)/fuzz/fuzz_diffobj
	tests/fuzz/diffobj-seeds $(B)/fuzz/diffobj-seeds
	@mkdir -p $(B)/fuzz/diffobj-corpus
	$(B)/fuzz/fuzz_diffobj -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -timeout=10 \
		-rss_limit_mb=2048 -artifact_prefix=$(B)/fuzz/ -print_final_stats=1 \
		$(B)/fuzz/diffobj-corpus $(B)/fuzz/diffobj-seeds

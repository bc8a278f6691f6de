# Every target is a command of dev.py (standard library only), so all of this also works without make: python3 dev.py test
PYTHON ?= python3
ARGS ?=

.PHONY: setup demo test check dev bench faults fuzz lock docs
setup demo test check dev bench faults fuzz lock docs:
	@$(PYTHON) dev.py $@ $(ARGS)

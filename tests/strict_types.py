"""What enforces the package's signatures in the tests: beartype, with PEP 484's "an int will do for a float"."""

from beartype import BeartypeConf, beartype

check_types = beartype(conf=BeartypeConf(is_pep484_tower=True))

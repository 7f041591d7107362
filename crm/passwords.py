"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CentrePasswordHasher(Argon2PasswordHasher):
    """Argon2id with the least that OWASP's password storage cheat sheet allows: 19 MiB, 2 passes, 1 lane.

    At nine o'clock a whole centre signs in within a minute, on the processes that also paint the pops: each check
    holds one of them. Django's own 100 MiB would take several times as long, and several GB when all come at once.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

"""The addresses of monitoring: whoever asks needs no account, but has to come from the right place or bring a token."""

from config.access.rules import EVERYBODY, READ, Address, Nothing, Rule

# By network or token, which no role has; config/monitoring/callers.py, and nginx in front.
MONITORING = Rule("monitoring, by its network or its token", is_open=True, is_closed=True)
NUMBERS = Nothing("it gives numbers about the application, several times in a minute, and nothing about patients")

ADDRESSES = (
    Address("monitoring:healthz", EVERYBODY, READ, Nothing("it says that the process answers, and nothing else")),
    Address("monitoring:readyz", MONITORING, READ, NUMBERS),
    Address("monitoring:metrics", MONITORING, READ, NUMBERS),
)

"""The program that a request came from, as people call it; the browser's own words stand on the event's page."""

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Firefox/", "Firefox"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST = 40


def device_in_words(sent: str) -> str:
    browser, system = first_in(BROWSERS, sent), first_in(SYSTEMS, sent)
    if browser and system:
        return f"{browser} on {system}"
    return browser or sent[:LONGEST]


def first_in(known: tuple[tuple[str, str], ...], sent: str) -> str:
    return next((name for mark, name in known if mark in sent), "")

"""What drills are built of: servers that can be killed, networks that can be cut, clinicians who save, the count."""

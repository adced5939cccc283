"""Where checkpoints go when they are sealed: out of the reach of whoever can write the database.

A sink that fails never holds up sealing. What it missed it is sent when it is there again, in order.
"""

from audit.sinks.folder import FolderSink
from audit.sinks.sender import Sender, error_line
from audit.sinks.sink import Sink, SinkFailed, send_unsent
from audit.sinks.syslog import SyslogMisconfigured, SyslogSink, configured_syslog

__all__ = [
    "FolderSink",
    "Sender",
    "Sink",
    "SinkFailed",
    "SyslogMisconfigured",
    "SyslogSink",
    "configured_syslog",
    "error_line",
    "send_unsent",
]

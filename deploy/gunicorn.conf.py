"""How the web server runs: one instance of lm-pathways-web@.service, named by LM_INSTANCE."""

import os

_instance = os.environ["LM_INSTANCE"]
_folder = os.environ.get("LM_SOCKETS", "/run/lm-pathways")

# The proxy asks web-1.sock, which deploy/web-ready lets point here once the application answers.
bind = f"unix:{_folder}/web-{_instance}.server"
worker_class = "config.queueing_worker.QueueingWorker"  # gthread, and refuses what has waited too long
# On SQLite one process: with several, the one that writes most starves the others.
workers = int(os.environ.get("LM_PROCESSES", "2")) if os.environ.get("DATABASE_URL", "").startswith("postgres") else 1
threads = int(os.environ.get("LM_THREADS", "8"))
timeout = 60
graceful_timeout = 30  # what was begun is finished, a save that is being written above all
worker_tmp_dir = "/dev/shm"  # noqa: S108 -- a heartbeat file without content, which must not wait for a disk
forwarded_allow_ips = "127.0.0.1"  # the socket is reached by the proxy alone
loglevel = "warning"
accesslog = None  # the proxy writes one, without what follows a question mark
proc_name = f"lm-pathways-web-{_instance}"
control_socket_disable = True

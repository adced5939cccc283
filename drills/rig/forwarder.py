"""Run as a program: hands on every connection to an address and port to another address and port."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

CHUNK = 65536


async def main(host: str, port: int, target_host: str, target_port: int) -> None:
    async def connected(caller: asyncio.StreamReader, to_caller: asyncio.StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_connection(target_host, target_port)
        except OSError:
            to_caller.close()
            return
        await asyncio.gather(handed_on(caller, to_server), handed_on(server, to_caller))

    listener = await asyncio.start_server(connected, host, port)
    async with listener:
        await listener.serve_forever()


async def handed_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await source.read(CHUNK):
            sink.write(part)
            await sink.drain()
    with suppress(OSError, RuntimeError):
        sink.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))

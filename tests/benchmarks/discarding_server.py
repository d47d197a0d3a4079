"""The cheapest possible Immich: reads an upload, keeps nothing, says "created". Prints its port."""

import asyncio

_CREATED = b'{"id":"11111111-1111-4111-8111-111111111111","status":"created"}'
_VERSION = b'{"major":2,"minor":7,"patch":5}'


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower():
            lengths = [int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")]
            left = lengths[0] if lengths else 0
            while left:
                left -= len(await reader.read(min(left, 1 << 20)))
            status, body = (b"201 Created", _CREATED) if head.startswith("post") else (b"200 OK", _VERSION)
            length = str(len(body)).encode()
            writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nContent-Length: " + length)
            writer.write(b"\r\n\r\n" + body)
            await writer.drain()
    except asyncio.IncompleteReadError, ConnectionError:
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the parent reads it
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

"""A mail server that takes everything and keeps nothing: python -m bench.mail_sink; prints its port."""

import asyncio

REPLIES = {b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250 SIZE 10000000\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        command = line[:4].upper()
        writer.write(REPLIES.get(command, b"250 ok\r\n"))
        if command == b"DATA":
            await writer.drain()
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 taken\r\n")
        if command == b"QUIT":
            break
    writer.close()


async def serve() -> None:
    """Until the process is ended."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())

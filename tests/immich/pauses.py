"""Sleep without sleeping."""

import asyncio


class Pauses:
    """Takes the place of ``asyncio.sleep``: remembers the seconds, and only lets others run."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)

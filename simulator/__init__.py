"""A local Swonkie v2: the same wire contract, with its own state machine, faults and ledger.

It stands for somebody else's service, so it imports nothing of ours. The client and the simulator
each implement the contract on their own, and tests compare the two.

Run it as a process (``python -m simulator --port 8900``) or embed it::

    with Simulator(Options()) as simulator:
        httpx.get(f"{simulator.base_url}/profiles", headers=...)
"""

from simulator.options import BadOption, Options
from simulator.server import Simulator

__all__ = ["BadOption", "Options", "Simulator"]

"""Lines on pytest's terminal while a run is under way."""

from __future__ import annotations

import pytest


def on_terminal(config: pytest.Config) -> bool:
    """Whether somebody sees the lines as they come, on a terminal that can rewrite them."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter is not None and bool(reporter._tw.hasmarkup)  # noqa: SLF001  # pytest has no public way to ask


def say(config: pytest.Config, text: str, *, over: bool = False) -> None:
    """Show a line, whatever pytest captures; on a terminal over the one before, where that is wanted."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    capture = config.pluginmanager.get_plugin("capturemanager")
    if reporter is None or capture is None:
        return
    with capture.global_and_fixture_disabled():
        if on_terminal(config):
            reporter.rewrite(text, erase=True)
            if not over:
                reporter.line("")
        else:
            reporter.write_line(text)
        reporter.flush()

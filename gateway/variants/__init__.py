"""Lawful variants: gateways that differ from the honest one only where the document is silent."""

from __future__ import annotations

from gateway.variants import bodies, doors, exchange, replies, weather
from gateway.variants.registry import VARIANTS

__all__ = ["VARIANTS", "bodies", "doors", "exchange", "replies", "weather"]

"""Units that stand in the names of columns: ``weight (kg)``, ``temp [°C]``, ``bill_length_mm``."""

import re

BRACKETS = re.compile(r".*[(\[]\s*([^()\[\]]{1,12}?)\s*[)\]]\s*")
#: Units that are taken from the end of a name without brackets.
ENDINGS = {
    "mm": "mm", "cm": "cm", "m": "m", "km": "km", "g": "g", "mg": "mg", "kg": "kg",
    "s": "s", "sec": "s", "ms": "ms", "min": "min", "h": "h", "days": "d",
    "l": "l", "ml": "ml", "w": "W", "kw": "kW", "kwh": "kWh", "v": "V", "mv": "mV",
    "pct": "%", "percent": "%", "celsius": "°C", "degc": "°C", "hz": "Hz", "db": "dB",
    "ppm": "ppm", "eur": "€", "usd": "$", "kmh": "km/h", "bar": "bar", "hpa": "hPa",
}  # fmt: skip
ENDING = re.compile(r".+[_ .-]([A-Za-z]+)")


def unit_in(name: str) -> str:
    """The unit that a column's name ends with, or nothing."""
    if match := BRACKETS.fullmatch(name):
        return match[1]
    match = ENDING.fullmatch(name)
    return ENDINGS.get(match[1].lower(), "") if match else ""

"""Measures that a real Chromium makes: what pages cost who looks at them."""

"""Measurements of the targets the project sets itself; `./dev bench` lists them."""

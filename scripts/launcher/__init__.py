"""Installs and starts the whole system on one machine; standard library only.

It runs before any virtual environment exists, so nothing here may import a package.
"""

"""Draws flow charts: works out where everything of a BPMN file stands, and writes it into the file.

Lanes are rows, steps stand in columns by how far they are from the start, ways run at right angles through the gaps
between columns and rows, each in a track of its own. reading → grid → routing → writing.
"""

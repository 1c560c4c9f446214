"""One customer of a source, or all of them: pages, index, history, export."""

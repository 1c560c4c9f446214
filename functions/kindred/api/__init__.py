"""The REST API: one function that hands a request to the room it is for."""

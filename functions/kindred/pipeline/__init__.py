"""What a job does, across rooms: the only place that knows several rooms' services.

`attempt` makes one attempt at a job and ends it, `flow` is the work in it (tables, texts, segments,
publishing), `texts` the part that scores texts, `sweeping` what comes by every few minutes,
`accounts` the end of an account, `plain_file` the same engine without Firebase.
"""

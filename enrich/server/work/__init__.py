"""Who works on runs, and how.

at_work    runs that someone has claimed, whoever it is
answers    one run, asked of an engine
threads    the server's own threads, over its own engine
leases     runs that workers in processes of their own have; ``endpoints`` lets them ask
messages   what the server and these workers say to each other
worker     such a process; ``client`` is the server as it calls it
children   such processes on this machine, started and watched
"""

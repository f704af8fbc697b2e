"""The verdict on a load run: what its gates say, in one page for people and in files for machines.

`gates` reads a gates file; `load_run` and `measured` read a run folder; `metrics` and `regression` measure; `judging`
joins them into pass, fail or invalid. `page` and the modules beside it write what came out.
"""

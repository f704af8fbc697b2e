"""Load by an open schedule: every operation is sent when it is due, whatever became of those before it.

`feed` holds a worker's share of a plan and compiles it; `driver` sends what is due and judges what came back;
`transport` says what a way of sending must offer, `epoll_transport` and `fast_transport` are two; `recorder` writes the
history and fills the histograms; `health` says whether the generator itself kept up. Nothing here imports locust or
gevent: `loadtests/locustfile.py` hands their parts in.
"""

"""What runs against a deployed platform.

Two rules bind this package. `locustfile.py` is the only file that imports locust, because `import locust` patches the
process with gevent; nothing imports that file. And no module here bears a name of the standard library, because locust
puts this folder first on `sys.path`.
"""

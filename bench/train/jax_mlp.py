"""The bench's peer: the same MLP, loss, optimizer and batches in JAX.

Reads one line a time on stdin, a number of steps; takes that many training
steps and answers with the seconds they took. Data lies on the device and each
batch is gathered there by index, as in Cellar's own step.
"""
import os
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

SIZES = [784, 256, 128, 10]
ROWS, BATCH = int(sys.argv[1]), int(sys.argv[2])


def init(key):
    params = []
    for fan_in, fan_out in zip(SIZES, SIZES[1:]):
        key, sub = jax.random.split(key)
        w = jax.random.normal(sub, (fan_in, fan_out)) * jnp.sqrt(2.0 / fan_in)
        params.append((w, jnp.zeros(fan_out)))
    return params


def loss_of(params, x, y):
    for w, b in params[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = params[-1]
    logp = jax.nn.log_softmax(x @ w + b)
    return -jnp.mean(jnp.sum(jax.nn.one_hot(y, 10) * logp, axis=-1))


def step(state, data, labels, rows):
    params, m, v, t = state
    loss, grads = jax.value_and_grad(loss_of)(params, data[rows], labels[rows])
    t = t + 1
    b1, b2, rate, eps = 0.9, 0.999, 1e-3, 1e-7
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, m, grads)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, v, grads)
    c1, c2 = 1 - b1**t, 1 - b2**t
    params = jax.tree.map(lambda p, m, v: p - rate * (m / c1) / (jnp.sqrt(v / c2) + eps), params, m, v)
    return (params, m, v, t), loss


def main():
    rng = np.random.default_rng(1)
    data = jnp.asarray(rng.standard_normal((ROWS, 784), dtype=np.float32))
    labels = jnp.asarray(rng.integers(0, 10, ROWS))
    params = init(jax.random.key(1))
    zeros = jax.tree.map(jnp.zeros_like, params)
    state = (params, zeros, jax.tree.map(jnp.zeros_like, params), jnp.float32(0))
    fast = jax.jit(step, donate_argnums=0)
    order = rng.permutation(ROWS).astype(np.int32)
    state, loss = fast(state, data, labels, order[:BATCH])
    loss.block_until_ready()
    print("ready", jax.__version__, flush=True)
    for line in sys.stdin:
        begin = time.perf_counter()
        at = 0
        for _ in range(int(line)):
            if at + BATCH > ROWS:
                order, at = rng.permutation(ROWS).astype(np.int32), 0
            state, loss = fast(state, data, labels, order[at : at + BATCH])
            at += BATCH
        loss.block_until_ready()
        jax.block_until_ready(state)
        print(time.perf_counter() - begin, flush=True)


main()

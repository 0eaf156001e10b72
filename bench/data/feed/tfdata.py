"""Rows a second of tf.data, in batches of 256.

rows:    the decoded rows of Cellar's cache through FixedLengthRecordDataset, a shuffle
         buffer of 65,536 rows (not an exact shuffle), decoded and prefetched.
parquet: the Parquet file through pyarrow's row groups and from_generator, in order,
         shuffled in a buffer of batches' rows.
"""
import sys
import time

import numpy as np
import pyarrow.parquet as pq
import tensorflow as tf

what, path, rows, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
width, batch = 785, 256


def decode(raw):
    x = tf.io.decode_raw(raw, tf.float32)
    return x[:, : width - 1], x[:, width - 1]


def groups():
    f = pq.ParquetFile(path)
    for i in range(f.num_row_groups):
        t = f.read_row_group(i, use_threads=True)
        yield np.stack([c.to_numpy() for c in t.columns], axis=1).astype(np.float32)


if what == "rows":
    d = tf.data.FixedLengthRecordDataset(rows, width * 4 + 4, header_bytes=4096, buffer_size=8 << 20)
    d = d.shuffle(65536, seed=1).repeat().batch(batch).map(decode, num_parallel_calls=tf.data.AUTOTUNE)
else:
    d = tf.data.Dataset.from_generator(groups, output_signature=tf.TensorSpec((None, width), tf.float32))
    d = d.unbatch().shuffle(65536, seed=1).repeat().batch(batch)
d = d.prefetch(tf.data.AUTOTUNE)

it = iter(d)
next(it)
began, n = time.time(), 0
while time.time() - began < seconds:
    next(it)
    n += batch
print(f"tf.data {tf.__version__}, {'the same cached rows' if what == 'rows' else 'Parquet by pyarrow'}, buffer of 65,536: {n / (time.time() - began):8.0f} rows/s")

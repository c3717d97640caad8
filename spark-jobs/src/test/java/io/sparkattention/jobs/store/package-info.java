/**
 * Jobs whose input, output and model lie on HDFS and S3, also while these fail.
 *
 * <p>HDFS is a cluster in this process, S3 a process of its own behind a proxy that can be told to
 * fail. Both start with the first test that asks for them and end with the tests. Another kind of
 * store is another {@link io.sparkattention.jobs.store.Store}.
 */
package io.sparkattention.jobs.store;

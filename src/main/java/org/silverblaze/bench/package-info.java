/** Named workloads for throughput, each beside the limit of the machine that it is held against. */
package org.silverblaze.bench;

package org.silverblaze.network;

/** How a window or a whole lattice is reduced. SUM is for global pooling only. */
public enum PoolingKind {
    AVERAGE,
    SUM,
    MAX
}

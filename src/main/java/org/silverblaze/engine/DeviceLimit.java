package org.silverblaze.engine;

/** What a {@link Device} can do at most. */
public enum DeviceLimit {
    /** Fused multiply-adds in float32 on registers alone; two operations each. */
    MULTIPLY_ADDS,
    /** Updates in place of more memory than any cache holds; bytes read and written together. */
    MEMORY
}

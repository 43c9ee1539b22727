package org.silverblaze.random;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The 64-bit key of an ensemble, for Philox and (its third and fourth words zero) for Threefry: the first 64 bits of SHA-256 over a canonical text that names everything the
 * ensemble depends on (seed, lattice, couplings), so that no two ensembles share numbers.
 *
 * @param low first key word
 * @param high second key word
 */
public record StreamKey(int low, int high) {
    /** Key of the canonical text {@code description}, UTF-8, digest read big-endian, low word first. */
    public static StreamKey of(String description) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(description.getBytes(StandardCharsets.UTF_8));
            ByteBuffer words = ByteBuffer.wrap(digest);
            return new StreamKey(words.getInt(), words.getInt());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Four words of {@code draw} of {@code chain} for {@code purpose}, to {@code out[at .. at+3]}. */
    public void block(long draw, int chain, Purpose purpose, int[] out, int at) {
        if (purpose.hot()) {
            Threefry.block((int) draw, (int) (draw >>> 32), chain, purpose.code(), low, high, 0, 0, out, at);
        } else {
            Philox.block((int) draw, (int) (draw >>> 32), chain, purpose.code(), low, high, out, at);
        }
    }
}

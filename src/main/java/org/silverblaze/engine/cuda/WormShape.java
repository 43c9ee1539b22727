package org.silverblaze.engine.cuda;

/**
 * How chains are laid out on the device; changes no bit of any chain.
 *
 * @param threads chains of a thread block; 0: the kernel's choice
 * @param memory where the occupations are while a kernel runs
 * @param sampleBytes memory for samples that wait to be fetched, about, bytes
 */
record WormShape(int threads, Memory memory, long sampleBytes) {
    static final WormShape DEFAULT = new WormShape(0, Memory.SHARED_WHERE_IT_FITS, 64 << 20);

    /** The codes are those of {@code sb_worm_create}. */
    enum Memory {
        SHARED_WHERE_IT_FITS(-1),
        GLOBAL(0),
        SHARED(1);

        final int code;

        Memory(int code) {
            this.code = code;
        }
    }
}

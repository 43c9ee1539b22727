package org.silverblaze.engine.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silverblaze.engine.Device;
import org.silverblaze.engine.DeviceLimit;
import org.silverblaze.engine.LimitLoop;

/**
 * An NVIDIA GPU.
 *
 * @param number of the device, from 0
 */
record CudaDevice(int number) implements Device {
    /** Chains are threads: so many of them hide the latency of shared memory, and fit into it on small lattices. */
    private static final int CHAINS_A_MULTIPROCESSOR = 512;
    /** Larger than the L2 cache of any device, small beside its memory. */
    private static final long MEMORY = 1L << 30;

    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");
    private static final Pattern VERSION = Pattern.compile("Kernel Module\\D*(?:for \\S+\\s+)?([0-9]+(?:\\.[0-9]+)+)");

    @Override
    public String name() {
        return Cuda.name(number);
    }

    @Override
    public String driver() {
        try {
            return version(Files.readString(DRIVER));
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * The version in what the kernel module says of itself, such as {@code NVRM version: NVIDIA UNIX Open Kernel Module for x86_64
     * 570.86.15  Release Build}; null where there is none.
     */
    static String version(String text) {
        Matcher matcher = VERSION.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    @Override
    public int chains() {
        int[] multiprocessors = new int[1];
        Cuda.check(CudaLibrary.sb_device_shape(number, multiprocessors, new long[1]));
        return CHAINS_A_MULTIPROCESSOR * multiprocessors[0];
    }

    @Override
    public LimitLoop loop(DeviceLimit limit) {
        return new Loop(number, limit == DeviceLimit.MEMORY ? MEMORY : 0);
    }

    /** A loop of {@code cuda/src/limits.cu}. */
    static final class Loop implements LimitLoop {
        private final long[] units = new long[1];
        private long handle;

        /** @param bytes to be updated; 0: fused multiply-adds */
        Loop(int device, long bytes) {
            long[] out = new long[1];
            Cuda.check(CudaLibrary.sb_limit_create(device, bytes, out));
            handle = out[0];
        }

        @Override
        public long run() {
            Cuda.check(CudaLibrary.sb_limit_run(handle, units));
            return units[0];
        }

        /** The first number of its memory, for tests. */
        float first() {
            float[] value = new float[1];
            Cuda.check(CudaLibrary.sb_limit_first(handle, value));
            return value[0];
        }

        @Override
        public void close() {
            if (handle != 0) {
                long ending = handle;
                handle = 0;
                Cuda.check(CudaLibrary.sb_limit_destroy(ending));
            }
        }
    }
}

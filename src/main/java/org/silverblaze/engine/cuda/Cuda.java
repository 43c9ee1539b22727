package org.silverblaze.engine.cuda;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.silverblaze.BadInput;

/** What this process can do with CUDA, found once; and errors of the runtime as exceptions. */
final class Cuda {
    /** Lets the host emulation of {@code cuda/emulation} pass for a device: for tests. */
    static final String ALLOW_EMULATION = "silverblaze.cuda.emulation";

    private static final String NOT_BUILT = "this build has no CUDA kernels (the build says why, nvcc for one)";
    /** One of them is there where a driver is; the second under WSL. */
    private static final List<Path> DEVICE_FILES = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

    /** Null where there is a device; otherwise why there is none. */
    private static final String MISSING = missing();

    /** Chosen once, before any work: a process computes on one device. */
    private static volatile int device;

    private Cuda() {}

    /** The device that everything is made on. */
    static int device() {
        return device;
    }

    /** @throws BadInput where there is no such device */
    static void use(int wanted) {
        if (MISSING != null) {
            throw new BadInput("--device " + wanted + ": " + MISSING);
        }
        int[] count = new int[1];
        check(CudaLibrary.sb_device_count(count));
        if (wanted < 0 || wanted >= count[0]) {
            throw new BadInput("--device " + wanted + ": expected "
                    + (count[0] == 1 ? "0, there is one device" : "0 to " + (count[0] - 1)));
        }
        device = wanted;
    }

    private static String missing() {
        // Loading takes a tenth of a second: not where it is plain that there is nothing to find.
        if (Cuda.class.getResource("linux-x86_64/libjniCudaLibrary.so") == null) {
            return NOT_BUILT;
        }
        if (!Boolean.getBoolean(ALLOW_EMULATION) && DEVICE_FILES.stream().noneMatch(Files::exists)) {
            return "no NVIDIA driver (there is none of " + DEVICE_FILES + ")";
        }
        int[] count = new int[1];
        try {
            int error = CudaLibrary.sb_device_count(count);
            if (error != 0) {
                return "no NVIDIA driver or device (" + text(error) + ")";
            }
            if (count[0] == 0) {
                return "no NVIDIA device";
            }
            if (CudaLibrary.sb_emulated() == 1 && !Boolean.getBoolean(ALLOW_EMULATION)) {
                return "built for host emulation, which is for tests";
            }
            return null;
        } catch (LinkageError e) {
            return NOT_BUILT + " for this machine: " + e.getMessage();
        }
    }

    static boolean available() {
        return MISSING == null;
    }

    /** One line on the device, or why there is none. */
    static String description() {
        if (MISSING != null) {
            return MISSING;
        }
        int[] multiprocessors = new int[1];
        long[] bytes = new long[1];
        check(CudaLibrary.sb_device_shape(device, multiprocessors, bytes));
        return name(device) + ", " + multiprocessors[0] + " multiprocessors, " + (bytes[0] >> 30) + " GiB";
    }

    /** Name of a device. */
    static String name(int number) {
        byte[] name = new byte[256];
        check(CudaLibrary.sb_device_name(number, name, name.length));
        int length = 0;
        while (name[length] != 0) {
            length++;
        }
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    /** @throws CudaException where {@code error} is one */
    static void check(int error) {
        if (error != 0) {
            throw new CudaException("CUDA: " + text(error));
        }
    }

    private static String text(int error) {
        return CudaLibrary.sb_error_string(error).getString();
    }
}

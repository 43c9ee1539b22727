package org.silverblaze.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The way out for a process that was asked to end. Every way out that Java offers, {@link Runtime#halt} too, waits up to 10 s for
 * methods that are being compiled ({@code VM_Exit::wait_for_threads_in_native_to_block} of HotSpot), and on a busy machine the kernels
 * in vectors take that long. Files are whole or not there at any instant, so nothing is lost without the wait.
 */
final class Leave {
    private Leave() {}

    /** Ends the process with that exit code, by {@code _exit} of the C library where it can be had. */
    @SuppressWarnings("restricted") // Native access: the launcher grants it.
    static void atOnce(int code) {
        System.out.flush();
        System.err.flush();
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle exit = linker.downcallHandle(
                    linker.defaultLookup().find("_exit").orElseThrow(),
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
            exit.invokeExact(code);
        } catch (Throwable noNativeAccess) {
            Runtime.getRuntime().halt(code);
        }
    }
}

package org.silverblaze.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.silverblaze.Stop;
import org.silverblaze.Stop.Reason;

/**
 * SIGINT and SIGTERM interrupt (exit code 130), SIGUSR1 stops early on purpose (75). Work that looks at its {@link Stop} gets
 * a few seconds to end by itself; a second signal, or work that does not look, ends the process at once. That is safe at any
 * instant, since every file appears whole or not at all.
 */
final class Signals {
    /** The process has to be gone within 10 s, on a busy machine too. */
    private static final long GRACE_SECONDS = 6;

    /** Of the work that looks at it; null where there is none. */
    private static final AtomicReference<Stop> CURRENT = new AtomicReference<>();

    private Signals() {}

    /** For the process of the command line only. */
    static void install() {
        on("INT", Reason.INTERRUPTED);
        on("TERM", Reason.INTERRUPTED);
        on("USR1", Reason.EARLY);
    }

    /** {@code sun.misc.Signal.handle}, by reflection: javac warns of every other use of it, and Java has nothing else. */
    private static void on(String name, Reason reason) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            arrived(reason, "SIG" + name);
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException e) {
            // This system does not have the signal, or somebody asked Java to leave it alone (-Xrs): its default stays.
            return;
        }
    }

    /** Work that looks at this stop begins; null: it has ended. */
    static void heeds(Stop stop) {
        CURRENT.set(stop);
    }

    /** A signal arrived, or the time is up. */
    static void arrived(Reason reason, String cause) {
        Stop stop = CURRENT.get();
        if (stop == null || !stop.request(reason, cause)) {
            end(reason, cause);
        }
        Thread.ofPlatform().daemon().name("last resort").start(() -> {
            sleepMillis(1000 * GRACE_SECONDS);
            if (CURRENT.get() == stop) {
                end(reason, cause);
            }
        });
    }

    static void sleepMillis(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(Reason reason, String cause) {
        System.err.println("silverblaze: " + line(reason, cause));
        Leave.atOnce(ExitCode.of(reason));
    }

    /** What the user is told. */
    static String line(Reason reason, String cause) {
        return switch (reason) {
            case INTERRUPTED -> "interrupted (" + cause + "); what is whole is kept, run it again to go on";
            case EARLY -> "stopped early on purpose (" + cause + "); what is whole is kept, run it again to go on";
        };
    }
}

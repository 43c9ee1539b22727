package org.silverblaze.cli;

import java.io.Console;
import java.io.PrintStream;
import org.silverblaze.Progress;

/**
 * Progress on standard error for work of over two seconds: a bar that redraws itself where a terminal is attached, a plain
 * line every ten seconds otherwise.
 */
final class ConsoleProgress implements Progress {
    private static final long FIRST_NANOS = 2_000_000_000L;
    private static final long REDRAW_NANOS = 200_000_000L;
    private static final long LINE_NANOS = 10_000_000_000L;
    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private String stage = "";
    private long stageStart;
    private long lastShown;
    private boolean drawn;

    // JDK 22 to 24 always have a console; 25 has one only where a terminal is attached.
    @SuppressWarnings("SystemConsoleNull")
    ConsoleProgress(PrintStream out) {
        this.out = out;
        Console console = System.console();
        this.terminal = console != null && console.isTerminal();
    }

    @Override
    public synchronized void update(String name, long done, long total) {
        long now = System.nanoTime();
        if (!name.equals(stage)) {
            endBar();
            stage = name;
            stageStart = now;
            lastShown = now;
        }
        boolean last = done >= total;
        if (now - stageStart < FIRST_NANOS) {
            return;
        }
        if (terminal) {
            if (last || now - lastShown >= REDRAW_NANOS) {
                lastShown = now;
                drawn = true;
                out.print("\r" + bar(done, total, now));
                out.flush();
            }
            if (last) {
                endBar();
            }
        } else if (now - lastShown >= LINE_NANOS) {
            lastShown = now;
            out.println(stage + ": " + done + "/" + total + left(done, total, now));
        }
    }

    private void endBar() {
        if (drawn) {
            out.println();
            drawn = false;
        }
    }

    private String bar(long done, long total, long now) {
        double fraction = total > 0 ? Math.min(1, (double) done / total) : 1;
        int filled = (int) Math.round(fraction * WIDTH);
        return String.format(
                java.util.Locale.ROOT,
                "%-28s [%s%s] %3.0f %%%s   ",
                stage,
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                100 * fraction,
                left(done, total, now));
    }

    /** What is left to do at the speed so far; nothing before something is done. */
    private String left(long done, long total, long now) {
        double seconds = (now - stageStart) * 1e-9;
        return done > 0 && done < total
                ? String.format(java.util.Locale.ROOT, ", %.0f s left", seconds / done * (total - done))
                : "";
    }
}

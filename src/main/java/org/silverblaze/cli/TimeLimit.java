package org.silverblaze.cli;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silverblaze.BadInput;
import org.silverblaze.Stop;
import picocli.CommandLine.Option;

/** The option {@code --time-limit}, of every command that samples. */
final class TimeLimit {
    private static final Pattern CLOCK = Pattern.compile("([0-9]{1,6}):([0-5][0-9]):([0-5][0-9])");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            description =
                    "stop so many seconds, or HH:MM:SS, after the process began, with exit code 75; run again to go on")
    private String limit;

    /** Reads the option; the clock runs since the JVM started, which takes seconds on a busy machine. */
    void start() {
        if (limit == null) {
            return;
        }
        long seconds = seconds(limit);
        Thread.ofPlatform().daemon().name("time limit").start(() -> {
            long since = ManagementFactory.getRuntimeMXBean().getUptime();
            Signals.sleepMillis(Math.max(0, 1000 * seconds - since));
            Signals.arrived(Stop.Reason.EARLY, "--time-limit " + limit);
        });
    }

    /** Seconds of {@code 3600} or {@code 1:00:00}. */
    static long seconds(String text) {
        Matcher clock = CLOCK.matcher(text);
        long seconds = 0;
        if (clock.matches()) {
            seconds = Long.parseLong(clock.group(1)) * 3600
                    + Long.parseLong(clock.group(2)) * 60
                    + Long.parseLong(clock.group(3));
        } else if (SECONDS.matcher(text).matches()) {
            seconds = Long.parseLong(text);
        }
        if (seconds < 1) {
            throw new BadInput("--time-limit " + text + ": expected a number of seconds, at least 1, or HH:MM:SS");
        }
        return seconds;
    }
}

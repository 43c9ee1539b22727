package org.silverblaze.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silverblaze.BadInput;
import org.silverblaze.dataset.ViolationTask;
import org.silverblaze.dataset.ViolationTask.Kind;
import picocli.CommandLine.Option;

/** Options of {@code generate} for data with open worms. */
final class TaskOptions {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,7})(?::([0-9]{1,7}))?");

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = {
                "detection or counting: open worms of s Metropolis steps in the closed configurations of the chains,",
                "with labels, the map of the divergence, and s"
            })
    private String task;

    @Option(
            names = "--worms",
            paramLabel = "M,..",
            description = "numbers of open worms, equally often (default: 0,1 for detection, 0 to 10 for counting)")
    private String worms;

    @Option(
            names = "--steps",
            paramLabel = "MIN:MAX",
            description = "steps of a worm, each number as likely (default: 1:100)")
    private String steps;

    @Option(
            names = "--pairs",
            description = {
                "matched pairs: the same worms on the same background twice, the last one open and run on until it closed"
            })
    private boolean pairs;

    /** Null where closed configurations are asked for. */
    ViolationTask resolved() {
        if (task == null) {
            if (worms != null || steps != null || pairs) {
                throw new BadInput((worms != null ? "--worms" : steps != null ? "--steps" : "--pairs")
                        + ": only with --task detection or --task counting");
            }
            return null;
        }
        return ViolationTask.of(Kind.parse(task), parsedWorms(), parsedSteps(), pairs);
    }

    private List<Integer> parsedWorms() {
        if (worms == null) {
            return null;
        }
        List<Integer> numbers = new ArrayList<>();
        for (String number : worms.split(",", -1)) {
            if (!NUMBER.matcher(number).matches()) {
                throw new BadInput("--worms " + worms + ": expected numbers of worms, such as 0,5");
            }
            numbers.add(Integer.parseInt(number));
        }
        return numbers;
    }

    private int[] parsedSteps() {
        if (steps == null) {
            return null;
        }
        Matcher range = RANGE.matcher(steps);
        if (!range.matches()) {
            throw new BadInput("--steps " + steps + ": expected a number of steps or a range, such as 1:100");
        }
        int fewest = Integer.parseInt(range.group(1));
        return new int[] {fewest, range.group(2) == null ? fewest : Integer.parseInt(range.group(2))};
    }
}

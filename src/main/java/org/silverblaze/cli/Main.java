package org.silverblaze.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.silverblaze.BadInput;
import org.silverblaze.Stopped;
import org.silverblaze.Version;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.training.TrainingFailedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The program. Data goes to standard output, everything else to standard error. */
@Command(
        name = "silverblaze",
        mixinStandardHelpOptions = true,
        versionProvider = Main.VersionText.class,
        description =
                "Samples the complex phi^4 theory in the flux representation and trains symmetry-equivariant networks on it.",
        footer = {
            "",
            "Examples:",
            "  silverblaze reproduce                                the paper's first result, small: about 5 minutes",
            "  silverblaze generate --lattice 60x4 --mu 1.05 --samples 20000 --out data/60x4",
            "  silverblaze inspect data/60x4 --check",
            "",
            "Exit codes: 0 done, 1 the work failed, 2 bad usage or bad input, 75 stopped early on purpose (SIGUSR1,",
            "--time-limit), 130 interrupted (SIGINT, SIGTERM). After 75 and 130 what is whole is kept: run it again to go on."
        })
public final class Main implements Runnable {
    /** In the order of the help. */
    private static final Map<String, Class<?>> COMMANDS = commands();

    @Spec
    private CommandSpec spec;

    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("info", InfoCommand.class);
        commands.put("generate", GenerateCommand.class);
        commands.put("merge", MergeCommand.class);
        commands.put("inspect", InspectCommand.class);
        commands.put("train", TrainCommand.class);
        commands.put("evaluate", EvaluateCommand.class);
        commands.put("predict", PredictCommand.class);
        commands.put("reproduce", ReproduceCommand.class);
        commands.put("bench", BenchCommand.class);
        commands.put("verify", VerifyCommand.class);
        commands.put("help", CommandLine.HelpCommand.class);
        return commands;
    }

    public static void main(String[] args) {
        Signals.install();
        int code = runOrGiveUp(args);
        if (code == ExitCode.INTERRUPTED || code == ExitCode.STOPPED_EARLY) {
            Leave.atOnce(code);
        }
        System.out.flush();
        System.exit(code);
    }

    /** As {@link #run}; what no command can handle is one line, too. */
    private static int runOrGiveUp(String... args) {
        try {
            return run(args);
        } catch (OutOfMemoryError e) {
            System.err.println(outOfMemory(e));
            return ExitCode.FAILED;
        } catch (ExceptionInInitializerError e) {
            // a property of the JVM, which is read once, by whichever class needs it first
            if (e.getCause() instanceof BadInput bad) {
                System.err.println("silverblaze: " + oneLine(bad.getMessage()));
                return ExitCode.BAD_INPUT;
            }
            throw e;
        }
    }

    /** Says how much memory there was, and what would help. */
    static String outOfMemory(OutOfMemoryError e) {
        return "silverblaze: out of memory (" + oneLine(e.getMessage()) + "); Java may use "
                + (Runtime.getRuntime().maxMemory() >> 20)
                + " MiB: take a smaller lattice, fewer chains or threads, or more memory, SILVERBLAZE_JAVA_OPTS=-Xmx...g";
    }

    /** An empty name would mean the current folder. */
    static Path path(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("expected a file or folder, found an empty name");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is no name of a file or folder: " + e.getReason());
        }
    }

    /** Runs one command line and returns its exit code. */
    static int run(String... args) {
        return line(args).execute(args);
    }

    /**
     * The commands that a command line may call: the one that it names first, or all. To read the annotations of all of them takes a
     * good part of a short command's time.
     */
    static CommandLine line(String... args) {
        CommandLine line = new CommandLine(new Main());
        String first = args.length == 0 ? "help" : args[0];
        COMMANDS.forEach((name, command) -> {
            if (name.equals(first) || first.equals("help") || !COMMANDS.containsKey(first)) {
                line.addSubcommand(name, command);
            }
        });
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, Main::path)
                .setUsageHelpWidth(110)
                .setUsageHelpLongOptionsMaxWidth(34)
                .setParameterExceptionHandler(Main::badUsage)
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
    }

    /** Without a command: says how to go on, as bad usage. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "no command given; try 'silverblaze --help' or 'silverblaze reproduce'");
    }

    private static int badUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String help = " (see '" + command.getCommandSpec().qualifiedName() + " --help')";
        System.err.println("silverblaze: " + oneLine(e.getMessage()) + help);
        return ExitCode.BAD_INPUT;
    }

    private static int failed(Exception e, CommandLine command) {
        PrintStream err = System.err;
        if (Common.debug(command)) {
            e.printStackTrace(err);
        }
        Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
        return switch (cause) {
            case Stopped stopped -> {
                err.println("silverblaze: " + Signals.line(stopped.reason(), stopped.getMessage()));
                yield ExitCode.of(stopped.reason());
            }
            case BadInput bad -> {
                err.println("silverblaze: " + oneLine(bad.getMessage()));
                yield ExitCode.BAD_INPUT;
            }
            case OccupationLimitException limit -> {
                err.println("silverblaze: " + oneLine(limit.getMessage()));
                yield ExitCode.FAILED;
            }
            case TrainingFailedException training -> {
                err.println("silverblaze: " + oneLine(training.getMessage()));
                yield ExitCode.FAILED;
            }
            case FileSystemException file -> {
                String reason = file.getReason() == null
                        ? file.getClass().getSimpleName().replace("Exception", "")
                        : file.getReason();
                err.println("silverblaze: " + file.getFile() + ": " + oneLine(reason));
                yield ExitCode.FAILED;
            }
            case IOException io -> {
                err.println("silverblaze: " + oneLine(String.valueOf(io.getMessage())));
                yield ExitCode.FAILED;
            }
            default -> {
                err.println("silverblaze: internal error, please report it (--debug shows where): "
                        + oneLine(cause.toString()));
                yield ExitCode.FAILED;
            }
        };
    }

    private static String oneLine(String text) {
        return text == null
                ? "unknown error"
                : text.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    /** {@code silverblaze --version}. */
    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"silverblaze " + Version.NUMBER + " (" + Version.revision() + ")"};
        }
    }
}

package org.silverblaze.peers.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.silverblaze.BadInput;
import org.silverblaze.bench.Limits;
import org.silverblaze.bench.NamedNetwork;
import org.silverblaze.bench.NetworkLoad;
import org.silverblaze.bench.Timing;
import org.silverblaze.bench.Work;
import org.silverblaze.dispatch.Dispatcher;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;

/**
 * One network on one lattice, at several batch sizes, by libtorch and by us in alternation. Arguments: network, channels
 * (0: the network's own), lattice, batches (a list), kinds of work (a list of step and forward), threads, rounds, seconds of one repetition. Prints a
 * line of JSON for each batch and kind of work.
 *
 * <p>libtorch works on a thread of its own: it alone flushes denormal numbers to zero.
 */
final class Compare {
    private static final double WARM_UP = 2.0;
    private static final double TRIAL = 0.08;

    private final ExecutorService torchThread = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "libtorch");
        thread.setDaemon(true);
        return thread;
    });

    private final String name;
    private final int channels;
    private final Lattice lattice;
    private final NetworkSpec spec;
    private final List<String> works;
    private final int threads;
    private final int rounds;
    private final double seconds;

    /** One JSON line. Rates in steps (or passes) per second, one of each round; flops of one step. */
    record Line(
            String network,
            int channels,
            String lattice,
            int batch,
            int threads,
            String work,
            double flops,
            double peak,
            Agreement agreement,
            boolean agrees,
            String setting,
            Map<String, Double> settings,
            double[] peer,
            double[] ours) {}

    private Compare(String[] arguments) {
        NamedNetwork network = NamedNetwork.find(arguments[0]);
        name = network.id();
        channels = Integer.parseInt(arguments[1]) > 0 ? Integer.parseInt(arguments[1]) : network.channels();
        spec = network.spec(channels);
        lattice = Lattice.parse(arguments[2]);
        works = List.of(arguments[4].split(",", -1));
        threads = Integer.parseInt(arguments[5]);
        rounds = Integer.parseInt(arguments[6]);
        seconds = Double.parseDouble(arguments[7]);
    }

    public static void main(String[] arguments) throws InterruptedException, ExecutionException, IOException {
        Compare compare = new Compare(arguments);
        compare.onTorchThread(() -> {
            torch.set_num_threads(compare.threads);
            return Context.setFlushDenormal(true);
        });
        for (String batch : arguments[3].split(",", -1)) {
            compare.batch(Integer.parseInt(batch));
        }
    }

    private <T> T onTorchThread(Callable<T> task) throws InterruptedException, ExecutionException {
        return torchThread.submit(task).get();
    }

    private void batch(int batch) throws InterruptedException, ExecutionException {
        try (NetworkLoad ours = load(batch)) {
            List<TorchTraining> peers = new ArrayList<>();
            for (TorchSetting setting : TorchSetting.ALL) {
                peers.add(peer(setting, ours));
            }
            Work step = () -> {
                ours.step();
                return 1;
            };
            Work forward = () -> {
                ours.forward();
                return 1;
            };
            Map<TorchSetting, Agreement> agreements = new EnumMap<>(TorchSetting.class);
            for (String work : works) {
                switch (work) {
                    case "step" ->
                        alternate(batch, work, ours.stepFlops(), agreements, peers, TorchTraining::step, step);
                    case "forward" ->
                        alternate(batch, work, ours.forwardFlops(), agreements, peers, TorchTraining::forward, forward);
                    default -> throw new BadInput("work " + work + ": expected step or forward");
                }
            }
        }
    }

    private NetworkLoad load(int batch) {
        NetworkEngine engine = Dispatcher.choose("vector").engine().networks();
        return new NetworkLoad(engine, spec, lattice, batch, threads);
    }

    private TorchTraining peer(TorchSetting setting, NetworkLoad load) throws InterruptedException, ExecutionException {
        NetworkShapes shapes = NetworkShapes.of(spec, lattice);
        return onTorchThread(() ->
                new TorchTraining(shapes, setting, load.startParameters(), load.examples(), NetworkLoad.OPTIMIZER));
    }

    private Agreement agreement(int batch, TorchSetting setting) throws InterruptedException, ExecutionException {
        try (NetworkLoad ours = load(batch)) {
            TorchTraining theirs = peer(setting, ours);
            return onTorchThread(() -> Agreement.of(NetworkShapes.of(spec, lattice), ours, theirs));
        }
    }

    private interface Call {
        void of(TorchTraining peer);
    }

    private static Work once(TorchTraining peer, Call call) {
        return () -> {
            call.of(peer);
            return 1;
        };
    }

    private void alternate(
            int batch,
            String work,
            long flops,
            Map<TorchSetting, Agreement> agreements,
            List<TorchTraining> peers,
            Call call,
            Work ours)
            throws InterruptedException, ExecutionException {
        Timing trial = new Timing(TRIAL, TRIAL, 2);
        Map<TorchSetting, Double> settings = new EnumMap<>(TorchSetting.class);
        TorchSetting best = TorchSetting.ALL.getFirst();
        for (TorchSetting setting : TorchSetting.ALL) {
            TorchTraining peer = peers.get(setting.ordinal());
            settings.put(
                    setting,
                    onTorchThread(() -> trial.measure(once(peer, call))).most());
            best = settings.get(setting) > settings.get(best) ? setting : best;
        }
        TorchTraining peer = peers.get(best.ordinal());
        Timing timing = new Timing(WARM_UP, seconds, 1);
        timing.warmUp(ours);
        if (!agreements.containsKey(best)) {
            agreements.put(best, agreement(batch, best));
        }
        double peak = new Limits(threads, Limits.TIMING).fmaPeak().most();
        double[] theirRates = new double[rounds];
        double[] ourRates = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            theirRates[round] = onTorchThread(() -> timing.slice(once(peer, call)));
            ourRates[round] = timing.slice(ours);
        }
        peak = Math.max(peak, new Limits(threads, Limits.TIMING).fmaPeak().most());
        Line line = new Line(
                name,
                channels,
                lattice.toString(),
                batch,
                threads,
                work,
                flops,
                peak,
                agreements.get(best),
                agreements.get(best).holds(),
                best.text(),
                settings.entrySet().stream()
                        .collect(Collectors.toMap(e -> e.getKey().text(), Map.Entry::getValue)),
                theirRates,
                ourRates);
        System.out.println(Json.line(line));
        System.out.flush();
    }
}

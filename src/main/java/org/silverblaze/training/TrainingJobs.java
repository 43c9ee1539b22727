package org.silverblaze.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.Stop;

/**
 * Trainings side by side, each into a folder of its own, that share the threads. As many jobs run at once as there are threads;
 * where there are more threads than jobs, each job has several, and a job that ends leaves its threads to the others. The
 * bits of a training do not depend on its threads, so each is what it would be alone.
 */
public final class TrainingJobs {
    private final List<TrainingJob> jobs;
    private final int threads;
    private final Object lock = new Object();
    /** Threads of each job; 0: it has not begun, or has ended. */
    private final int[] shares;

    private int next;

    /** @param threads of all jobs together */
    public TrainingJobs(List<TrainingJob> jobs, int threads) {
        this.jobs = List.copyOf(jobs);
        this.threads = threads;
        this.shares = new int[jobs.size()];
        if (jobs.stream().map(TrainingJob::out).distinct().count() < jobs.size()) {
            throw new BadInput("recipes: two have the same name; expected different names, which name their folders");
        }
    }

    /**
     * Runs all jobs; where one fails the others go on.
     *
     * @return one for each job, in their order
     * @throws BadInput as {@link TrainingJob#run}: before any job begins
     * @throws org.silverblaze.Stopped where {@code stop} asked for it
     * @throws TrainingFailedException as {@link TrainingJob#run}: after the other jobs have ended
     */
    public List<TrainingJob.Result> run(List<String> command, Stop stop, Progress progress, Consumer<String> notes)
            throws IOException {
        jobs.forEach(TrainingJob::check);
        Sum sum = new Sum(progress);
        TrainingJob.Result[] results = new TrainingJob.Result[jobs.size()];
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int together = Math.min(threads, jobs.size());
        List<Thread> workers = new ArrayList<>();
        for (int w = 0; w < together; w++) {
            int share = threads / together + (w < threads % together ? 1 : 0);
            Runnable work = () -> {
                for (int job = begin(share); job >= 0; job = endAndBegin(job)) {
                    try {
                        results[job] = runOne(job, command, stop, sum, notes);
                    } catch (IOException | RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                }
            };
            workers.add(Thread.ofPlatform().name("training-" + w).start(work));
        }
        workers.forEach(TrainingJobs::join);
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case UncheckedIOException e -> throw e.getCause();
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
        return List.of(results);
    }

    private TrainingJob.Result runOne(int job, List<String> command, Stop stop, Sum sum, Consumer<String> notes)
            throws IOException {
        stop.check();
        Progress mine = (stage, done, total) -> sum.update(job, done);
        TrainingJob.Result result =
                jobs.get(job).withThreads(() -> share(job)).run(threads, command, stop, mine, notes);
        sum.update(job, jobs.get(job).recipe().epochs().maximum());
        return result;
    }

    /** Number of the next job; -1 where there is none: the threads go to the jobs that are left. */
    private int begin(int share) {
        synchronized (lock) {
            if (next < jobs.size()) {
                shares[next] = share;
                return next++;
            }
            for (int spare = share; spare > 0 && smallest() >= 0; spare--) {
                shares[smallest()]++;
            }
            return -1;
        }
    }

    private int endAndBegin(int job) {
        synchronized (lock) {
            int share = shares[job];
            shares[job] = 0;
            return begin(share);
        }
    }

    /** The running job with the fewest threads; -1 where none runs. */
    private int smallest() {
        int best = -1;
        for (int job = 0; job < shares.length; job++) {
            if (shares[job] > 0 && (best < 0 || shares[job] < shares[best])) {
                best = job;
            }
        }
        return best;
    }

    private int share(int job) {
        synchronized (lock) {
            return shares[job];
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The jobs look at their Stop: wait for them, then hand the interrupt on.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Epochs of all jobs. */
    private final class Sum {
        private final Progress progress;
        private final long[] done = new long[jobs.size()];
        private final long total;

        Sum(Progress progress) {
            this.progress = progress;
            this.total =
                    jobs.stream().mapToLong(j -> j.recipe().epochs().maximum()).sum();
        }

        synchronized void update(int job, long epochs) {
            done[job] = epochs;
            long all = 0;
            for (long one : done) {
                all += one;
            }
            String stage = jobs.size() == 1
                    ? "training " + jobs.getFirst().recipe().name()
                    : "training " + jobs.size() + " architectures";
            progress.update(stage, all, total);
        }
    }
}

package org.silverblaze.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.engine.Examples;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.training.Task;

/**
 * A configuration made by hand, paths of unit flux on an empty lattice (l = 0), whose violations everybody can count: closed loops
 * break no flux, an open path breaks it at its two ends, and ends on one site add up.
 *
 * @param name what it is
 * @param configuration the fluxes
 * @param violations sum_x |d_x| / 2, counted by hand
 */
public record HandMade(String name, FluxConfiguration configuration, int violations) {
    private static final int FLUX_CHANNELS = 4;
    private static final int LEAST = 6;

    /** @param lattice two-dimensional, at least 6 sites along each axis */
    public static List<HandMade> on(Lattice lattice) {
        if (lattice.dimensions() != 2 || lattice.extent(0) < LEAST || lattice.extent(1) < LEAST) {
            throw new IllegalArgumentException("lattice " + lattice + ": too small for these paths");
        }
        String once = "t".repeat(lattice.extent(0));
        String across = "x".repeat(lattice.extent(1));
        List<HandMade> all = new ArrayList<>();
        all.add(of("empty lattice", 0, lattice));
        all.add(of("a single plaquette loop", 0, lattice, at(1, 1, "txTX")));
        all.add(of("a loop of 2x3 plaquettes", 0, lattice, at(0, 1, "ttxxxTTXXX")));
        all.add(of("a closed worm that winds in time", 0, lattice, at(0, 3, once)));
        all.add(of("a closed worm that winds in space", 0, lattice, at(2, 0, across)));
        all.add(of("one link", 1, lattice, at(0, 0, "t")));
        all.add(of("one link backwards in space", 1, lattice, at(3, 2, "X")));
        all.add(of("an open worm that winds in time", 1, lattice, at(0, 3, once + "tx")));
        all.add(of("an open worm beside a plaquette loop", 1, lattice, at(0, 4, "tt"), at(3, 0, "txTX")));
        all.add(of("two worms that share their tail", 2, lattice, at(1, 1, "tt"), at(1, 1, "xxx")));
        all.add(of("two worms that share tail and head", 2, lattice, at(0, 0, "tt"), at(0, 0, "xttX")));
        all.add(of("two worms end to end: one", 1, lattice, at(0, 0, "tt"), at(2, 0, "xx")));
        all.add(of("a worm and its reverse by another way: none", 0, lattice, at(0, 0, "ttx"), at(2, 1, "TTX")));
        all.add(of(
                "three worms and a loop", 3, lattice, at(0, 0, "t"), at(3, 1, "xx"), at(5, 4, "T"), at(2, 4, "txTX")));
        return List.copyOf(all);
    }

    /** A path from a site: t and x go forward along their axis, T and X back. */
    private record Path(int t, int x, String legs) {}

    private static Path at(int t, int x, String legs) {
        return new Path(t, x, legs);
    }

    private static HandMade of(String name, int violations, Lattice lattice, Path... paths) {
        FluxConfiguration configuration = FluxConfiguration.empty(lattice);
        byte[] k = configuration.k();
        for (Path path : paths) {
            int here = lattice.shifted(0, path.t, path.x);
            for (int i = 0; i < path.legs.length(); i++) {
                char leg = path.legs.charAt(i);
                int axis = Character.toLowerCase(leg) == 't' ? 0 : 1;
                boolean forward = Character.isLowerCase(leg);
                int next = forward ? lattice.forward(axis, here) : lattice.backward(axis, here);
                k[axis * lattice.volume() + (forward ? here : next)] += (byte) (forward ? 1 : -1);
                here = next;
            }
        }
        return new HandMade(name, configuration, violations);
    }

    /** As networks take them; the labels are those counted by hand. */
    static Examples examples(List<HandMade> configurations, Task task) {
        Lattice lattice = configurations.getFirst().configuration.lattice();
        int links = lattice.links();
        byte[] inputs = new byte[configurations.size() * 2 * links];
        float[] targets = new float[configurations.size()];
        for (int i = 0; i < targets.length; i++) {
            HandMade here = configurations.get(i);
            System.arraycopy(here.configuration.k(), 0, inputs, 2 * i * links, links);
            System.arraycopy(here.configuration.l(), 0, inputs, (2 * i + 1) * links, links);
            targets[i] = task == Task.DETECTION ? Math.min(1, here.violations) : here.violations;
        }
        return new Examples(lattice, FLUX_CHANNELS, targets.length, inputs, 1, targets);
    }
}

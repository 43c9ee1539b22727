package org.silverblaze.engine.vector;

import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.WormTables;

/** Consecutive chains of the Metropolis worm, one after the other. */
final class MetropolisGroup implements ChainGroup {
    private final CompactMetropolis[] chains;

    MetropolisGroup(ChainSpec spec, WormTables tables, LinkTable table, ChainState state, int first, int count) {
        this.chains = new CompactMetropolis[count];
        for (int c = 0; c < count; c++) {
            chains[c] = new CompactMetropolis(spec, tables, table, state, first + c);
        }
    }

    @Override
    public long clock() {
        return chains[0].clock();
    }

    @Override
    public long timesLeft() {
        return 0;
    }

    @Override
    public boolean reached(long[] wanted, int first) {
        for (int c = 0; c < chains.length; c++) {
            if (chains[c].samples() < wanted[first + c]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void period(SampleSink sink) {
        for (CompactMetropolis chain : chains) {
            chain.period(sink);
        }
    }

    @Override
    public void store(ChainState state, int first) {
        for (int c = 0; c < chains.length; c++) {
            chains[c].store(state, first + c);
        }
    }
}

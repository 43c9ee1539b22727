#!/usr/bin/env python3
"""Reads a Silverblaze data set with h5py and numpy alone, as an example of how to.

    scripts/read_dataset.py DATA

Checks that every shard conserves flux (or, where the data set has open worms, that its map of the divergence and its labels
follow from k) and that the particle density n follows from k, and prints the means of the
observables at every chemical potential. Exits with 1 where a shard is not what it says.

Shard files: k and l are int8 [sample][direction][t][x]..., direction 0 = time; n, phi2, phi4, contact are float64
[sample]; chain and draw number the samples. Data of generate --task have, too, divergence, int8 [sample][t][x]..., steps, int32
[sample][worm], and float64 labels, whose meanings are in the manifest. Data of generate --representation phi have phi, float32
[sample][component][t][x]..., real part and imaginary part, in place of k, l and n; checked is that phi2 and zero_mode follow from it. Couplings are attributes of the file. Lattice units throughout.
"""
import json
import pathlib
import sys

import h5py
import numpy as np


def check_field(shard, name):
    """The first thing wrong with a shard of the field phi, or None."""
    phi = shard["phi"][...].astype(np.float64)
    lattice = tuple(shard.attrs["lattice"])
    if phi.shape != (len(shard["chain"]), 2) + lattice:
        return f"{name}: phi has the shape {phi.shape}, the lattice is {lattice}"
    flat = phi.reshape(len(phi), 2, -1)
    volume = flat.shape[2]
    for label, values in {
        "phi2": (flat**2).sum(axis=(1, 2)) / volume,
        "zero_mode": (flat.sum(axis=2) ** 2).sum(axis=1) / volume,
    }.items():
        wrong = ~np.isclose(values, shard[label][...], rtol=1e-10, atol=1e-12)
        if wrong.any():
            return f"{name}: {label} does not follow from phi in sample {np.argmax(wrong)}"
    return None


def check(shard, name):
    """The first thing wrong with a shard of fluxes, or None."""
    k = shard["k"][...].astype(np.int64)
    l = shard["l"][...]
    lattice = tuple(shard.attrs["lattice"])
    samples, directions = k.shape[:2]
    if k.shape != (samples, len(lattice)) + lattice or l.shape != k.shape:
        return f"{name}: k has the shape {k.shape}, the lattice is {lattice}"
    if (l < 0).any():
        return f"{name}: l is negative"
    # Axis 0 counts samples, so direction nu is axis nu + 1 of k[:, nu].
    divergence = sum(k[:, nu] - np.roll(k[:, nu], 1, axis=nu + 1) for nu in range(directions))
    if "divergence" in shard:
        if not np.array_equal(divergence, shard["divergence"][...]):
            return f"{name}: divergence is not that of k"
        sites = tuple(range(1, 1 + directions))
        if not np.array_equal(np.abs(divergence).sum(axis=sites) / 2, shard["violations"][...]):
            return f"{name}: violations is not sum |divergence| / 2"
        if not np.array_equal((divergence != 0).sum(axis=sites), shard["violated_sites"][...]):
            return f"{name}: violated_sites is not the number of sites with a divergence"
    elif divergence.any():
        return f"{name}: flux is not conserved in sample {np.argwhere(divergence)[0][0]}"
    density = k[:, 0].reshape(samples, -1).sum(axis=1) / np.prod(lattice)
    if not np.array_equal(density, shard["n"][...]):
        return f"{name}: n is not the mean of k_t in sample {np.argmax(density != shard['n'][...])}"
    return None


def main(folder):
    folder = pathlib.Path(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        print(f"{folder}: no data set ({error.strerror}: manifest.json)", file=sys.stderr)
        return 1
    field = manifest.get("representation") == "phi"
    names = ["phi2", "phi4", "hopping", "zero_mode", "action"] if field else ["n", "phi2", "phi4"]
    names += sorted(manifest["labels"])
    print(f"lattice {manifest['lattice']}, eta {manifest['eta']}, lambda {manifest['lambda']}")
    for index, point in enumerate(manifest["points"]):
        sums, count = {}, 0
        for path in sorted(folder.glob(f"mu{index:03d}-*.h5")):
            with h5py.File(path, "r") as shard:
                fault = (check_field if field else check)(shard, path.name)
                if fault:
                    print(fault, file=sys.stderr)
                    return 1
                count += len(shard["chain"])
                for name in names:
                    sums[name] = sums.get(name, 0.0) + float(shard[name][...].sum())
        means = "  ".join(f"{name} {total / count:.8f}" for name, total in sums.items())
        print(f"mu {point['mu']}  samples {count}  {means}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))

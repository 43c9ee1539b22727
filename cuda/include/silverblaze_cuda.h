/*
 * The border between Java and CUDA: what org.silverblaze.engine.cuda.CudaLibrary binds. Plain C; every function that can fail
 * returns a cudaError_t (0 = success), whose text is sb_error_string. Arrays are row-major, fastest index last; all pointers are
 * host pointers. Objects are handles: created, used by one thread at a time, destroyed.
 */
#ifndef SILVERBLAZE_CUDA_H
#define SILVERBLAZE_CUDA_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- devices ---------------------------------------------------------------------------------------------------------- */

/* 1 where the kernels were compiled for the host (cuda/emulation), 0 on a real device. */
int sb_emulated(void);
/* Devices that can be used; a machine without driver or device answers an error, never crashes. */
int sb_device_count(int *count);
/* Name of a device, its multiprocessors, and its memory in bytes. */
int sb_device_name(int device, char *name, int capacity);
int sb_device_shape(int device, int *multiprocessors, int64_t *bytes);
const char *sb_error_string(int error);

/* ---- the directed worm (cuda/src/directed_worm.cu) ------------------------------------------------------------------------ */

/*
 * Chains firstChain .. firstChain + chains - 1 of an ensemble, all in their own memory on the device.
 *   extents    [dimensions], dimensions 1 to 4
 *   key        [2], the words of the generator's key
 *   g          [gLength], g(2i);   grow, shrink [2 dimensions][128];   inverse [129], 1/n (WormTables)
 *   slots      samples per chain that fit between two calls of sb_worm_samples
 *   threads    chains per thread block; 0: chosen by the shape
 *   inShared   1: occupations live in shared memory while a kernel runs, 0: in global memory, -1: in shared memory where they fit
 */
int sb_worm_create(int device, int dimensions, const int32_t *extents, int chains, int firstChain, const int32_t *key,
                   int stepsPerSweep, int64_t thermalization, int64_t wormsBetween, const float *g, int gLength,
                   const float *grow, const float *shrink, const float *inverse, int slots, int threads, int inShared,
                   int64_t *worm);
int sb_worm_destroy(int64_t worm);

/* ChainState in and out: legs int8 [chains][site][leg][A, B], the others [chains]. */
int sb_worm_load(int64_t worm, int64_t clock, const int8_t *legs, const int64_t *worms, const int64_t *samples,
                 const int32_t *headSite, const int32_t *headLeg, const int32_t *tailSite, const int32_t *tailLeg);
int sb_worm_store(int64_t worm, int8_t *legs, int64_t *worms, int64_t *samples, int32_t *headSite, int32_t *headLeg,
                  int32_t *tailSite, int32_t *tailLeg);
/* Keeps the whole state on the device, and goes back to it; samples that were not fetched are dropped on going back. */
int sb_worm_keep(int64_t worm);
int sb_worm_go_back(int64_t worm);

/*
 * Every chain goes on, step by step and with an l sweep after every stepsPerSweep of them, until its clock is `until` or its slots
 * are full.
 *   wanted   [chains], samples since the beginning of the chain
 *   clocks   [chains], out: clock at which the chain stopped
 *   samples  [chains], out: samples since its beginning
 *   reached  [chains], out: clock of the first l sweep of this call after which the chain had `wanted` samples; -1: none
 *   fault    out: 0, or 1 + the number of a chain (0 .. chains - 1) an occupation of which left its range; the state is void then
 */
int sb_worm_run(int64_t worm, int64_t until, const int64_t *wanted, int64_t *clocks, int64_t *samples, int64_t *reached,
                int32_t *fault);
/* Samples that wait to be fetched, [chains]. */
int sb_worm_counts(int64_t worm, int32_t *counts);
/* Hands out the first `slots` of them of each chain, int8 [chains][slots][k then l][axis][site], and forgets all. */
int sb_worm_samples(int64_t worm, int slots, int8_t *configurations);

#ifdef __cplusplus
}
#endif
#endif

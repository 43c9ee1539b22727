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

/* ---- limits of a device (cuda/src/limits.cu) ---------------------------------------------------------------------------- */

/* A loop of updates of `bytes` of memory in place; of fused multiply-adds on registers where `bytes` is 0. */
int sb_limit_create(int device, int64_t bytes, int64_t *loop);
/* Runs it once and waits; units: bytes read and written together, or floating-point operations, two for a multiply-add. */
int sb_limit_run(int64_t loop, int64_t *units);
/* The first number of its memory: how often it was updated; or what the first thread's multiply-adds came to. For tests. */
int sb_limit_first(int64_t loop, float *value);
int sb_limit_destroy(int64_t loop);

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

/* ---- networks (cuda/src/network.cu) ---------------------------------------------------------------------------------------- */

/*
 * An ensemble of networks of one architecture. All parameters and moments begin at 0.
 *   shape       [3], input channels, extents t and x
 *   layers      [layerCount][6]: 0 convolution: outputs, kernel t, x, stride t, x; 1 activation: 0 ReLU, 1 LeakyReLU, 2 tanh,
 *               3 GELU; 2 spatial pooling: 0 average, 2 maximum, then size t, x, stride t, x; 3 global pooling: 0 average, 1 sum,
 *               2 maximum; 4 flatten; 5 dense: outputs
 *   loss        0 mean squared error, 1 binary cross-entropy
 *   rowStart    [raw + 1], column, value: the parameter map raw = M free, sparse by rows (ParameterMap)
 *   optimizers  [models][5]: learning rate x weight decay, beta1, beta2, epsilon, 1 for amsgrad
 *   batch       examples of a step at most
 */
int sb_network_create(int device, const int32_t *shape, const int32_t *layers, int layerCount, int loss, int free,
                      const int32_t *rowStart, const int32_t *column, const float *value, int models, const double *optimizers, int batch,
                      int64_t *network);
int sb_network_destroy(int64_t network);

/* Free parameters and moments of a model, [free] each; null: left as they are. */
int sb_network_load(int64_t network, int model, const float *free, const float *first, const float *second, const float *largest);
int sb_network_store(int64_t network, int model, float *free, float *first, float *second, float *largest);

/* What selections count in from now on: int8 [example][channel][t][x], targets [example][output]; copied to the device. */
int sb_network_examples(int64_t network, const int8_t *inputs, int64_t inputBytes, const float *targets, int64_t targetCount);

/* outputs [count][output] of any number of examples. */
int sb_network_forward(int64_t network, int model, const int32_t *selection, int count, float *outputs);
/* Output of a layer for one example. */
int sb_network_feature_map(int64_t network, int model, int layer, int32_t example, float *map);
/* Mean loss of a batch and its gradient [free]. */
int sb_network_gradient(int64_t network, int model, const int32_t *selection, int count, float *gradient, double *loss);
/*
 * Steps one after the other, of every model each; the host waits for the last one only (or, for many, now and then).
 *   counts      [steps][models], examples of its batch; 0: frozen in this step
 *   selections  those of all models one after the other, step after step
 *   scalars     [steps][models][2]: learning rate / (1 - beta1^t), sqrt(1 - beta2^t)
 *   losses      [steps][models], out: mean losses before the step; of frozen models left as they are
 */
int sb_network_steps(int64_t network, int steps, const int32_t *counts, const int32_t *selections, const double *scalars, double *losses);

#ifdef __cplusplus
}
#endif
#endif

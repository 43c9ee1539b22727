// A plain scalar sampler of the flux representation in two dimensions: what `silverblaze generate` is measured against.
//
// One worm: a start site and a charge +-1 are drawn; the head then proposes moves to its four neighbours with Metropolis' probability
// of the weight that has W(f) of the actual, also odd, f, until it is back at the start. A first proposal that is refused ends
// the worm. One sweep: a number of worms that is fixed after thermalization so that they make about 2V steps, one proposal l -> l+-1
// for every link, one measurement. xoshiro256++ (Blackman and Vigna); all weights from tables in double precision.
//
//   g++ -O3 -march=native -std=c++17 -o peer peer.cpp
//   peer LATTICE MU CPU_SECONDS [SEED [ETA [LAMBDA]]]        e.g. peer 60x4 1.05 20
//
// Prints one JSON object. Rates are per CPU second of the sampling phase: tuning, thermalization and analysis are left out.
// Autocorrelation times by the Gamma method (Wolff, hep-lat/0306017), in sweeps.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

class Xoshiro {
 public:
  explicit Xoshiro(uint64_t seed) {
    for (uint64_t& word : state_) {  // splitmix64
      seed += 0x9E3779B97F4A7C15u;
      uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
      word = z ^ (z >> 31);
    }
  }
  uint64_t next() {
    const uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

 private:
  static uint64_t rotated(uint64_t x, int by) { return x << by | x >> (64 - by); }
  std::array<uint64_t, 4> state_;
};

double upper32(uint64_t bits) { return static_cast<double>(bits >> 32) * 0x1p-32; }

constexpr int kTop = 1024;  // largest f of the tables

// ln W(f), W(f) = int_0^inf dr r^{f+1} exp(-eta r^2 - lambda r^4), by the trapezoidal rule in ln r.
double log_weight(int f, double eta, double lambda) {
  constexpr double step = 1.0 / 128, from = -24, to = 5;
  const auto exponent = [&](double x) {
    const double s = std::exp(2 * x);
    return (f + 2) * x - (eta + lambda * s) * s;
  };
  double largest = exponent(from);
  for (double x = from; x < to; x += step) largest = std::max(largest, exponent(x));
  double sum = 0;
  for (double x = from; x < to; x += step) sum += std::exp(exponent(x) - largest);
  return largest + std::log(sum * step);
}

struct Weights {
  std::vector<double> rise, fall, g, inverse_g, reciprocal;  // W(f+1)/W(f), W(f-1)/W(f), W(f+2)/W(f), W(f-2)/W(f), 1/n
  Weights(double eta, double lambda) : rise(kTop), fall(kTop), g(kTop), inverse_g(kTop), reciprocal(kTop) {
    std::vector<double> log(kTop + 2);
    for (int f = 0; f < kTop + 2; ++f) log[f] = log_weight(f, eta, lambda);
    for (int f = 0; f < kTop; ++f) {
      rise[f] = std::exp(log[f + 1] - log[f]);
      fall[f] = f < 1 ? 0 : std::exp(log[f - 1] - log[f]);
      g[f] = std::exp(log[f + 2] - log[f]);
      inverse_g[f] = f < 2 ? 0 : std::exp(log[f - 2] - log[f]);
      reciprocal[f] = f < 1 ? 0 : 1.0 / f;
    }
  }
};

class Sampler {
 public:
  Sampler(int nt, int nx, const Weights& weights, double mu, uint64_t seed)
      : volume(nt * nx), weights_(weights), random_(seed), k_(2 * volume), l_(2 * volume), f_(volume), leg_(4 * volume) {
    for (int axis = 0; axis < 2; ++axis) {
      fugacity_[axis][0] = axis == 0 ? std::exp(-mu) : 1;
      fugacity_[axis][1] = axis == 0 ? std::exp(mu) : 1;
    }
    for (int t = 0; t < nt; ++t)
      for (int x = 0; x < nx; ++x) {
        const int here = t * nx + x, up = (t + 1) % nt * nx + x, right = t * nx + (x + 1) % nx;
        leg_[4 * here] = {up, 2 * here};
        leg_[4 * here + 1] = {right, 2 * here + 1};
        leg_[4 * up + 2] = {here, 2 * here};
        leg_[4 * right + 3] = {here, 2 * here + 1};
      }
  }

  void worm() {
    const uint64_t opening = random_.next();
    const int start = static_cast<int>((opening >> 32) * static_cast<uint64_t>(volume) >> 32);
    const int charge = opening & 1 ? 1 : -1;
    int head = start;
    do {
      const uint64_t bits = random_.next();
      const int direction = static_cast<int>(bits & 3);
      const Leg leg = leg_[4 * head + direction];
      const int change = direction < 2 ? charge : -charge;
      const int k = k_[leg.link], size = std::abs(k), occupation = size + l_[leg.link];
      const bool grows = k * change >= 0;
      const double fugacity = fugacity_[direction & 1][change > 0];
      const int fh = f_[head], fy = f_[leg.site];
      const double ratio = grows ? fugacity * weights_.reciprocal[occupation + 1] * weights_.rise[fh] * weights_.rise[fy]
                                 : fugacity * occupation * weights_.fall[fh] * weights_.fall[fy];
      ++steps;
      if (upper32(bits) < ratio) {
        k_[leg.link] = k + change;
        const int df = grows ? 1 : -1;
        f_[head] = fh + df;
        f_[leg.site] = fy + df;
        if (!(direction & 1)) flux += change;
        head = leg.site;
        ++accepted;
      }
    } while (head != start);
    ++worms;
  }

  void sweep_l() {
    for (int x = 0; x < volume; ++x)
      for (int axis = 0; axis < 2; ++axis) {
        const uint64_t bits = random_.next();
        const int link = 2 * x + axis, y = leg_[4 * x + axis].site, l = l_[link], occupation = std::abs(k_[link]) + l;
        double ratio;
        int change;
        if (bits & 1) {
          change = 1;
          ratio = weights_.g[f_[x]] * weights_.g[f_[y]] * weights_.reciprocal[l + 1] * weights_.reciprocal[occupation + 1];
        } else {
          change = -1;  // the ratio is 0 where l = 0
          ratio = weights_.inverse_g[f_[x]] * weights_.inverse_g[f_[y]] * l * occupation;
        }
        if (upper32(bits) < ratio) {
          l_[link] = l + change;
          f_[x] += 2 * change;
          f_[y] += 2 * change;
        }
      }
  }

  double phi2() const {
    double sum = 0;
    for (const int f : f_) sum += weights_.g[f];
    return sum / volume;
  }

  // Flux conservation and f, from k and l alone.
  bool consistent() const {
    for (int x = 0; x < volume; ++x) {
      int divergence = 0, f = 0;
      for (int direction = 0; direction < 4; ++direction) {
        const int link = leg_[4 * x + direction].link;
        divergence += direction < 2 ? k_[link] : -k_[link];
        f += std::abs(k_[link]) + 2 * l_[link];
      }
      if (divergence != 0 || f != f_[x] || f >= kTop - 8) return false;
    }
    return true;
  }

  const int volume;
  int64_t steps = 0, accepted = 0, worms = 0;
  int64_t flux = 0;  // sum of k_t

 private:
  struct Leg {
    int site, link;
  };
  const Weights& weights_;
  Xoshiro random_;
  double fugacity_[2][2];
  std::vector<int> k_, l_, f_;
  std::vector<Leg> leg_;
};

struct Estimate {
  double mean = 0, error = 0, tau = 0.5, tau_error = 0;
};

// Wolff's Gamma method with automatic window, S = 1.5, and the correction for the bias of the mean.
Estimate gamma_method(const std::vector<double>& series) {
  Estimate result;
  const int64_t count = static_cast<int64_t>(series.size());
  double mean = 0;
  for (const double a : series) mean += a;
  mean /= static_cast<double>(count);
  std::vector<double> a(series);
  for (double& value : a) value -= mean;
  const auto gamma = [&](int64_t lag) {
    double sum = 0;
    for (int64_t i = 0; i + lag < count; ++i) sum += a[i] * a[i + lag];
    return sum / static_cast<double>(count - lag);
  };
  result.mean = mean;
  const double variance = gamma(0);
  if (!(variance > 0)) return result;
  double sum = 0;
  int64_t window = 0;
  while (window < count / 2) {
    ++window;
    sum += gamma(window) / variance;
    const double tau = sum > 0 ? 1.5 / std::log1p(1 / sum) : 1e-12;
    if (std::exp(-window / tau) < tau / std::sqrt(static_cast<double>(window) * count)) break;
  }
  const double n = static_cast<double>(count);
  result.tau = (0.5 + sum) * (1 + (2 * window + 1) / n);
  result.tau_error = result.tau * 2 * std::sqrt(std::max(0.0, window + 0.5 - result.tau) / n);
  result.error = std::sqrt(2 * result.tau * variance / n);
  return result;
}

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void print(const char* name, const Estimate& e) {
  std::printf("\"%s\": {\"mean\": %.10g, \"error\": %.3g, \"tau_int\": %.5g, \"tau_int_error\": %.2g}, ", name, e.mean, e.error,
              e.tau, e.tau_error);
}

}  // namespace

int main(int count, char** arguments) {
  int nt = 0, nx = 0;
  if (count < 4 || std::sscanf(arguments[1], "%dx%d", &nt, &nx) != 2 || nt < 2 || nx < 2) {
    std::fprintf(stderr, "usage: peer NTxNX MU CPU_SECONDS [SEED [ETA [LAMBDA]]], extents of at least 2\n");
    return 2;
  }
  const double mu = std::atof(arguments[2]), budget = std::atof(arguments[3]);
  const uint64_t seed = count > 4 ? std::strtoull(arguments[4], nullptr, 10) : 1;
  const double eta = count > 5 ? std::atof(arguments[5]) : 4.01, lambda = count > 6 ? std::atof(arguments[6]) : 1;
  const Weights weights(eta, lambda);
  Sampler sampler(nt, nx, weights, mu, seed);

  // Thermalization; the number of worms follows their length, and is fixed from here on.
  constexpr int rounds = 5, sweeps = 400;
  int per_sweep = 8;
  for (int round = 0; round < rounds; ++round) {
    const int64_t steps = sampler.steps, worms = sampler.worms;
    for (int i = 0; i < sweeps; ++i) {
      for (int w = 0; w < per_sweep; ++w) sampler.worm();
      sampler.sweep_l();
    }
    const double length = static_cast<double>(sampler.steps - steps) / static_cast<double>(sampler.worms - worms);
    per_sweep = std::max(1, static_cast<int>(std::lround(2 * sampler.volume / length)));
  }
  for (int i = 0; i < sweeps; ++i) {
    for (int w = 0; w < per_sweep; ++w) sampler.worm();
    sampler.sweep_l();
  }

  std::vector<double> n, phi2;
  const int64_t steps = sampler.steps, accepted = sampler.accepted, worms = sampler.worms;
  const double start = cpu_seconds();
  double seconds = 0;
  int64_t with_flux = 0;
  do {
    for (int i = 0; i < 16; ++i) {
      for (int w = 0; w < per_sweep; ++w) sampler.worm();
      sampler.sweep_l();
      n.push_back(static_cast<double>(sampler.flux) / sampler.volume);
      phi2.push_back(sampler.phi2());
      with_flux += sampler.flux != 0;
    }
    seconds = cpu_seconds() - start;
  } while (seconds < budget);
  if (!sampler.consistent()) {
    std::fprintf(stderr, "peer: flux is not conserved, or f is wrong\n");
    return 1;
  }

  const Estimate of_n = gamma_method(n), of_phi2 = gamma_method(phi2);
  const double samples = static_cast<double>(n.size());
  const bool with_n = static_cast<double>(with_flux) >= 0.01 * samples && of_n.error > 0;
  const bool slower_n = with_n && of_n.tau > of_phi2.tau;
  const double tau = slower_n ? of_n.tau : of_phi2.tau;
  std::printf("{\"lattice\": \"%dx%d\", \"eta\": %.10g, \"lambda\": %.10g, \"mu\": %.10g, \"seed\": %llu, ", nt, nx, eta, lambda, mu,
              static_cast<unsigned long long>(seed));
  std::printf("\"samples\": %.0f, \"worms_per_sweep\": %d, \"steps_per_worm\": %.5g, \"acceptance\": %.4f, ", samples, per_sweep,
              static_cast<double>(sampler.steps - steps) / static_cast<double>(sampler.worms - worms),
              static_cast<double>(sampler.accepted - accepted) / static_cast<double>(sampler.steps - steps));
  print("n", of_n);
  print("phi2", of_phi2);
  std::printf("\"n_counts\": %s, ", with_n ? "true" : "false");
  std::printf("\"cpu_seconds\": %.4f, \"steps_per_second\": %.5g, \"observable\": \"%s\", \"effective_samples_per_second\": %.6g}\n",
              seconds, static_cast<double>(sampler.steps - steps) / seconds, slower_n ? "n" : "phi2", samples / (2 * tau) / seconds);
  return 0;
}

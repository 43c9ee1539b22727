// Does an exchange of configurations between neighbouring mu (parallel tempering) shorten autocorrelation times? A scalar directed
// half-turn worm (PHYSICS.md section 2) in two dimensions, one replica for each mu, once by itself and once with exchanges.
//
// One sweep of a replica: worms until a number that is fixed after thermalization has closed, so that they make about 2V steps; one proposal
// l -> l+-1 for every link; one measurement. With exchanges the replicas of neighbouring mu, even and odd pairs in turn, then
// swap configurations with probability min(1, exp((mu - mu') (K' - K))), K the sum of k_t. Exchanges cost next to no time, so what they
// are worth is the ratio of the autocorrelation times in sweeps, mu by mu.
//
//   g++ -O3 -march=native -std=c++17 -o tempering tempering.cpp
//   tempering LATTICE MU_FROM MU_STEP MUS SWEEPS [SEED [ETA [LAMBDA]]]        e.g. tempering 64x64 0.94 0.005 12 20000
//
// Prints a table, and the gain for n averaged over all mu: what neighbours tell each other is shared, not made. Autocorrelation times by the Gamma method (Wolff, hep-lat/0306017), in sweeps, with their errors.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

class Xoshiro {  // xoshiro256++ (Blackman and Vigna), seeded by splitmix64
 public:
  explicit Xoshiro(uint64_t seed) {
    for (uint64_t& word : state_) {
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
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  int below(int bound) { return static_cast<int>((next() >> 32) * static_cast<uint64_t>(bound) >> 32); }

 private:
  static uint64_t rotated(uint64_t x, int by) { return x << by | x >> (64 - by); }
  std::array<uint64_t, 4> state_;
};

constexpr int kTop = 512;  // largest f of the table

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

// The copies A = l + max(J, 0), B = l + max(-J, 0) of the legs +t, +x, -t, -x of every site, J the flux out of the site.
struct Configuration {
  std::vector<int> a, b, f;  // [4 site + leg], f [site]
  int64_t flux = 0;          // K, the sum of k_t
  explicit Configuration(int volume) : a(4 * volume), b(4 * volume), f(volume) {}
};

class Lattice {
 public:
  Lattice(int nt, int nx) : volume(nt * nx), partner(4 * volume) {
    for (int t = 0; t < nt; ++t)
      for (int x = 0; x < nx; ++x) {
        const int here = 4 * (t * nx + x), up = 4 * ((t + 1) % nt * nx + x), right = 4 * (t * nx + (x + 1) % nx);
        join(here, up + 2);
        join(here + 1, right + 3);
      }
  }
  const int volume;
  std::vector<int> partner;  // the other half of the same link

 private:
  void join(int near, int far) {
    partner[near] = far;
    partner[far] = near;
  }
};

class Replica {
 public:
  Replica(const Lattice& lattice, const std::vector<double>& g, double mu, uint64_t seed)
      : mu(mu), configuration(lattice.volume), lattice_(lattice), g_(g), random_(seed) {
    for (int n = 0; n < 128; ++n) {
      grow_[n] = 1 / std::sqrt(n + 1.0);
      shrink_[n] = std::sqrt(static_cast<double>(n));
    }
    fugacity_ = {std::exp(mu / 2), 1, std::exp(-mu / 2), 1};
  }

  void worm() {
    Configuration& c = configuration;
    const int tail = random_.below(4 * lattice_.volume), other = lattice_.partner[tail];
    int head = tail;
    do {
      const int site = head >> 2, enter = head & 3;
      // J := J - 1 on the leg of entry, J := J + 1 on the leg of exit, half way round from a uniform point of the entrance's box.
      if (c.a[head] > c.b[head]) {
        --c.a[head], --c.f[site];
      } else {
        ++c.b[head], ++c.f[site];
      }
      if (enter == 0) --c.flux;  // the half of a time link on +t counts; both halves agree when the worm has closed
      double weight[4], before[4], total = 0;
      for (int leg = 0; leg < 4; ++leg) {
        const int i = 4 * site + leg;
        weight[leg] = fugacity_[leg] * (c.a[i] >= c.b[i] ? g_[c.f[site] >> 1] * grow_[c.a[i]] : shrink_[c.b[i]]);
        before[leg] = total;
        total += weight[leg];
      }
      double point = 0.5 * total + before[enter] + random_.uniform() * weight[enter];
      if (point >= total) point -= total;
      const int exit = (point >= before[1]) + (point >= before[2]) + (point >= before[3]), leave = 4 * site + exit;
      if (c.a[leave] >= c.b[leave]) {
        ++c.a[leave], ++c.f[site];
      } else {
        --c.b[leave], --c.f[site];
      }
      if (exit == 0) ++c.flux;
      head = lattice_.partner[leave];
      ++steps;
    } while (head != tail && head != other);
    ++worms;
  }

  void sweep_l() {
    Configuration& c = configuration;
    for (int i = 0; i < 4 * lattice_.volume; i += (i & 1) ? 3 : 1) {
      const int other = lattice_.partner[i], x = i >> 2, y = other >> 2, a = c.a[i], b = c.b[i];
      const double u = random_.uniform();
      int change;
      double ratio;
      if (random_.next() & 1) {
        change = 1;
        ratio = g_[c.f[x] >> 1] * g_[c.f[y] >> 1] / ((a + 1) * (b + 1));
      } else {
        if (a == 0 || b == 0) continue;
        change = -1;
        ratio = a * b / (g_[(c.f[x] >> 1) - 1] * g_[(c.f[y] >> 1) - 1]);
      }
      if (u < ratio) {
        c.a[i] += change, c.b[i] += change, c.a[other] += change, c.b[other] += change;
        c.f[x] += 2 * change, c.f[y] += 2 * change;
      }
    }
  }

  double phi2() const {
    double sum = 0;
    for (const int f : configuration.f) sum += g_[f >> 1];
    return sum / lattice_.volume;
  }

  void sweep() {
    for (int w = 0; w < per_sweep; ++w) worm();
    sweep_l();
  }

  const double mu;
  Configuration configuration;
  int per_sweep = 8;
  int64_t steps = 0, worms = 0;

 private:
  const Lattice& lattice_;
  const std::vector<double>& g_;
  Xoshiro random_;
  double grow_[128], shrink_[128];
  std::array<double, 4> fugacity_;
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

struct Series {
  std::vector<double> n, phi2;
};

}  // namespace

int main(int count, char** arguments) {
  int nt = 0, nx = 0;
  if (count < 6 || std::sscanf(arguments[1], "%dx%d", &nt, &nx) != 2 || nt < 2 || nx < 2 || std::atoi(arguments[4]) < 2) {
    std::fprintf(stderr, "usage: tempering NTxNX MU_FROM MU_STEP MUS SWEEPS [SEED [ETA [LAMBDA]]], extents and MUS of at least 2\n");
    return 2;
  }
  const double from = std::atof(arguments[2]), step = std::atof(arguments[3]);
  const int mus = std::atoi(arguments[4]), sweeps = std::atoi(arguments[5]);
  const uint64_t seed = count > 6 ? std::strtoull(arguments[6], nullptr, 10) : 1;
  const double eta = count > 7 ? std::atof(arguments[7]) : 4.01, lambda = count > 8 ? std::atof(arguments[8]) : 1;
  std::vector<double> g(kTop / 2);
  for (int i = 0; i < kTop / 2; ++i) g[i] = std::exp(log_weight(2 * i + 2, eta, lambda) - log_weight(2 * i, eta, lambda));
  const Lattice lattice(nt, nx);

  std::vector<Series> series[2];
  std::vector<double> accepted(mus);
  for (int exchange = 0; exchange < 2; ++exchange) {
    std::vector<Replica> replicas;
    Xoshiro random(seed + 1000003);
    for (int i = 0; i < mus; ++i) replicas.emplace_back(lattice, g, from + i * step, seed + 7919 * (i + 1) + exchange);
    std::vector<Series>& here = series[exchange];
    here.resize(mus);
    for (Replica& replica : replicas)  // Thermalization; the number of worms follows their length, and is fixed from here on.
      for (int round = 0; round < 6; ++round) {
        const int64_t steps = replica.steps, worms = replica.worms;
        for (int i = 0; i < std::max(400, sweeps / 50); ++i) replica.sweep();
        const double length = static_cast<double>(replica.steps - steps) / static_cast<double>(replica.worms - worms);
        if (round < 5) replica.per_sweep = std::max(1, static_cast<int>(std::lround(2 * lattice.volume / length)));
      }
    for (int s = 0; s < sweeps; ++s) {
      for (int i = 0; i < mus; ++i) {
        replicas[i].sweep();
        here[i].n.push_back(static_cast<double>(replicas[i].configuration.flux) / lattice.volume);
        here[i].phi2.push_back(replicas[i].phi2());
      }
      for (int i = s % 2; exchange && i + 1 < mus; i += 2) {
        Replica &low = replicas[i], &high = replicas[i + 1];
        const double exponent = (low.mu - high.mu) * static_cast<double>(high.configuration.flux - low.configuration.flux);
        if (random.uniform() < std::exp(exponent)) {
          std::swap(low.configuration, high.configuration);
          accepted[i] += 2.0 / sweeps;
        }
      }
    }
  }

  std::printf("%dx%d, eta %g, lambda %g, %d sweeps of about 2V steps at each of %d mu, seed %llu; tau_int in sweeps\n", nt, nx, eta, lambda,
              sweeps, mus, static_cast<unsigned long long>(seed));
  std::printf("|     mu |         n alone |  with exchange | tau_n alone |  with exchange | tau_phi2 alone |  with exchange | swaps up | gain of the slower |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|\n");
  double logarithm = 0;
  for (int i = 0; i < mus; ++i) {
    Estimate n[2], phi2[2];
    double slower[2];
    for (int e = 0; e < 2; ++e) {
      n[e] = gamma_method(series[e][i].n);
      phi2[e] = gamma_method(series[e][i].phi2);
      slower[e] = std::max(n[e].tau, phi2[e].tau);
    }
    logarithm += std::log(slower[0] / slower[1]) / mus;
    std::printf("| %6.4f | %8.6f(%6.6f) | %8.6f(%6.6f) | %6.2f(%.2f) | %6.2f(%.2f) | %6.2f(%.2f) | %6.2f(%.2f) | %.2f | %.2f |\n",
                from + i * step, n[0].mean, n[0].error, n[1].mean, n[1].error, n[0].tau, n[0].tau_error, n[1].tau, n[1].tau_error,
                phi2[0].tau, phi2[0].tau_error, phi2[1].tau, phi2[1].tau_error, accepted[i], slower[0] / slower[1]);
  }
  std::printf("geometric mean of the gain at one mu: %.2f\n", std::exp(logarithm));

  // What all mu know together: exchanges leave the sum over replicas as it is.
  Estimate together[2];
  for (int e = 0; e < 2; ++e) {
    std::vector<double> mean(sweeps);
    for (int s = 0; s < sweeps; ++s)
      for (int i = 0; i < mus; ++i) mean[s] += series[e][i].n[s] / mus;
    together[e] = gamma_method(mean);
  }
  const double variance = together[0].error / together[1].error;
  std::printf("n averaged over all mu: alone %.6f(%.6f), tau_int %.2f(%.2f); with exchange %.6f(%.6f), tau_int %.2f(%.2f): gain %.2f\n",
              together[0].mean, together[0].error, together[0].tau, together[0].tau_error, together[1].mean, together[1].error,
              together[1].tau, together[1].tau_error, variance * variance);
  return 0;
}

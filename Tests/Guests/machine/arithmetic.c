//: cc -O2 -msse4.2 -mfpmath=387 -lm
//: also dynamic
// Integer, x87 and SSE arithmetic as gcc emits it.
#include "test.h"
#include <math.h>
#include <smmintrin.h>

static unsigned state = 12345;
static unsigned next(void) { return state = state * 1664525 + 1013904223; }

int main(void) {
  unsigned long long wide = 1, sum = 0;
  for (int i = 1; i < 200000; i++) wide = wide * 6364136223846793005ull + i, wide /= (wide >> 60) + 3, sum ^= wide;
  long long narrow = -1234567890123456789ll;
  printf("%llu %lld %lld %lld\n", sum, narrow / 1000003, narrow % 1000003, narrow >> 13);
  unsigned mixed = 0;
  for (int i = 0; i < 100000; i++) {
    unsigned a = next(), b = next() | 1;
    mixed += a / b + a % b + __builtin_popcount(a) + __builtin_clz(b) + __builtin_ctz(b) + (int)a / (int)b + (a << (b & 31));
    mixed ^= __builtin_bswap32(a) - (a >> (b & 31)) + (a << 7 | a >> 25);
    mixed += __builtin_add_overflow((int)a, (int)b, (int *)&a) + (signed char)b + (short)a;
  }
  printf("%08x\n", mixed);

  double d = 0.1;
  long double l = 1;
  float f = 3;
  for (int i = 1; i < 1000; i++) d = sqrt(d + i) - d / i, l = l / 3 + i, f = f * 0.99f + i;
  printf("%.17g %.20Lg %.9g\n", d, l, f);
  printf("%.15g %.15g %.15g %.15g %.15g\n", sin(1.5), exp(2.5), atan2(1, 3), pow(1.1, 30), fmod(100.5, 7.25));
  printf("%d %d %d %lld %g %g %d %d\n", (int)1e9, (int)-2.7, (int)lrint(2.5), (long long)1e18, 1 / 0.0, -1 / 0.0, isnan(NAN), 0.1 + 0.2 == 0.3);

  int ints[16], maximum = 0;
  for (int i = 0; i < 16; i++) ints[i] = next() >> 8;
  __m128i v = _mm_loadu_si128((void *)ints);
  for (int i = 4; i < 16; i += 4) {
    __m128i w = _mm_loadu_si128((void *)(ints + i));
    v = _mm_add_epi32(_mm_mullo_epi32(v, w), _mm_shuffle_epi32(w, 0x1b));
    v = _mm_blendv_epi8(v, _mm_slli_epi32(w, 3), _mm_cmpgt_epi32(w, v));
    v = _mm_shuffle_epi8(v, _mm_set_epi8(3, 1, 2, 0, 7, 5, 6, 4, 11, 9, 10, 8, 15, 13, 14, 12));
    maximum += _mm_movemask_epi8(_mm_max_epu8(v, w)) + _mm_extract_epi32(v, 2) + _mm_extract_epi16(w, 5);
  }
  printf("%08x %08x\n", _mm_cvtsi128_si32(v), maximum);
  __m128d p = _mm_set_pd(1.5, -2.25);
  p = _mm_round_pd(_mm_mul_pd(_mm_sqrt_pd(_mm_mul_pd(p, p)), _mm_set1_pd(3.7)), _MM_FROUND_FLOOR);
  printf("%g %g\n", _mm_cvtsd_f64(p), _mm_cvtsd_f64(_mm_unpackhi_pd(p, p)));
  const char *text = "the quick brown fox jumps over the lazy dog";
  __m128i set = _mm_loadu_si128((void *)"xyz_____________");
  printf("%d %u\n", _mm_cmpistri(set, _mm_loadu_si128((void *)(text + 10)), _SIDD_CMP_EQUAL_ANY), _mm_crc32_u32(1, 0x12345678));
  __m64 m = _mm_add_pi16(_mm_set_pi16(1, 2, 3, 4), _mm_set_pi16(10, 20, 30, 40));
  int low = _mm_cvtsi64_si32(m);
  _mm_empty();
  printf("%08x\n", low);
}

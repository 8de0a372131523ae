// What embedded programs do, in the manner of CoreMark: sort and search a linked list, multiply small matrices of integers, run
// a state machine over text, and sum it all up in a CRC.
#include <stddef.h>
#include <stdint.h>

static uint16_t crc(uint16_t sum, uint16_t value) {
  for (int bit = 0; bit < 16; bit++, value >>= 1) sum = sum >> 1 ^ ((sum ^ value) & 1 ? 0xa001 : 0);
  return sum;
}

struct node {
  struct node *next;
  int16_t key, value;
};

static struct node *merge(struct node *a, struct node *b, int byValue) {
  struct node head, *last = &head;
  while (a && b) {
    int first = byValue ? a->value <= b->value : a->key <= b->key;
    struct node **from = first ? &a : &b;
    last = last->next = *from;
    *from = (*from)->next;
  }
  last->next = a ? a : b;
  return head.next;
}

static struct node *sort(struct node *list, int byValue) {
  if (!list || !list->next) return list;
  struct node *slow = list, *fast = list->next;
  while (fast && fast->next) slow = slow->next, fast = fast->next->next;
  struct node *second = slow->next;
  slow->next = NULL;
  return merge(sort(list, byValue), sort(second, byValue), byValue);
}

static uint16_t lists(uint16_t seed) {
  enum { count = 200 };
  static struct node nodes[count];
  for (int i = 0; i < count; i++) {
    seed = seed * 25173 + 13849;
    nodes[i] = (struct node){i + 1 < count ? &nodes[i + 1] : NULL, (int16_t)i, (int16_t)(seed >> 2)};
  }
  struct node *list = sort(nodes, 1);
  uint16_t sum = 0;
  for (int key = 0; key < count; key += 5) {
    struct node *found = list;
    while (found && found->key != key) found = found->next;
    if (found) sum = crc(sum, (uint16_t)found->value);
  }
  list = sort(list, 0);
  for (; list; list = list->next) sum = crc(sum, (uint16_t)list->value);
  return sum;
}

static uint16_t products(uint16_t seed) {
  enum { n = 16 };
  static int32_t a[n][n], b[n][n], c[n][n];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) a[i][j] = (int16_t)(seed += 7919), b[i][j] = (int16_t)(seed ^ (i * j));
  uint16_t sum = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      int32_t total = 0;
      for (int k = 0; k < n; k++) total += (a[i][k] * b[k][j] >> 2 & 15) * (a[i][k] >> 5 & 127);
      c[i][j] = total;
    }
  for (int i = 0; i < n; i++) sum = crc(sum, (uint16_t)c[i][n - 1 - i]);
  return sum;
}

enum state { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, DIGITS, INVALID, STATES };

static enum state step(enum state state, char c) {
  int digit = c >= '0' && c <= '9';
  switch (state) {
    case START: return digit ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : INVALID;
    case SIGN: return digit ? INTEGER : c == '.' ? POINT : INVALID;
    case INTEGER: return digit ? INTEGER : c == '.' ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case POINT: return digit ? FRACTION : INVALID;
    case FRACTION: return digit ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case EXPONENT: return digit || c == '-' ? DIGITS : INVALID;
    case DIGITS: return digit ? DIGITS : INVALID;
    default: return INVALID;
  }
}

static uint16_t numbers(uint16_t seed) {
  static const char *const words[] = {"5012", "-874", "+122", "35.54400", ".1234500", "-110.700", "5.500e-3", "-.123e2", "T0.3e-1F", "1e.5", "--8"};
  unsigned ends[STATES] = {0};
  for (int i = 0; i < 100; i++) {
    enum state state = START;
    for (const char *c = words[(seed += 31) % 11]; *c && state != INVALID; c++) state = step(state, *c);
    ends[state]++;
  }
  uint16_t sum = 0;
  for (int i = 0; i < STATES; i++) sum = crc(sum, (uint16_t)ends[i]);
  return sum;
}

unsigned core(void) {
  uint16_t sum = 0;
  for (int i = 0; i < 12000; i++) sum = crc(sum, lists(sum) ^ products(sum) ^ numbers(sum));
  return sum;
}

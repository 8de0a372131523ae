import Testing

/// Layers and observers come and go between others, under calls.
@Suite struct LayersUnderFireTests {
  /// The lowest layer answers its argument, the middle one adds 10 and the uppermost 100.
  static let guest = """
    #include <heirloom/guest.h>
    #include <pthread.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    static volatile int wrong;
    static volatile unsigned with, without;
    static void *hammer(void *unused) {
      unsigned a = 0, b = 0;
      for (;;) {
        int answer = syscall(910, 7);
        if (answer == -1) break;
        if (answer == 117) a++; else if (answer == 107) b++; else wrong = 1;
      }
      __atomic_add_fetch(&with, a, __ATOMIC_SEQ_CST);
      __atomic_add_fetch(&without, b, __ATOMIC_SEQ_CST);
      return unused;
    }
    int main(void) {
      while (set_syscall_table("layers", 1) != 0) usleep(1000);
      int answer = syscall(912, 5);
      if (answer != 105 && answer != 115) return 1;
      if (syscall(913, 6) != 106) return 2;
      syscall(914, -1);
      pthread_t threads[3];
      for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, hammer, 0);
      for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
      syscall(914, with + without);
      return wrong ? 4 : with && without ? 42 : 5;
    }
    """

  /// - Parameter entries: number and function of each layer.
  static func layers(_ priority: Int, _ entries: String, rest: String = "") -> String {
    """

    #define LAYER(call, function) {.size = sizeof(struct syscall_layer), .number = call, .handler = (long)function, \
      .flags = SYSCALL_LAYER_STACK, .priority = \(priority)}
    static const struct syscall_layer layers[] = {\(entries)};
    static int __init start(void) { return register_syscall_layers("layers", layers, sizeof layers / sizeof *layers); }
    module_init(start);
    """
  }

  static let bottom = """
    #include <unistd.h>
    static long same(int x) { return x; }
    static long sleeping(int x) { printk("bottom sleeps"); usleep(500000); return x; }
    static long total(int x) { printk(x < 0 ? "hammering" : "total %d", x); return 0; }
    """ + layers(0, "LAYER(910, same), LAYER(912, same), LAYER(913, sleeping), LAYER(914, total)")

  static let middle = """
    static long ten(int x) { return syscall_next(x) + 10; }
    """ + layers(
      1, """
        LAYER(910, ten), LAYER(912, ten), {.size = sizeof(struct syscall_layer), .number = 913, .handler = (long)ten,
        .flags = SYSCALL_LAYER_STACK, .priority = 1, .rule = "arg0 == 99"}
        """)

  static let top = """
    #include <unistd.h>
    static long hundred(void) { return syscall_next() + 100; }
    static long sleeping(void) { printk("top sleeps"); usleep(500000); return syscall_next() + 100; }
    """ + layers(2, "LAYER(910, hundred), LAYER(912, sleeping), LAYER(913, hundred)")

  static let watch = """
    static unsigned long seen;
    static void watch(const struct syscall_event *event) { __atomic_add_fetch(&seen, event->arguments[0], __ATOMIC_RELAXED); }
    static const struct syscall_layer layer = {
      .size = sizeof layer, .number = SYSCALL_ANY, .handler = (long)watch, .flags = SYSCALL_LAYER_OBSERVE};
    static int __init start(void) { return register_syscall_layers("layers", &layer, 1); }
    module_init(start);
    """

  static let ending = """
    static long end(void) { return -EPERM; }
    """ + layers(1000, "LAYER(910, end)")

  @Test
  func everyCallIsServedAndCountedAndNothingStays() throws {
    try UnderFireTests.run([
      "layers", Compiled.guest("layers-hammer", Self.guest), Compiled.module("bottom", Self.bottom),
      Compiled.module("middle", Self.middle), Compiled.module("top", Self.top), Compiled.module("watcher", Self.watch),
      Compiled.module("ending-layer", Self.ending),
    ])
  }
}

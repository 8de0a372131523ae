import Foundation
import Testing

/// Modules come and go under a guest that calls without pause.
@Suite struct UnderFireTests {
  /// Every answer of getpid is one that it may be, until one is -EPERM. A child forked inside a handler lives as any other.
  static let guest = """
    #include <heirloom/guest.h>
    #include <pthread.h>
    #include <sys/syscall.h>
    #include <sys/wait.h>
    #include <unistd.h>
    static int own;
    static volatile int wrong;
    static volatile unsigned overridden, plain;
    static void *hammer(void *unused) {
      for (;;) {
        int answer = syscall(SYS_getpid);
        if (answer == -1) return unused;
        if (answer == own + 1) overridden++; else if (answer == own) plain++; else wrong = 1;
      }
    }
    int main(void) {
      own = syscall(SYS_getpid);
      if (set_syscall_table("busy", 1) != 0) return 1;
      int child = syscall(900), status;
      if (child == 0) _exit(5);
      if (waitpid(child, &status, 0) != child || status != 5 << 8) return 2;
      if (syscall(901) != -1) return 3;
      pthread_t threads[3];
      for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, hammer, 0);
      for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
      return wrong ? 4 : overridden && plain ? 42 : 5;
    }
    """

  static let holding = """
    #include <unistd.h>
    static long forking(void) { return syscall_default(__NR_fork); }
    static long sleeping(void) { printk("sleeping"); usleep(400000); return -EPERM; }
    static const struct syscall_override calls[] = {{900, (long)forking}, {901, (long)sleeping}};
    static int __init start(void) { return register_syscalls("busy", calls, 2); }
    module_init(start);
    """

  static let counting = """
    static long more(void) { return current->tgid + 1; }
    static int __init start(void) { return register_syscall("busy", __NR_getpid, (long)more); }
    module_init(start);
    """

  static let ending = """
    static long end(void) { return -EPERM; }
    static int __init start(void) { return register_syscall("busy", __NR_getpid, (long)end); }
    module_init(start);
    """

  @Test func everyCallIsServedAndNothingStays() throws {
    try Self.run([
      Compiled.guest("hammer", Self.guest), Compiled.module("holding", Self.holding),
      Compiled.module("counting", Self.counting), Compiled.module("ending", Self.ending),
    ])
  }

  static func run(_ words: [String]) throws {
    // The package manager puts it beside the tests.
    let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appending(path: "modules-under-fire")
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }
}

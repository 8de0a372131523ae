import Foundation
import HeirloomKernel
import Testing

@testable import HeirloomModules

/// Modules come and go.
@Suite(.serialized) struct LoaderTests {
  let loader = Kernels.loader

  /// What loading says.
  func message(_ path: String, _ parameters: [String] = []) -> String {
    do throws(ModuleError) {
      try loader.load(path: path, parameters: parameters)
      return "loaded"
    } catch { return error.description }
  }

  static let counting = """
    static int count = 3; module_param(count, int, 0);
    static bool quick; module_param(quick, bool, 0);
    static char *table = "loader"; module_param(table, charp, 0);
    static long answer(void) { return count; }
    static int __init start(void) {
      printk("count %d quick %d\\n", count, quick);
      return register_syscall(table, __NR_getpid, (long)answer);
    }
    module_init(start)
    """

  @Test func aThousandTimesInC() throws {
    let path = Compiled.module("cycles", Self.counting)
    for round in 0..<1000 {
      let module = try loader.load(path: path, parameters: ["count=\(round)"])
      #expect(Kernels.description(of: "loader")?.entries == [20: "cycles"])
      try loader.unload(module)
      #expect(Kernels.description(of: "loader") == nil, "what the module has forgotten goes with it")
    }
  }

  @Test func aThousandTimesInSwift() throws {
    Compiled.run(["make", "-s", "-C", Compiled.top + "/Plugins/open2-swift"])
    func mappings() throws -> Int {
      // A String made of such a file, which says that it has no bytes, ends after the first 4096.
      try (FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd() ?? Data()).split(separator: 10).count
    }
    let before = try mappings()
    for _ in 0..<1000 {
      let module = try loader.load(path: Compiled.top + "/build/plugins/open2-swift.so", parameters: [])
      #expect(!module.info.isFullSwift)
      try loader.unload(module)
    }
    #expect(try mappings() < before + 50, "nothing stays mapped")
  }

  @Test func parametersReachTheModule() throws {
    let path = Compiled.module("parameters", Self.counting)
    let module = try loader.load(path: path, parameters: ["count=-7", "quick=y", "table=chosen"])
    #expect(Kernels.shared.log.lines.contains { $0.text == "count -7 quick 1" })
    #expect(Kernels.description(of: "chosen")?.entries == [20: "parameters"])
    try loader.unload(module)
    #expect(message(path, ["count"]).hasSuffix("'count' is not of the form parameter=value"))
    #expect(message(path, ["colour=red"]).hasSuffix("it has no parameter 'colour'; it has: count, quick, table"))
    #expect(message(path, ["count=much"]).hasSuffix("'much' is no value for parameter 'count' of type int"))
  }

  @Test func aFailedInitLeavesNothing() {
    let failing = Compiled.module(
      "failing",
      """
      static long never(void) { return 0; }
      static int __init start(void) {
        register_syscall("left", 20, (long)never);
        register_syscall("left", 24, (long)never);
        return -ENODEV;
      }
      module_init(start)
      """)
    for _ in 0..<20 { #expect(message(failing).hasSuffix("its init failed: ENODEV; nothing of it stays")) }
    #expect(Kernels.description(of: "left") == nil)
    let crashing = Compiled.module(
      "crashing",
      """
      static long never(void) { return 0; }
      static int __init start(void) {
        register_syscall("left", 20, (long)never);
        return *(volatile int *)8;
      }
      module_init(start)
      """)
    #expect(message(crashing).contains("its init crashed: SIGSEGV at "))
    #expect(Kernels.description(of: "left") == nil)
    #expect(message(Compiled.module("hookless", "")).contains("it has no init hook"))
    let lacking = "int nobody(void);\nstatic int start(void) { return nobody(); }\nmodule_init(start)\n"
    #expect(message(Compiled.module("lacking", lacking)).contains("it needs 'nobody'"))
  }

  @Test func severalAtOnceAndOwnersOfSlots() throws {
    let several = Compiled.module(
      "several",
      """
      static long one(void) { return 1; }
      static const struct syscall_override good[] = {{20, (long)one}, {24, (long)one}, {900, (long)one}};
      static const struct syscall_override bad[] = {{47, (long)one}, {1024, (long)one}};
      static int __init start(void) {
        int error = register_syscalls("several", good, 3);
        return error ? error : register_syscalls("several", bad, 2) == -EINVAL ? 0 : -EIO;
      }
      module_init(start)
      """)
    let module = try loader.load(path: several, parameters: [])
    #expect(Kernels.description(of: "several")?.entries.keys.sorted() == [20, 24, 900])
    let intruder = Compiled.module(
      "intruder",
      """
      static long two(void) { return 2; }
      static int __init start(void) {
        if (register_syscall("several", 20, 0) != -EBUSY) return -EIO;
        return register_syscall("several", 900, (long)two);
      }
      module_init(start)
      """)
    #expect(message(intruder).hasSuffix("its init failed: EBUSY; nothing of it stays"))
    try loader.unload(module)
    #expect(throws: ModuleError.self) { try loader.unload(module) }
  }

  @Test func twoOfAKind() throws {
    let path = Compiled.module("twin", Self.counting)
    let copy = Compiled.path("twin-2.so")
    Compiled.run(["cp", path, copy])
    let first = try loader.load(path: path, parameters: ["count=1"])
    #expect(message(path).hasSuffix("a module named 'twin' is loaded already"))
    let second = try loader.load(path: copy, parameters: ["count=2", "table=other"])
    #expect(first.image.handle != second.image.handle, "each copy is an image of its own")
    try loader.unload(first)
    try loader.unload(second)
  }

  @Test func aFullSwiftModuleIsToldByItsSections() throws {
    let output = Compiled.fullSwiftModule(
      "fullswift",
      "public class State { public var count = 1 }\n@_cdecl(\"heirloom_module_init\") public func start() -> Int32 { 0 }\n")
    #expect(try ModuleInfo(path: output).isFullSwift)
  }
}

import Foundation
import HeirloomKernel
import Testing

@testable import HeirloomModules

/// A new image takes the place of the old one, or the old one stays as it was.
@Suite(.serialized) struct ReloadTests {
  let loader = Kernels.loader

  static func source(_ version: Int, calls: [Int], exit: String = "") -> String {
    """
    static int add; module_param(add, int, 0);
    static long answer(void) { return \(version) + add; }
    static int __init start(void) {
      printk("reloading: version \(version) add %d\\n", add);
      int error = 0;
      \(calls.map { "error = error ? error : register_syscall(\"reload\", \($0), (long)answer);" }.joined(separator: "\n  "))
      return error;
    }
    static void __exit stop(void) { printk("reloading: version \(version) stops\\n"); \(exit) }
    module_init(start); module_exit(stop);
    """
  }

  /// A build of module "reloading" in a file of its own, under that name.
  static func build(_ file: String, _ source: String) -> String {
    Compiled.module(file, "MODULE_INFO(name, \"reloading\");\n" + source)
  }

  func message(_ name: String, _ path: String?, _ parameters: [String]? = nil) -> String {
    do throws(ModuleError) {
      try loader.reload(named: name, path: path, parameters: parameters)
      return "reloaded"
    } catch { return error.description }
  }

  var entries: [Int: String]? { Kernels.description(of: "reload")?.entries }
  var said: [String] { Kernels.shared.log.lines.map(\.text).filter { $0.hasPrefix("reloading: ") } }

  @Test func theNewTakesOverWhatTheOldHadAndNoMore() throws {
    let one = Self.build("reload-1", Self.source(1, calls: [20, 24]))
    let two = Self.build("reload-2", Self.source(2, calls: [24, 47]))
    let first = try loader.load(path: one, parameters: ["add=5"])
    #expect(entries == [20: "reloading", 24: "reloading"])
    let second = try loader.reload(named: "reloading", path: two)
    #expect(entries == [24: "reloading", 47: "reloading"])
    #expect(loader.module(named: "reloading") === second && first !== second)
    #expect(
      said.suffix(3) == [
        "reloading: version 1 add 5", "reloading: version 2 add 5", "reloading: version 1 stops",
      ], "the old one's parameters, and the new one starts before the old one stops")
    let third = try loader.reload(named: "reloading", parameters: ["add=6"])
    #expect(said.suffix(2) == ["reloading: version 2 add 6", "reloading: version 2 stops"], "from its file again")
    try loader.unload(third)
    #expect(entries == nil)
    #expect(message("reloading", nil) == "no module named 'reloading' is loaded")
  }

  @Test func aFailedReloadLeavesTheOldUntouched() throws {
    let good = Self.build("reload-good", Self.source(1, calls: [20, 24]))
    let module = try loader.load(path: good, parameters: [])
    let before = said.count
    let refuses = Self.build(
      "reload-refuses", Self.source(3, calls: [20, 47]).replacingOccurrences(of: "return error;", with: "return -ENODEV;"))
    #expect(message("reloading", refuses).hasSuffix("its init failed: ENODEV; nothing of it stays"))
    let crashes = Self.build(
      "reload-crashes", Self.source(4, calls: [20]).replacingOccurrences(of: "return error;", with: "__builtin_trap();"))
    #expect(message("reloading", crashes).contains("its init crashed: SIGILL at heirloom_module_init+0x"))
    let other = Compiled.module("reload-other", "static int start(void) { return 0; }\nmodule_init(start)\n")
    #expect(message("reloading", other).contains("its name is 'reload_other', so it cannot take the place of 'reloading'"))
    #expect(message("reloading", good, ["colour=red"]).contains("it has no parameter 'colour'"))
    #expect(message("reloading", Compiled.path("nowhere.so")).hasSuffix("No such file or directory"))
    let owner = Owner("somebody")
    _ = try Kernels.shared.tables.register("reload", [makeClaim(47)], owner: owner)
    let greedy = Self.build("reload-greedy", Self.source(5, calls: [20, 47]))
    #expect(message("reloading", greedy).hasSuffix("its init failed: EBUSY; nothing of it stays"))
    let holder = "module reloading: slot 47 of table reload belongs to module somebody"
    #expect(Kernels.shared.log.lines.contains { $0.text == holder })
    for entry in Kernels.shared.tables.withdrawAll(of: owner) { entry.release() }
    #expect(loader.module(named: "reloading") === module && module.state == .live)
    #expect(entries == [20: "reloading", 24: "reloading"])
    #expect(!said.dropFirst(before).contains("reloading: version 1 stops"))
    try loader.unload(module)
  }

  /// Until its init has succeeded, nothing that a module claims is seen.
  @Test func anInitMayChangeItsMind() throws {
    let path = Compiled.module(
      "mind",
      """
      static long one(void) { return 1; }
      static long two(void) { return 2; }
      static int __init start(void) {
        if (register_syscall("mind", 20, (long)one) || register_syscall("mind", 20, (long)two)) return -EIO;
        if (register_syscall("mind", 24, (long)one) || register_syscall("mind", 24, 0)) return -EIO;
        return register_syscall("mind", 24, 0) == -ENOENT ? 0 : -EIO;
      }
      module_init(start)
      """)
    let module = try loader.load(path: path, parameters: [])
    #expect(Kernels.description(of: "mind")?.entries == [20: "mind"])
    try loader.unload(module)
  }
}

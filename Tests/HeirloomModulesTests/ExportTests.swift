import Foundation
import HeirloomABI
import HeirloomKernel
import Testing

@testable import HeirloomModules

/// Modules that use each other's functions.
@Suite(.serialized) struct ExportTests {
  let loader = Kernels.loader

  static let lender = Compiled.module(
    "lender",
    """
    static int calls;
    int lend(int number) { calls++; return number + 1000; }
    EXPORT_SYMBOL(lend);
    int keep(int number) { return number; }
    static int __init start(void) { return 0; }
    static void __exit stop(void) { printk("lender: %d calls", calls); }
    module_init(start); module_exit(stop);
    """)
  static let borrower = Compiled.module(
    "borrower",
    """
    extern int lend(int);
    static int (*volatile pointer)(int) = lend;
    static int __init start(void) { printk("borrower: %d %d", lend(1), pointer(2)); return 0; }
    module_init(start);
    """)

  func message(_ body: () throws(ModuleError) -> Void) -> (String, Errno)? {
    do throws(ModuleError) { try body() } catch { return (error.description, error.code) }
    return nil
  }

  func mapped(_ name: String) throws -> Bool {
    let maps = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd() ?? Data()
    return String(decoding: maps, as: UTF8.self).contains("memfd:\(name) ")
  }

  @Test func aModuleInUseStays() throws {
    let refused = message { () throws(ModuleError) in try loader.load(path: Self.borrower, parameters: []) }
    #expect(refused?.0.contains("it needs 'lend'") == true && refused?.1 == .ENOENT)
    let lender = try loader.load(path: Self.lender, parameters: [])
    let borrower = try loader.load(path: Self.borrower, parameters: [])
    #expect(Kernels.shared.log.lines.last { $0.text.hasPrefix("borrower") }?.text == "borrower: 1001 1002")
    #expect(loader.users(of: lender).map(\.name) == ["borrower"])
    let lines = loader.modulesText(showsAddresses: false).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("lender ") && $0.hasSuffix(" 1 borrower, Live 0x0000000000000000") })
    for attempt in [
      message { () throws(ModuleError) in try loader.unload(lender) },
      message { () throws(ModuleError) in try loader.reload(named: "lender") },
    ] { #expect(attempt?.0 == "module lender is in use by module borrower" && attempt?.1 == .EBUSY) }
    #expect(lender.state == .live)
    try loader.unload(borrower)
    #expect(loader.users(of: lender).isEmpty)
    #expect(try mapped("lender") && !mapped("borrower"))
    try loader.unload(lender)
    #expect(try !mapped("lender"), "nothing of it stays mapped")
    #expect(Kernels.shared.log.lines.last { $0.text.hasPrefix("lender") }?.text == "lender: 2 calls")
  }

  @Test func onlyWhatIsExportedIsLent() throws {
    let lender = try loader.load(path: Self.lender, parameters: [])
    let prying = Compiled.module(
      "prying", "extern int keep(int);\nstatic int start(void) { return keep(0); }\nmodule_init(start)\n")
    #expect(message { () throws(ModuleError) in try loader.load(path: prying, parameters: []) }?.0.contains("'keep'") == true)
    let rival = Compiled.module(
      "rival", "int lend(int n) { return n; }\nEXPORT_SYMBOL(lend);\nstatic int start(void) { return 0; }\nmodule_init(start)\n")
    #expect(
      message { () throws(ModuleError) in try loader.load(path: rival, parameters: []) }?.0.hasSuffix(
        "it exports 'lend', which module lender exports already") == true)
    let usurper = Compiled.module(
      "usurper",
      "int abs(int n) { return n; }\nEXPORT_SYMBOL(abs);\nstatic int start(void) { return 0; }\nmodule_init(start)\n")
    #expect(
      message { () throws(ModuleError) in try loader.load(path: usurper, parameters: []) }?.0.contains(
        "it exports 'abs', which the kernel or its libraries have") == true)
    try loader.unload(lender)
  }

  @Test func aNamedDependencyMustBeThere() throws {
    let needy = Compiled.module(
      "needy", "MODULE_DEPENDS(\"lender\");\nstatic int start(void) { return 0; }\nmodule_init(start)\n")
    #expect(
      message { () throws(ModuleError) in try loader.load(path: needy, parameters: []) }?.0.hasSuffix(
        "it needs module 'lender', which is not loaded; load that first") == true)
    let lender = try loader.load(path: Self.lender, parameters: [])
    let module = try loader.load(path: needy, parameters: [])
    #expect(loader.users(of: lender).map(\.name) == ["needy"])
    try loader.unload(module)
    try loader.unload(lender)
  }

  /// What stays mapped when it is unloaded is neither lent any more nor holds what it has borrowed.
  @Test func aModuleInFullSwiftLendsAndBorrowsWhileItIsLoaded() throws {
    let pinned = Compiled.fullSwiftModule(
      "pinned",
      """
      public class State { public var calls = 0 }
      @_cdecl("pinned_next") public func next(_ number: Int32) -> Int32 { lend(number) + 1 }
      @_cdecl("heirloom_module_init") public func start() -> Int32 { 0 }
      """, info: "MODULE_INFO(export, \"pinned_next\");\n",
      flags: ["-import-objc-header", Compiled.write("lender.h", "extern int lend(int number);\n")])
    let user = Compiled.module(
      "user",
      """
      extern int pinned_next(int);
      static int start(void) { printk("user: %d", pinned_next(1)); return 0; }
      module_init(start)
      """)
    let lender = try loader.load(path: Self.lender, parameters: [])
    let module = try loader.load(path: pinned, parameters: [])
    #expect(module.info.isFullSwift)
    let last = try loader.load(path: user, parameters: [])
    #expect(Kernels.shared.log.lines.last { $0.text.hasPrefix("user") }?.text == "user: 1002")
    let refused = message { () throws(ModuleError) in try loader.unload(module) }
    #expect(refused?.0 == "module pinned is in use by module user" && refused?.1 == .EBUSY)
    #expect(
      message { () throws(ModuleError) in try loader.unload(lender) }?.0 == "module lender is in use by module pinned")
    try loader.unload(last)
    try loader.unload(module)
    #expect(module.state == .pinned)
    #expect(try mapped("pinned"))
    #expect(
      message { () throws(ModuleError) in try loader.load(path: user, parameters: []) }?.0.contains(
        "it needs 'pinned_next'") == true)
    try loader.unload(lender)
    #expect(try !mapped("lender"))
  }

  @Test func parametersAreDividedAsLinuxDoes() throws {
    #expect(try ModuleLoader.words("a=1  b=\"two words\"\tc=") == ["a=1", "b=two words", "c="])
    #expect(try ModuleLoader.words("").isEmpty)
    #expect(throws: ModuleError.self) { try ModuleLoader.words("a=\"open") }
  }
}

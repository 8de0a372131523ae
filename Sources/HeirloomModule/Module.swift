@_exported public import CHeirloomModule

/// A module. Mark the type with `@main`, and it is what the kernel loads:
///
/// ```swift
/// @main struct Quiet: Module {
///   static func load() throws(Errno) {
///     try SyscallTable("quiet").register(.getpid { 1 })
///   }
/// }
/// ```
public protocol Module {
  /// Runs when the module is loaded. - Throws: to refuse; what it has registered is withdrawn then.
  static func load() throws(Errno)
  /// Runs when the module is unloaded, with no call inside it any more. What it has registered is withdrawn after it.
  static func unload()
}

extension Module {
  public static func unload() {}

  public static func main() {
    unloadHook = { Self.unload() }
    do throws(Errno) { try load() } catch { loadResult = -error.code }
  }
}

// The hooks run one at a time.
nonisolated(unsafe) private var loadResult: Int32 = 0
nonisolated(unsafe) private var unloadHook: () -> Void = {}

/// How the kernel's hooks, which stand in modinfo.c, reach the module's.
@c(heirloom_swift_load_result)
public func heirloomLoadResult() -> Int32 {
  // What a load that fails has registered was never published.
  if loadResult != 0 { RegisteredHandlers.release() }
  return loadResult
}

@c(heirloom_swift_unload)
public func heirloomUnload() {
  unloadHook()
  unloadHook = {}
  RegisteredHandlers.release()
}
